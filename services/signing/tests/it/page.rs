//! The signer's acts: signed, signed again in another round, declined, refused.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use test_kit::Receiver;

use crate::server::{Integrator, PATIENCE, Server, on_both_stores, read, with};
use crate::signer::{Signer, created, in_field, ink, submission};

on_both_stores! {
    async fn a_signed_document_is_sealed_told_to_the_integrator_and_holds(server: Server) {
        let (tenant, receiver) = (Integrator::new(), Receiver::start());
        server.know(&tenant, 10_000_000).await;
        let more = json!({
            "sendInfoURL": receiver.url("/hook"), "resulturl": "https://shop.sk/done?order=1",
            "rules": {"guiSignerName": "Jozef Novák", "guiSignerDate": "dd.MM.yyyy"},
        });
        let answer = created(&server, &tenant, &more).await;
        let signer = Signer::follow(&server, &answer.text("url")).await;
        let opening = signer.open().await;
        assert_eq!(opening["tenantName"], "Tatra Legal");
        assert_eq!(opening["lang"], "en");
        assert_eq!(opening["pages"], 1);
        assert_eq!(opening["rules"]["guiSignerName"], "Jozef Novák");
        let field = &opening["fields"][0];
        assert_eq!(
            (&field["name"], &field["type"], &field["required"]),
            (&json!("S1"), &json!("signature"), &json!(true))
        );
        assert_eq!(field["widgets"][0]["page"], 1);

        let submitted = signer
            .submit(&submission(&opening, &json!([in_field("S1")])))
            .await;
        assert_eq!(submitted.status, StatusCode::ACCEPTED, "{submitted:?}");
        assert_eq!(submitted.json()["sealing"], true);
        let result_url = submitted.text("resultUrl");
        assert!(
            result_url.starts_with("https://shop.sk/done?order=1&name=Zmluva%20%C4%8D.%201&docid="),
            "{result_url}"
        );
        assert!(
            result_url.contains("&lang=sk-SK&result=success&ts="),
            "{result_url}"
        );
        assert_eq!(signer.settled().await["state"], "signed");

        let [callback] = &receiver.wait_for(1, PATIENCE).await[..] else {
            panic!("one callback")
        };
        assert_eq!(
            String::from_utf8_lossy(&callback.body),
            format!(
                r#"{{"state":"signed","id":"{}","signatureRequestId":"{}"}}"#,
                signer.document,
                answer.text("result")
            )
        );
        assert!(callback.headers["webhook-id"].starts_with("evt_"));
        assert!(callback.headers["webhook-signature"].starts_with("v1,"));
        assert!(callback.headers.contains_key("webhook-timestamp"));

        let file = tenant
            .get(&server, &format!("/JSON/document/{}", signer.document))
            .await;
        let [report] = &pdf::verify(&file.bytes).unwrap()[..] else {
            panic!("one signature")
        };
        assert!(report.signed_by.is_ok() && report.covers_file);
        assert_eq!(report.signer_name.as_deref(), Some("Jozef Novák"));
        let metadata = tenant
            .get(
                &server,
                &format!("/JSON/document/metadata/{}", signer.document),
            )
            .await
            .json();
        assert_eq!(metadata["state"], "signed");
        assert!(metadata.get("sealing").is_none());

        // The link has ended, for the page and for whoever follows it.
        let again = signer.call(Method::POST, "openings", &json!({})).await;
        assert_eq!(
            (again.status.as_u16(), again.code().as_str()),
            (410, "err.link.ended")
        );
        assert_eq!(again.json()["value"], "signed");
        let path = answer.text("url").replace("http://127.0.0.1:8080", "");
        let page = server.nobody(Method::GET, &path).await;
        assert_eq!(page.status, StatusCode::GONE);
        assert!(String::from_utf8_lossy(&page.bytes).contains("This document is signed"));

        let list = read(
            server
                .request(
                    Method::GET,
                    "/api/signing/signature-requests?mode=live",
                    &server.member(tenant.tenant),
                )
                .send()
                .await
                .unwrap(),
        )
        .await
        .json();
        assert_eq!(list["items"][0]["state"], "signed");
        assert!(list["items"][0]["signedAt"].is_i64() && list["items"][0]["openedAt"].is_i64());
    }

    async fn a_second_round_leaves_the_first_signature_whole(server: Server) {
        let tenant = Integrator::new();
        let first = created(
            &server,
            &tenant,
            &json!({"allowedFields": {"SIGNATURE": "S1"}}),
        )
        .await;
        let document = first.text("documentId");
        let signer = Signer::follow(&server, &first.text("url")).await;
        let opening = signer.open().await;
        assert_eq!(opening["fields"][1]["readOnly"], true);
        let not_theirs = submission(&opening, &json!([in_field("S1"), in_field("SO1")]));
        assert_eq!(signer.submit(&not_theirs).await.code(), "err.invalid.field");
        signer
            .submit(&submission(&opening, &json!([in_field("S1")])))
            .await;
        assert_eq!(signer.settled().await["state"], "signed");

        let round = json!({"id": document, "allowedFields": {"SIGNATURE": ["SO1"]}});
        let refused = tenant.create(&server, &round).await;
        assert_eq!(
            (refused.status.as_u16(), refused.code().as_str()),
            (409, "err.document.state")
        );
        let second = tenant
            .create(&server, &with(round, &json!({"changeState": "tosign"})))
            .await;
        assert_eq!(second.text("documentId"), document);
        let old_signer = signer;
        let signer = Signer::follow(&server, &second.text("url")).await;
        assert_ne!(signer.token, old_signer.token);
        let opening = signer.open().await;
        assert_eq!(opening["fields"][0]["signed"], true);
        signer
            .submit(&submission(&opening, &json!([in_field("SO1")])))
            .await;
        assert_eq!(signer.settled().await["state"], "signed");
        let file = tenant
            .get(&server, &format!("/JSON/document/{document}"))
            .await;
        let reports = pdf::verify(&file.bytes).unwrap();
        assert_eq!(reports.len(), 2);
        assert!(reports.iter().all(|report| report.signed_by.is_ok()));
        assert_eq!(
            old_signer
                .call(Method::POST, "openings", &json!({}))
                .await
                .json()["value"],
            "signed"
        );
    }

    async fn a_canceled_document_stays_canceled_and_is_told(server: Server) {
        let (tenant, receiver) = (Integrator::new(), Receiver::start());
        let answer = created(
            &server,
            &tenant,
            &json!({"rules": {"sendInfo": receiver.url("/hook")}}),
        )
        .await;
        let signer = Signer::follow(&server, &answer.text("url")).await;
        signer.open().await;
        let canceled = signer
            .call(
                Method::POST,
                "cancellation",
                &json!({"reason": "wrong price", "locale": "en-GB"}),
            )
            .await;
        assert_eq!(canceled.status, StatusCode::OK, "{canceled:?}");
        let result_url = canceled.text("resultUrl");
        assert!(
            result_url.starts_with("http://127.0.0.1:8080/thankYouPage.html?name="),
            "{result_url}"
        );
        assert!(
            result_url.contains("&lang=en-GB&result=close&"),
            "{result_url}"
        );
        let callbacks = receiver.wait_for(1, PATIENCE).await;
        assert_eq!(callbacks[0].json()["state"], "canceled");
        assert_eq!(signer.settled().await["state"], "canceled");
        let again = signer.call(Method::POST, "cancellation", &json!({})).await;
        assert_eq!(again.json()["value"], "canceled");
        let list = read(
            server
                .request(
                    Method::GET,
                    "/api/signing/signature-requests?mode=live&state=canceled",
                    &server.member(tenant.tenant),
                )
                .send()
                .await
                .unwrap(),
        )
        .await
        .json();
        assert_eq!(list["items"][0]["cancelReason"], "wrong price");
    }

    async fn a_submission_must_hold_what_was_asked_and_nothing_else(server: Server) {
        let tenant = Integrator::new();
        let more = json!({"rules": {"mouseSignature": false, "signAnywhereEnabled": false}});
        let signer = Signer::follow(&server, &created(&server, &tenant, &more).await.text("url")).await;
        let opening = signer.open().await;
        let finger = |field: &str| with(ink("touch"), &json!({"field": field}));
        let place = with(
            ink("touch"),
            &json!({"place": {"page": 1, "x": 10, "y": 10, "width": 100, "height": 40}}),
        );
        let typed = json!({"field": "S1", "kind": "typed", "text": "Jozef", "strokes": [], "pad": {"width": 1, "height": 1}});
        for wrong in [
            json!([]),
            json!([in_field("S1")]),
            json!([typed]),
            json!([finger("S1"), place]),
            json!([finger("S1"), finger("nope")]),
            json!([finger("S1"), finger("S1")]),
            json!([with(finger("S1"), &json!({"strokes": []}))]),
        ] {
            let answer = signer.submit(&submission(&opening, &wrong)).await;
            assert_eq!(
                (answer.status.as_u16(), answer.code().as_str()),
                (400, "err.invalid.field"),
                "{wrong}"
            );
        }
        let sound = submission(&opening, &json!([finger("S1")]));
        let stale = with(sound.clone(), &json!({"digest": "0".repeat(64)}));
        assert_eq!(signer.submit(&stale).await.code(), "err.document.state");
        let unknown = with(sound.clone(), &json!({"fields": {"nope": "x"}}));
        assert_eq!(signer.submit(&unknown).await.code(), "err.invalid.field");
        assert_eq!(signer.submit(&sound).await.status, StatusCode::ACCEPTED);
        let twice = signer.submit(&sound).await;
        assert!([409, 410].contains(&twice.status.as_u16()), "{twice:?}");
        assert_eq!(signer.settled().await["state"], "signed");
    }

    async fn a_document_without_fields_is_signed_anywhere_as_often_as_asked(server: Server) {
        let tenant = Integrator::new();
        let content = crate::server::base64(&pdf::sample::contract_without_fields("Note"));
        let body = json!({"filedata": {"content": content}, "rules": "guiSignatureNumber-2_guiRequestSignerName"});
        let signer = Signer::follow(&server, &tenant.create(&server, &body).await.text("url")).await;
        let opening = signer.open().await;
        let at = |y: i32| {
            with(
                ink("pen"),
                &json!({"place": {"page": 1, "x": 60, "y": y, "width": 150, "height": 50}}),
            )
        };
        let named = |signatures: &Value| {
            with(
                submission(&opening, signatures),
                &json!({"signerName": "Jana"}),
            )
        };
        assert_eq!(
            signer.submit(&named(&json!([at(100)]))).await.code(),
            "err.invalid.field"
        );
        assert_eq!(
            signer
                .submit(&submission(&opening, &json!([at(100), at(300)])))
                .await
                .code(),
            "err.invalid.field"
        );
        assert_eq!(
            signer
                .submit(&named(&json!([at(100), at(9_000)])))
                .await
                .code(),
            "err.invalid.field"
        );
        assert_eq!(
            signer
                .submit(&named(&json!([at(100), at(300)])))
                .await
                .status,
            StatusCode::ACCEPTED
        );
        assert_eq!(signer.settled().await["state"], "signed");
        let file = tenant
            .get(&server, &format!("/rest/document/{}", signer.document))
            .await;
        let signers: Vec<_> = pdf::verify(&file.bytes)
            .unwrap()
            .into_iter()
            .map(|report| report.signer_name)
            .collect();
        assert_eq!(signers, [Some("Jana".to_owned()), Some("Jana".to_owned())]);
    }

    async fn a_receiver_that_is_down_for_an_hour_shows_and_is_called_again(server: Server) {
        let (tenant, receiver) = (Integrator::new(), Receiver::start());
        receiver.refuse_next(u32::MAX);
        let answer = created(
            &server,
            &tenant,
            &json!({"sendInfoURL": receiver.url("/hook")}),
        )
        .await;
        let signer = Signer::follow(&server, &answer.text("url")).await;
        let opening = signer.open().await;
        signer
            .submit(&submission(&opening, &json!([in_field("S1")])))
            .await;
        assert_eq!(signer.settled().await["state"], "signed");
        receiver.wait_for(1, PATIENCE).await;
        let document = signer.document.clone();
        let state_is = |wanted: &'static str| {
            let (server, tenant, document) = (&server, &tenant, &document);
            async move {
                let started = std::time::Instant::now();
                loop {
                    let path = format!("/JSON/document/metadata/{document}");
                    let metadata = tenant.get(server, &path).await.json();
                    if metadata["state"] == wanted {
                        return;
                    }
                    assert!(started.elapsed() < PATIENCE, "{metadata} is not {wanted}");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        };
        server.clock.advance(Duration::from_mins(61));
        state_is("errorsendinfo").await;
        receiver.refuse_next(0);
        server.clock.advance(Duration::from_mins(61));
        state_is("signed").await;
        let callbacks = receiver.callbacks();
        assert!(2 <= callbacks.len());
        assert!(
            callbacks
                .iter()
                .all(|callback| callback.headers["webhook-id"] == callbacks[0].headers["webhook-id"])
        );
    }
}
