//! Deletes what has been kept long enough: documents after their time, answers after the last replay.

use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use thiserror::Error;
use tokio_util::sync::CancellationToken;

use crate::audit::{self, Actor};
use crate::desk::Desk;
use crate::document::{self, DocumentError};
use crate::store::{Owner, all_tenants};

const EVERY: Duration = Duration::from_mins(1);
/// Documents deleted in one go; the rest waits for the next.
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
    for document in all_tenants::documents_to_delete(desk.db.reader(), now, BATCH).await? {
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
    forget_records(desk, now).await?;
    Ok(())
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
    use bytes::Bytes;
    use domain::{DocumentId, ManualClock, Mode, TenantId};
    use store_kit::StoreUrl;

    use super::*;
    use crate::audit::KeyUse;
    use crate::idempotency::{Attempt, Operation};
    use crate::order::{SentFile, StartState};
    use crate::{intake, service, tenant, upload};

    async fn stored(desk: &Desk, owner: Owner) -> DocumentId {
        let tenant = tenant::look_up(&desk.db, owner.tenant).await.unwrap();
        let content = Bytes::from(pdf::sample::contract("Kept"));
        let file = SentFile {
            filename: None,
            start: StartState::ToSign,
            content,
            blob: None,
        };
        let prepared = intake::prepare(desk, owner, &tenant, file).await.unwrap();
        let attempt = Attempt {
            owner,
            by: KeyUse {
                key: domain::PublicKeyId::parse("0123456789abcdef").unwrap(),
                address: None,
            },
            operation: Operation::Upload,
            ticket: None,
            key: None,
            fingerprint: String::new(),
        };
        let id = DocumentId::generate();
        let now = desk.clock.now();
        upload::store(desk, &attempt, (id.clone(), &prepared), now)
            .await
            .unwrap();
        id
    }

    #[tokio::test]
    async fn an_unsigned_document_goes_after_thirty_days_with_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::at(Timestamp::from_millis(1_764_000_000_000));
        let store = StoreUrl::SqliteFile(folder.path().join("signing.db"));
        let desk = service::for_tests(folder.path(), store, &clock).await.desk;
        let owner = Owner {
            tenant: TenantId::generate(),
            mode: Mode::Live,
        };
        let id = stored(&desk, owner).await;
        let document = document::look_up(&desk, owner, id.as_str()).await.unwrap();
        clock.advance(Duration::from_hours(24 * 30 - 1));
        sweep(&desk).await.unwrap();
        assert!(document::look_up(&desk, owner, id.as_str()).await.is_ok());
        clock.advance(Duration::from_hours(1));
        sweep(&desk).await.unwrap();
        assert!(document::look_up(&desk, owner, id.as_str()).await.is_err());
        let blob = crate::blob::BlobKey::stored(&document.blob);
        assert!(desk.blobs.get(&blob).await.is_err());
    }
}
