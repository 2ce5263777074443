//! Deletes what has been kept long enough: documents after their time, answers after the last replay.

use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use thiserror::Error;
use tokio_util::sync::CancellationToken;

use crate::audit::{self, Actor};
use crate::desk::Desk;
use crate::document::{self, DocumentError};
use crate::store::{Owner, all_tenants, documents};

const EVERY: Duration = Duration::from_mins(1);
/// Documents and records that are looked up at once.
const BATCH: u64 = 100;

/// For how long it can be looked up how a message to somebody fared. The audit record says it for longer.
const MESSAGES_KEPT: Duration = Duration::from_hours(24 * 30);

/// Why a sweep ended early.
#[derive(Debug, Error)]
#[error("retention could not be kept")]
pub(crate) struct SweepError(#[from] store_kit::StoreError);

/// Sweeps until told to stop. Any number of instances may do so at once.
pub(crate) async fn run(desk: Arc<Desk>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = sweep(&desk).await {
            tracing::error!(
                error = &error as &(dyn std::error::Error + 'static),
                "documents past their time were not deleted"
            );
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// One round. A document that cannot be deleted now is tried again in the next.
pub(crate) async fn sweep(desk: &Desk) -> Result<(), SweepError> {
    let now = desk.clock.now();
    let tx = desk.db.begin().await?;
    all_tenants::forget_answers(&*tx, now).await?;
    all_tenants::forget_messages(&*tx, now.minus(MESSAGES_KEPT)).await?;
    tx.commit().await?;
    delete_documents(desk, BATCH).await?;
    forget_records(desk, now).await?;
    Ok(())
}

/// Deletes every document whose time has come, a page of `at_once` after the other: one that cannot be deleted now keeps none
/// behind it.
async fn delete_documents(desk: &Desk, at_once: u64) -> Result<(), SweepError> {
    let now = desk.clock.now();
    let mut after = None;
    loop {
        let db = desk.db.reader();
        let page = all_tenants::documents_to_delete(db, now, after.as_ref(), at_once).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some((last.delete_after, last.id.clone()));
        for document in page {
            delete(desk, document).await;
        }
    }
}

async fn delete(desk: &Desk, document: documents::Model) {
    let owner = Owner {
        tenant: document.tenant,
        mode: document.mode,
    };
    match document::delete(desk, owner, document.id.as_str(), &Actor::Service).await {
        // Another instance, or the tenant, was faster.
        Ok(()) | Err(DocumentError::NotFound(_) | DocumentError::Forbidden(_)) => {}
        Err(error @ (DocumentError::Store(_) | DocumentError::Blob(_))) => tracing::error!(
            error = &error as &(dyn std::error::Error + 'static),
            document = %document.id,
            "a document past its time was not deleted"
        ),
    }
}

/// Ends the audit records whose term is over.
async fn forget_records(desk: &Desk, now: Timestamp) -> Result<(), SweepError> {
    let before = now.minus(audit::KEPT_AFTER_DELETION);
    for deletion in all_tenants::records_to_forget(desk.db.reader(), before, BATCH).await? {
        let owner = Owner {
            tenant: deletion.tenant,
            mode: deletion.mode,
        };
        audit::forget(desk, owner, &deletion.document, now).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::{ManualClock, Mode, TenantId};

    use super::*;
    use crate::blob::BlobKey;
    use crate::desk::own;

    #[tokio::test]
    async fn an_unsigned_document_goes_after_thirty_days_with_all_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::at(Timestamp::from_millis(1_764_000_000_000));
        let desk = own::desk(folder.path(), &clock).await;
        let owner = Owner {
            tenant: TenantId::generate(),
            mode: Mode::Test,
        };
        let id = own::stored(&desk, owner).await;
        let document = document::look_up(&desk, owner, id.as_str()).await.unwrap();
        let picture = BlobKey::stored(&document.blob).picture(1, 640);
        desk.blobs.put(&picture, "png".into()).await.unwrap();
        let before = own::files(folder.path());
        assert_eq!(
            before.len(),
            3,
            "original, marked file, picture: {before:?}"
        );
        clock.advance(Duration::from_hours(24 * 30 - 1));
        sweep(&desk).await.unwrap();
        assert!(document::look_up(&desk, owner, id.as_str()).await.is_ok());
        assert_eq!(own::files(folder.path()), before);
        clock.advance(Duration::from_hours(1));
        sweep(&desk).await.unwrap();
        assert!(document::look_up(&desk, owner, id.as_str()).await.is_err());
        assert_eq!(own::files(folder.path()), Vec::<std::path::PathBuf>::new());
    }

    #[tokio::test]
    async fn more_documents_than_a_page_holds_go_in_one_round() {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::at(Timestamp::from_millis(1_764_000_000_000));
        let desk = own::desk(folder.path(), &clock).await;
        let owner = Owner {
            tenant: TenantId::generate(),
            mode: Mode::Live,
        };
        for _ in 0..3 {
            own::stored(&desk, owner).await;
        }
        clock.advance(Duration::from_hours(24 * 30));
        delete_documents(&desk, 2).await.unwrap();
        assert_eq!(own::files(folder.path()), Vec::<std::path::PathBuf>::new());
    }
}
