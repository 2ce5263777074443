//! What stands beside a document: who did what when, as data and as a page, and the file as it was sent.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use test_kit::Receiver;

use crate::server::{
    ADDRESS, Answer, Integrator, PATIENCE, PUBLIC_KEY_ID, Server, on_both_stores, read,
};
use crate::signer::{Signer, created, in_field, submission};

const AGENT: &str = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36";

async fn ask(server: &Server, tenant: &Integrator, path: &str, headers: &[(&str, &str)]) -> Answer {
    let token = server.token(tenant.caller(), None);
    let mut request = server.request(Method::GET, path, &token);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    read(request.send().await.unwrap()).await
}

async fn record(server: &Server, tenant: &Integrator, document: &str) -> Answer {
    let path = format!("/v1/documents/{document}/audit");
    ask(server, tenant, &path, &[("accept", "application/json")]).await
}

fn acts(record: &Value) -> Vec<String> {
    let events = record["events"].as_array().unwrap().iter();
    events
        .map(|event| event["fact"]["act"].as_str().unwrap().to_owned())
        .collect()
}

fn fact<'r>(record: &'r Value, act: &str) -> &'r Value {
    let mut events = record["events"].as_array().unwrap().iter();
    events.find(|event| event["fact"]["act"] == act).unwrap()
}

