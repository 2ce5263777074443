//! Anybody's PDF is verified: with a key as bytes or as a form, without one on the public page.

use internal_auth::Caller;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::server::{Answer, Integrator, Server, contract, on_both_stores, read};
use crate::signer::{Signer, in_field, submission};

/// A contract that one signer signed.
async fn signed(server: &Server, tenant: &Integrator) -> Vec<u8> {
    let created = tenant.create(server, &contract()).await;
    let signer = Signer::follow(server, &created.text("url")).await;
    let opening = signer.open().await;
    signer
        .submit(&submission(&opening, &json!([in_field("S1")])))
        .await;
    assert_eq!(signer.settled().await["state"], "signed");
    let path = format!("/rest/document/{}", created.text("documentId"));
    tenant.get(server, &path).await.bytes
}

async fn post(server: &Server, caller: Caller, path: &str, body: Vec<u8>) -> Answer {
    let request = server.request(Method::POST, path, &server.token(caller, None));
    read(request.body(body).send().await.unwrap()).await
}

/// The file in a part of a form.
async fn form(server: &Server, token: &str, part: &str, file: &[u8]) -> Answer {
    let head = format!(
        "--border\r\nContent-Disposition: form-data; name=\"{part}\"; filename=\"a.pdf\"\r\n\
         Content-Type: application/pdf\r\n\r\n"
    );
    let body = [head.as_bytes(), file, b"\r\n--border--\r\n"].concat();
    let request = server
        .request(Method::POST, "/v1/verify", token)
        .header("content-type", "multipart/form-data; boundary=border");
    read(request.body(body).send().await.unwrap()).await
}

on_both_stores! {
    async fn a_signed_file_is_trusted_and_a_tampered_one_is_not(server: Server) {
        let tenant = Integrator::new();
        let file = signed(&server, &tenant).await;
        let kept = server.stored_files();
        let told = post(&server, tenant.caller(), "/v1/verify", file.clone()).await;
        assert_eq!(told.status, StatusCode::OK, "{told:?}");
        let told = told.json();
        assert_eq!(told["verdict"], "trusted", "{told}");
        let one = &told["signatures"][0];
        assert_eq!(one["field"], "S1");
        assert_eq!(one["coverage"], "wholeFile");
        assert_eq!(one["integrity"], json!({"state": "whole"}));
        assert_eq!(one["after"], "unchanged");
        assert_eq!(one["trust"]["state"], "trusted");

        let mut tampered = file.clone();
        tampered.extend_from_slice(b"\n99 0 obj\n<</Hidden true>>\nendobj\n");
        let told = post(&server, tenant.caller(), "/v1/verify", tampered).await.json();
        assert_eq!(told["verdict"], "broken", "{told}");
        assert_eq!(told["signatures"][0]["after"], "changed");
        assert_eq!(told["signatures"][0]["changes"][0]["kind"], "hidden");
        assert_eq!(server.stored_files(), kept, "nothing is kept");
    }

    async fn a_form_and_the_public_page_take_files_too(server: Server) {
        let tenant = Integrator::new();
        let file = signed(&server, &tenant).await;
        let token = server.token(tenant.caller(), None);
        let told = form(&server, &token, "file", &file).await;
        assert_eq!(told.json()["verdict"], "trusted", "{told:?}");
        let told = post(&server, Caller::Nobody, "/verify", file).await;
        assert_eq!(told.json()["verdict"], "trusted", "{told:?}");
        assert_eq!(told.header("cache-control"), "no-store");
        let refused = post(&server, Caller::Nobody, "/v1/verify", Vec::new()).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{refused:?}");
    }

    async fn what_cannot_be_verified_is_refused_with_a_reason(server: Server) {
        let tenant = Integrator::new();
        let refused = post(&server, tenant.caller(), "/v1/verify", b"hello".to_vec()).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{refused:?}");
        assert_eq!(refused.code(), "err.invalid.file");
        let token = server.token(tenant.caller(), None);
        let refused = form(&server, &token, "other", b"x").await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{refused:?}");
        let large = vec![b' '; 25 * 1024 * 1024 + 1];
        let refused = post(&server, Caller::Nobody, "/verify", large).await;
        assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE, "{refused:?}");
    }
}
