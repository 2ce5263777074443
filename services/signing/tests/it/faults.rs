//! Something breaks in the middle of a seal: nothing wrong is given out, and nobody's document is lost.

use std::cell::Cell;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use fail::FailScenario;
use reqwest::StatusCode;
use serde_json::json;
use signing::{BroughtSeals, Level, SealConfig};
use test_kit::Authorities;

use crate::heavy::children;
use crate::levels::{archived, download, failed_job, signed, try_again};
use crate::server::{Integrator, PATIENCE, Server, StoreKind};
use crate::signer::{Signer, created, in_field, submission};

/// Lets the trial at submission pass, holds the first seal while its worker waits for the signature, and lets all others pass.
#[derive(Default)]
struct Gate {
    calls: AtomicUsize,
    is_open: AtomicBool,
}

impl Gate {
    fn pass(&self) {
        if self.calls.fetch_add(1, Ordering::AcqRel) == 1 {
            while !self.is_open.load(Ordering::Acquire) {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    }

    async fn holds(&self) {
        let started = Instant::now();
        while self.calls.load(Ordering::Acquire) < 2 {
            assert!(started.elapsed() < PATIENCE, "no seal was begun");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// `kill -9` of every worker; answers how many there were.
fn kill_all_workers() -> usize {
    let workers = children();
    for worker in &workers {
        let killed = Command::new("kill").args(["-9", worker]).status().unwrap();
        assert!(killed.success());
    }
    workers.len()
}

/// Signs what was created; sealed or not.
async fn submitted<'a>(server: &'a Server, tenant: &Integrator) -> Signer<'a> {
    let answer = created(server, tenant, &json!({})).await;
    let signer = Signer::follow(server, &answer.text("url")).await;
    let opening = signer.open().await;
    let submission = submission(&opening, &json!([in_field("S1")]));
    assert_eq!(
        signer.submit(&submission).await.status,
        StatusCode::ACCEPTED
    );
    signer
}

#[tokio::test]
async fn a_worker_killed_in_the_middle_of_a_seal_costs_a_try_and_nobody_anything_else() {
    let server = Server::on(StoreKind::Sqlite).await;
    let tenant = Integrator::new();
    server.know(&tenant, 10_000_000).await;
    let scenario = FailScenario::setup();
    let gate = Arc::new(Gate::default());
    let passes = Arc::clone(&gate);
    fail::cfg_callback("signing::signing", move || passes.pass()).unwrap();
    let held = submitted(&server, &tenant).await;
    let is_over = Cell::new(false);

    let asking = async {
        let mut answered = 0_usize;
        while !is_over.get() {
            let list = tenant.get(&server, "/JSON/list/flat").await;
            assert_eq!(list.status, StatusCode::OK, "{list:?}");
            answered += 1;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        answered
    };
    let meanwhile = async {
        gate.holds().await;
        assert!(0 < kill_all_workers());
        // Files are read, and another document is signed and sealed, by the workers that come after.
        let other = submitted(&server, &tenant).await;
        assert_eq!(other.settled().await["state"], "signed");
        gate.is_open.store(true, Ordering::Release);
        let failed = failed_job(&server).await;
        assert_eq!(failed["reason"], "engine", "{failed}");
        assert_eq!(failed["tries"], 1, "{failed}");
        // By itself, after its pause.
        server.clock.advance(Duration::from_secs(5));
        assert_eq!(held.settled().await["state"], "signed");
        is_over.set(true);
    };
    let (answered, ()) = tokio::join!(asking, meanwhile);
    assert!(10 < answered, "{answered}");

    let file = download(&server, &tenant, &held).await;
    let [report] = &pdf::verify(&file).unwrap()[..] else {
        panic!("sealed once")
    };
    assert!(report.signed_by.is_ok() && report.covers_file);
    let list = tenant.get(&server, "/JSON/list/flat").await.json();
    assert_eq!(list.as_array().map(Vec::len), Some(2), "{list}");
    scenario.teardown();
}

#[tokio::test]
async fn what_a_fault_spoilt_after_signing_is_not_given_out_and_made_again() {
    let authorities = Authorities::start().await;
    for level in [Level::BT, Level::BLt, Level::BLta] {
        let mut levels = archived(&authorities.time_stamp_url(), Some(&authorities));
        levels.level = level;
        let server = Server::with_seals(SealConfig {
            brought: BroughtSeals::default(),
            levels,
        })
        .await;
        let scenario = FailScenario::setup();
        fail::cfg("signing::raised", "return").unwrap();
        let tenant = Integrator::new();
        let signer = signed(&server, &tenant).await;
        let job = failed_job(&server).await;
        assert_eq!(job["reason"], "check", "{level}: {job}");
        let before = download(&server, &tenant, &signer).await;
        assert!(pdf::verify(&before).unwrap().is_empty(), "{level}");
        fail::remove("signing::raised");
        try_again(&server, &job).await;
        assert_eq!(signer.settled().await["state"], "signed", "{level}");
        let after = download(&server, &tenant, &signer).await;
        let whole = |report: &pdf::SignatureReport| report.signed_by.is_ok();
        assert!(pdf::verify(&after).unwrap().iter().all(whole), "{level}");
        scenario.teardown();
    }
}
