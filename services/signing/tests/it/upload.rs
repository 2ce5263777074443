//! Creates as forms, tags and stamps.

use domain::ChargeId;
use internal_auth::Ticket;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::server::{
    Answer, Integrator, Server, base64, contract, held, on_both_stores, read, with,
};

const FIRST_BOUNDARY: &str = "AaB03x";

/// A form as a client would write it.
fn form(boundary: &str, data: &Value, file: Option<&[u8]>) -> Vec<u8> {
    let mut body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"dataText\"\r\n\r\n{data}\r\n"
    )
    .into_bytes();
    if let Some(file) = file {
        body.extend_from_slice(
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\nContent-Type: application/pdf\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    body
}

async fn send(
    server: &Server,
    tenant: &Integrator,
    (ticket, key): (Ticket, &str),
    (boundary, body): (&str, Vec<u8>),
) -> Answer {
    let token = server.token(tenant.caller(), Some(ticket));
    let request = server
        .request(Method::POST, "/JSON/upload", &token)
        .header("Idempotency-Key", key)
        .header(
            "content-type",
            format!("multipart/form-data; boundary={boundary}"),
        )
        .body(body);
    read(request.send().await.unwrap()).await
}

fn fresh() -> Ticket {
    held(ChargeId::generate())
}

on_both_stores! {
    async fn a_form_creates_and_an_honest_retry_with_another_boundary_is_replayed(server: Server) {
        let tenant = Integrator::new();
        let file = pdf::sample::contract("Form");
        let data = json!({"resulturl": "https://a.sk"});
        let first = send(
            &server,
            &tenant,
            (fresh(), "k"),
            (FIRST_BOUNDARY, form(FIRST_BOUNDARY, &data, Some(&file))),
        )
        .await;
        assert_eq!(first.status, StatusCode::OK, "{first:?}");
        assert_eq!(first.header("x-okd-verdict"), "registered");
        let path = format!("/JSON/document/{}", first.text("documentId"));
        assert!(tenant.get(&server, &path).await.bytes.starts_with(b"%PDF-"));
        let metadata = tenant
            .get(
                &server,
                &format!("/JSON/document/metadata/{}", first.text("documentId")),
            )
            .await;
        assert_eq!(metadata.json()["filename"], "a.pdf");
        let again = send(
            &server,
            &tenant,
            (fresh(), "k"),
            ("other", form("other", &data, Some(&file))),
        )
        .await;
        assert_eq!(
            (again.bytes, again.headers["idempotent-replayed"].as_bytes()),
            (first.bytes, b"true".as_slice())
        );
        let other = send(
            &server,
            &tenant,
            (fresh(), "k"),
            ("other", form("other", &json!({}), Some(&file))),
        )
        .await;
        assert_eq!(other.code(), "err.idempotency.mismatch");
    }

    async fn a_form_is_refused_like_a_body_and_leaves_no_bytes_behind(server: Server) {
        let tenant = Integrator::new();
        server.know(&tenant, 3_000).await;
        for (data, file, status, code) in [
            (json!({}), None, 400, "err.invalid.field"),
            (json!({}), Some(b"hello".to_vec()), 400, "err.invalid.file"),
            (
                json!({"rules": {"nope": 1}}),
                Some(b"hello".to_vec()),
                400,
                "err.invalid.rule",
            ),
            (
                json!({}),
                Some(vec![b'x'; 4_000]),
                413,
                "err.file.too.large",
            ),
            (json!({"id": "x"}), None, 404, "err.not.found"),
        ] {
            let body = form(FIRST_BOUNDARY, &data, file.as_deref());
            let key = format!("{code}{status}");
            let answer = send(&server, &tenant, (fresh(), &key), (FIRST_BOUNDARY, body)).await;
            assert_eq!(
                (answer.status.as_u16(), answer.code().as_str()),
                (status, code),
                "{answer:?}"
            );
            assert_eq!(answer.header("x-okd-verdict"), "refused");
        }
        assert_eq!(server.stored_files(), 0);
    }

    async fn a_form_that_breaks_off_stores_nothing_under_its_key(server: Server) {
        let tenant = Integrator::new();
        let file = pdf::sample::contract("Form");
        let mut body = form(FIRST_BOUNDARY, &json!({}), Some(&file));
        let whole = body.clone();
        body.truncate(body.len() / 2);
        let cut = send(&server, &tenant, (fresh(), "k"), (FIRST_BOUNDARY, body)).await;
        assert_eq!(cut.status, StatusCode::BAD_REQUEST);
        assert!(cut.headers.get("x-okd-verdict").is_none());
        assert_eq!(server.stored_files(), 0);
        let sound = send(&server, &tenant, (fresh(), "k"), (FIRST_BOUNDARY, whole)).await;
        assert_eq!(sound.status, StatusCode::OK);
        assert!(sound.headers.get("idempotent-replayed").is_none());
    }

    async fn off_in_a_form_stores_only(server: Server) {
        let tenant = Integrator::new();
        let file = pdf::sample::contract("Form");
        let body = form(
            FIRST_BOUNDARY,
            &json!({"signatureRequestId": "off"}),
            Some(&file),
        );
        let answer = send(&server, &tenant, (fresh(), "k"), (FIRST_BOUNDARY, body)).await;
        assert_eq!(answer.text("message"), "msg.document.uploaded");
        assert_eq!(answer.header("x-okd-verdict"), "free");
    }

    async fn a_document_without_tags_is_refused_where_tags_are_promised(server: Server) {
        let tenant = Integrator::new();
        let content = base64(&pdf::sample::contract("No tags"));
        let body = json!({"filedata": {"content": content, "state": "tags"}});
        let answer = tenant.create(&server, &body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (422, "err.tags.not.found")
        );
    }

    async fn a_stamped_document_carries_our_seal_before_anybody_signs(server: Server) {
        let tenant = Integrator::new();
        let content = base64(&pdf::sample::contract("Stamped"));
        let body = with(
            contract(),
            &json!({"filedata": {"content": content, "state": "tostamp"}}),
        );
        let answer = tenant.create(&server, &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        let file = tenant
            .get(
                &server,
                &format!("/JSON/document/{}", answer.text("documentId")),
            )
            .await;
        let reports = pdf::verify(&file.bytes).unwrap();
        assert_eq!(reports.len(), 1);
        assert!(reports[0].signed_by.is_ok());
    }
}
