//! What is told where two acts meet at the worst moment.

use std::sync::Mutex;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use domain::ChargeId;
use fail::FailScenario;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::server::{Integrator, PATIENCE, Server, contract, held, on_both_stores};
use crate::signer::{Signer, created};

/// Long enough to commit, far too short to be answered.
const GIVES_UP_AFTER: Duration = Duration::from_secs(3);

on_both_stores! {
    async fn a_registration_whose_answer_is_lost_is_told_by_the_witness_and_replayed(server: Server) {
        let tenant = Integrator::new();
        let scenario = FailScenario::setup();
        fail::cfg("signing::registered", "pause").unwrap();
        let (first, body) = (ChargeId::generate(), contract());
        let unanswered = tenant.create_with(&server, held(first), Some("key"), &body);
        assert!(tokio::time::timeout(GIVES_UP_AFTER, unanswered).await.is_err());
        let of = json!({"tenant": tenant.tenant, "mode": tenant.mode});
        let path = format!("/internal/charges/{first}/tombstone");
        let record = server.peer(Method::POST, &path, &of).await;
        assert_eq!(record.text("verdict"), "registered");
        fail::remove("signing::registered");
        let again = tenant.create_with(&server, held(ChargeId::generate()), Some("key"), &body).await;
        assert_eq!(again.status, StatusCode::OK);
        assert_eq!(again.header("x-okd-first-charge"), first.to_string());
        assert_eq!(record.json()["answer"]["body"].as_str().unwrap().as_bytes(), again.bytes);
        let list = tenant.get(&server, "/JSON/list/flat").await.json();
        assert_eq!(list.as_array().unwrap().len(), 1);
        scenario.teardown();
    }

    async fn a_signer_who_is_let_in_as_the_document_is_deleted_hears_of_it(server: Server) {
        let tenant = Integrator::new();
        let answer = created(&server, &tenant, &json!({})).await;
        let signer = Signer::follow(&server, &answer.text("url")).await;
        let scenario = FailScenario::setup();
        let (reached, is_reached) = mpsc::channel();
        let (go, may_go) = mpsc::channel();
        let (reached, may_go) = (Mutex::new(reached), Mutex::new(may_go));
        fail::cfg_callback("signing::page_file", move || {
            reached.lock().unwrap().send(()).unwrap();
            may_go.lock().unwrap().recv().unwrap();
        })
        .unwrap();
        let deletes = async {
            let is_reached = tokio::task::spawn_blocking(move || is_reached.recv_timeout(PATIENCE));
            is_reached.await.unwrap().unwrap();
            let path = format!("/JSON/document/{}", signer.document);
            let deleted = tenant.call(&server, Method::DELETE, &path, &Value::Null).await;
            assert_eq!(deleted.status, StatusCode::OK, "{deleted:?}");
            let started = Instant::now();
            while !server.blobs().is_empty() {
                assert!(started.elapsed() < PATIENCE, "the bytes are still there");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            go.send(()).unwrap();
        };
        let (file, ()) = tokio::join!(signer.call(Method::GET, "file", &Value::Null), deletes);
        assert_eq!((file.status, file.code().as_str()), (StatusCode::GONE, "err.link.ended"), "{file:?}");
        assert_eq!(file.json()["value"], "deleted");
        scenario.teardown();
    }
}
