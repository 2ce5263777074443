//! Every document that waits for its seal: how often it was tried, why it failed, when it is tried next. And the means to try now.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use client_signing::{SealingJob, SealingJobState, SealingJobs};
use domain::{EventId, Timestamp};
use store_kit::outbox::{self, Message};
use store_kit::{StoreError, Tx};
use tokio_util::sync::CancellationToken;

use super::reason::Reason;
use super::worker::{self, TOPIC};
use crate::desk::Desk;
use crate::store::{Owner, all_tenants, sealing_failures};

/// How often the gauges are set and lost jobs looked for.
const EVERY: Duration = Duration::from_secs(15);
/// Jobs shown at once, oldest first.
const MAX_SHOWN: u64 = 200;
/// Submissions looked at in one search for lost jobs.
const BATCH: u64 = 500;
const MAX_DETAIL_CHARS: usize = 500;

/// All that waits for a seal, of every tenant.
pub(crate) async fn list(desk: &Desk) -> Result<SealingJobs, StoreError> {
    let db = desk.db.reader();
    let waiting = outbox::count_open(db, TOPIC).await?;
    let messages = outbox::open(db, TOPIC, MAX_SHOWN).await?;
    let ids = messages.iter().map(|message| message.id).collect();
    let mut failures: HashMap<_, _> = all_tenants::sealing_failures(db, ids)
        .await?
        .into_iter()
        .map(|row| (row.submission, row))
        .collect();
    let mut items = Vec::new();
    for message in messages {
        let failure = failures.remove(&message.id);
        items.extend(view(desk, &message, failure).await?);
    }
    Ok(SealingJobs {
        waiting,
        oldest_submitted_at: items.first().map(|job| job.submitted_at),
        items,
    })
}

async fn view(
    desk: &Desk,
    message: &Message,
    failure: Option<sealing_failures::Model>,
) -> Result<Option<SealingJob>, StoreError> {
    let Some(job) = worker::read(&message.payload) else {
        return Ok(None);
    };
    let document = match &failure {
        Some(failure) => Some(failure.document.clone()),
        None => worker::submission_of(desk, &job)
            .await?
            .map(|submission| submission.document),
    };
    let state = state(message, failure.as_ref(), desk.clock.now());
    Ok(document.map(|document_id| SealingJob {
        id: message.id,
        tenant: job.tenant,
        mode: job.mode,
        document_id,
        state,
        submitted_at: message.created_at,
        tries: message.tries,
        reason: failure
            .as_ref()
            .map(|failure| failure.reason.as_str().to_owned()),
        failed_at: failure.as_ref().map(|failure| failure.failed_at),
        detail: failure.map(|failure| failure.detail),
        next_try_at: message.due_at,
    }))
}

/// A try counts from its beginning, a failure from its end: more tries than failures means one is under way.
fn state(
    message: &Message,
    failure: Option<&sealing_failures::Model>,
    now: Timestamp,
) -> SealingJobState {
    let ended = failure.map_or(0, |failure| failure.tries);
    match failure {
        _ if ended < message.tries && now < message.due_at => SealingJobState::Running,
        Some(_) => SealingJobState::Failed,
        None => SealingJobState::Waiting,
    }
}

/// Has a job tried at once. `false`: there is no such job, or it is done.
pub(crate) async fn try_now(desk: &Desk, job: EventId) -> Result<bool, StoreError> {
    let tx = desk.db.begin().await?;
    let found = outbox::hasten(&*tx, TOPIC, job, desk.clock.now()).await?;
    tx.commit().await?;
    desk.sealer.now();
    Ok(found)
}

/// Notes why a try failed, for everybody who asks.
pub(super) async fn failed(
    desk: &Desk,
    message: &Message,
    (reason, detail): (Reason, &str),
    next_try_at: Timestamp,
) -> Result<(), StoreError> {
    metrics::counter!("sealing_tries_failed_total", "reason" => reason.as_str()).increment(1);
    let Some(job) = worker::read(&message.payload) else {
        return Ok(());
    };
    let Some(submission) = worker::submission_of(desk, &job).await? else {
        return Ok(());
    };
    let row = sealing_failures::Model {
        submission: submission.id,
        tenant: submission.tenant,
        mode: submission.mode,
        document: submission.document,
        signature_request: submission.signature_request,
        // The try that just ended is counted by the claim that began it.
        tries: message.tries.saturating_add(1),
        reason,
        detail: detail.chars().take(MAX_DETAIL_CHARS).collect(),
        failed_at: desk.clock.now(),
        next_try_at,
    };
    let tx = desk.db.begin().await?;
    sealing_failures::put(&*tx, row).await?;
    tx.commit().await
}

/// A job that succeeded has no failure any more; in the transaction that ends it.
pub(super) async fn succeeded(tx: &Tx, owner: Owner, job: EventId) -> Result<(), StoreError> {
    sealing_failures::forget(&**tx, owner, job).await
}

/// Sets the gauges and revives lost jobs, until told to stop. Any number of instances may do so at once.
pub(crate) async fn watch(desk: Arc<Desk>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = look(&desk).await {
            tracing::error!(
                error = &error as &(dyn std::error::Error + 'static),
                "it cannot be seen which documents wait for their seal"
            );
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

async fn look(desk: &Desk) -> Result<(), StoreError> {
    revive(desk).await?;
    let db = desk.db.reader();
    let now = desk.clock.now();
    let waiting = outbox::count_open(db, TOPIC).await?;
    let oldest = outbox::open(db, TOPIC, 1).await?;
    let age_ms = oldest
        .first()
        .map_or(0, |message| now.millis() - message.created_at.millis());
    let failing = all_tenants::count_sealing_failures(db).await?;
    #[expect(clippy::cast_precision_loss, reason = "a gauge; exact up to 2^53")]
    {
        metrics::gauge!("sealing_jobs_waiting").set(waiting as f64);
        metrics::gauge!("sealing_jobs_failing").set(failing as f64);
        metrics::gauge!("sealing_oldest_job_seconds").set(age_ms.max(0) as f64 / 1_000.0);
    }
    Ok(())
}

/// A submission without a job would wait for ever: after a restored backup, say. It gets its job back.
async fn revive(desk: &Desk) -> Result<(), StoreError> {
    let now = desk.clock.now();
    let db = desk.db.reader();
    let submissions = all_tenants::open_submissions(db, BATCH).await?;
    let ids = submissions.iter().map(|submission| submission.id).collect();
    let with_job = outbox::open_among(db, ids).await?;
    for submission in submissions {
        if with_job.contains(&submission.id) {
            continue;
        }
        let owner = Owner {
            tenant: submission.tenant,
            mode: submission.mode,
        };
        let tx = desk.db.begin().await?;
        outbox::revive(&*tx, worker::order(owner, submission.id, now), now).await?;
        tx.commit().await?;
        tracing::error!(submission = %submission.id, "a submission had lost its sealing job");
    }
    Ok(())
}
