//! Letters to signers, as they are written with the act that causes them.

use std::time::{Duration, Instant};

use ::mail::SmtpConfig;
use domain::Mode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use test_kit::{MAIL_PASSWORD, MailSecurity, MailServer};

use crate::server::{Integrator, PATIENCE, Server, StoreKind, contract, on_both_stores, with};
use crate::signer::created;

/// What was written to people, newest first.
pub(crate) async fn messages(server: &Server) -> Vec<Value> {
    let answer = server
        .operator(Method::GET, "/internal/operator/messages")
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    answer.json()["items"].as_array().unwrap().clone()
}

/// What the timeline of a document tells of messages, oldest first.
pub(crate) async fn told(server: &Server, tenant: &Integrator, document: &str) -> Vec<Value> {
    let token = server.token(tenant.caller(), None);
    let path = format!("/v1/documents/{document}/audit");
    let request = server
        .request(Method::GET, &path, &token)
        .header("accept", "application/json");
    let record: Value = request.send().await.unwrap().json().await.unwrap();
    let events = record["events"].as_array().unwrap().iter();
    let facts = events.map(|event| event["fact"].clone());
    facts
        .filter(|fact| fact["act"].as_str().unwrap().starts_with("message"))
        .collect()
}

fn to_jana(more: &Value) -> Value {
    let rules = json!({
        "emailTo": "jana@example.sk", "emailFrom": "jozef@firma.sk", "nameFrom": "Jozef Novák",
        "emailMessage": "Prosím <b>dnes</b>.", "lang": "sk",
    });
    json!({"rules": with(rules, more)})
}

on_both_stores! {
    async fn a_create_with_an_address_writes_to_the_signer(server: Server) {
        let tenant = Integrator::new();
        server.know(&tenant, domain::DEFAULT_MAX_FILE_BYTES).await;
        let answer = created(&server, &tenant, &to_jana(&json!({}))).await;
        let [message] = &messages(&server).await[..] else { panic!("one message") };
        assert_eq!(message["to"], "jana@example.sk");
        assert_eq!(message["state"], "kept");
        assert_eq!(message["subject"], "Jozef Novák vás žiada o podpis: Zmluva č. 1.pdf");
        let text = message["text"].as_str().unwrap();
        assert!(text.contains(&answer.text("url")), "{text}");
        assert!(text.contains("| Prosím <b>dnes</b>."), "{text}");
        assert!(text.contains("jozef@firma.sk"), "{text}");
        let html = message["html"].as_str().unwrap();
        assert!(html.contains("Prosím &lt;b&gt;dnes&lt;/b&gt;.") && html.contains("<html lang=\"sk\">"), "{html}");
        let facts = told(&server, &tenant, &answer.text("documentId")).await;
        let kept = json!({"act": "messageKept", "channel": "email", "kind": "signingRequest", "to": "jana@example.sk"});
        assert_eq!(facts, [kept]);
    }

    async fn the_language_is_the_rules_then_the_tenants_then_slovak(server: Server) {
        let subject = async |tenant: &Integrator, more: Value| {
            server.clock.advance(Duration::from_secs(1));
            created(&server, tenant, &to_jana(&more)).await;
            messages(&server).await[0]["subject"].as_str().unwrap().to_owned()
        };
        let unknown = Integrator::new();
        let bare = json!({"lang": "hu", "nameFrom": ""});
        assert_eq!(subject(&unknown, bare).await, "tatra az aláírását kéri: Zmluva č. 1.pdf");
        let tenant = Integrator::new();
        for (version, lang, asks) in [
            (1, "pl", "Jozef Novák prosi o podpis: Zmluva č. 1.pdf"),
            // Nobody writes German here.
            (2, "de", "Jozef Novák vás žiada o podpis: Zmluva č. 1.pdf"),
        ] {
            server.know_as(&tenant, (lang, version), domain::DEFAULT_MAX_FILE_BYTES).await;
            let mut rules = to_jana(&json!({}));
            rules["rules"].as_object_mut().unwrap().remove("lang");
            // Messages are ordered by their time.
            server.clock.advance(Duration::from_secs(1));
            created(&server, &tenant, &rules).await;
            assert_eq!(messages(&server).await[0]["subject"], asks);
        }
    }

    async fn a_letter_of_the_test_mode_says_so(server: Server) {
        let mut tenant = Integrator::new();
        tenant.mode = Mode::Test;
        created(&server, &tenant, &to_jana(&json!({"lang": "en"}))).await;
        let text = messages(&server).await[0]["text"].as_str().unwrap().to_owned();
        assert!(text.starts_with("TEST MODE."), "{text}");
    }

    async fn a_create_that_fails_writes_to_nobody(server: Server) {
        let tenant = Integrator::new();
        let first = with(contract(), &with(to_jana(&json!({})), &json!({"signatureRequestId": "once"})));
        assert_eq!(tenant.create(&server, &first).await.status, StatusCode::OK);
        assert_eq!(tenant.create(&server, &first).await.status, StatusCode::CONFLICT);
        assert_eq!(messages(&server).await.len(), 1);
        for bad in ["jana@example.sk\r\nBcc: x@y.sk", "\"jana\"@example.sk", "jana novák@example.sk", "janá@example.sk", "jana@example.sk,b@c.sk"] {
            let body = with(contract(), &to_jana(&json!({"emailTo": bad})));
            let answer = tenant.create(&server, &body).await;
            assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "err.invalid.rule"), "{bad}");
        }
        assert_eq!(messages(&server).await.len(), 1);
    }
}

