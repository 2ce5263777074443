//! Tries what sealing needs before anybody depends on it: at start, and then again for as long as the service runs.
//!
//! What a seal cannot do without refuses the start; the rest is said, and tried again until it works. A new need is a new
//! file beside this one and a line in [`all`].

mod converter;
mod fonts;
mod keys;
mod seal;
mod time_stamps;
mod walls;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use client_signing::{SelfCheck, SelfTest};
use thiserror::Error;
use tokio_util::sync::CancellationToken;

use crate::desk::Desk;

/// How soon what failed is tried again.
const AGAIN: Duration = Duration::from_mins(1);
/// How soon what passed is tried again.
const ANEW: Duration = Duration::from_hours(1);

/// One thing that sealing needs.
#[async_trait]
pub(crate) trait Check: Send + Sync {
    /// In logs, metrics and on the operator's page.
    fn name(&self) -> &'static str;
    /// Whether the service is of no use without it.
    fn is_required(&self) -> bool;
    /// Tries it; says in one sentence what works, or what is wrong.
    async fn run(&self, desk: &Desk) -> Result<String, String>;
}

/// Everything that is tried, in order.
fn all() -> Vec<Box<dyn Check>> {
    vec![
        Box::new(seal::SealOfASample),
        Box::new(keys::BroughtKeys),
        Box::new(fonts::LettersOfEveryLanguage),
        Box::new(time_stamps::TimeStampingAuthority),
        Box::new(walls::WallsOfTheJail),
        Box::new(converter::OfficeConverter),
    ]
}

/// Something that the service is of no use without does not work.
#[derive(Debug, Error)]
#[error("self-test {name}: {why}")]
pub struct SelfTestFailed {
    name: &'static str,
    why: String,
}

/// What was found at the last try of each.
#[derive(Default)]
pub(crate) struct SelfTests(Mutex<BTreeMap<&'static str, SelfCheck>>);

impl SelfTests {
    fn note(&self, name: &'static str, found: SelfCheck) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(name, found);
    }

    fn passed(&self, name: &str) -> bool {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(name).is_some_and(|found| found.passed)
    }

    /// For those who watch over the service.
    pub(crate) fn told(&self) -> SelfTest {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        SelfTest {
            checks: all.values().cloned().collect(),
        }
    }
}

/// Tries what the service is of no use without.
pub(crate) async fn at_start(desk: &Desk) -> Result<(), SelfTestFailed> {
    for check in all().iter().filter(|check| check.is_required()) {
        tried(desk, check.as_ref())
            .await
            .map_err(|why| SelfTestFailed {
                name: check.name(),
                why,
            })?;
    }
    Ok(())
}

/// Tries everything, once.
pub(crate) async fn whole(desk: &Desk) -> SelfTest {
    for check in all() {
        drop(tried(desk, check.as_ref()).await);
    }
    desk.self_tests.told()
}

/// Tries the rest soon after the start, what failed every minute and everything every hour, until told to stop.
pub(crate) async fn watch(desk: Arc<Desk>, stop: CancellationToken) {
    let minutes = ANEW.as_secs() / AGAIN.as_secs();
    for minute in 0_u64.. {
        for check in all() {
            let is_due = if minute == 0 {
                !check.is_required()
            } else {
                minute.is_multiple_of(minutes) || !desk.self_tests.passed(check.name())
            };
            if is_due && !stop.is_cancelled() {
                drop(tried(&desk, check.as_ref()).await);
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(AGAIN) => {}
        }
    }
}

/// Tries one thing and says what came of it: in one line of the log, as a metric, on the operator's page.
async fn tried(desk: &Desk, check: &dyn Check) -> Result<(), String> {
    let name = check.name();
    let found = check.run(desk).await;
    let passed = found.is_ok();
    let detail = match &found {
        Ok(detail) | Err(detail) => detail.clone(),
    };
    if passed {
        tracing::info!(check = name, detail, "self-test passed");
    } else if check.is_required() {
        tracing::error!(check = name, detail, "self-test FAILED");
    } else {
        tracing::warn!(check = name, detail, "self-test FAILED");
    }
    metrics::gauge!("self_test_passed", "check" => name).set(if passed { 1.0 } else { 0.0 });
    let at = desk.clock.now();
    desk.self_tests.note(
        name,
        SelfCheck {
            name: name.to_owned(),
            passed,
            detail,
            at,
        },
    );
    found.map(|_| ())
}

/// An error with its sources in one line.
fn told(error: impl std::error::Error) -> String {
    let sources = std::iter::successors(error.source(), |error| error.source());
    sources.fold(error.to_string(), |text, source| {
        format!("{text}: {source}")
    })
}
