//! Documents by e-mail: sent on demand, and to whom the rules name once the document is signed.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use test_kit::{MailSecurity, MailServer};

use crate::mail::{messages, sending, told};
use crate::server::{Answer, Integrator, PATIENCE, Server, base64, on_both_stores, read, with};
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

/// A page with a picture of noise, which nothing makes smaller: 7.8 MB.
fn large() -> Vec<u8> {
    const SIDE: usize = 2_800;
    let mut state: u32 = 1;
    let noise: Vec<u8> = (0..SIDE * SIDE)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state.to_be_bytes()[0]
        })
        .collect();
    let draws = "q 400 0 0 400 72 300 cm /I Do Q";
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    let objects: [Vec<u8>; 5] = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>".to_vec(),
        format!("<< /Length {} >>\nstream\n{draws}\nendstream", draws.len()).into_bytes(),
        [
            format!(
                "<< /Type /XObject /Subtype /Image /Width {SIDE} /Height {SIDE} /ColorSpace /DeviceGray /BitsPerComponent 8 /Length {} >>\nstream\n",
                noise.len()
            )
            .into_bytes(),
            noise,
            b"\nendstream".to_vec(),
        ]
        .concat(),
    ];
    for (index, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        file.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
        file.extend_from_slice(object);
        file.extend_from_slice(b"\nendobj\n");
    }
    let table = file.len();
    file.extend_from_slice(b"xref\n0 6\n0000000000 65535 f \n");
    for offset in offsets {
        file.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    let end = format!("trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
    file.extend_from_slice(end.as_bytes());
    file
}

#[actix_web::test]
async fn what_is_too_large_for_a_letter_is_fetched_by_its_link_without_a_key_until_it_is_deleted() {
    let post = MailServer::start(MailSecurity::StartTls).await;
    let (server, tenant) = (sending(&post).await, Integrator::new());
    let content = json!({"file": {"content": base64(&large())}, "filename": "Veľká zmluva.pdf"});
    let document = uploaded(&server, &tenant, &content).await;
    let body = json!({"emailTo": "jana@example.sk", "lang": "en"});
    let sent = send(&server, &tenant, &document, (None, &body)).await;
    assert_eq!(sent.status, StatusCode::ACCEPTED, "{sent:?}");
    let letter = post.wait_for(1, PATIENCE).await.remove(0);
    assert_eq!(letter["attachments"], json!([]));
    let text = letter["text"].as_str().unwrap();
    let start = "http://127.0.0.1:8080/downloadDocument/";
    let word = text.split_whitespace().find(|word| word.starts_with(start));
    let link = word.unwrap().strip_prefix("http://127.0.0.1:8080").unwrap();

    let fetched = server.nobody(Method::GET, link).await;
    let by_key = tenant
        .get(&server, &format!("/JSON/document/{document}"))
        .await;
    assert_eq!(fetched.status, StatusCode::OK, "{}", fetched.code());
    assert_eq!(fetched.header("content-type"), "application/pdf");
    assert!(
        fetched
            .header("content-disposition")
            .contains("Ve%C4%BEk%C3%A1")
    );
    assert!(fetched.bytes == by_key.bytes && 7_800_000 < fetched.bytes.len());
    assert_eq!(
        server.nobody(Method::HEAD, link).await.status,
        StatusCode::OK
    );

    let (path, key) = link.split_once("?k=1-").unwrap();
    let other = uploaded(&server, &tenant, &json!({})).await;
    for wrong in [
        path.to_owned(),
        format!("{path}?k="),
        format!("{path}?k={key}"),
        format!("{path}?k=1-{}", "0".repeat(key.len())),
        format!("{path}?k=2-{key}"),
        format!("/downloadDocument/{other}?k=1-{key}"),
        format!("/downloadDocument/nothing?k=1-{key}"),
    ] {
        let refused = server.nobody(Method::GET, &wrong).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{wrong}");
    }

    // The time that was announced has come; another instance sweeps as it starts.
    server.clock.advance(Duration::from_hours(24 * 30 + 1));
    server.second_instance().await;
    let started = Instant::now();
    while server.nobody(Method::GET, link).await.status != StatusCode::GONE {
        assert!(started.elapsed() < PATIENCE, "it is still there");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let wrong = format!("{path}?k=1-{}", "0".repeat(key.len()));
    let unknown = server.nobody(Method::GET, &wrong).await;
    assert_eq!(
        unknown.status,
        StatusCode::BAD_REQUEST,
        "who has no key hears nothing of it"
    );
}
