//! The portal's origin and the operator surface.

use domain::{Clock as _, MemberId, Role, SessionId, SystemClock};
use internal_auth::portal_session::{AccessToken, AccessTokens};
use internal_auth::{Caller, ServiceName, Verifier};
use serde_json::{Value, json};

use crate::house::{House, PORTAL, answers, master};

#[tokio::test]
async fn a_write_from_another_origin_is_refused() {
    let house = House::open().await;
    answers(
        &house.tenant,
        "POST",
        "/api/tenant/sessions",
        200,
        json!({}),
    )
    .await;
    let post = |origin: Option<&str>| {
        let request = house
            .anonymous()
            .post(format!("{}/api/tenant/sessions", house.portal));
        origin
            .map_or_else(
                || request.try_clone().unwrap(),
                |origin| request.try_clone().unwrap().header("origin", origin),
            )
            .send()
    };
    for origin in [
        None,
        Some("http://127.0.0.1:8080"),
        Some("http://localhost:8081.evil.example"),
    ] {
        let refused = post(origin).await.unwrap();
        assert_eq!(refused.status(), 403, "{origin:?}");
        assert_eq!(
            refused.json::<Value>().await.unwrap()["code"],
            "err.origin.refused"
        );
    }
    assert_eq!(post(Some(PORTAL)).await.unwrap().status(), 200);
}

#[tokio::test]
async fn the_member_of_the_access_token_is_the_caller_and_cookies_reach_tenant_only() {
    let house = House::open().await;
    answers(
        &house.billing,
        "GET",
        "/api/billing/balance",
        200,
        json!({}),
    )
    .await;
    let member = MemberId::generate();
    let token = AccessToken::new(
        SystemClock.now(),
        house.tenant_id(),
        member,
        Role::Viewer,
        SessionId::generate(),
    );
    let cookie = format!(
        "x=1; okd_access={}; okd_refresh=r",
        AccessTokens::new(&master()).sign(&token).unwrap()
    );
    let url = format!("{}/api/billing/balance?mode=live", house.portal);
    assert_eq!(
        house
            .anonymous()
            .get(url)
            .header("cookie", cookie)
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    let heard = house.billing.received_requests().await.unwrap();
    let heard = heard.first().unwrap();
    assert_eq!(heard.url.query(), Some("mode=live"));
    assert!(heard.headers.get("cookie").is_none());
    let verifier = Verifier::new(ServiceName::Billing, &master());
    let claims = verifier
        .verify(
            heard
                .headers
                .get("x-okd-internal")
                .unwrap()
                .to_str()
                .unwrap(),
        )
        .unwrap();
    assert_eq!(
        claims.caller,
        Caller::Member {
            tenant: house.tenant_id(),
            member,
            role: Role::Viewer
        }
    );
}

#[tokio::test]
async fn only_the_three_services_own_paths_are_reachable() {
    let house = House::open().await;
    for path in [
        "/api/gateway/x",
        "/api/../internal/health",
        "/internal/health",
        "/api",
        "/assets/none.js",
    ] {
        let answer = house
            .anonymous()
            .get(format!("{}{path}", house.portal))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 404, "{path}");
    }
    let settings: Value = house
        .anonymous()
        .get(format!("{}/api/config.json", house.portal))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(settings["apiUrl"], "http://127.0.0.1:8080");
    assert_eq!(settings["sandbox"], true);
}

#[tokio::test]
async fn the_operator_surface_wants_its_password_and_escapes_what_it_shows() {
    let house = House::open().await;
    let mail = json!({ "items": [{ "to": "a@b.example", "subject": "<b>hi</b>", "text": "go http://localhost:8081/x#token=1", "createdAt": 1 }] });
    answers(
        &house.tenant,
        "GET",
        "/internal/operator/messages",
        200,
        mail,
    )
    .await;
    let url = format!("{}/outbox", house.operator);
    assert_eq!(
        house.anonymous().get(&url).send().await.unwrap().status(),
        401
    );
    assert_eq!(
        house
            .anonymous()
            .get(&url)
            .basic_auth("operator", Some("wrong"))
            .send()
            .await
            .unwrap()
            .status(),
        401
    );
    let page = house
        .anonymous()
        .get(&url)
        .basic_auth("operator", Some("a password"))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(
        page.contains("&lt;b&gt;hi")
            && page.contains("<a href=\"http://localhost:8081/x#token=1\">"),
        "{page}"
    );
}
