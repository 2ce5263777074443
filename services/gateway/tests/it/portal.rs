//! The portal's origin and the operator surface.

use domain::{Clock as _, DocumentId, MemberId, Role, SessionId, SystemClock};
use internal_auth::portal_session::{AccessToken, AccessTokens};
use internal_auth::{Caller, ServiceName, Verifier};
use serde_json::{Value, json};

use crate::house::{House, PORTAL, answers, header, master};

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
    let letter = json!({ "items": [{
        "to": "+421900000000", "subject": "code", "text": "", "channel": "sms", "state": "failed", "tries": 3,
        "lastError": "<i>refused</i>", "createdAt": 2,
    }] });
    answers(
        &house.signing,
        "GET",
        "/internal/operator/messages",
        200,
        letter,
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
    let (sms, mail) = page.split_once("a@b.example").unwrap();
    assert!(sms.contains("After 3 tries: &lt;i&gt;refused&lt;/i&gt;"));
    assert!(
        mail.contains("kept"),
        "the newest comes first, whoever wrote it: {page}"
    );
}

#[tokio::test]
async fn the_outbox_shows_what_one_service_wrote_while_the_other_is_away() {
    let house = House::open().await;
    let mail =
        json!({ "items": [{ "to": "a@b.example", "subject": "hi", "text": "", "createdAt": 1 }] });
    let path = "/internal/operator/messages";
    answers(&house.tenant, "GET", path, 200, mail).await;
    answers(&house.signing, "GET", path, 503, json!({})).await;
    let get = |path: &str| {
        let request = house.anonymous().get(format!("{}{path}", house.operator));
        request.basic_auth("operator", Some("a password")).send()
    };
    let page = get("/outbox").await.unwrap();
    assert_eq!(page.status(), 200);
    let page = page.text().await.unwrap();
    assert!(
        page.contains("a@b.example") && page.contains("<strong>signing</strong>: does not answer"),
        "{page}"
    );
    assert!(!page.contains("<strong>tenant</strong>"), "{page}");
    let told: Value = get("/outbox.json").await.unwrap().json().await.unwrap();
    assert_eq!(
        (&told["away"], &told["items"][0]["to"]),
        (&json!(["signing"]), &json!("a@b.example"))
    );
}

#[tokio::test]
async fn the_operator_sees_what_waits_for_its_seal_and_tries_it_from_its_own_page_only() {
    let house = House::open().await;
    let job = "evt_0199a7c2e41b7d3f8a0b1c2d3e4f5061";
    let jobs = json!({ "waiting": 3, "oldestSubmittedAt": 1, "items": [{
        "id": job, "tenant": house.tenant_id(), "mode": "live", "documentId": DocumentId::generate(),
        "state": "failed", "submittedAt": 1, "tries": 4, "reason": "key", "detail": "<i>no key</i>", "failedAt": 2,
        "nextTryAt": 3,
    }] });
    answers(&house.signing, "GET", "/internal/operator/jobs", 200, jobs).await;
    let tries = format!("/internal/operator/jobs/{job}/tries");
    answers(&house.signing, "POST", &tries, 204, json!(null)).await;
    let password = Some("a password");
    let get = |path: &str| {
        let request = house.anonymous().get(format!("{}{path}", house.operator));
        request.basic_auth("operator", password)
    };
    let page = get("/jobs").send().await.unwrap().text().await.unwrap();
    assert!(
        page.contains("3 waiting") && page.contains("&lt;i&gt;no key&lt;/i&gt;"),
        "{page}"
    );
    assert!(page.contains("key or certificate"), "{page}");
    assert!(
        page.contains(&format!("action=\"/jobs/{job}/tries\"")),
        "{page}"
    );
    let told: Value = get("/jobs.json")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(told["items"][0]["reason"], "key");

    let post = |origin: Option<&str>| {
        let url = format!("{}/jobs/{job}/tries", house.operator);
        let request = house.anonymous().post(url).basic_auth("operator", password);
        match origin {
            Some(origin) => request.header("origin", origin),
            None => request,
        }
    };
    for foreign in [None, Some("http://localhost:8081"), Some("null")] {
        let refused = post(foreign).send().await.unwrap();
        assert_eq!(refused.status(), 403, "{foreign:?}");
    }
    let asked = || async {
        let requests = house.signing.received_requests().await.unwrap();
        requests
            .iter()
            .filter(|request| request.url.path() == tries)
            .count()
    };
    assert_eq!(asked().await, 0, "a foreign page moves nothing");
    let done = post(Some(&house.operator)).send().await.unwrap();
    assert_eq!(
        (done.status().as_u16(), header(&done, "location")),
        (303, "/jobs")
    );
    assert_eq!(asked().await, 1);
}

#[tokio::test]
async fn the_operator_sees_what_the_self_test_found() {
    let house = House::open().await;
    let found = json!({ "checks": [
        { "name": "seal", "passed": true, "detail": "a document was sealed", "at": 1 },
        { "name": "jail", "passed": false, "detail": "without <seccomp>", "at": 1 },
    ] });
    answers(
        &house.signing,
        "GET",
        "/internal/operator/self-test",
        200,
        found,
    )
    .await;
    let page = house
        .anonymous()
        .get(&house.operator)
        .basic_auth("operator", Some("a password"))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(
        page.contains("\"works\">✓</span> <strong>seal</strong>: a document was sealed"),
        "{page}"
    );
    assert!(
        page.contains("\"fails\">✗</span> <strong>jail</strong>: without &lt;seccomp&gt;"),
        "{page}"
    );
}
