//! Stores a file as a document of its own, to be signed later. Costs nothing.

use domain::{DocumentId, SignatureRequestId, Timestamp, Verdict};
use store_kit::{StoreError, Tx};

use crate::answer::SuccessBody;
use crate::audit::{self, Actor, Fact};
use crate::charge;
use crate::desk::Desk;
use crate::document::month;
use crate::idempotency::{self, Attempt};
use crate::intake::{self, Prepared, Stored};
use crate::order::SentFile;
use crate::register::{CreateError, Created};
use crate::report;
use crate::store::documents::DocumentState;
use crate::store::usage::Counted;
use crate::store::{documents, revisions, usage};
use crate::tenant::Tenant;

/// Checks, prepares and stores a file.
pub(crate) async fn upload(
    desk: &Desk,
    attempt: &Attempt,
    tenant: &Tenant,
    file: SentFile,
) -> Result<Created, CreateError> {
    let prepared = intake::prepare(desk, attempt.owner, tenant, file).await?;
    let id = DocumentId::generate();
    store(desk, attempt, (id, &prepared), desk.clock.now()).await
}

/// Stores a prepared file; under a charge that was held for it, the charge is free.
pub(crate) async fn store(
    desk: &Desk,
    attempt: &Attempt,
    (id, prepared): (DocumentId, &Prepared),
    now: Timestamp,
) -> Result<Created, CreateError> {
    let stored = intake::store(desk, prepared).await?;
    let done = store_in_one(desk, attempt, (&id, prepared, &stored), now).await;
    if done.as_ref().is_err_and(CreateError::left_nothing) {
        intake::take_back(desk, &stored).await;
    }
    done
}

async fn store_in_one(
    desk: &Desk,
    attempt: &Attempt,
    new: (&DocumentId, &Prepared, &Stored),
    now: Timestamp,
) -> Result<Created, CreateError> {
    let owner = attempt.owner;
    let tx = desk.db.begin().await?;
    let mut verdict = None;
    if let Some(held) = attempt.held() {
        let stands = charge::decide(&*tx, owner, held, Verdict::Free, now).await?;
        if stands != Verdict::Free {
            return Err(CreateError::Decided(stands));
        }
        verdict = Some(stands);
    }
    insert(&tx, attempt, new, None, now).await?;
    let body = SuccessBody::uploaded(new.0).to_text();
    if !idempotency::keep(&*tx, attempt, 200, &body, now).await? {
        return Err(CreateError::KeyTaken);
    }
    usage::add(&*tx, owner, Counted::Files, month(now), 1).await?;
    tx.commit().await?;
    Ok(Created { body, verdict })
}

/// Writes a new document and its first revision.
pub(crate) async fn insert(
    tx: &Tx,
    attempt: &Attempt,
    (id, prepared, stored): (&DocumentId, &Prepared, &Stored),
    request: Option<SignatureRequestId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let owner = attempt.owner;
    let size_bytes = size(&prepared.bytes);
    let document = documents::Model {
        id: id.clone(),
        tenant: owner.tenant,
        mode: owner.mode,
        filename: prepared.filename.clone().unwrap_or_else(|| id.to_string()),
        state: DocumentState::ToSign,
        sealing: false,
        number: now.millis(),
        created_at: now,
        modified_at: now,
        revision: 1,
        sha256: prepared.sha256.clone(),
        size_bytes,
        blob: stored.blob.as_str().to_owned(),
        original_sha256: prepared.original_sha256.clone(),
        original_blob: stored.original.as_ref().map(|key| key.as_str().to_owned()),
        current_request: request,
        delete_after: now.plus(prepared.kept_for),
        deleted_at: None,
    };
    let first = revisions::Model {
        document: id.clone(),
        number: 1,
        tenant: owner.tenant,
        sha256: prepared.sha256.clone(),
        size_bytes,
        blob: stored.blob.as_str().to_owned(),
        signature_request: None,
        made_at: now,
    };
    let uploaded = Fact::Uploaded {
        filename: prepared
            .sent_as
            .clone()
            .unwrap_or_else(|| document.filename.clone()),
        original_sha256: prepared.original_sha256.clone(),
        original_size_bytes: size(&prepared.original),
        sha256: prepared.sha256.clone(),
        size_bytes,
        converted_by: prepared.converted_by.clone(),
        report: audit::gist(&prepared.report),
    };
    documents::insert(&**tx, document).await?;
    revisions::insert(&**tx, first).await?;
    report::insert(tx, owner, id, &prepared.report, now).await?;
    let by = Actor::Key(attempt.by.clone());
    audit::note(&**tx, owner, (id, None), (&by, &uploaded), now).await
}

fn size(bytes: &[u8]) -> i64 {
    i64::try_from(bytes.len()).unwrap_or(i64::MAX)
}
