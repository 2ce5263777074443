//! One trace runs through every service, and no log line knows a secret or a person.

use std::time::Duration;

use e2e::{Admin, Integrator};
use reqwest::Method;
use test_kit::{Receiver, Shape};

use crate::samples::pdf;
use crate::stack;

const TRACE_ID: &str = "0af7651916cd43dd8448eb211c80319c";
/// The exporter gathers spans for five seconds.
const EXPORTED_WITHIN: Duration = Duration::from_secs(30);

#[tokio::test]
async fn one_trace_runs_from_the_gateway_through_billing_and_signing() {
    let collector = Receiver::start();
    let stack = stack(Shape::FourSqlite)
        .setting("OKD_OTLP_ENDPOINT", &collector.url(""))
        .start()
        .await;
    let admin = Admin::with_active_api(&stack, "owner@tatra.example").await;
    let client = admin.integrator("test").await;
    let traceparent = format!("00-{TRACE_ID}-b7ad6b7169203331-01");
    let request = client
        .request(Method::POST, "/JSON/signatureRequest")
        .header("traceparent", traceparent)
        .json(&Integrator::create_body(&pdf("Contract")));
    assert_eq!(e2e::Answer::of(request).await.status, 200);

    let id: Vec<u8> = (0..16)
        .map(|i| u8::from_str_radix(&TRACE_ID[2 * i..2 * i + 2], 16).unwrap())
        .collect();
    let mut waited = Duration::ZERO;
    loop {
        let batches = collector.callbacks();
        let told = |service: &str| {
            batches
                .iter()
                .any(|batch| holds(&batch.body, &id) && holds(&batch.body, service.as_bytes()))
        };
        if ["gateway-api", "billing", "signing"].into_iter().all(told) {
            break;
        }
        assert!(
            waited < EXPORTED_WITHIN,
            "not every service told its part of the trace"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
        waited += Duration::from_millis(200);
    }
    stack.stop().await;
}

#[tokio::test]
async fn no_log_line_knows_a_secret_or_a_person() {
    let stack = stack(Shape::OneSqlite)
        .setting("OKD_LOG", "info")
        .setting("OKD_LOG_FORMAT", "json")
        .start()
        .await;
    let admin = Admin::with_active_api(&stack, "jozef.novak@tatra.example").await;
    let secret = admin.secret("live", &[]).await;
    let client = Integrator::new(stack.api(), &secret);
    let mut body = Integrator::create_body(&pdf("Contract"));
    // Nobody listens there: the failed callback is logged too.
    body["sendInfoURL"] = "http://user:hook-password@127.0.0.1:9/hook?token=hook-token".into();
    let created = client
        .create(&body, Some("an idempotency key of the shop"))
        .await
        .unwrap()
        .json();
    let link = created["result"].as_str().unwrap();
    let token = client.decline(&created).await;
    tokio::time::sleep(Duration::from_secs(2)).await;

    let log = std::fs::read_to_string(stack.log("okdokument")).unwrap();
    assert!(
        log.contains("a callback was not taken"),
        "the log is there: {log}"
    );
    for unsayable in [
        "jozef.novak",
        &secret,
        link,
        &token,
        "hook-password",
        "hook-token",
        "idempotency key of the shop",
        e2e::OPERATOR_PASSWORD,
    ] {
        let telltale = log
            .lines()
            .find(|line| line.starts_with('{') && line.contains(unsayable));
        assert_eq!(telltale, None, "{unsayable} stands in the log");
    }
    stack.stop().await;
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
