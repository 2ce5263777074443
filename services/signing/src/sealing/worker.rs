//! The job that seals what was submitted. Durable: it is a row of the submission's own commit, tried until it succeeds.

use std::sync::Arc;
use std::time::Duration;

use ::evidence::Binding;
use async_trait::async_trait;
use domain::{EventId, Mode, SignatureRequestId, TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use store_kit::outbox::{self, Deliver, Lane, Message, Outcome, Outgoing};
use store_kit::{StoreError, Tx};
use thiserror::Error;

use super::act::{Act, seal_input};
use super::evidence::{self, EvidenceError, Ground};
use super::reason::Reason;
use super::{StampError, certificate_serial, chain, jobs, seal};
use crate::audit::{self, Actor, Fact};
use crate::blob::{BlobError, BlobKey};
use crate::callback;
use crate::confidential::Locked;
use crate::desk::Desk;
use crate::document::Forbidden;
use crate::failpoint;
use crate::intake;
use crate::mail::PostError;
use crate::report;
use crate::round::{BeforeSigning, Round};
use crate::rules::Rules;
use crate::sending;
use crate::signature_request::NotNow;
use crate::store::{Owner, documents, requests, revisions, submissions};
use crate::tenant::{self, Tenant};

/// The outbox topic of seals to be made.
pub(crate) const TOPIC: &str = "seal";
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(10);

/// What a seal is to be made for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Job {
    pub(super) tenant: TenantId,
    pub(super) mode: Mode,
    submission: EventId,
}

impl Job {
    const fn owner(&self) -> Owner {
        Owner {
            tenant: self.tenant,
            mode: self.mode,
        }
    }
}

/// The job that seals a submission, to be written with it.
pub(crate) fn order(owner: Owner, submission: EventId, now: Timestamp) -> Outgoing {
    let job = Job {
        tenant: owner.tenant,
        mode: owner.mode,
        submission,
    };
    Outgoing {
        id: submission,
        topic: TOPIC,
        destination: TOPIC.to_owned(),
        order_group: submission.to_string(),
        payload: serde_json::to_value(job).unwrap_or_default(),
        due_at: now,
    }
}

