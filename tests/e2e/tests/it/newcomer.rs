//! What a newcomer meets: the purchase, the first request, and every refusal in the contract's own words.

use e2e::{Admin, Answer, Integrator};
use reqwest::Method;
use serde_json::{Value, json};
use test_kit::{Shape, Stack};

use crate::samples::pdf;
use crate::stack;

#[tokio::test]
async fn a_bundle_is_bought_and_each_request_costs_one_unit_in_one_process() {
    buy_and_use(Shape::OneSqlite).await;
}

#[tokio::test]
async fn a_bundle_is_bought_and_each_request_costs_one_unit_in_four_processes_on_postgres_and_redis()
 {
    buy_and_use(Shape::FourPostgresRedis).await;
}

async fn buy_and_use(shape: Shape) {
    let stack = stack(shape).start().await;
    let admin = Admin::with_active_api(&stack, "owner@tatra.example").await;
    assert_eq!(
        admin.balance("live").await["available"],
        10,
        "the trial, once"
    );
    admin.buy(100).await;
    assert_eq!(admin.balance("live").await["available"], 110);

    let client = admin.integrator("live").await;
    let created = client
        .create(&Integrator::create_body(&pdf("Contract")), None)
        .await
        .unwrap();
    let document = the_answer_of_section_2(&stack, &created);
    assert_eq!(created.header("charge-state"), "committed");
    assert_eq!(created.header("balance-remaining"), "109");
    assert!(!created.header("x-request-id").is_empty());

    let charge = client
        .get(&format!("/v1/charges/{}", created.header("charge-id")))
        .await
        .json();
    assert_eq!(charge["documentId"], document.as_str());

    refusals(&stack, &client, &admin).await;

    let counter = client.get("/JSON/counter").await.json();
    assert_eq!(
        actual(&counter, "usedSignatureRequests"),
        "1",
        "no refusal cost a unit"
    );
    assert_eq!(actual(&counter, "availableSignatureRequests"), "109");
    stack.stop().await;
}

fn the_answer_of_section_2(stack: &Stack, created: &Answer) -> String {
    let body = created.json();
    assert_eq!(created.status, 200, "{body}");
    assert_eq!(body["message"], "msg.signature.request.id.created");
    assert_eq!(
        (&body["code"], &body["statusCode"], &body["success"]),
        (&json!("SUCCESS"), &json!(200), &json!(true))
    );
    let link = format!(
        "{}/openDocument/{}",
        stack.api(),
        body["result"].as_str().unwrap()
    );
    assert_eq!(body["url"], link);
    body["documentId"].as_str().unwrap().to_owned()
}

fn actual<'c>(counter: &'c Value, name: &str) -> &'c str {
    let actual = counter["actual"]
        .as_object()
        .expect("the counter's first part");
    let (_, value) = actual
        .iter()
        .find(|(key, _)| key.split_once('.').is_some_and(|(_, rest)| rest == name))
        .expect("a value");
    value.as_str().expect("all values are strings")
}

async fn refusals(stack: &Stack, client: &Integrator, admin: &Admin) {
    let good = Integrator::create_body(&pdf("Contract"));
    for key in [
        "",
        "nonsense",
        "okd_live_0123456789abcdef_0000000000000000000000000000000000000000000000000",
    ] {
        refused(
            &Integrator::new(stack.api(), key)
                .create(&good, None)
                .await
                .unwrap(),
            401,
            "err.unauthorized",
        );
    }
    let not_a_pdf = Integrator::create_body(b"hello");
    refused(
        &client.create(&not_a_pdf, None).await.unwrap(),
        400,
        "err.invalid.file",
    );
    let broken = json!({ "filedata": { "content": "%%%" } });
    let answer = client.create(&broken, None).await.unwrap();
    assert_eq!(answer.status, 400, "broken base64");
    let mut odd_rule = good.clone();
    odd_rule["rules"] = json!({ "noSuchRule": true });
    refused(
        &client.create(&odd_rule, None).await.unwrap(),
        400,
        "err.invalid.rule",
    );
    let large =
        Integrator::create_body(&[b"%PDF-1.7\n".to_vec(), vec![b'x'; 11 * 1024 * 1024]].concat());
    refused(
        &client.create(&large, None).await.unwrap(),
        413,
        "err.file.too.large",
    );

    taken_ids_and_unknown_ones(stack, client, admin).await;
}

async fn taken_ids_and_unknown_ones(stack: &Stack, client: &Integrator, admin: &Admin) {
    let mut named = Integrator::create_body(&pdf("Contract"));
    named["signatureRequestId"] = json!("order-2291");
    // Under a test key, so that the live counter stays as it is.
    let tester = admin.integrator("test").await;
    assert_eq!(tester.create(&named, None).await.unwrap().status, 200);
    refused(
        &tester.create(&named, None).await.unwrap(),
        409,
        "err.signature.request.exists",
    );

    let unknown = client
        .call(Method::DELETE, "/JSON/signatureRequest/none", None)
        .await;
    refused(&unknown, 400, "err.signature.request.not.exist");
    refused(
        &client
            .get("/JSON/document/y7Ki_u1mrUwijfb-o_S1JiphSsoXya8iypH380F")
            .await,
        404,
        "err.not.found",
    );
    refused(
        &client
            .call(Method::PUT, "/JSON/document", Some(&json!({})))
            .await,
        405,
        "err.method.not.allowed",
    );
    let stranger = test_kit::client()
        .get(format!("{}/openDocument/none", stack.api()))
        .send()
        .await
        .unwrap();
    assert_eq!(stranger.status(), 400, "a stranger's link");
}

fn refused(answer: &Answer, status: u16, message: &str) {
    let body = answer.json();
    assert_eq!(
        (answer.status.as_u16(), body["message"].as_str()),
        (status, Some(message)),
        "{body}"
    );
    assert_eq!(
        (&body["success"], &body["statusCode"]),
        (&json!(false), &json!(status))
    );
    assert!(!body["detail"].as_str().unwrap_or_default().is_empty());
    assert_eq!(
        body["requestId"].as_str(),
        Some(answer.header("x-request-id"))
    );
}

#[tokio::test]
async fn nothing_left_is_402_and_the_body_is_still_judged_first() {
    let stack = stack(Shape::OneSqlite).start().await;
    let admin = Admin::with_active_api(&stack, "poor@tatra.example").await;
    let client = admin.integrator("live").await;
    let body = Integrator::create_body(&pdf("Contract"));
    for left in (0..10).rev() {
        let created = client.create(&body, None).await.unwrap();
        assert_eq!(created.header("balance-remaining"), left.to_string());
    }
    refused(
        &client.create(&body, Some("after-top-up")).await.unwrap(),
        402,
        "err.signature.requests.exhausted",
    );
    refused(
        &client
            .create(&Integrator::create_body(b"x"), None)
            .await
            .unwrap(),
        400,
        "err.invalid.file",
    );
    admin.buy(100).await;
    let created = client.create(&body, Some("after-top-up")).await.unwrap();
    assert_eq!(created.status, 200, "the same key succeeds after a top-up");
    stack.stop().await;
}
