//! Billing's background work: each job is one loop that looks, works and waits until told to stop.

use std::error::Error;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::service::Books;
use crate::{exactness, reconcile, refund, sweeper};

/// Starts every job.
pub(crate) fn start(books: &Arc<Books>, stop: &CancellationToken) -> Vec<JoinHandle<()>> {
    vec![
        telemetry::spawn("sweeper", sweep(Arc::clone(books), stop.clone())),
        telemetry::spawn("purchases", converge(Arc::clone(books), stop.clone())),
        telemetry::spawn("reconcile", compare(Arc::clone(books), stop.clone())),
        telemetry::spawn("exactness", check(Arc::clone(books), stop.clone())),
    ]
}

async fn sweep(books: Arc<Books>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let round = sweeper::sweep(&books).await;
        log(round, "the sweeper's round ended early");
        pause(&stop, books.rhythm.sweep, books.wake_sweeper.notified()).await;
    }
}

async fn converge(books: Arc<Books>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let round = crate::converge::sweep(&books).await;
        log(round, "the round over purchases ended early");
        let round = refund::sweep(&books).await;
        log(round, "the round over refunds ended early");
        pause(
            &stop,
            books.rhythm.purchases,
            books.wake_purchases.notified(),
        )
        .await;
    }
}

async fn compare(books: Arc<Books>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let compared = reconcile::nightly(&books).await;
        log(
            compared,
            "the last days could not be compared with Stripe; they are tried again",
        );
        pause(&stop, books.rhythm.reconcile, std::future::pending()).await;
    }
}

async fn check(books: Arc<Books>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let checked = exactness::check(&books.db, &*books.clock, &books.witness).await;
        log(checked, "the books could not be checked to the end");
        pause(&stop, books.rhythm.exactness, std::future::pending()).await;
    }
}

async fn pause(stop: &CancellationToken, at_most: Duration, woken: impl Future<Output = ()>) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = woken => {}
        () = tokio::time::sleep(at_most) => {}
    }
}

fn log<E: Error + 'static>(round: Result<(), E>, what: &'static str) {
    if let Err(error) = round {
        tracing::warn!(error = &error as &(dyn Error + 'static), "{what}");
    }
}
