//! What lasts and what ends: restarts, the journal, expiry.

use std::fs::OpenOptions;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use stripe_sandbox::{JournalError, Sandbox, SandboxConfig, SandboxError};

use crate::running::{Receiver, Running, bundle, json, noon};

#[actix_web::test]
async fn a_restart_keeps_sessions_events_and_idempotency_keys() {
    let dir = tempfile::tempdir().unwrap();
    let sandbox = Running::start(noon(), Some(dir.path()), None);
    let keyed = sandbox
        .post("/v1/checkout/sessions", &bundle())
        .bearer_auth("sk_test_1");
    let open = json(
        keyed.header("idempotency-key", "k").send().await.unwrap(),
        200,
    )
    .await;
    let paid = sandbox.open_session().await;
    sandbox.pay(&paid, &[]).await;
    let sessions = strip_origin(&sandbox.read("/v1/checkout/sessions").await, &sandbox.url);
    let events = sandbox.read("/v1/events").await;
    sandbox.stop().await;

    let sandbox = Running::start(noon(), Some(dir.path()), None);
    assert_eq!(
        strip_origin(&sandbox.read("/v1/checkout/sessions").await, &sandbox.url),
        sessions
    );
    assert_eq!(sandbox.read("/v1/events").await, events);
    let keyed = sandbox
        .post("/v1/checkout/sessions", &bundle())
        .bearer_auth("sk_test_1");
    let again = json(
        keyed.header("idempotency-key", "k").send().await.unwrap(),
        200,
    )
    .await;
    assert_eq!(again["id"], open["id"]);
    sandbox.stop().await;
}

/// A restart takes another port here, and with it another page address.
fn strip_origin(list: &serde_json::Value, url: &str) -> String {
    list.to_string().replace(url, "")
}

#[actix_web::test]
async fn a_webhook_that_was_due_at_the_stop_arrives_after_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let sandbox = Running::start(noon(), Some(dir.path()), Some(([127, 0, 0, 1], 9).into()));
    let session = sandbox.open_session().await;
    sandbox.pay(&session, &[]).await;
    sandbox.stop().await;
    let mut receiver = Receiver::start();
    let clock = noon();
    clock.advance(Duration::from_secs(5));
    let sandbox = Running::start(clock, Some(dir.path()), Some(receiver.address));
    receiver.next().await;
    receiver.next().await;
    sandbox.stop().await;
}

#[actix_web::test]
async fn a_torn_last_line_is_cut_off() {
    let dir = tempfile::tempdir().unwrap();
    let sandbox = Running::start(noon(), Some(dir.path()), None);
    let session = sandbox.open_session().await;
    sandbox.stop().await;
    let journal = dir.path().join("stripe-sandbox.jsonl");
    OpenOptions::new()
        .append(true)
        .open(journal)
        .unwrap()
        .write_all(b"[{\"session\":{\"id\"")
        .unwrap();
    let sandbox = Running::start(noon(), Some(dir.path()), None);
    let second = sandbox.open_session().await;
    sandbox.stop().await;
    let sandbox = Running::start(noon(), Some(dir.path()), None);
    for session in [session, second] {
        sandbox
            .read(&format!(
                "/v1/checkout/sessions/{}",
                session["id"].as_str().unwrap()
            ))
            .await;
    }
    sandbox.stop().await;
}

#[actix_web::test]
async fn two_sandboxes_never_share_a_directory() {
    let dir = tempfile::tempdir().unwrap();
    let sandbox = Running::start(noon(), Some(dir.path()), None);
    let second = Sandbox::bind(SandboxConfig {
        addr: ([127, 0, 0, 1], 0).into(),
        public_url: None,
        data_dir: Some(dir.path().to_owned()),
        webhook_url: None,
        webhook_secret: SecretString::from("whsec_x"),
        clock: Arc::new(noon()),
    });
    assert!(matches!(
        second,
        Err(SandboxError::Journal(JournalError::InUse(_)))
    ));
    sandbox.stop().await;
}

#[actix_web::test]
async fn a_session_expires_when_its_time_has_passed_and_says_so() {
    let mut receiver = Receiver::start();
    let sandbox = Running::start(noon(), None, Some(receiver.address));
    let mut form = bundle();
    form.push(("expires_at", "1795001800"));
    let session = sandbox.write("/v1/checkout/sessions", &form).await;
    assert_eq!(session["expires_at"], 1_795_001_800);
    sandbox.clock.advance(Duration::from_mins(30));
    let event = receiver.next().await.event();
    assert_eq!(event["type"], "checkout.session.expired");
    assert_eq!(event["data"]["object"]["status"], "expired");
    let id = session["id"].as_str().unwrap();
    assert_eq!(
        sandbox.read(&format!("/v1/checkout/sessions/{id}")).await["status"],
        "expired"
    );
    assert_eq!(sandbox.pay(&session, &[]).await.status(), 410);
    assert_eq!(
        sandbox.read("/v1/payment_intents").await["data"],
        serde_json::json!([])
    );
    sandbox.stop().await;
}

#[actix_web::test]
async fn a_session_is_expired_by_request_once() {
    let sandbox = Running::alone();
    let session = sandbox.open_session().await;
    let path = format!(
        "/v1/checkout/sessions/{}/expire",
        session["id"].as_str().unwrap()
    );
    let expired = sandbox.write(&path, &[]).await;
    assert_eq!(expired["status"], "expired");
    assert_eq!(expired["url"], serde_json::Value::Null);
    let again = sandbox
        .post(&path, &[])
        .bearer_auth("sk_test_1")
        .send()
        .await
        .unwrap();
    assert_eq!(
        json(again, 400).await["error"]["type"],
        "invalid_request_error"
    );
    let event = &sandbox.read("/v1/events").await["data"][0];
    assert_eq!(event["type"], "checkout.session.expired");
    assert!(event["request"]["id"].as_str().unwrap().starts_with("req_"));
}
