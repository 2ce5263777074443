//! The signer: from the link to the sealed document, and every way a link can end.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use signing::pdf;
use test_kit::Receiver;

use crate::server::{Answer, Integrator, PATIENCE, Server, contract, read, with};

/// A signer who followed the link.
struct Signer<'a> {
    server: &'a Server,
    document: String,
    token: String,
}

impl<'a> Signer<'a> {
    async fn follow(server: &'a Server, url: &str) -> Self {
        let path = url.strip_prefix("http://127.0.0.1:8080").unwrap();
        let answer = server.nobody(Method::GET, path).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{answer:?}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cache-control"), "no-store");
        let location = answer.header("location");
        let (document, token) = location.strip_prefix("/viewDocument?id=").unwrap().split_once("#s=").unwrap();
        assert_eq!(token.len(), 64);
        Self { server, document: document.to_owned(), token: token.to_owned() }
    }

    async fn call(&self, method: Method, act: &str, body: &Value) -> Answer {
        let token = self.server.token(internal_auth::Caller::Nobody, None);
        let path = format!("/page/documents/{}/{act}", self.document);
        let mut request = self.server.request(method, &path, &token).bearer_auth(&self.token);
        if !body.is_null() {
            request = request.json(body);
        }
        read(request.send().await.unwrap()).await
    }

    async fn open(&self) -> Value {
        let answer = self.call(Method::POST, "openings", &json!({})).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        answer.json()
    }

    async fn submit(&self, submission: &Value) -> Answer {
        self.call(Method::POST, "submission", submission).await
    }