/// Waits until the record tells of an act.
async fn record_with(server: &Server, tenant: &Integrator, document: &str, act: &str) -> Value {
    let started = std::time::Instant::now();
    loop {
        let told = record(server, tenant, document).await.json();
        if acts(&told).iter().any(|found| found == act) {
            return told;
        }
        assert!(started.elapsed() < PATIENCE, "no {act}: {told}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn signed(server: &Server, tenant: &Integrator, more: &Value) -> String {
    let answer = created(server, tenant, more).await;
    let signer = Signer::follow(server, &answer.text("url")).await;
    let token = server.token(internal_auth::Caller::Nobody, None);
    let path = format!("/page/documents/{}/openings", signer.document);
    let opening = server
        .request(Method::POST, &path, &token)
        .bearer_auth(&signer.token)
        .header("user-agent", AGENT)
        .header("accept-language", "sk-SK,sk;q=0.9")
        .json(&json!({"timeZone": "Europe/Bratislava"}));
    let opening = read(opening.send().await.unwrap()).await;
    assert_eq!(opening.status, StatusCode::OK, "{opening:?}");
    let act = submission(&opening.json(), &json!([in_field("S1")]));
    assert_eq!(signer.submit(&act).await.status, StatusCode::ACCEPTED);
    assert_eq!(signer.settled().await["state"], "signed");
    signer.document
}

/// What a reader of PDF files prints of a page.
fn text_of(pdf: &[u8]) -> String {
    let mut reader = Command::new("pdftotext")
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    reader.stdin.take().unwrap().write_all(pdf).unwrap();
    String::from_utf8(reader.wait_with_output().unwrap().stdout).unwrap()
}

on_both_stores! {
    async fn a_record_tells_who_did_what_when_and_outlives_the_bytes(server: Server) {
        let (tenant, receiver) = (Integrator::new(), Receiver::start());
        server.know(&tenant, 10_000_000).await;
        let more = json!({"sendInfoURL": receiver.url("/hook"), "rules": {"guiSignerName": "Ľubomír Šťastný"}});
        let document = signed(&server, &tenant, &more).await;
        receiver.wait_for(1, PATIENCE).await;
        let told = record_with(&server, &tenant, &document, "callbackTaken").await;
        assert_eq!(
            acts(&told),
            ["uploaded", "registered", "opened", "submitted", "sealed", "callbackTaken"]
        );
        let uploaded = fact(&told, "uploaded");
        assert_eq!(uploaded["actor"], json!({"kind": "key", "key": PUBLIC_KEY_ID, "address": ADDRESS}));
        assert_eq!(uploaded["fact"]["filename"], "Zmluva č. 1.pdf");
        assert_eq!(uploaded["fact"]["originalSha256"], told["originalSha256"]);
        let opened = &fact(&told, "opened")["actor"];
        assert_eq!(
            opened,
            &json!({
                "kind": "signer", "address": ADDRESS, "language": "sk-SK", "zone": "Europe/Bratislava",
                "device": {"class": "phone", "browser": "Chrome 131", "system": "Android 15"},
            })
        );
        let submitted = &fact(&told, "submitted")["fact"];
        assert_eq!(
            (&submitted["signerName"], &submitted["ways"], &submitted["sha256"]),
            (&json!("Ľubomír Šťastný"), &json!(["mouse"]), &uploaded["fact"]["sha256"])
        );
        let sealed = &fact(&told, "sealed")["fact"];
        assert_eq!(sealed["sha256"], told["sha256"]);
        assert!(sealed["certificate"].is_string(), "{sealed}");

        let gone = tenant.call(&server, Method::DELETE, &format!("/JSON/document/{document}"), &Value::Null).await;
        assert_eq!(gone.status, StatusCode::OK, "{gone:?}");
        let after = record(&server, &tenant, &document).await.json();
        assert_eq!(acts(&after).len(), 7);
        assert_eq!(fact(&after, "deleted")["actor"]["key"], PUBLIC_KEY_ID);
        assert!(after["keptUntil"].is_i64() || after["keptUntil"].is_string(), "{after}");
        let page = tenant.get(&server, &format!("/v1/documents/{document}/audit")).await;
        assert_eq!(page.status, StatusCode::OK, "the page outlives the bytes");
        let original = tenant.get(&server, &format!("/v1/documents/{document}/original")).await;
        assert_eq!((original.status, original.code().as_str()), (StatusCode::NOT_FOUND, "err.not.found"));
    }

    async fn the_page_is_sealed_and_the_document_is_not_touched_by_it(server: Server) {
        let tenant = Integrator::new();
        server.know(&tenant, 10_000_000).await;
        let document = signed(&server, &tenant, &json!({})).await;
        let before = tenant.get(&server, &format!("/JSON/document/{document}")).await;
        let path = format!("/v1/documents/{document}/audit");
        let page = tenant.get(&server, &path).await;
        assert_eq!(page.status, StatusCode::OK, "{page:?}");
        assert_eq!(page.header("content-type"), "application/pdf");
        assert!(page.header("content-disposition").contains(".audit.pdf"), "{page:?}");
        let [seal] = &pdf::verify(&page.bytes).unwrap()[..] else {
            panic!("one seal")
        };
        assert!(seal.signed_by.is_ok() && seal.covers_file);
        let text = text_of(&page.bytes);
        for told in ["Audit record", "Tatra Legal", document.as_str(), "192.0.2.7", "Chrome 131"] {
            assert!(text.contains(told), "{told}: {text}");
        }
        let again = ask(&server, &tenant, &path, &[("if-none-match", page.header("etag"))]).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "made once");
        let part = ask(&server, &tenant, &path, &[("range", "bytes=0-3")]).await;
        assert_eq!((part.status, part.bytes.as_slice()), (StatusCode::PARTIAL_CONTENT, &b"%PDF"[..]));
        let after = tenant.get(&server, &format!("/JSON/document/{document}")).await;
        assert_eq!(before.bytes, after.bytes);
    }

    async fn a_declined_round_has_a_page_with_the_reason_and_an_open_one_has_none(server: Server) {
        let tenant = Integrator::new();
        server.know(&tenant, 10_000_000).await;
        let answer = created(&server, &tenant, &json!({})).await;
        let signer = Signer::follow(&server, &answer.text("url")).await;
        signer.open().await;
        let path = format!("/v1/documents/{}/audit", signer.document);
        let none = tenant.get(&server, &path).await;
        assert_eq!((none.status, none.code().as_str()), (StatusCode::CONFLICT, "err.document.state"));
        let reason = json!({"reason": "Wrong amount on page 1", "locale": "en"});
        signer.call(Method::POST, "cancellation", &reason).await;
        let page = tenant.get(&server, &path).await;
        assert_eq!(page.status, StatusCode::OK, "{page:?}");
        assert!(text_of(&page.bytes).contains("Wrong amount on page 1"));
    }

    async fn another_tenants_record_and_original_are_as_unknown_as_none(server: Server) {
        let (tenant, stranger) = (Integrator::new(), Integrator::new());
        let answer = created(&server, &tenant, &json!({})).await;
        let document = answer.text("documentId");
        for what in ["audit", "original"] {
            for accept in ["application/json", "application/pdf"] {
                let path = |id: &str| format!("/v1/documents/{id}/{what}");
                let theirs = ask(&server, &stranger, &path(&document), &[("accept", accept)]).await;
                let missing = ask(&server, &stranger, &path(&"x".repeat(39)), &[("accept", accept)]).await;
                assert_eq!((theirs.status, missing.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
                assert_eq!(theirs.code(), missing.code());
            }
        }
    }

    async fn the_original_comes_back_to_the_byte_after_the_round(server: Server) {
        let tenant = Integrator::new();
        server.know(&tenant, 10_000_000).await;
        let document = signed(&server, &tenant, &json!({})).await;
        let original = tenant.get(&server, &format!("/v1/documents/{document}/original")).await;
        assert_eq!(original.status, StatusCode::OK, "{original:?}");
        assert_eq!(original.bytes, pdf::sample::contract("Service agreement"));
        assert_eq!(original.header("content-type"), "application/pdf");
        assert!(original.header("content-disposition").contains("Zmluva"), "{original:?}");
        assert_eq!(original.header("accept-ranges"), "bytes");
    }
}

#[actix_web::test]
async fn the_page_speaks_the_tenants_language() {
    let server = Server::on(crate::server::StoreKind::Sqlite).await;
    let tenant = Integrator::new();
    for (version, (lang, title)) in [
        ("sk", "Záznam o podpisovaní"),
        ("cs", "Záznam o podepisování"),
        ("en", "Audit record"),
        ("ro", "Registrul semnării"),
        ("uk", "Протокол підписання"),
        ("pl", "Zapis przebiegu podpisania"),
        ("pt", "Registo da assinatura"),
        ("hu", "Aláírási napló"),
    ]
    .into_iter()
    .enumerate()
    {
        let version = i64::try_from(version).unwrap() + 1;
        server.know_as(&tenant, (lang, version), 10_000_000).await;
        let more = json!({"rules": {"guiSignerName": "Łukasz Őrsi Țepeș Їжак"}});
        let document = signed(&server, &tenant, &more).await;
        let page = tenant
            .get(&server, &format!("/v1/documents/{document}/audit"))
            .await;
        if let Some(folder) = std::env::var_os("OKD_KEEP_AUDIT_PAGES") {
            let file = std::path::Path::new(&folder).join(format!("{lang}.pdf"));
            std::fs::write(file, &page.bytes).unwrap();
        }
        let text = text_of(&page.bytes);
        assert!(text.contains(title), "{lang}: {text}");
        assert!(text.contains("Łukasz Őrsi Țepeș Їжак"), "{lang}: {text}");
        assert!(!text.contains('\u{fffd}'), "{lang}: {text}");
    }
}
