//! What an operator set for a tenant, where the gateway acts on it, and the way the settings take.

use internal_auth::{Caller, ServiceName, Verifier};
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{House, answers, header, master};

/// The key, with what tenant says of it besides.
async fn with_key_that_has(more: Value) -> House {
    let house = House::open().await;
    let mut record = house.record();
    for (name, value) in more.as_object().unwrap() {
        record[name] = value.clone();
    }
    answers(&house.tenant, "GET", &house.key_path(), 200, record).await;
    house
}

#[tokio::test]
async fn a_rate_and_a_burst_that_were_set_count_as_they_are() {
    let house = with_key_that_has(json!({"ratePerSecond": 5, "burst": 2})).await;
    answers(&house.signing, "GET", "/JSON/list/flat", 200, json!([])).await;
    let call = || house.request(Method::GET, "/JSON/list/flat").send();
    let first = call().await.unwrap();
    let policy = header(&first, "ratelimit-policy");
    assert_eq!(
        (first.status().as_u16(), policy),
        (200, "\"key\";q=5;w=1;burst=2")
    );
}

#[tokio::test]
async fn a_body_may_be_as_large_as_the_tenants_largest_file_needs() {
    let house = with_key_that_has(json!({"maxFileBytes": 20_000_000})).await;
    answers(&house.signing, "POST", "/JSON/document", 200, json!({})).await;
    let post = async |bytes: usize| {
        let request = house.request(Method::POST, "/JSON/document");
        let sent = request.body(vec![b' '; bytes]).send().await.unwrap();
        sent.status().as_u16()
    };
    assert_eq!(post(27_000_000).await, 200, "20 MB in base64");
    assert_eq!(post(30_000_000).await, 413);
    let usual = House::open().await.with_key().await;
    let request = usual.request(Method::POST, "/JSON/document");
    let refused = request.body(vec![b' '; 27_000_000]).send().await.unwrap();
    assert_eq!(refused.status().as_u16(), 413);
}

#[tokio::test]
async fn settings_are_tenants_word_behind_the_operators_password() {
    let house = House::open().await;
    let path = "/internal/operator/tenants/tatra/settings";
    let shown = json!({"title": "Tatra (tatra)", "items": []});
    answers(&house.tenant, "GET", path, 200, shown.clone()).await;
    let refusal = json!({"code": "err.invalid.field", "detail": "Nothing was set."});
    answers(&house.tenant, "PATCH", path, 400, refusal.clone()).await;
    let url = format!("{}/tenants/tatra/settings.json", house.operator);
    let call = |method: Method, password: &str, origin: Option<&str>| {
        let request = house.anonymous().request(method, &url);
        let request = request.basic_auth("operator", Some(password));
        match origin {
            Some(origin) => request.header("origin", origin).json(&json!({"set": []})),
            None => request,
        }
    };
    let status =
        async |request: reqwest::RequestBuilder| request.send().await.unwrap().status().as_u16();
    assert_eq!(status(call(Method::GET, "wrong", None)).await, 401);
    let (own, password) = (Some(house.operator.as_str()), "a password");
    assert_eq!(status(call(Method::PATCH, password, None)).await, 403);
    assert_eq!(
        status(call(Method::PATCH, password, Some("http://evil.example"))).await,
        403
    );
    assert_eq!(status(call(Method::DELETE, password, own)).await, 405);
    let asked = house.tenant.received_requests().await.unwrap();
    assert!(
        !asked.iter().any(|request| request.url.path() == path),
        "nothing went on"
    );

    let answer = call(Method::GET, password, None).send().await.unwrap();
    assert_eq!(answer.json::<Value>().await.unwrap(), shown);
    let of_key = "/internal/operator/api-keys/0123456789abcdef/settings";
    answers(
        &house.tenant,
        "GET",
        of_key,
        200,
        json!({"title": "K", "items": []}),
    )
    .await;
    let url = format!("{}/keys/0123456789abcdef/settings.json", house.operator);
    let request = house
        .anonymous()
        .get(url)
        .basic_auth("operator", Some(password));
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["title"], "K");
    let answer = call(Method::PATCH, password, own).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 400);
    assert_eq!(answer.json::<Value>().await.unwrap(), refusal);
    let asked = house.tenant.received_requests().await.unwrap();
    let sent = asked
        .iter()
        .find(|request| request.method.as_str() == "PATCH")
        .unwrap();
    assert_eq!(sent.body, br#"{"set":[]}"#);
    let token = sent.headers[internal_auth::HEADER].to_str().unwrap();
    let claims = Verifier::new(ServiceName::Tenant, &master())
        .verify(token)
        .unwrap();
    assert!(matches!(claims.caller, Caller::Operator));
    assert_eq!(claims.address.as_deref(), Some("127.0.0.1"));
}
