//! Documents by e-mail: sent on demand, and to whom the rules name once the document is signed.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::mail::{messages, told};
use crate::server::{Answer, Integrator, Server, base64, on_both_stores, read, with};
use crate::signer::{Signer, created, in_field, submission};

async fn send(
    server: &Server,
    tenant: &Integrator,
    document: &str,
    (key, body): (Option<&str>, &Value),
) -> Answer {
    let token = server.token(tenant.caller(), None);
    let path = format!("/JSON/document/{document}/send");
    let mut request = server.request(Method::POST, &path, &token);
    if let Some(key) = key {
        request = request.header("Idempotency-Key", key);
    }
    read(request.body(body.to_string()).send().await.unwrap()).await
}

async fn uploaded(server: &Server, tenant: &Integrator, more: &Value) -> String {
    let body = with(
        json!({"file": {"content": crate::server::sample()}, "filename": "Zmluva č. 1.pdf"}),
        more,
    );
    let answer = tenant
        .call(server, Method::POST, "/JSON/document", &body)
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    answer.text("result")
}

/// The sample with bytes behind it that make it too large for a letter.
fn large() -> String {
    let mut file = pdf::sample::contract("Large");
    let noise: Vec<u8> = (0..7_500_000_u32)
        .map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8 | 0x80)
        .collect();
    file.extend_from_slice(b"\n%");
    file.extend_from_slice(&noise);
    file.extend_from_slice(b"\n");
    base64(&file)
}

on_both_stores! {
    async fn a_document_is_sent_to_each_address_once_and_a_repeat_sends_nothing(server: Server) {
        let tenant = Integrator::new();
        let document = uploaded(&server, &tenant, &json!({})).await;
        let body = json!({"emailTo": "jana@example.sk;jozef@firma.sk; jana@example.sk", "emailMessage": "Tu je.", "lang": "en"});
        let answer = send(&server, &tenant, &document, (Some("k1"), &body)).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{answer:?}");
        assert_eq!(
            answer.json(),
            json!({"message": "msg.document.sent", "result": document, "documentId": document, "code": "SUCCESS", "statusCode": 202, "success": true})
        );
        let again = send(&server, &tenant, &document, (Some("k1"), &body)).await;
        assert_eq!((again.status, again.header("idempotent-replayed"), &again.bytes), (StatusCode::ACCEPTED, "true", &answer.bytes));
        let mut to: Vec<String> = messages(&server).await.iter().map(|message| message["to"].as_str().unwrap().to_owned()).collect();
        to.sort();
        assert_eq!(to, ["jana@example.sk", "jozef@firma.sk"]);
        let letter = &messages(&server).await[0];
        assert_eq!(letter["subject"], "tatra sends you: Zmluva č. 1.pdf");
        assert!(letter["text"].as_str().unwrap().contains("| Tu je."), "{letter}");
        assert!(letter["text"].as_str().unwrap().contains("The document is attached"), "{letter}");
        assert_eq!(told(&server, &tenant, &document).await.len(), 2);
        let other = json!({"emailTo": "x@y.sk"});
        let mismatch = send(&server, &tenant, &document, (Some("k1"), &other)).await;
        assert_eq!((mismatch.status, mismatch.code().as_str()), (StatusCode::CONFLICT, "err.idempotency.mismatch"));
        let elsewhere = uploaded(&server, &tenant, &json!({})).await;
        let mismatch = send(&server, &tenant, &elsewhere, (Some("k1"), &body)).await;
        assert_eq!(mismatch.code(), "err.idempotency.mismatch", "one key, one document");
    }

    async fn a_send_that_is_wrong_says_where_and_writes_to_nobody(server: Server) {
        let tenant = Integrator::new();
        let document = uploaded(&server, &tenant, &json!({})).await;
        for (body, code, pointer) in [
            (json!([]), "err.invalid.json", ""),
            (json!({}), "err.invalid.field", "/emailTo"),
            (json!({"emailTo": "nobody"}), "err.invalid.field", "/emailTo"),
            (json!({"emailTo": "a@b.sk", "lang": "de"}), "err.invalid.field", "/lang"),
            (json!({"emailTo": "a@b.sk", "emailMessage": "x".repeat(2_001)}), "err.invalid.field", "/emailMessage"),
        ] {
            let answer = send(&server, &tenant, &document, (None, &body)).await;
            assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, code), "{body}");
            assert!(answer.text("value").starts_with(pointer), "{answer:?}");
        }
        let body = json!({"emailTo": "a@b.sk"});
        for (who, id) in [(&tenant, "nothing"), (&Integrator::new(), document.as_str())] {
            let answer = send(&server, who, id, (None, &body)).await;
            assert_eq!((answer.status, answer.code().as_str(), answer.text("value").as_str()), (StatusCode::NOT_FOUND, "err.not.found", id));
        }
        assert!(messages(&server).await.is_empty());
    }

    async fn whom_the_rules_name_gets_the_signed_document(server: Server) {
        let tenant = Integrator::new();
        let rules = json!({"rules": {"emailFinal": "archiv@firma.sk|jana@example.sk", "lang": "sk"}});
        let answer = created(&server, &tenant, &rules).await;
        let signer = Signer::follow(&server, &answer.text("url")).await;
        let opening = signer.open().await;
        signer.submit(&submission(&opening, &json!([in_field("S1")]))).await;
        assert!(messages(&server).await.is_empty(), "not before it is sealed");
        assert_eq!(signer.settled().await["state"], "signed");
        let letters = messages(&server).await;
        let mut to: Vec<&str> = letters.iter().map(|letter| letter["to"].as_str().unwrap()).collect();
        to.sort_unstable();
        assert_eq!(to, ["archiv@firma.sk", "jana@example.sk"]);
        assert_eq!(letters[0]["subject"], "Podpísané: Zmluva č. 1.pdf");
        assert!(!letters[0]["text"].as_str().unwrap().contains("/openDocument/"));
    }
}

