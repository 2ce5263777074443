//! A seal that cannot be made is seen by operator and tenant, and is made once it can be.

use std::time::{Duration, Instant};

use fail::FailScenario;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::server::{Integrator, PATIENCE, Server, on_both_stores, read};
use crate::signer::{Signer, created, in_field, submission};

const JOBS: &str = "/internal/operator/jobs";

/// The only job, once it is as said.
async fn job(server: &Server, wanted: impl Fn(&Value) -> bool) -> Value {
    let started = Instant::now();
    loop {
        let jobs = server.operator(Method::GET, JOBS).await.json();
        let job = &jobs["items"][0];
        if wanted(job) {
            return job.clone();
        }
        assert!(started.elapsed() < PATIENCE, "{jobs}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn member_sees(server: &Server, tenant: &Integrator) -> Value {
    let path = "/api/signing/signature-requests?mode=live";
    let request = server.request(Method::GET, path, &server.member(tenant.tenant));
    read(request.send().await.unwrap()).await.json()["items"][0].clone()
}

on_both_stores! {
    async fn a_failing_seal_tells_its_reason_is_never_given_out_and_is_made_when_the_cause_is_gone(server: Server) {
        let tenant = Integrator::new();
        let answer = created(&server, &tenant, &json!({})).await;
        let document = format!("/JSON/document/{}", answer.text("documentId"));
        let before = tenant.get(&server, &document).await.bytes;
        let scenario = FailScenario::setup();
        fail::cfg("signing::sealing", "pause").unwrap();
        let signer = Signer::follow(&server, &answer.text("url")).await;
        let opening = signer.open().await;
        let submitted = signer.submit(&submission(&opening, &json!([in_field("S1")]))).await;
        assert_eq!(submitted.status, StatusCode::ACCEPTED, "{submitted:?}");
        let running = job(&server, |job| job["state"] == "running").await;
        assert_eq!((&running["tries"], &running["documentId"]), (&json!(1), &json!(answer.text("documentId"))));

        // The disk loses the document's bytes between submission and seal.
        let blob = server.blobs().into_iter().find(|path| std::fs::read(path).unwrap() == before).unwrap();
        std::fs::write(&blob, b"something else").unwrap();
        fail::remove("signing::sealing");
        let failed = job(&server, |job| job["state"] == "failed").await;
        assert_eq!(failed["reason"], "altered");
        assert_eq!(failed["detail"], "the stored document is not the one that was signed");
        assert!(failed["nextTryAt"].as_i64() > failed["failedAt"].as_i64());
        let seen = member_sees(&server, &tenant).await;
        assert_eq!((&seen["state"], &seen["sealing"]["reason"]), (&json!("sealing"), &json!("altered")));
        assert!(seen["sealing"]["tries"].as_i64() >= Some(1));

        // Tried again by itself, and again: the count goes up.
        server.clock.advance(Duration::from_secs(5));
        job(&server, |job| job["state"] == "failed" && job["tries"].as_i64() >= Some(2)).await;
        std::fs::write(&blob, &before).unwrap();
        let path = format!("{JOBS}/{}/tries", failed["id"].as_str().unwrap());
        assert_eq!(server.operator(Method::POST, &path).await.status, StatusCode::NO_CONTENT);
        assert_eq!(signer.settled().await["state"], "signed");
        // The job's own row is closed a moment after its document was given out.
        let mut jobs = server.operator(Method::GET, JOBS).await.json();
        while jobs["waiting"] != json!(0) {
            tokio::time::sleep(Duration::from_millis(20)).await;
            jobs = server.operator(Method::GET, JOBS).await.json();
        }
        assert_eq!(jobs["items"], json!([]));
        assert!(member_sees(&server, &tenant).await.get("sealing").is_none());
        let file = tenant.get(&server, &document).await.bytes;
        assert!(file.starts_with(&before));
        scenario.teardown();
    }
}
