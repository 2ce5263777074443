//! Stored documents and signature requests after their creation.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::server::{Integrator, Server, contract, on_both_stores, read, sample, with};

async fn created(server: &Server, tenant: &Integrator, id: &str) -> String {
    let body = with(contract(), &json!({"signatureRequestId": id}));
    tenant.create(server, &body).await.text("documentId")
}

on_both_stores! {
    async fn metadata_and_list_tell_the_documented_fields(server: Server) {
        let tenant = Integrator::new();
        let first = created(&server, &tenant, "a").await;
        server.clock.advance(std::time::Duration::from_secs(1));
        let second = created(&server, &tenant, "b").await;
        let metadata = tenant
            .get(&server, &format!("/JSON/document/metadata/{first}"))
            .await
            .json();
        assert_eq!(metadata["filename"], "Zmluva č. 1.pdf");
        assert_eq!(metadata["state"], "tosign");
        assert_eq!(
            metadata["url"],
            format!("http://127.0.0.1:8080/rest/document/{first}")
        );
        assert!(metadata["number"].as_str().unwrap().parse::<i64>().is_ok());
        assert!(metadata["date"].is_i64() && metadata["deleteAfter"].is_i64());
        assert_eq!(
            metadata["modification"].as_str().unwrap().len(),
            "2022-06-01 14:11:40".len()
        );
        assert!(metadata.get("group").is_none());
        let list = tenant.get(&server, "/JSON/list/flat?state=*").await.json();
        let ids: Vec<_> = list
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["id"].as_str().unwrap())
            .collect();
        assert_eq!(ids, [second.as_str(), first.as_str()]);
        assert_eq!(list[0]["group"], "api_user");
        assert_eq!(
            tenant
                .get(&server, "/JSON/list/flat?state=signed")
                .await
                .json(),
            json!([])
        );
        assert_eq!(
            tenant
                .get(&server, "/JSON/list/flat?state=nope")
                .await
                .code(),
            "err.invalid.field"
        );

        let page = tenant.get(&server, "/JSON/list/flat?limit=1").await;
        assert_eq!(page.json()[0]["id"], json!(second));
        let next = page
            .header("link")
            .trim_start_matches('<')
            .split('>')
            .next()
            .unwrap()
            .to_owned();
        assert_eq!(
            tenant.get(&server, &next).await.json()[0]["id"],
            json!(first)
        );
    }

    async fn a_strangers_document_is_as_unknown_as_one_that_never_was(server: Server) {
        let tenant = Integrator::new();
        let document = created(&server, &tenant, "a").await;
        let stranger = Integrator::new();
        let never = "A".repeat(document.len());
        for (method, path) in [
            (Method::GET, "/JSON/document/"),
            (Method::GET, "/rest/document/"),
            (Method::GET, "/JSON/document/metadata/"),
            (Method::DELETE, "/JSON/document/"),
        ] {
            let theirs = stranger
                .call(
                    &server,
                    method.clone(),
                    &format!("{path}{document}"),
                    &Value::Null,
                )
                .await;
            let missing = stranger
                .call(
                    &server,
                    method.clone(),
                    &format!("{path}{never}"),
                    &Value::Null,
                )
                .await;
            assert_eq!(
                (theirs.status.as_u16(), theirs.code().as_str()),
                (404, "err.not.found"),
                "{path}"
            );
            let neutral = |text: &[u8], id: &str| {
                String::from_utf8_lossy(text)
                    .replace(id, "ID")
                    .split("requestId")
                    .next()
                    .unwrap()
                    .to_owned()
            };
            assert_eq!(
                neutral(&theirs.bytes, &document),
                neutral(&missing.bytes, &never)
            );
        }
        let on_theirs = stranger.create(&server, &json!({"id": document})).await;
        assert_eq!(
            (on_theirs.status.as_u16(), on_theirs.code().as_str()),
            (404, "err.not.found")
        );
    }

    async fn downloads_answer_ranges_and_known_bytes(server: Server) {
        let tenant = Integrator::new();
        let path = format!("/rest/document/{}", created(&server, &tenant, "a").await);
        let whole = tenant.get(&server, &path).await;
        let etag = whole.header("etag").to_owned();
        let token = server.token(tenant.caller(), None);
        let part = server
            .request(Method::GET, &path, &token)
            .header("range", "bytes=0-4");
        let part = read(part.send().await.unwrap()).await;
        assert_eq!(
            (part.status.as_u16(), part.bytes.as_slice()),
            (206, b"%PDF-".as_slice())
        );
        assert_eq!(
            part.header("content-range"),
            format!("bytes 0-4/{}", whole.bytes.len())
        );
        let known = server
            .request(Method::GET, &path, &token)
            .header("if-none-match", etag);
        assert_eq!(
            known.send().await.unwrap().status(),
            StatusCode::NOT_MODIFIED
        );
    }

    async fn a_deleted_document_is_gone_and_its_request_with_it(server: Server) {
        let tenant = Integrator::new();
        let document = created(&server, &tenant, "a").await;
        let path = format!("/JSON/document/{document}");
        let deleted = tenant
            .call(&server, Method::DELETE, &path, &Value::Null)
            .await
            .json();
        assert_eq!(
            (deleted["message"].as_str(), deleted["result"].as_str()),
            (Some("msg.deleted"), Some(document.as_str()))
        );
        assert_eq!(tenant.get(&server, &path).await.code(), "err.not.found");
        assert_eq!(
            tenant
                .call(&server, Method::DELETE, &path, &Value::Null)
                .await
                .status,
            StatusCode::NOT_FOUND
        );
        let update = json!({"signatureRequestId": "a", "resulturl": "https://a.sk"});
        let updated = tenant
            .call(&server, Method::PATCH, "/JSON/signatureRequest", &update)
            .await;
        assert_eq!(updated.code(), "err.signature.request.not.exist");
    }

    async fn requests_are_updated_and_deleted_and_unknown_ones_are_a_400(server: Server) {
        let tenant = Integrator::new();
        let id = "1d58a59e-e8f7-4d07-bb99-d3fa39cb58a8";
        created(&server, &tenant, id).await;
        let update =
            json!({"signatureRequestId": id, "sendInfoURL": "https://a.sk/hook", "rules": "lang-en"});
        let updated = tenant
            .call(&server, Method::PATCH, "/JSON/signatureRequest", &update)
            .await
            .json();
        assert_eq!(updated["message"], "msg.updated");
        assert_eq!(updated["url"], format!("http://127.0.0.1:8080/{id}"));
        let path = format!("/JSON/signatureRequest/{id}");
        let set = tenant
            .call(
                &server,
                Method::POST,
                &path,
                &json!({"sendInfoURL": "https://b.sk"}),
            )
            .await;
        assert_eq!(set.code(), "msg.updated");
        assert_eq!(
            tenant
                .call(&server, Method::POST, &path, &json!({}))
                .await
                .code(),
            "err.invalid.field"
        );
        assert_eq!(
            tenant
                .call(&server, Method::DELETE, &path, &Value::Null)
                .await
                .code(),
            "msg.deleted"
        );
        let unknown = json!({"signatureRequestId": "nope"});
        for (method, path, body) in [
            (Method::DELETE, path.as_str(), &Value::Null),
            (
                Method::POST,
                path.as_str(),
                &json!({"sendInfoURL": "https://b.sk"}),
            ),
            (Method::PATCH, "/JSON/signatureRequest", &unknown),
        ] {
            let answer = tenant.call(&server, method, path, body).await;
            assert_eq!(
                (answer.status.as_u16(), answer.code().as_str()),
                (400, "err.signature.request.not.exist")
            );
        }
        // Another tenant cannot tell that it exists.
        let stranger = Integrator::new();
        let answer = stranger
            .call(&server, Method::PATCH, "/JSON/signatureRequest", &update)
            .await;
        assert_eq!(answer.code(), "err.signature.request.not.exist");
    }

    async fn an_upload_is_replayed_under_its_key(server: Server) {
        let tenant = Integrator::new();
        let body = json!({"file": {"content": sample()}}).to_string();
        let mut answers = vec![];
        for _ in 0..2 {
            let token = server.token(tenant.caller(), None);
            let request = server
                .request(Method::POST, "/JSON/document", &token)
                .header("Idempotency-Key", "u");
            answers.push(read(request.body(body.clone()).send().await.unwrap()).await);
        }
        assert_eq!(answers[0].bytes, answers[1].bytes);
        assert_eq!(answers[1].header("idempotent-replayed"), "true");
        assert!(answers[1].headers.get("x-okd-verdict").is_none());
        assert_eq!(
            tenant
                .get(&server, "/JSON/list/flat")
                .await
                .json()
                .as_array()
                .unwrap()
                .len(),
            1
        );
    }

    async fn an_upload_under_a_key_of_yesterday_is_run_anew(server: Server) {
        let tenant = Integrator::new();
        let body = json!({"file": {"content": sample()}}).to_string();
        let upload = || async {
            let token = server.token(tenant.caller(), None);
            let request = server
                .request(Method::POST, "/JSON/document", &token)
                .header("Idempotency-Key", "u");
            read(request.body(body.clone()).send().await.unwrap()).await
        };
        let first = upload().await;
        server.clock.advance(std::time::Duration::from_hours(23));
        assert_eq!(upload().await.bytes, first.bytes);
        server.clock.advance(std::time::Duration::from_hours(1));
        let anew = upload().await;
        assert!(anew.headers.get("idempotent-replayed").is_none());
        assert_ne!(anew.text("documentId"), first.text("documentId"));
        assert_eq!(upload().await.bytes, anew.bytes);
    }

    async fn a_key_without_the_scope_and_a_caller_without_a_key_are_refused(server: Server) {
        let tenant = Integrator::new();
        let none = server.nobody(Method::GET, "/JSON/list/flat").await;
        assert_eq!(
            (none.status.as_u16(), none.code().as_str()),
            (401, "err.unauthorized")
        );
        let internal_auth::Caller::ApiKey {
            tenant,
            slug,
            mode,
            key,
            public_id,
            ..
        } = tenant.caller()
        else {
            panic!()
        };
        let scopes = vec![domain::Scope::UsageRead];
        let token = server.token(
            internal_auth::Caller::ApiKey {
                tenant,
                slug,
                mode,
                key,
                public_id,
                scopes,
            },
            None,
        );
        let answer = read(
            server
                .request(Method::GET, "/JSON/list/flat", &token)
                .send()
                .await
                .unwrap(),
        )
        .await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (403, "err.forbidden")
        );
    }
}
