//! Who is let in.

use gateway::Limits;
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{House, answers, answers_matching, header};

async fn told(response: reqwest::Response) -> (u16, String) {
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    (
        status,
        body["message"].as_str().unwrap_or_default().to_owned(),
    )
}

#[tokio::test]
async fn a_key_that_is_missing_unknown_revoked_or_wrong_is_refused_alike() {
    let house = House::open().await;
    let call = |key: &str| {
        house
            .anonymous()
            .get(format!("{}/JSON/list/flat", house.api))
            .header("x-api-key", key)
            .send()
    };
    answers(&house.tenant, "GET", &house.key_path(), 404, json!({})).await;
    for key in ["", "okd_live_x", house.key.reveal()] {
        assert_eq!(
            told(call(key).await.unwrap()).await,
            (401, "err.unauthorized".to_owned()),
            "{key}"
        );
    }
    house.tenant.reset().await;
    house.feed(&[]).await;
    let mut revoked = house.record();
    revoked["revokedAt"] = json!(1);
    answers(&house.tenant, "GET", &house.key_path(), 200, revoked).await;
    assert_eq!(told(call(house.key.reveal()).await.unwrap()).await.0, 401);
}

#[tokio::test]
async fn an_inactive_api_a_missing_scope_and_a_foreign_address_are_403() {
    for (field, value, code) in [
        ("api", json!("inactive"), "err.api.not.active"),
        ("scopes", json!(["usage:read"]), "err.forbidden"),
        ("allowList", json!(["10.0.0.0/8"]), "err.forbidden"),
    ] {
        let house = House::open().await;
        let mut record = house.record();
        record[field] = value;
        answers(&house.tenant, "GET", &house.key_path(), 200, record).await;
        let answer = house
            .request(Method::GET, "/JSON/list/flat")
            .send()
            .await
            .unwrap();
        assert_eq!(told(answer).await, (403, code.to_owned()), "{field}");
    }
}

#[tokio::test]
async fn a_change_in_the_feed_ends_a_cached_key_and_a_silent_feed_ends_all() {
    let house = House::open().await.with_key().await;
    answers(&house.signing, "GET", "/JSON/list/flat", 200, json!([])).await;
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    for _ in 0..3 {
        assert_eq!(
            house
                .request(Method::GET, "/JSON/list/flat")
                .send()
                .await
                .unwrap()
                .status(),
            200
        );
    }
    let asked = house
        .tenant
        .received_requests()
        .await
        .unwrap()
        .iter()
        .filter(|r| r.url.path() == house.key_path())
        .count();
    assert_eq!(asked, 1, "cached");

    house.tenant.reset().await;
    house.feed(&[house.tenant_id()]).await;
    let mut revoked = house.record();
    revoked["revokedAt"] = json!(1);
    answers(&house.tenant, "GET", &house.key_path(), 200, revoked).await;
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    assert_eq!(
        house
            .request(Method::GET, "/JSON/list/flat")
            .send()
            .await
            .unwrap()
            .status(),
        401
    );

    house.tenant.reset().await;
    answers_matching(&house.tenant, "GET", ".*", 503, json!({})).await;
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    let answer = house
        .request(Method::GET, "/JSON/list/flat")
        .send()
        .await
        .unwrap();
    assert_eq!(
        told(answer).await,
        (503, "err.unavailable".to_owned()),
        "never 401, never a guess"
    );
}

#[tokio::test]
async fn a_burst_past_the_limit_is_told_when_to_come_again() {
    let limits = Limits {
        rate_per_second: 1,
        burst: 2,
        ..Limits::default()
    };
    let house = House::with_limits(limits).await.with_key().await;
    answers(&house.signing, "GET", "/JSON/list/flat", 200, json!([])).await;
    let call = || house.request(Method::GET, "/JSON/list/flat").send();
    let first = call().await.unwrap();
    assert_eq!(
        (first.status().as_u16(), header(&first, "ratelimit")),
        (200, "\"key\";r=1;t=1")
    );
    assert_eq!(call().await.unwrap().status(), 200);
    let refused = call().await.unwrap();
    assert_eq!(header(&refused, "retry-after"), "1");
    assert_eq!(told(refused).await, (429, "err.rate.limited".to_owned()));
}

#[tokio::test]
async fn what_the_head_alone_shows_is_refused_before_anything_is_sent_on() {
    let house = House::open().await.with_key().await;
    let wrong_method = house
        .request(Method::PUT, "/JSON/document")
        .send()
        .await
        .unwrap();
    assert_eq!(header(&wrong_method, "allow"), "POST");
    assert_eq!(
        told(wrong_method).await,
        (405, "err.method.not.allowed".to_owned())
    );
    let unknown = house
        .request(Method::GET, "/JSON/nothing")
        .send()
        .await
        .unwrap();
    assert_eq!(told(unknown).await.0, 404);
    let large = house
        .request(Method::POST, "/JSON/document")
        .body(vec![b' '; 17 * 1024 * 1024])
        .send()
        .await;
    if let Ok(large) = large {
        assert_eq!(told(large).await, (413, "err.file.too.large".to_owned()));
    }
    let odd = house
        .request(Method::POST, "/JSON/signatureRequest")
        .header("content-type", "image/png")
        .body("x");
    assert_eq!(
        told(odd.send().await.unwrap()).await,
        (415, "err.unsupported.media.type".to_owned())
    );
    assert!(house.signing.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn forged_headers_end_at_the_door_and_the_caller_is_named_by_us() {
    let house = House::open().await.with_key().await;
    answers(&house.signing, "GET", "/JSON/list/flat", 200, json!([])).await;
    let answer = house
        .request(Method::GET, "/JSON/list/flat/")
        .header("x-okd-internal", "forged")
        .header("x-okd-verdict", "registered")
        .header("cookie", "okd_access=stolen")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let heard = house.signing.received_requests().await.unwrap();
    let headers = &heard.first().unwrap().headers;
    assert!(
        headers.get("x-okd-verdict").is_none()
            && headers.get("cookie").is_none()
            && headers.get("x-api-key").is_none()
    );
    let token = headers.get("x-okd-internal").unwrap().to_str().unwrap();
    let verifier =
        internal_auth::Verifier::new(internal_auth::ServiceName::Signing, &crate::house::master());
    let claims = verifier.verify(token).unwrap();
    assert_eq!(claims.caller.tenant(), Some(house.tenant_id()));
    assert_eq!(
        headers.get("x-request-id").unwrap().to_str().unwrap(),
        header(&answer, "x-request-id")
    );
}
