//! What an operator set for a tenant, where signing acts on it.

use domain::TenantSettings;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::server::{Integrator, Server, contract, on_both_stores, with};
use crate::signer::{Signer, created, in_field, submission};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

fn kept(signed: u32, unsigned: u32) -> TenantSettings {
    TenantSettings {
        keep_signed_days: signed,
        keep_unsigned_days: unsigned,
        ..TenantSettings::default()
    }
}

/// Announced in days from the server's present.
async fn days_left(server: &Server, tenant: &Integrator, document: &str) -> i64 {
    use domain::Clock as _;
    let path = format!("/JSON/document/metadata/{document}");
    let metadata = tenant.get(server, &path).await.json();
    let left = metadata["deleteAfter"].as_i64().unwrap() - server.clock.now().millis();
    assert_eq!(left % DAY_MS, 0, "{metadata}");
    left / DAY_MS
}

on_both_stores! {
    async fn a_document_is_kept_as_long_as_its_tenant_wants(server: Server) {
        let tenant = Integrator::new();
        server.know_settings(&tenant, 1, kept(2, 5)).await;
        let answer = created(&server, &tenant, &json!({})).await;
        let document = answer.text("documentId");
        assert_eq!(days_left(&server, &tenant, &document).await, 5);
        let other = Integrator::new();
        let of_other = created(&server, &other, &json!({})).await.text("documentId");
        assert_eq!(days_left(&server, &other, &of_other).await, 30, "the default");

        server.know_settings(&tenant, 2, kept(7, 40)).await;
        assert_eq!(days_left(&server, &tenant, &document).await, 5, "as it was announced");

        let signer = Signer::follow(&server, &answer.text("url")).await;
        let act = submission(&signer.open().await, &json!([in_field("S1")]));
        assert_eq!(signer.submit(&act).await.status, StatusCode::ACCEPTED);
        assert_eq!(signer.settled().await["state"], "signed");
        assert_eq!(days_left(&server, &tenant, &document).await, 7, "from the signature");

        let next = json!({"id": document, "changeState": "tosign"});
        assert_eq!(tenant.create(&server, &next).await.status, StatusCode::OK);
        assert_eq!(days_left(&server, &tenant, &document).await, 40, "from changeState");
    }

    async fn a_tenant_may_want_its_callbacks_over_https_only(server: Server) {
        let tenant = Integrator::new();
        let (plain, secure) = ("http://a.example/hook", "HTTPS://a.example/hook");
        let before = created(&server, &tenant, &json!({"sendInfoURL": plain})).await;
        let settings = TenantSettings { https_callbacks_only: true, ..TenantSettings::default() };
        server.know_settings(&tenant, 1, settings).await;

        for body in [json!({"sendInfoURL": plain}), json!({"rules": format!("sendInfo-{plain}")})] {
            let refused = tenant.create(&server, &with(contract(), &body)).await;
            assert_eq!((refused.status, refused.code()), (StatusCode::BAD_REQUEST, "err.invalid.field".to_owned()));
            assert!(refused.text("value").contains("/sendInfoURL"), "{refused:?}");
        }
        created(&server, &tenant, &json!({"sendInfoURL": secure})).await;
        created(&server, &tenant, &json!({})).await;

        let id = before.text("result");
        let set = async |url: &str| {
            let path = format!("/JSON/signatureRequest/{id}");
            let answer = tenant.call(&server, Method::POST, &path, &json!({"sendInfoURL": url})).await;
            let body = json!({"signatureRequestId": id, "sendInfoURL": url});
            let patched = tenant.call(&server, Method::PATCH, "/JSON/signatureRequest", &body).await;
            (answer.status.as_u16(), patched.status.as_u16())
        };
        assert_eq!(set(plain).await, (400, 400));
        assert_eq!(set(secure).await, (200, 200));
        let other = Integrator::new();
        created(&server, &other, &json!({"sendInfoURL": plain})).await;
    }

    async fn hosts_that_a_tenant_allows_may_frame_its_signing_page(server: Server) {
        let tenant = Integrator::new();
        let settings = TenantSettings {
            frame_hosts: vec!["https://crm.example.sk".to_owned(), "*.b.sk".to_owned()],
            ..TenantSettings::default()
        };
        server.know_settings(&tenant, 1, settings).await;
        let answer = created(&server, &tenant, &json!({"signatureRequestId": "framed"})).await;
        let document = answer.text("documentId");
        let others = created(&server, &Integrator::new(), &json!({})).await.text("documentId");
        let frames = async |path: &str| {
            let page = server.nobody(Method::GET, path).await;
            let policy = page.header("content-security-policy");
            policy.split("frame-ancestors ").nth(1).unwrap().to_owned()
        };
        let allowed = "'self' https://crm.example.sk *.b.sk";
        assert_eq!(frames(&format!("/viewDocument?id={document}")).await, allowed);
        assert_eq!(frames(&format!("/thankYouPage.html?docid={document}&result=close")).await, allowed);
        for path in [
            "/viewDocument".to_owned(),
            "/viewDocument?id=nope".to_owned(),
            format!("/viewDocument?id={others}"),
            "/thankYouPage.html".to_owned(),
            "/openDocument/nope".to_owned(),
            "/verify".to_owned(),
        ] {
            assert_eq!(frames(&path).await, "'self'", "{path}");
        }
        let path = "/JSON/signatureRequest/framed";
        tenant.call(&server, Method::DELETE, path, &Value::Null).await;
        let link = answer.text("url");
        let ended = link.strip_prefix("http://127.0.0.1:8080").unwrap();
        assert_eq!(frames(ended).await, allowed, "that it has ended is said in the frame");
    }
}