    /// Waits for the seal and returns where it stands then.
    async fn settled(&self) -> Value {
        let started = std::time::Instant::now();
        loop {
            let standing = self.call(Method::GET, "submission", &Value::Null).await.json();
            if standing["state"] != "sealing" {
                return standing;
            }
            assert!(started.elapsed() < PATIENCE, "still sealing");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

fn ink(pointer: &str) -> Value {
    let points: Vec<_> = (0..40)
        .map(|at| {
            let x = f64::from(at);
            json!([10.0 + x * 3.0, 40.0 + (x / 4.0).sin() * 20.0, x * 8.0, 0.5, 0, 0])
        })
        .collect();
    json!({"kind": "ink", "strokes": [{"points": points, "pointer": pointer}], "pad": {"width": 300, "height": 100}})
}

fn in_field(name: &str) -> Value {
    with(ink("mouse"), &json!({"field": name}))
}

fn submission(opening: &Value, signatures: Value) -> Value {
    json!({
        "digest": opening["digest"], "locale": "sk-SK", "timeZone": "Europe/Bratislava",
        "signatures": signatures,
    })
}

async fn created(server: &Server, tenant: &Integrator, more: &Value) -> Answer {
    let answer = tenant.create(server, &with(contract(), more)).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    answer
}

#[actix_web::test]
async fn a_signed_document_is_sealed_told_to_the_integrator_and_holds() {
    let (server, tenant, receiver) = (Server::start().await, Integrator::new(), Receiver::start());
    server.know(&tenant, 10_000_000).await;
    let more = json!({
        "sendInfoURL": receiver.url("/hook"), "resulturl": "https://shop.sk/done?order=1",
        "rules": {"guiSignerName": "Jozef Novák", "guiSignerDate": "dd.MM.yyyy"},
    });
    let answer = created(&server, &tenant, &more).await;
    let signer = Signer::follow(&server, &answer.text("url")).await;
    let opening = signer.open().await;
    assert_eq!(opening["tenantName"], "Tatra Legal");
    assert_eq!(opening["lang"], "en");
    assert_eq!(opening["pages"], 1);
    assert_eq!(opening["rules"]["guiSignerName"], "Jozef Novák");
    let field = &opening["fields"][0];
    assert_eq!((&field["name"], &field["type"], &field["required"]), (&json!("S1"), &json!("signature"), &json!(true)));
    assert_eq!(field["widgets"][0]["page"], 1);

    let submitted = signer.submit(&submission(&opening, json!([in_field("S1")]))).await;
    assert_eq!(submitted.status, StatusCode::ACCEPTED, "{submitted:?}");
    assert_eq!(submitted.json()["sealing"], true);
    let result_url = submitted.text("resultUrl");
    assert!(result_url.starts_with("https://shop.sk/done?order=1&name=Zmluva%20%C4%8D.%201&docid="), "{result_url}");
    assert!(result_url.contains("&lang=sk-SK&result=success&ts="), "{result_url}");
    assert_eq!(signer.settled().await["state"], "signed");

    let [callback] = &receiver.wait_for(1, PATIENCE).await[..] else { panic!("one callback") };
    assert_eq!(
        String::from_utf8_lossy(&callback.body),
        format!(r#"{{"state":"signed","id":"{}","signatureRequestId":"{}"}}"#, signer.document, answer.text("result"))
    );
    assert!(callback.headers["webhook-id"].starts_with("evt_"));
    assert!(callback.headers["webhook-signature"].starts_with("v1,"));
    assert!(callback.headers.contains_key("webhook-timestamp"));

    let file = tenant.get(&server, &format!("/JSON/document/{}", signer.document)).await;
    let [report] = &pdf::verify(&file.bytes).unwrap()[..] else { panic!("one signature") };
    assert!(report.signed_by.is_ok() && report.covers_file);
    assert_eq!(report.signer_name.as_deref(), Some("Jozef Novák"));
    let metadata = tenant.get(&server, &format!("/JSON/document/metadata/{}", signer.document)).await.json();
    assert_eq!(metadata["state"], "signed");
    assert!(metadata.get("sealing").is_none());

    // The link has ended, for the page and for whoever follows it.
    let again = signer.call(Method::POST, "openings", &json!({})).await;
    assert_eq!((again.status.as_u16(), again.code().as_str()), (410, "err.link.ended"));
    assert_eq!(again.json()["value"], "signed");
    let path = answer.text("url").replace("http://127.0.0.1:8080", "");
    let page = server.nobody(Method::GET, &path).await;
    assert_eq!(page.status, StatusCode::GONE);
    assert!(String::from_utf8_lossy(&page.bytes).contains("This document is signed"));

    let list = read(server.request(Method::GET, "/api/signing/signature-requests?mode=live", &server.member(tenant.tenant)).send().await.unwrap()).await.json();
    assert_eq!(list["items"][0]["state"], "signed");
    assert!(list["items"][0]["signedAt"].is_i64() && list["items"][0]["openedAt"].is_i64());
}

#[actix_web::test]
async fn a_second_round_leaves_the_first_signature_whole() {
    let (server, tenant) = (Server::start().await, Integrator::new());
    let first = created(&server, &tenant, &json!({"allowedFields": {"SIGNATURE": "S1"}})).await;
    let document = first.text("documentId");
    let signer = Signer::follow(&server, &first.text("url")).await;
    let opening = signer.open().await;
    assert_eq!(opening["fields"][1]["readOnly"], true);
    let not_theirs = submission(&opening, json!([in_field("S1"), in_field("SO1")]));
    assert_eq!(signer.submit(&not_theirs).await.code(), "err.invalid.field");
    signer.submit(&submission(&opening, json!([in_field("S1")]))).await;
    assert_eq!(signer.settled().await["state"], "signed");

    let round = json!({"id": document, "allowedFields": {"SIGNATURE": ["SO1"]}});
    let refused = tenant.create(&server, &round).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (409, "err.document.state"));
    let second = tenant.create(&server, &with(round, &json!({"changeState": "tosign"}))).await;
    assert_eq!(second.text("documentId"), document);
    let old_signer = signer;
    let signer = Signer::follow(&server, &second.text("url")).await;
    assert_ne!(signer.token, old_signer.token);
    let opening = signer.open().await;
    assert_eq!(opening["fields"][0]["signed"], true);
    signer.submit(&submission(&opening, json!([in_field("SO1")]))).await;
    assert_eq!(signer.settled().await["state"], "signed");
    let file = tenant.get(&server, &format!("/JSON/document/{document}")).await;
    let reports = pdf::verify(&file.bytes).unwrap();
    assert_eq!(reports.len(), 2);
    assert!(reports.iter().all(|report| report.signed_by.is_ok()));
    assert_eq!(old_signer.call(Method::POST, "openings", &json!({})).await.json()["value"], "signed");
}

#[actix_web::test]
async fn a_canceled_document_stays_canceled_and_is_told() {
    let (server, tenant, receiver) = (Server::start().await, Integrator::new(), Receiver::start());
    let answer = created(&server, &tenant, &json!({"rules": {"sendInfo": receiver.url("/hook")}})).await;
    let signer = Signer::follow(&server, &answer.text("url")).await;
    signer.open().await;
    let canceled = signer.call(Method::POST, "cancellation", &json!({"reason": "wrong price", "locale": "en-GB"})).await;
    assert_eq!(canceled.status, StatusCode::OK, "{canceled:?}");
    let result_url = canceled.text("resultUrl");
    assert!(result_url.starts_with("http://127.0.0.1:8080/thankYouPage.html?name="), "{result_url}");
    assert!(result_url.contains("&lang=en-GB&result=close&"), "{result_url}");
    let callbacks = receiver.wait_for(1, PATIENCE).await;
    assert_eq!(callbacks[0].json()["state"], "canceled");
    assert_eq!(signer.settled().await["state"], "canceled");
    let again = signer.call(Method::POST, "cancellation", &json!({})).await;
    assert_eq!(again.json()["value"], "canceled");
    let list = read(server.request(Method::GET, "/api/signing/signature-requests?mode=live&state=canceled", &server.member(tenant.tenant)).send().await.unwrap()).await.json();
    assert_eq!(list["items"][0]["cancelReason"], "wrong price");
}

#[actix_web::test]
async fn a_submission_must_hold_what_was_asked_and_nothing_else() {
    let (server, tenant) = (Server::start().await, Integrator::new());
    let more = json!({"rules": {"mouseSignature": false, "signAnywhereEnabled": false}});
    let signer = Signer::follow(&server, &created(&server, &tenant, &more).await.text("url")).await;
    let opening = signer.open().await;
    let finger = |field: &str| with(ink("touch"), &json!({"field": field}));
    let place = with(ink("touch"), &json!({"place": {"page": 1, "x": 10, "y": 10, "width": 100, "height": 40}}));
    let typed = json!({"field": "S1", "kind": "typed", "text": "Jozef", "strokes": [], "pad": {"width": 1, "height": 1}});
    for wrong in [
        json!([]),
        json!([in_field("S1")]),
        json!([typed]),
        json!([finger("S1"), place]),
        json!([finger("S1"), finger("nope")]),
        json!([finger("S1"), finger("S1")]),
        json!([with(finger("S1"), &json!({"strokes": []}))]),
    ] {
        let answer = signer.submit(&submission(&opening, wrong.clone())).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, "err.invalid.field"), "{wrong}");
    }
    let sound = submission(&opening, json!([finger("S1")]));
    let stale = with(sound.clone(), &json!({"digest": "0".repeat(64)}));
    assert_eq!(signer.submit(&stale).await.code(), "err.document.state");
    let unknown = with(sound.clone(), &json!({"fields": {"nope": "x"}}));
    assert_eq!(signer.submit(&unknown).await.code(), "err.invalid.field");
    assert_eq!(signer.submit(&sound).await.status, StatusCode::ACCEPTED);
    let twice = signer.submit(&sound).await;
    assert!([409, 410].contains(&twice.status.as_u16()), "{twice:?}");
    assert_eq!(signer.settled().await["state"], "signed");
}

#[actix_web::test]
async fn a_document_without_fields_is_signed_anywhere_as_often_as_asked() {
    let (server, tenant) = (Server::start().await, Integrator::new());
    let content = crate::server::base64(&pdf::sample::contract_without_fields("Note"));
    let body = json!({"filedata": {"content": content}, "rules": "guiSignatureNumber-2_guiRequestSignerName"});
    let signer = Signer::follow(&server, &tenant.create(&server, &body).await.text("url")).await;
    let opening = signer.open().await;
    let at = |y: i32| with(ink("pen"), &json!({"place": {"page": 1, "x": 60, "y": y, "width": 150, "height": 50}}));
    let named = |signatures| with(submission(&opening, signatures), &json!({"signerName": "Jana"}));
    assert_eq!(signer.submit(&named(json!([at(100)]))).await.code(), "err.invalid.field");
    assert_eq!(signer.submit(&submission(&opening, json!([at(100), at(300)]))).await.code(), "err.invalid.field");
    assert_eq!(signer.submit(&named(json!([at(100), at(9_000)]))).await.code(), "err.invalid.field");
    assert_eq!(signer.submit(&named(json!([at(100), at(300)]))).await.status, StatusCode::ACCEPTED);
    assert_eq!(signer.settled().await["state"], "signed");
    let file = tenant.get(&server, &format!("/rest/document/{}", signer.document)).await;
    let names: Vec<_> = pdf::verify(&file.bytes).unwrap().into_iter().map(|report| report.signer_name).collect();
    assert_eq!(names, [Some("Jana".to_owned()), Some("Jana".to_owned())]);
}

#[actix_web::test]
async fn links_that_open_nothing_are_a_plain_400_page() {
    let (server, tenant) = (Server::start().await, Integrator::new());
    let guessable = created(&server, &tenant, &json!({"signatureRequestId": "order-1"})).await;
    for path in [
        "/openDocument/order-1",
        "/openDocument/order-1?k=00000000000000000000000000000000",
        "/openDocument/nope",
        "/openDocument/1d58a59e-e8f7-4d07-bb99-d3fa39cb58a8",
    ] {
        let page = server.nobody(Method::GET, path).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(page.header("content-type").starts_with("text/html"));
    }
    Signer::follow(&server, &guessable.text("url")).await;
    let short = server.nobody(Method::GET, "/1d58a59e-e8f7-4d07-bb99-d3fa39cb58a8").await;
    assert_eq!(short.header("location"), "/openDocument/1d58a59e-e8f7-4d07-bb99-d3fa39cb58a8");
}

#[actix_web::test]
async fn links_end_by_time_and_by_deletion() {
    let (server, tenant) = (Server::start().await, Integrator::new());
    let expiring = created(&server, &tenant, &json!({"rules": "lang-sk"})).await;
    let deleted = created(&server, &tenant, &json!({"signatureRequestId": "b"})).await;
    let gone = created(&server, &tenant, &json!({"signatureRequestId": "c"})).await;
    let signer = Signer::follow(&server, &expiring.text("url")).await;
    let withdrawn = Signer::follow(&server, &deleted.text("url")).await;
    let orphan = Signer::follow(&server, &gone.text("url")).await;
    tenant.call(&server, Method::DELETE, "/JSON/signatureRequest/b", &Value::Null).await;
    tenant.call(&server, Method::DELETE, &format!("/JSON/document/{}", orphan.document), &Value::Null).await;
    for ended in [&withdrawn, &orphan] {
        let answer = ended.call(Method::POST, "openings", &json!({})).await;
        assert_eq!((answer.status.as_u16(), answer.json()["value"].clone()), (410, json!("deleted")));
    }
    server.clock.advance(Duration::from_hours(25));
    let answer = signer.call(Method::GET, "file", &Value::Null).await;
    assert_eq!((answer.status.as_u16(), answer.json()["value"].clone()), (410, json!("expired")));
    let path = expiring.text("url").replace("http://127.0.0.1:8080", "");
    let page = server.nobody(Method::GET, &path).await;
    assert_eq!(page.status, StatusCode::GONE);
    assert!(String::from_utf8_lossy(&page.bytes).contains("Platnosť odkazu vypršala"));
    let stranger = Signer { token: "0".repeat(64), ..signer };
    let answer = stranger.call(Method::POST, "openings", &json!({})).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (401, "err.link.invalid"));
}

