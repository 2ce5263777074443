//! Every way a link can lead, and end.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::server::{Integrator, Server, on_both_stores, read};
use crate::signer::{Signer, created};

on_both_stores! {
    async fn links_that_open_nothing_are_a_plain_400_page(server: Server) {
        let tenant = Integrator::new();
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
        let short = server
            .nobody(Method::GET, "/1d58a59e-e8f7-4d07-bb99-d3fa39cb58a8")
            .await;
        assert_eq!(
            short.header("location"),
            "/openDocument/1d58a59e-e8f7-4d07-bb99-d3fa39cb58a8"
        );
    }

    async fn links_end_by_time_and_by_deletion(server: Server) {
        let tenant = Integrator::new();
        let expiring = created(&server, &tenant, &json!({"rules": "lang-sk"})).await;
        let deleted = created(&server, &tenant, &json!({"signatureRequestId": "b"})).await;
        let gone = created(&server, &tenant, &json!({"signatureRequestId": "c"})).await;
        let signer = Signer::follow(&server, &expiring.text("url")).await;
        let withdrawn = Signer::follow(&server, &deleted.text("url")).await;
        let orphan = Signer::follow(&server, &gone.text("url")).await;
        tenant
            .call(
                &server,
                Method::DELETE,
                "/JSON/signatureRequest/b",
                &Value::Null,
            )
            .await;
        tenant
            .call(
                &server,
                Method::DELETE,
                &format!("/JSON/document/{}", orphan.document),
                &Value::Null,
            )
            .await;
        for ended in [&withdrawn, &orphan] {
            let answer = ended.call(Method::POST, "openings", &json!({})).await;
            assert_eq!(
                (answer.status.as_u16(), answer.json()["value"].clone()),
                (410, json!("deleted"))
            );
        }
        server.clock.advance(Duration::from_hours(25));
        let answer = signer.call(Method::GET, "file", &Value::Null).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()["value"].clone()),
            (410, json!("expired"))
        );
        let path = expiring.text("url").replace("http://127.0.0.1:8080", "");
        let page = server.nobody(Method::GET, &path).await;
        assert_eq!(page.status, StatusCode::GONE);
        assert!(String::from_utf8_lossy(&page.bytes).contains("Platnosť odkazu vypršala"));
        let stranger = Signer {
            token: "0".repeat(64),
            ..signer
        };
        let answer = stranger.call(Method::POST, "openings", &json!({})).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (401, "err.link.invalid")
        );
    }

    async fn following_a_link_changes_nothing_and_opening_does(server: Server) {
        let tenant = Integrator::new();
        let answer = created(&server, &tenant, &json!({})).await;
        let state = || async {
            let path = "/api/signing/signature-requests?mode=live";
            let list = server
                .request(Method::GET, path, &server.member(tenant.tenant))
                .send()
                .await;
            read(list.unwrap()).await.json()["items"][0]["state"].clone()
        };
        let signer = Signer::follow(&server, &answer.text("url")).await;
        let path = answer.text("url").replace("http://127.0.0.1:8080", "");
        assert_eq!(
            server.nobody(Method::HEAD, &path).await.status,
            StatusCode::FOUND
        );
        assert_eq!(state().await, "waiting");
        signer.open().await;
        assert_eq!(state().await, "opened");
        server.clock.advance(Duration::from_hours(25));
        assert_eq!(state().await, "expired");
    }

    async fn the_root_certificate_and_its_revocation_list_are_served(server: Server) {
        let root = server.nobody(Method::GET, "/pki/root.crt").await;
        assert_eq!(root.header("content-type"), "application/pkix-cert");
        assert_eq!(root.bytes.first(), Some(&0x30));
        let list = server.nobody(Method::GET, "/pki/root.crl").await;
        assert_eq!(list.header("content-type"), "application/pkix-crl");
        let thanks = server
            .nobody(Method::GET, "/thankYouPage.html?result=success&lang=hu-HU")
            .await;
        assert!(String::from_utf8_lossy(&thanks.bytes).contains("Köszönjük"));
    }
}