#[actix_web::test]
async fn a_large_document_goes_by_a_link_that_ends_with_the_document() {
    let server = Server::on(crate::server::StoreKind::Sqlite).await;
    let tenant = Integrator::new();
    let document = uploaded(&server, &tenant, &json!({"file": {"content": large()}})).await;
    let body = json!({"emailTo": "a@b.sk", "lang": "en"});
    assert_eq!(
        send(&server, &tenant, &document, (None, &body))
            .await
            .status,
        StatusCode::ACCEPTED
    );
    let text = messages(&server).await[0]["text"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(text.contains("It can be downloaded until"), "{text}");
    let link = text
        .split_whitespace()
        .find(|word| word.contains("/downloadDocument/"))
        .unwrap();
    let path = link.strip_prefix("http://127.0.0.1:8080").unwrap();
    let file = server.nobody(Method::GET, path).await;
    assert_eq!(
        (file.status, file.header("content-type")),
        (StatusCode::OK, "application/pdf")
    );
    assert!(file.bytes.starts_with(b"%PDF-"));
    let (open, secret) = path.split_once("?k=").unwrap();
    let wrong = format!(
        "{}{}",
        &secret[..secret.len() - 1],
        if secret.ends_with('0') { "1" } else { "0" }
    );
    let next = secret.replacen("1-", "2-", 1);
    for key in ["", "1-", "1", wrong.as_str(), next.as_str()] {
        let answer = server.nobody(Method::GET, &format!("{open}?k={key}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{key}");
    }
    assert_eq!(
        server.nobody(Method::GET, open).await.status,
        StatusCode::BAD_REQUEST
    );
    server.clock.advance(Duration::from_secs(1));
    let deleted = tenant
        .call(
            &server,
            Method::DELETE,
            &format!("/JSON/document/{document}"),
            &Value::Null,
        )
        .await;
    assert_eq!(deleted.status, StatusCode::OK);
    assert_eq!(
        server.nobody(Method::GET, path).await.status,
        StatusCode::GONE
    );
}