/// Why a seal was not made this time.
#[derive(Debug, Error)]
pub(super) enum JobError {
    #[error("the job cannot be read")]
    Unreadable(#[from] serde_json::Error),
    #[error("the stored document is not the one that was signed")]
    Altered,
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    NotNow(#[from] NotNow),
    #[error(transparent)]
    Seal(#[from] StampError),
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    #[error(transparent)]
    Locked(#[from] Locked),
    #[error(transparent)]
    Blob(#[from] BlobError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<PostError> for JobError {
    fn from(error: PostError) -> Self {
        match error {
            PostError::Store(error) => Self::Store(error),
            PostError::Locked(error) => Self::Locked(error),
        }
    }
}

/// Makes seals.
pub(crate) struct Sealer(pub(crate) Arc<Desk>);

#[async_trait]
impl Deliver for Sealer {
    async fn deliver(&self, message: &Message) -> Outcome {
        match run(&self.0, &message.payload).await {
            Ok(()) => Outcome::Done,
            Err(error) => self.put_off(message, &error).await,
        }
    }

    /// Each seal waits for itself alone: one that hangs at a time-stamp authority holds up none.
    fn lanes<'m>(&self, _message: &'m Message) -> Vec<Lane<'m>> {
        Vec::new()
    }
}

impl Sealer {
    /// Says what is in the way, to the log and to whoever looks, and tries again later: for ever.
    async fn put_off(&self, message: &Message, error: &JobError) -> Outcome {
        let reason = Reason::of(error);
        tracing::error!(
            error = error as &(dyn std::error::Error + 'static),
            reason = reason.as_str(),
            submission = %message.id,
            tries = message.tries,
            "a document could not be sealed"
        );
        let spread = rand::random();
        let pause = outbox::back_off(message.tries, FIRST_PAUSE, LONGEST_PAUSE, spread);
        let at = self.0.clock.now().plus(pause);
        let detail = chain(error);
        if let Err(unnoted) = jobs::failed(&self.0, message, (reason, &detail), at).await {
            tracing::error!(
                error = &unnoted as &(dyn std::error::Error + 'static),
                "the failure of a sealing job could not be noted"
            );
        }
        Outcome::Again { at, error: detail }
    }
}

/// A job as its message carries it.
pub(super) fn read(payload: &str) -> Option<Job> {
    serde_json::from_str(payload).ok()
}

/// What a job is to seal, as long as its row is there.
pub(super) async fn submission_of(
    desk: &Desk,
    job: &Job,
) -> Result<Option<submissions::Model>, StoreError> {
    submissions::find(desk.db.reader(), job.owner(), job.submission).await
}

/// What is about to be sealed.
struct Case {
    owner: Owner,
    submission: submissions::Model,
    document: documents::Model,
    request: requests::Model,
    act: Act,
}

async fn run(desk: &Desk, payload: &str) -> Result<(), JobError> {
    let job: Job = serde_json::from_str(payload)?;
    let owner = job.owner();
    failpoint::reach("signing::sealing").await;
    let Some(case) = case(desk, owner, job.submission).await? else {
        return Ok(());
    };
    let bytes = desk
        .blobs
        .get(&BlobKey::stored(&case.document.blob))
        .await?;
    if intake::sha256(&bytes) != case.submission.digest {
        return Err(JobError::Altered);
    }
    let rules = Rules::stored(&case.request.rules);
    let round = Round::stored(&case.request.round);
    let mut input = seal_input(&case.act, &rules, &round, case.submission.submitted_at);
    let tenant = tenant::look_up(&desk.db, owner.tenant).await?;
    let ground = ground(desk, &case, bytes.len())?;
    evidence::attach(&mut input, &case.act, &ground, &tenant)?;
    let sealed = seal(desk, owner, &tenant, bytes, input).await?;
    let blob = BlobKey::generate();
    let (sha256, size) = (intake::sha256(&sealed), sealed.len());
    desk.blobs.put(&blob, sealed).await?;
    let revision = NewRevision {
        blob,
        sha256,
        size_bytes: i64::try_from(size).unwrap_or(i64::MAX),
        certificate: certificate_serial(desk, owner, &tenant).await?,
        kept_for: tenant.keeps_signed(),
    };
    if !finish(desk, &case, (&tenant, &revision)).await? {
        // Another worker was faster with the same job: its revision stands.
        desk.blobs.remove(&revision.blob).await?;
    }
    desk.caller.now();
    desk.page_maker.now();
    Ok(())
}

/// The rows of the job; nothing where it is done already.
async fn case(desk: &Desk, owner: Owner, id: EventId) -> Result<Option<Case>, JobError> {
    let db = desk.db.reader();
    let Some(submission) = submissions::find(db, owner, id).await? else {
        return Ok(None);
    };
    let Some(act) = submission.act.as_deref() else {
        return Ok(None);
    };
    let act = serde_json::from_str(&desk.secrets.rows().open(act, &id)?)?;
    let document = documents::find(db, owner, &submission.document).await?;
    let request = requests::find(db, owner, &submission.signature_request).await?;
    Ok(document.zip(request).map(|(document, request)| Case {
        owner,
        submission,
        document,
        request,
        act,
    }))
}

/// What the evidence of this act is bound to.
fn ground(desk: &Desk, case: &Case, served_length: usize) -> Result<Ground, Locked> {
    let request = &case.request;
    let opened = |held: &String| desk.secrets.rows().open(held, &request.id);
    Ok(Ground {
        document: case.document.id.clone(),
        request: request.id.clone(),
        served: Binding {
            sha256: case.submission.digest.clone(),
            length: served_length,
        },
        submitted_at: case.submission.submitted_at,
        sig_data: request.sig_data.as_ref().map(opened).transpose()?,
    })
}

struct NewRevision {
    blob: BlobKey,
    sha256: String,
    size_bytes: i64,
    /// Serial number of the certificate that sealed it.
    certificate: String,
    /// From its signature.
    kept_for: Duration,
}

/// The sealed revision becomes the document; `false`: it was sealed already, or is no more.
async fn finish(
    desk: &Desk,
    case: &Case,
    (tenant, new): (&Tenant, &NewRevision),
) -> Result<bool, JobError> {
    let now = desk.clock.now();
    let (owner, job) = (case.owner, case.submission.id);
    let tx = desk.db.begin().await?;
    let document = documents::lock(&*tx, owner, &case.document.id).await?;
    let waiting = document.filter(|document| document.sealing);
    submissions::close(&*tx, owner, job, now).await?;
    jobs::succeeded(&tx, owner, job).await?;
    let Some(mut document) = waiting else {
        tx.commit().await?;
        return Ok(false);
    };
    if document.sha256 != case.submission.digest {
        return Err(JobError::Altered);
    }
    let sealed = document.stage().sealed()?;
    document.enter(sealed, now);
    document.revision = document.revision.saturating_add(1);
    document.sha256.clone_from(&new.sha256);
    document.size_bytes = new.size_bytes;
    new.blob.as_str().clone_into(&mut document.blob);
    document.delete_after = now.plus(new.kept_for);
    let request = &case.submission.signature_request;
    revisions::insert(&*tx, revision_row(&document, request, now)).await?;
    let fact = Fact::Sealed {
        revision: document.revision,
        sha256: new.sha256.clone(),
        size_bytes: new.size_bytes,
        certificate: Some(new.certificate.clone()),
        level: Some(desk.levels.reached().to_string()),
    };
    let about = (&document.id, Some(request));
    audit::note(&*tx, owner, about, (&Actor::Service, &fact), now).await?;
    audit::order_page(&tx, owner, &document.id, now).await?;
    sending::tell_readers(desk, &tx, tenant, &document, &case.request).await?;
    documents::put(&*tx, document).await?;
    let before_signing = Round::stored(&case.request.round).before_signing;
    if before_signing == BeforeSigning::Flatten && !case.act.round_fields.is_empty() {
        report::note_flattening(&tx, owner, &case.document, request, now).await?;
    }
    end_request(&tx, owner, request, now).await?;
    tx.commit().await?;
    Ok(true)
}

fn revision_row(
    document: &documents::Model,
    request: &SignatureRequestId,
    now: Timestamp,
) -> revisions::Model {
    revisions::Model {
        document: document.id.clone(),
        number: document.revision,
        tenant: document.tenant,
        sha256: document.sha256.clone(),
        size_bytes: document.size_bytes,
        blob: document.blob.clone(),
        signature_request: Some(request.clone()),
        made_at: now,
    }
}

async fn end_request(
    tx: &Tx,
    owner: Owner,
    id: &SignatureRequestId,
    now: Timestamp,
) -> Result<(), JobError> {
    let Some(request) = requests::lock(&**tx, owner, id).await? else {
        return Ok(());
    };
    let request = request.sealed(now)?;
    callback::put(tx, owner, &request, callback::RoundState::Signed, now).await?;
    Ok(requests::put(&**tx, request).await?)
}
