//! Creates: what is registered, what is refused, what is given again.

use domain::ChargeId;
use internal_auth::{Ticket, TicketKind};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::server::{Answer, Integrator, Server, contract, held, on_both_stores, sample, with};

async fn verdict(server: &Server, charge: ChargeId) -> Value {
    server
        .peer(
            Method::GET,
            &format!("/internal/charges/{charge}"),
            &Value::Null,
        )
        .await
        .json()
}

fn server_millis(server: &Server) -> i64 {
    use domain::Clock as _;
    server.clock.now().millis()
}

on_both_stores! {
    async fn a_created_request_is_told_in_the_documented_shape_and_its_document_downloads(server: Server) {
        let tenant = Integrator::new();
        let answer = tenant.create(&server, &contract()).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        assert_eq!(answer.header("x-okd-verdict"), "registered");
        let body = answer.json();
        let (id, document) = (answer.text("result"), answer.text("documentId"));
        assert_eq!(
            body,
            json!({
                "message": "msg.signature.request.id.created", "result": id,
                "url": format!("http://127.0.0.1:8080/openDocument/{id}"), "documentId": document,
                "code": "SUCCESS", "statusCode": 200, "success": true,
            })
        );
        let file = tenant
            .get(&server, &format!("/JSON/document/{document}"))
            .await;
        assert_eq!(file.status, StatusCode::OK);
        assert!(file.bytes.starts_with(b"%PDF-"));
        assert_eq!(file.header("content-type"), "application/pdf");
        assert_eq!(
            file.header("content-disposition"),
            "attachment; filename*=UTF-8''Zmluva%20%C4%8D.%201.pdf"
        );
    }

    async fn each_refusal_has_its_code_and_releases_its_charge(server: Server) {
        let tenant = Integrator::new();
        let file = |content: &str| json!({"filedata": {"content": content}});
        let late = server_millis(&server) + 11 * 24 * 3_600_000;
        for (body, status, code) in [
            (json!([]), 400, "err.invalid.json"),
            (json!({}), 400, "err.invalid.field"),
            (file("*"), 400, "err.invalid.field"),
            (file("aGVsbG8="), 400, "err.invalid.file"),
            (
                with(contract(), &json!({"id": "x"})),
                400,
                "err.invalid.field",
            ),
            (
                with(contract(), &json!({"signatureRequestId": "a/b"})),
                400,
                "err.invalid.field",
            ),
            (
                with(contract(), &json!({"resulturl": "javascript:alert(1)"})),
                400,
                "err.invalid.field",
            ),
            (
                with(contract(), &json!({"rules": {"fooBar": true}})),
                400,
                "err.invalid.rule",
            ),
            (
                with(contract(), &json!({"rules": "openOtpCode-1"})),
                400,
                "err.invalid.rule",
            ),
            (
                with(contract(), &json!({"expirationTime": late})),
                400,
                "err.expiration.range",
            ),
            (
                with(contract(), &json!({"expirationTime": "1"})),
                400,
                "err.expiration.range",
            ),
            (
                with(contract(), &json!({"allowedFields": {"TEXT": "Nope"}})),
                400,
                "err.unknown.field.name",
            ),
            (
                json!({"filedata": {"content": "AAAA", "filename": "a.docx"}}),
                400,
                "err.invalid.file",
            ),
            (json!({"id": "unknown"}), 404, "err.not.found"),
        ] {
            let charge = ChargeId::generate();
            let answer = tenant.create_with(&server, held(charge), None, &body).await;
            assert_eq!(
                (answer.status.as_u16(), answer.code().as_str()),
                (status, code),
                "{answer:?}"
            );
            assert_eq!(answer.header("x-okd-verdict"), "refused", "{code}");
            assert_eq!(verdict(&server, charge).await["verdict"], "refused");
            let told = answer.json();
            assert_eq!(told["statusCode"], status);
            assert_eq!(told["success"], false);
            assert!(
                told["detail"]
                    .as_str()
                    .is_some_and(|detail| !detail.is_empty())
            );
            assert_eq!(told["requestId"], answer.header("x-request-id"));
        }
    }

    async fn a_file_over_the_tenants_limit_is_refused_and_released(server: Server) {
        let tenant = Integrator::new();
        server.know(&tenant, 1_000).await;
        let charge = ChargeId::generate();
        let answer = tenant
            .create_with(&server, held(charge), Some("k"), &contract())
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (413, "err.file.too.large")
        );
        assert_eq!(answer.json()["value"], 1_000);
        assert_eq!(answer.header("x-okd-verdict"), "refused");
        server.know(&tenant, 10_000_000).await;
    }

    async fn an_id_is_sold_once_and_a_guessable_one_gets_a_key_in_its_link(server: Server) {
        let tenant = Integrator::new();
        let body = with(contract(), &json!({"signatureRequestId": "order-1"}));
        let first = tenant.create(&server, &body).await;
        assert_eq!(first.text("result"), "order-1");
        let (_, key) = first
            .text("url")
            .split_once("/openDocument/order-1?k=")
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap();
        assert_eq!(key.len(), 32);
        let again = tenant.create(&server, &body).await;
        assert_eq!(
            (again.status.as_u16(), again.code().as_str()),
            (409, "err.signature.request.exists")
        );
        assert_eq!(again.json()["value"], "order-1");
        // The other mode and another tenant have their own.
        let test = Integrator {
            mode: domain::Mode::Test,
            ..tenant.clone()
        };
        assert_eq!(test.create(&server, &body).await.status, StatusCode::OK);
        assert_eq!(
            Integrator::new().create(&server, &body).await.status,
            StatusCode::OK
        );
    }

    async fn a_uuid_that_another_tenant_registered_first_gets_a_key_too(server: Server) {
        let body = with(
            contract(),
            &json!({"signatureRequestId": "1d58a59e-e8f7-4d07-bb99-d3fa39cb58a8"}),
        );
        let first = Integrator::new().create(&server, &body).await;
        assert!(!first.text("url").contains("?k="));
        let second = Integrator::new().create(&server, &body).await;
        assert!(second.text("url").contains("?k="));
    }

    async fn a_repeat_under_one_key_is_given_the_first_answer_byte_for_byte(server: Server) {
        let tenant = Integrator::new();
        let (first_charge, second_charge) = (ChargeId::generate(), ChargeId::generate());
        let first = tenant
            .create_with(&server, held(first_charge), Some("key"), &contract())
            .await;
        let again = tenant
            .create_with(&server, held(second_charge), Some("key"), &contract())
            .await;
        assert_eq!(again.status, StatusCode::OK);
        assert_eq!(again.bytes, first.bytes);
        assert_eq!(again.header("idempotent-replayed"), "true");
        assert_eq!(again.header("x-okd-first-charge"), first_charge.to_string());
        assert_eq!(again.header("x-okd-verdict"), "refused");
        assert_eq!(verdict(&server, second_charge).await["verdict"], "refused");

        let other = with(contract(), &json!({"resulturl": "https://a.sk"}));
        let mismatch = tenant
            .create_with(&server, held(ChargeId::generate()), Some("key"), &other)
            .await;
        assert_eq!(
            (mismatch.status.as_u16(), mismatch.code().as_str()),
            (409, "err.idempotency.mismatch")
        );
        assert_eq!(mismatch.header("x-okd-verdict"), "refused");

        let replay_only = Ticket {
            charge: first_charge,
            kind: TicketKind::ReplayOnly,
        };
        let replayed = tenant
            .create_with(&server, replay_only, Some("key"), &contract())
            .await;
        assert_eq!(replayed.bytes, first.bytes);
        let expired = tenant
            .create_with(&server, replay_only, Some("other key"), &contract())
            .await;
        assert_eq!(
            (expired.status.as_u16(), expired.code().as_str()),
            (409, "err.idempotency.expired")
        );
        assert_eq!(
            verdict(&server, first_charge).await["verdict"],
            "registered"
        );
    }

    async fn a_refusal_is_replayed_too_but_a_too_large_body_is_not(server: Server) {
        let tenant = Integrator::new();
        let wrong = json!({"filedata": {"content": "aGVsbG8="}});
        let attempt = |key| {
            let (tenant, server, wrong) = (&tenant, &server, &wrong);
            async move {
                tenant
                    .create_with(server, held(ChargeId::generate()), Some(key), wrong)
                    .await
            }
        };
        let (first, again): (Answer, Answer) = (attempt("key").await, attempt("key").await);
        assert_eq!(first.status.as_u16(), 400);
        assert_eq!((again.bytes, again.status.as_u16()), (first.bytes, 400));
        server.know(&tenant, 2).await;
        assert_eq!(attempt("big").await.status.as_u16(), 413);
        let sound = tenant
            .create_with(
                &server,
                held(ChargeId::generate()),
                Some("small"),
                &contract(),
            )
            .await;
        assert_eq!(sound.status.as_u16(), 413);
    }

    async fn without_a_charge_nothing_is_registered_but_the_body_is_checked(server: Server) {
        let tenant = Integrator::new();
        let none = || Ticket {
            charge: ChargeId::generate(),
            kind: TicketKind::NoCharge,
        };
        let answer = tenant.create_with(&server, none(), None, &contract()).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (402, "err.signature.requests.exhausted")
        );
        assert_eq!(answer.header("x-okd-verdict"), "would-register");
        let wrong = tenant.create_with(&server, none(), None, &json!({})).await;
        assert_eq!(
            (wrong.status.as_u16(), wrong.header("x-okd-verdict")),
            (400, "refused")
        );
        let list = tenant.get(&server, "/JSON/list/flat").await;
        assert_eq!(list.json(), json!([]));
        let off = with(contract(), &json!({"signatureRequestId": "off"}));
        assert_eq!(
            tenant.create_with(&server, none(), None, &off).await.status,
            StatusCode::OK
        );
    }

    async fn off_stores_and_charges_nothing(server: Server) {
        let tenant = Integrator::new();
        let charge = ChargeId::generate();
        let off = with(contract(), &json!({"signatureRequestId": "off"}));
        let answer = tenant.create_with(&server, held(charge), None, &off).await;
        assert_eq!(answer.text("message"), "msg.document.uploaded");
        assert_eq!(answer.text("result"), answer.text("documentId"));
        assert_eq!(answer.header("x-okd-verdict"), "free");
        assert_eq!(verdict(&server, charge).await["verdict"], "free");
    }

    async fn a_stored_document_takes_one_open_request_at_a_time(server: Server) {
        let tenant = Integrator::new();
        let upload = json!({"filename": "a.pdf", "file": {"$content": sample()}});
        let uploaded = tenant
            .call(&server, Method::POST, "/JSON/document", &upload)
            .await;
        assert_eq!(uploaded.text("message"), "msg.document.uploaded");
        let on = json!({"id": uploaded.text("documentId"), "signatureRequestId": "a"});
        assert_eq!(tenant.create(&server, &on).await.status, StatusCode::OK);
        let second = with(on.clone(), &json!({"signatureRequestId": "b"}));
        let refused = tenant.create(&server, &second).await;
        assert_eq!(
            (refused.status.as_u16(), refused.code().as_str()),
            (409, "err.document.state")
        );
        server.clock.advance(std::time::Duration::from_hours(25));
        assert_eq!(tenant.create(&server, &second).await.status, StatusCode::OK);
    }

    async fn what_had_no_effect_is_named(server: Server) {
        let tenant = Integrator::new();
        let body = with(
            contract(),
            &json!({"foo": 1, "rules": {"emailNotification": true}}),
        );
        let answer = tenant.create(&server, &body).await;
        let warnings: Vec<_> = answer
            .headers
            .get_all("warning")
            .iter()
            .map(|w| w.to_str().unwrap().to_owned())
            .collect();
        assert_eq!(warnings, ["299 - \"unknown field: foo\""]);
    }
}
