//! A create that dies between its commit and its answer is told by the witness, and sold once.

use std::time::Duration;

use domain::ChargeId;
use fail::FailScenario;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::server::{Integrator, Server, contract, held, on_both_stores};

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
}
