//! Pages as pictures: who may see them, that they follow the revision, that they go with the document.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::server::{Answer, Integrator, Server, on_both_stores, read};
use crate::signer::{Signer, created, in_field, submission};

/// Width and height as the PNG's header tells them.
fn size(answer: &Answer) -> (u32, u32) {
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.header("content-type"), "image/png");
    assert!(answer.bytes.starts_with(b"\x89PNG\r\n\x1a\n"));
    let number =
        |at: usize| u32::from_be_bytes(answer.bytes.get(at..at + 4).unwrap().try_into().unwrap());
    (number(16), number(20))
}

on_both_stores! {
    async fn a_page_is_seen_by_integrator_member_and_signer_alike(server: Server) {
        let tenant = Integrator::new();
        let answer = created(&server, &tenant, &json!({})).await;
        let document = answer.text("documentId");
        let theirs = tenant.get(&server, &format!("/v1/documents/{document}/pages/1")).await;
        // A4, in the width that is drawn where none is asked for.
        assert_eq!(size(&theirs), (640, 906));
        let path = format!("/api/signing/documents/{document}/pages/1?mode=live");
        let member = server.request(Method::GET, &path, &server.member(tenant.tenant));
        let members = read(member.send().await.unwrap()).await;
        assert_eq!(members.bytes, theirs.bytes);
        let signer = Signer::follow(&server, &answer.text("url")).await;
        let signers = signer.call(Method::GET, "pages/1?width=600", &Value::Null).await;
        assert_eq!(signers.bytes, theirs.bytes);
        let small = tenant
            .get(&server, &format!("/v1/documents/{document}/pages/1?width=161"))
            .await;
        assert_eq!(size(&small).0, 320);
    }

    async fn a_picture_is_not_shown_to_others_and_a_page_that_is_not_there_is_told(server: Server) {
        let tenant = Integrator::new();
        let answer = created(&server, &tenant, &json!({})).await;
        let path = format!("/v1/documents/{}/pages", answer.text("documentId"));
        let told = |answer: Answer| (answer.status.as_u16(), answer.code());
        let stranger = Integrator::new().get(&server, &format!("{path}/1")).await;
        assert_eq!(told(stranger), (404, "err.not.found".to_owned()));
        let beyond = tenant.get(&server, &format!("{path}/2")).await;
        assert_eq!(beyond.json()["detail"], "The document has pages 1 to 1.");
        assert_eq!(told(beyond), (404, "err.not.found".to_owned()));
        for width in ["0", "1921"] {
            let wide = tenant.get(&server, &format!("{path}/1?width={width}")).await;
            assert_eq!(told(wide), (400, "err.invalid.field".to_owned()));
        }
        let mut signer = Signer::follow(&server, &answer.text("url")).await;
        signer.token = "0".repeat(64);
        let forged = signer.call(Method::GET, "pages/1", &Value::Null).await;
        assert_eq!(told(forged), (401, "err.link.invalid".to_owned()));
    }

    async fn a_picture_is_drawn_once_for_each_revision_and_goes_with_the_document(server: Server) {
        let tenant = Integrator::new();
        let answer = created(&server, &tenant, &json!({})).await;
        let path = format!("/v1/documents/{}/pages/1", answer.text("documentId"));
        let files = server.stored_files();
        let unsigned = tenant.get(&server, &path).await;
        assert_eq!(server.stored_files(), files + 1, "kept beside the document");
        let again = tenant.get(&server, &path).await;
        assert_eq!((&again.bytes, again.header("etag")), (&unsigned.bytes, unsigned.header("etag")));
        let known = server
            .request(Method::GET, &path, &server.token(tenant.caller(), None))
            .header("if-none-match", unsigned.header("etag"));
        assert_eq!(known.send().await.unwrap().status(), StatusCode::NOT_MODIFIED);

        let signer = Signer::follow(&server, &answer.text("url")).await;
        let opening = signer.open().await;
        signer.submit(&submission(&opening, &json!([in_field("S1")]))).await;
        assert_eq!(signer.settled().await["state"], "signed");
        let sealed = tenant.get(&server, &path).await;
        assert_ne!(sealed.header("etag"), unsigned.header("etag"));
        assert_ne!(sealed.bytes, unsigned.bytes, "the signature is seen");

        let document = format!("/JSON/document/{}", answer.text("documentId"));
        let deleted = tenant.call(&server, Method::DELETE, &document, &Value::Null).await;
        assert_eq!(deleted.status, StatusCode::OK);
        // The audit page outlives its document; whether its job has run by now is not the point here.
        assert!(server.stored_files() <= 1, "no picture and no revision stays behind");
        assert_eq!(tenant.get(&server, &path).await.status, StatusCode::NOT_FOUND);
    }
}
