//! Codes by text message: handed to a provider of the test's own, which takes, refuses and hangs.

use std::time::Duration;

use domain::TenantSettings;
use reqwest::StatusCode;
use serde_json::json;
use sms::{BodyTemplate, Header, ProviderConfig};
use test_kit::Receiver;

use crate::codes::{Browser, count, facts};
use crate::server::{Integrator, PATIENCE, Server, StoreKind};
use crate::signer::created;

/// A server whose text messages go to this provider.
async fn texting(url: &str) -> (Server, Integrator) {
    let provider = ProviderConfig {
        url: url.parse().unwrap(),
        header: Some(Header::parse("Authorization: Bearer s3cret").unwrap()),
        body: BodyTemplate::parse(r#"{"to": "{to}", "from": "{from}", "text": "{text}"}"#).unwrap(),
        from: "OKdokument".to_owned(),
        timeout: Duration::from_millis(500),
    };
    let server = Server::start(StoreKind::Sqlite, |config| config.sms = Some(provider)).await;
    let tenant = Integrator::new();
    let settings = TenantSettings {
        sms: true,
        ..TenantSettings::default()
    };
    server.know_settings(&tenant, 2, settings).await;
    (server, tenant)
}

async fn wait_for_fact(server: &Server, tenant: &Integrator, document: &str, act: &str) {
    let started = std::time::Instant::now();
    while count(&facts(server, tenant, document).await, act) == 0 {
        assert!(started.elapsed() < PATIENCE, "no {act}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[actix_web::test]
async fn a_text_message_is_tried_again_while_its_code_is_good_and_then_no_more() {
    let receiver = Receiver::start();
    receiver.refuse_next(1);
    let (server, tenant) = texting(&receiver.url("/sms")).await;
    let rules = json!({"rules": {"openOtpPhone": "+421 905 123 456", "lang": "en"}});
    let mut browser = Browser::at(&server, &created(&server, &tenant, &rules).await).await;
    let document = browser.signer.document.clone();
    // The signer hears the same whether the provider takes it or not.
    assert_eq!(browser.send("open").await.status, StatusCode::ACCEPTED);
    wait_for_fact(&server, &tenant, &document, "messageFailing").await;
    server.clock.advance(Duration::from_secs(30));
    let [_, taken] = &receiver.wait_for(2, PATIENCE).await[..] else {
        panic!("one more try")
    };
    assert_eq!(taken.headers["authorization"], "Bearer s3cret");
    assert_eq!(taken.json()["to"], "+421905123456");
    let text = taken.json()["text"].as_str().unwrap().to_owned();
    wait_for_fact(&server, &tenant, &document, "messageSent").await;
    let code = text
        .split(|c: char| !c.is_ascii_digit())
        .find(|word| word.len() == 6);
    browser.open(code.unwrap()).await;

    receiver.refuse_next(u32::MAX);
    let browser = Browser::at(&server, &created(&server, &tenant, &rules).await).await;
    assert_eq!(browser.send("open").await.status, StatusCode::ACCEPTED);
    wait_for_fact(&server, &tenant, &browser.signer.document, "messageFailing").await;
    let tries = receiver.callbacks().len();
    receiver.refuse_next(0);
    server.clock.advance(Duration::from_mins(10));
    wait_for_fact(&server, &tenant, &browser.signer.document, "messageFailed").await;
    assert_eq!(receiver.callbacks().len(), tries);
}

#[actix_web::test]
async fn a_provider_that_hangs_keeps_nobody_waiting() {
    // Takes connections in and never answers.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/sms", listener.local_addr().unwrap());
    let (server, tenant) = texting(&url).await;
    let rules = json!({"rules": {"openOtpPhone": "+421905123456"}});
    let browser = Browser::at(&server, &created(&server, &tenant, &rules).await).await;
    assert_eq!(browser.send("open").await.status, StatusCode::ACCEPTED);
    wait_for_fact(&server, &tenant, &browser.signer.document, "messageFailing").await;
}
