//! Word and Excel files: converted in each of the three ways in, kept as they came, refused with a reason.

use base64::Engine as _;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use test_kit::office;

use crate::server::{Integrator, Server, StoreKind, base64, held, read};

fn settings() -> office_converter::Settings {
    // Built beside the test's own program, in the folder above.
    let here = std::env::current_exe().unwrap();
    let launcher = here
        .parent()
        .and_then(std::path::Path::parent)
        .unwrap()
        .join("office-converter");
    assert!(launcher.is_file(), "built with the workspace");
    // LibreOffice; infra/dev/tools.sh installs it.
    let office = office_converter::find().unwrap();
    let mut settings = office_converter::Settings::new(launcher, Vec::new(), office);
    settings.patience = std::time::Duration::from_secs(90);
    settings
}

async fn server() -> Server {
    Server::converting(settings()).await
}

fn file(filename: &str, content: &[u8]) -> Value {
    json!({"filedata": {"filename": filename, "content": base64(content)}})
}

async fn check(server: &Server, tenant: &Integrator, document: &str, sent: &[u8]) {
    let pdf = tenant
        .get(server, &format!("/JSON/document/{document}"))
        .await;
    assert!(pdf.bytes.starts_with(b"%PDF-"), "{pdf:?}");
    assert!(
        pdf.header("content-disposition").contains(".pdf"),
        "{pdf:?}"
    );
    let original = tenant
        .get(server, &format!("/v1/documents/{document}/original"))
        .await;
    assert_eq!(original.bytes, sent);
    assert!(
        original.header("content-disposition").contains(".docx"),
        "{original:?}"
    );
    assert_eq!(
        original.header("content-type"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    );
    let token = server.token(tenant.caller(), None);
    let record = server
        .request(
            Method::GET,
            &format!("/v1/documents/{document}/audit"),
            &token,
        )
        .header("accept", "application/json");
    let record = read(record.send().await.unwrap()).await.json();
    let uploaded = &record["events"][0]["fact"];
    assert_eq!(uploaded["filename"], "Zmluva.docx");
    let by = uploaded["convertedBy"].as_str().unwrap();
    assert!(by.starts_with("LibreOffice "), "{by}");
}

#[actix_web::test]
async fn a_word_file_is_signed_as_a_pdf_whichever_way_it_comes() {
    let (server, tenant) = (server().await, Integrator::new());
    server.know(&tenant, 10_000_000).await;
    let word = office::docx("Zmluva");
    let created = tenant.create(&server, &file("Zmluva.docx", &word)).await;
    assert_eq!(created.status, StatusCode::OK, "{created:?}");
    check(&server, &tenant, &created.text("documentId"), &word).await;

    let body = json!({"filename": "Zmluva.docx", "file": {"content": base64(&word)}});
    let uploaded = tenant
        .call(&server, Method::POST, "/JSON/document", &body)
        .await;
    assert_eq!(uploaded.status, StatusCode::OK, "{uploaded:?}");
    check(&server, &tenant, &uploaded.text("result"), &word).await;

    let token = server.token(tenant.caller(), Some(held(domain::ChargeId::generate())));
    let mut form =
        b"--limit\r\nContent-Disposition: form-data; name=\"dataText\"\r\n\r\n{}\r\n--limit\r\n\
        Content-Disposition: form-data; name=\"file\"; filename=\"Zmluva.docx\"\r\n\r\n"
            .to_vec();
    form.extend(&word);
    form.extend(b"\r\n--limit--\r\n");
    let sent = server
        .request(Method::POST, "/JSON/upload", &token)
        .header("content-type", "multipart/form-data; boundary=limit")
        .body(form);
    let sent = read(sent.send().await.unwrap()).await;
    assert_eq!(sent.status, StatusCode::OK, "{sent:?}");
    check(&server, &tenant, &sent.text("documentId"), &word).await;
}

#[actix_web::test]
async fn tags_of_a_word_file_become_fields() {
    let (server, tenant) = (server().await, Integrator::new());
    let word = office::docx("Podpis: _S1_");
    let mut body = file("Zmluva.docx", &word);
    body["filedata"]["state"] = json!("tags");
    let created = tenant.create(&server, &body).await;
    assert_eq!(created.status, StatusCode::OK, "{created:?}");
}

#[actix_web::test]
async fn a_lie_is_refused_and_costs_nothing() {
    let (server, tenant) = (server().await, Integrator::new());
    let sheet = office::xlsx("a");
    let refused = tenant.create(&server, &file("Zmluva.docx", &sheet)).await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (StatusCode::BAD_REQUEST, "err.invalid.file")
    );
    assert!(refused.text("detail").contains(".docx"), "{refused:?}");
    assert_eq!(refused.header("x-okd-verdict"), "refused");
    assert_eq!(server.stored_files(), 0);
    let pdf = base64::engine::general_purpose::STANDARD
        .decode(crate::server::sample())
        .unwrap();
    let taken = tenant.create(&server, &file("Zmluva.docx", &pdf)).await;
    assert_eq!(
        taken.status,
        StatusCode::OK,
        "a PDF is one whatever it is called: {taken:?}"
    );
}

#[actix_web::test]
async fn without_a_converter_the_answer_is_plain() {
    let (server, tenant) = (Server::on(StoreKind::Sqlite).await, Integrator::new());
    let refused = tenant
        .create(&server, &file("Zmluva.docx", &office::docx("a")))
        .await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (StatusCode::BAD_REQUEST, "err.invalid.file")
    );
    assert!(
        refused.text("detail").contains("save the file as PDF"),
        "{refused:?}"
    );
}

#[actix_web::test]
async fn a_converter_that_cannot_be_run_is_our_fault_and_not_the_files() {
    let mut broken = settings();
    broken.office = "/nonexistent/soffice".into();
    let server = Server::converting(broken).await;
    let answer = Integrator::new()
        .create(&server, &file("Zmluva.docx", &office::docx("a")))
        .await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "err.unavailable")
    );
    assert!(!answer.header("retry-after").is_empty(), "{answer:?}");
}
