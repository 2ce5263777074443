//! `okdokument operator tenant`, and where what it sets is felt: in one process and in four.

use std::process::Output;
use std::time::{Duration, Instant};

use e2e::{Admin, Answer, Integrator};
use reqwest::Method;
use serde_json::{Value, json};
use test_kit::{Shape, Stack};

use crate::samples::pdf;
use crate::stack;

const PATIENCE: Duration = Duration::from_secs(20);
const THREE_DAYS_MS: i64 = 3 * 24 * 60 * 60 * 1_000;

#[tokio::test]
async fn what_an_operator_sets_for_a_tenant_is_felt_in_one_process() {
    set_and_felt(Shape::OneSqlite).await;
}

#[tokio::test]
async fn what_an_operator_sets_for_a_tenant_is_felt_in_four_processes_on_postgres_and_redis() {
    set_and_felt(Shape::FourPostgresRedis).await;
}

async fn set_and_felt(shape: Shape) {
    let stack = stack(shape).start().await;
    let admin = Admin::with_active_api(&stack, "owner@tatra.example").await;
    let me = admin.get("/api/tenant/me").await;
    let slug = me["tenant"]["slug"].as_str().unwrap();
    let client = admin.integrator("live").await;
    let before = tenant(&stack, &["show", slug]);
    let days = line(&before, "keep-unsigned-days");
    assert!(
        days.contains("30") && days.ends_with("  default"),
        "{before}"
    );
    refused(&stack, slug);

    let set = [
        "set",
        slug,
        "keep-unsigned-days=3",
        "max-file-bytes=100000",
        "https-callbacks-only=on",
        "frame-hosts=https://crm.example.sk",
    ];
    let shown = tenant(&stack, &set);
    assert!(
        line(&shown, "keep-unsigned-days").ends_with("set; default 30"),
        "{shown}"
    );
    // Signing is told by an event.
    until(|| async { too_large(&client).await.status == 413 }).await;
    assert_eq!(too_large(&client).await.json()["value"], 100_000);
    let mut plain = Integrator::create_body(&pdf("Contract"));
    plain["sendInfoURL"] = json!("http://127.0.0.1:9/hook");
    let answer = client.create(&plain, None).await.unwrap();
    assert_eq!(
        (answer.status.as_u16(), answer.message()),
        (400, "err.invalid.field".to_owned())
    );
    assert_eq!(answer.header("charge-state"), "released");

    let created = client
        .create(&Integrator::create_body(&pdf("Contract")), None)
        .await
        .unwrap()
        .json();
    let document = created["documentId"].as_str().unwrap();
    let metadata = client
        .get(&format!("/JSON/document/metadata/{document}"))
        .await
        .json();
    let kept = metadata["deleteAfter"].as_i64().unwrap() - metadata["date"].as_i64().unwrap();
    assert_eq!(kept, THREE_DAYS_MS, "{metadata}");
    let page = client.get(&format!("/viewDocument?id={document}")).await;
    let policy = page.header("content-security-policy");
    assert!(
        policy.ends_with("frame-ancestors 'self' https://crm.example.sk"),
        "{policy}"
    );

    tenant(&stack, &["set", slug, "requests-per-second=3", "burst=4"]);
    let policy = "\"key\";q=3;w=1;burst=4";
    until(|| async { client.get("/JSON/counter").await.header("ratelimit-policy") == policy })
        .await;
    let log = admin.get("/api/tenant/audit-log").await;
    let items = log["items"].as_array().unwrap();
    let said = |subject: &str| {
        let is_it = |item: &&Value| item["act"] == "setting.changed" && item["subject"] == subject;
        items.iter().any(|item| is_it(&item))
    };
    assert!(
        said("keep-unsigned-days: 30 -> 3") && said("burst: server -> 4"),
        "{log}"
    );
    stack.stop().await;
}

/// What a command says of a tenant; it must go.
fn tenant(stack: &Stack, arguments: &[&str]) -> String {
    let done = run(stack, arguments);
    assert!(done.status.success(), "{done:?}");
    String::from_utf8(done.stdout).unwrap()
}

fn run(stack: &Stack, arguments: &[&str]) -> Output {
    let mut command = stack.command(&["operator", "tenant"]);
    command.args(arguments).output().unwrap()
}

fn line<'s>(shown: &'s str, setting: &str) -> &'s str {
    let is_it = |line: &&str| line.trim_start().starts_with(setting);
    shown.lines().find(is_it).unwrap()
}

/// Everything wrong is named, and nothing is set; a wrong password gets nowhere.
fn refused(stack: &Stack, slug: &str) {
    let wrong = [
        "set",
        slug,
        "keep-signed-days=0",
        "zone=Nowhere/Else",
        "language=en",
    ];
    let done = run(stack, &wrong);
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert!(
        said.contains("keep-signed-days: wants a whole number") && said.contains("zone: wants"),
        "{said}"
    );
    assert!(line(&tenant(stack, &["show", slug]), "language").contains("default"));
    let unknown = run(stack, &["show", "nobody-at-all"]);
    assert!(String::from_utf8(unknown.stderr).unwrap().contains("(404)"));
    let mut stranger = stack.command(&["operator", "tenant", "show", slug]);
    let done = stranger
        .env("OKD_OPERATOR_PASSWORD", "another password")
        .output()
        .unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert!(String::from_utf8(done.stderr).unwrap().contains("(401)"));
}

async fn too_large(client: &Integrator) -> Answer {
    let mut file = pdf("Long");
    file.resize(150_000, b'\n');
    let content = Integrator::create_body(&file)["filedata"].clone();
    let body = json!({ "file": content });
    client
        .call(Method::POST, "/JSON/document", Some(&body))
        .await
}

async fn until<F: Future<Output = bool>>(is_so: impl Fn() -> F) {
    let started = Instant::now();
    while !is_so().await {
        assert!(started.elapsed() < PATIENCE, "it is not felt");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