#[actix_web::test]
async fn following_a_link_changes_nothing_and_opening_does() {
    let (server, tenant) = (Server::start().await, Integrator::new());
    let answer = created(&server, &tenant, &json!({})).await;
    let state = || async {
        let path = "/api/signing/signature-requests?mode=live";
        let list = server.request(Method::GET, path, &server.member(tenant.tenant)).send().await;
        read(list.unwrap()).await.json()["items"][0]["state"].clone()
    };
    let signer = Signer::follow(&server, &answer.text("url")).await;
    let path = answer.text("url").replace("http://127.0.0.1:8080", "");
    assert_eq!(server.nobody(Method::HEAD, &path).await.status, StatusCode::FOUND);
    assert_eq!(state().await, "waiting");
    signer.open().await;
    assert_eq!(state().await, "opened");
    server.clock.advance(Duration::from_hours(25));
    assert_eq!(state().await, "expired");
}

#[actix_web::test]
async fn a_receiver_that_is_down_for_an_hour_shows_and_is_called_again() {
    let (server, tenant, receiver) = (Server::start().await, Integrator::new(), Receiver::start());
    receiver.refuse_next(u32::MAX);
    let answer = created(&server, &tenant, &json!({"sendInfoURL": receiver.url("/hook")})).await;
    let signer = Signer::follow(&server, &answer.text("url")).await;
    let opening = signer.open().await;
    signer.submit(&submission(&opening, json!([in_field("S1")]))).await;
    assert_eq!(signer.settled().await["state"], "signed");
    receiver.wait_for(1, PATIENCE).await;
    let document = signer.document.clone();
    let state_is = |wanted: &'static str| {
        let (server, tenant, document) = (&server, &tenant, &document);
        async move {
            let started = std::time::Instant::now();
            loop {
                let path = format!("/JSON/document/metadata/{document}");
                let metadata = tenant.get(server, &path).await.json();
                if metadata["state"] == wanted {
                    return;
                }
                assert!(started.elapsed() < PATIENCE, "{metadata} is not {wanted}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    };
    server.clock.advance(Duration::from_mins(61));
    state_is("errorsendinfo").await;
    receiver.refuse_next(0);
    server.clock.advance(Duration::from_mins(61));
    state_is("signed").await;
    let callbacks = receiver.callbacks();
    assert!(callbacks.len() >= 3);
    assert!(callbacks.iter().all(|callback| callback.headers["webhook-id"] == callbacks[0].headers["webhook-id"]));
}

#[actix_web::test]
async fn the_root_certificate_and_its_revocation_list_are_served() {
    let server = Server::start().await;
    let root = server.nobody(Method::GET, "/pki/root.crt").await;
    assert_eq!(root.header("content-type"), "application/pkix-cert");
    assert_eq!(root.bytes.first(), Some(&0x30));
    let list = server.nobody(Method::GET, "/pki/root.crl").await;
    assert_eq!(list.header("content-type"), "application/pkix-crl");
    let thanks = server.nobody(Method::GET, "/thankYouPage.html?result=success&lang=hu-HU").await;
    assert!(String::from_utf8_lossy(&thanks.bytes).contains("Köszönjük"));
}