/// A server that hands its letters to `post`.
pub(crate) async fn sending(post: &MailServer) -> Server {
    let password = Some(MAIL_PASSWORD.to_owned().into());
    let config = SmtpConfig {
        server: ::mail::Server::parse(&post.url(), password).unwrap(),
        from: ::mail::Address::parse("documents@okd.example").unwrap(),
        roots: vec![post.root_der()],
    };
    Server::start(StoreKind::Sqlite, |it| it.mail = Some(config)).await
}

/// Waits until the newest message stands so.
async fn stands(server: &Server, state: &str) -> Value {
    let started = Instant::now();
    loop {
        let message = messages(server).await[0].clone();
        if message["state"] == state {
            return message;
        }
        assert!(started.elapsed() < PATIENCE, "{message} is not {state}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn acts(facts: &[Value]) -> Vec<&str> {
    facts
        .iter()
        .map(|fact| fact["act"].as_str().unwrap())
        .collect()
}

#[actix_web::test]
async fn a_letter_is_sent_and_forgotten_and_the_timeline_says_so() {
    let post = MailServer::start(MailSecurity::StartTls).await;
    let (server, tenant) = (sending(&post).await, Integrator::new());
    let answer = created(&server, &tenant, &to_jana(&json!({}))).await;
    let taken = &post.wait_for(1, PATIENCE).await[0];
    assert_eq!(taken["headers"]["Reply-To"], "jozef@firma.sk");
    assert_eq!(
        taken["headers"]["From"],
        "Jozef Novák <documents@okd.example>"
    );
    assert!(
        taken["text"]
            .as_str()
            .unwrap()
            .contains(&answer.text("url"))
    );
    let message = stands(&server, "sent").await;
    assert_eq!(
        (&message["text"], &message["html"]),
        (&json!(""), &json!("")),
        "its content is erased"
    );
    let facts = told(&server, &tenant, &answer.text("documentId")).await;
    assert_eq!(acts(&facts), ["messageSent"]);
}

#[actix_web::test]
async fn a_letter_that_is_put_off_shows_and_is_sent_later() {
    let post = MailServer::start(MailSecurity::Tls).await;
    let (server, tenant) = (sending(&post).await, Integrator::new());
    let answer = created(
        &server,
        &tenant,
        &to_jana(&json!({"emailTo": "busy@example.sk"})),
    )
    .await;
    let started = Instant::now();
    while messages(&server).await[0]["tries"] == 0 {
        assert!(started.elapsed() < PATIENCE, "never tried");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let waiting = stands(&server, "waiting").await;
    assert!(
        waiting["lastError"]
            .as_str()
            .unwrap()
            .contains("come back later"),
        "{waiting}"
    );
    server.clock.advance(Duration::from_mins(1));
    stands(&server, "sent").await;
    let facts = told(&server, &tenant, &answer.text("documentId")).await;
    assert_eq!(acts(&facts), ["messageFailing", "messageSent"]);
}

#[actix_web::test]
async fn a_letter_that_is_refused_or_finds_nobody_for_a_day_is_given_up() {
    let mut post = MailServer::start(MailSecurity::StartTls).await;
    let (server, tenant) = (sending(&post).await, Integrator::new());
    let answer = created(
        &server,
        &tenant,
        &to_jana(&json!({"emailTo": "unknown@example.sk"})),
    )
    .await;
    stands(&server, "failed").await;
    let facts = told(&server, &tenant, &answer.text("documentId")).await;
    assert_eq!(acts(&facts), ["messageFailed"]);
    assert!(
        facts[0]["reason"]
            .as_str()
            .unwrap()
            .contains("no such mailbox"),
        "{facts:?}"
    );
    post.kill();
    server.clock.advance(Duration::from_secs(1));
    let answer = created(&server, &tenant, &to_jana(&json!({}))).await;
    server.clock.advance(Duration::from_hours(25));
    let failed = stands(&server, "failed").await;
    assert_eq!(
        (&failed["to"], &failed["text"]),
        (&json!("jana@example.sk"), &json!(""))
    );
    let facts = told(&server, &tenant, &answer.text("documentId")).await;
    let last = facts.last().unwrap();
    assert_eq!(last["act"], "messageFailed");
    // How we are set up is the operator's to know.
    assert_eq!(
        last["reason"],
        "the mail server cannot be used at the moment"
    );
}
