//! Documents by e-mail: sent on demand, and to whom the rules name once the document is signed.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::mail::{messages, told};
use crate::server::{Answer, Integrator, Server, on_both_stores, read, with};
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
