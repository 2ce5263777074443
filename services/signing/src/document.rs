//! A document's states and what may follow what (spec section 8).

use std::time::Duration;

use domain::{DocumentId, Timestamp};
use store_kit::StoreError;
use thiserror::Error;

use crate::audit::{self, Actor, Fact};
use crate::blob::{BlobError, BlobKey};
use crate::desk::Desk;
use crate::erasure;
pub(crate) use crate::store::documents::DocumentState;
use crate::store::usage::Counted;
use crate::store::{Owner, documents, requests, revisions, usage};

const DAY: Duration = Duration::from_hours(24);
/// Counted from the upload or the last `changeState`.
pub(crate) const KEPT_UNSIGNED: Duration = DAY.saturating_mul(30);
/// Counted from the signature.
pub(crate) const KEPT_SIGNED: Duration = DAY.saturating_mul(10);

/// The act is not allowed in this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the document is in state {}", .0.as_str())]
pub(crate) struct Forbidden(pub(crate) DocumentState);

impl DocumentState {
    pub(crate) const ALL: [Self; 6] = [
        Self::Tags,
        Self::ToStamp,
        Self::ToSign,
        Self::Signed,
        Self::ErrorSendInfo,
        Self::Canceled,
    ];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Tags => "tags",
            Self::ToStamp => "tostamp",
            Self::ToSign => "tosign",
            Self::Signed => "signed",
            Self::ErrorSendInfo => "errorsendinfo",
            Self::Canceled => "canceled",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// The signer submitted and the seal is on.
    pub(crate) const fn signed(self) -> Result<Self, Forbidden> {
        match self {
            Self::ToSign => Ok(Self::Signed),
            Self::Tags | Self::ToStamp | Self::Signed | Self::ErrorSendInfo | Self::Canceled => {
                Err(Forbidden(self))
            }
        }
    }

    /// The signer declined.
    pub(crate) const fn canceled(self) -> Result<Self, Forbidden> {
        match self {
            Self::ToSign => Ok(Self::Canceled),
            Self::Tags | Self::ToStamp | Self::Signed | Self::ErrorSendInfo | Self::Canceled => {
                Err(Forbidden(self))
            }
        }
    }

    /// A next round begins.
    pub(crate) const fn reopened(self) -> Result<Self, Forbidden> {
        match self {
            Self::Signed | Self::ErrorSendInfo | Self::Canceled | Self::ToSign => Ok(Self::ToSign),
            Self::Tags | Self::ToStamp => Err(Forbidden(self)),
        }
    }

    /// The callback has found no taker for an hour. A canceled document stays canceled.
    pub(crate) const fn callback_failing(self) -> Self {
        match self {
            Self::Signed => Self::ErrorSendInfo,
            other => other,
        }
    }

    /// The callback was taken after all.
    pub(crate) const fn callback_taken(self) -> Self {
        match self {
            Self::ErrorSendInfo => Self::Signed,
            other => other,
        }
    }
}

/// Why a document cannot be had or changed.
#[derive(Debug, Error)]
pub(crate) enum DocumentError {
    #[error("there is no such document")]
    NotFound(String),
    #[error("the document is being sealed")]
    Sealing,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Blob(#[from] BlobError),
}

/// Another tenant's document is as unknown as one that never was.
pub(crate) async fn look_up(
    desk: &Desk,
    owner: Owner,
    id: &str,
) -> Result<documents::Model, DocumentError> {
    let unknown = || DocumentError::NotFound(id.to_owned());
    let parsed = DocumentId::parse(id).map_err(|_| unknown())?;
    documents::find(desk.db.reader(), owner, &parsed)
        .await?
        .ok_or_else(unknown)
}

/// Deletes the bytes at once and for good; the rows stay as the record of what was done.
pub(crate) async fn delete(
    desk: &Desk,
    owner: Owner,
    id: &str,
    by: &Actor,
) -> Result<(), DocumentError> {
    let unknown = || DocumentError::NotFound(id.to_owned());
    let parsed = DocumentId::parse(id).map_err(|_| unknown())?;
    let now = desk.clock.now();
    let tx = desk.db.begin().await?;
    let mut document = documents::lock(&*tx, owner, &parsed)
        .await?
        .ok_or_else(unknown)?;
    if document.sealing {
        return Err(DocumentError::Sealing);
    }
    let blobs = blobs_of(
        &document,
        &revisions::of_document(&*tx, owner.tenant, &parsed).await?,
    );
    end_open_request(&*tx, owner, &document, now).await?;
    requests::forget_sig_data(&*tx, owner, &parsed).await?;
    document.deleted_at = Some(now);
    document.modified_at = now;
    documents::put(&*tx, document).await?;
    revisions::forget(&*tx, owner.tenant, &parsed).await?;
    erasure::put(&tx, &parsed, &blobs, now).await?;
    audit::note(&*tx, owner, (&parsed, None), (by, &Fact::Deleted), now).await?;
    usage::add(&*tx, owner, Counted::Deleted, month(now), 1).await?;
    tx.commit().await?;
    // After the commit, since a row must never name bytes that are gone; what fails here the eraser does.
    for blob in blobs {
        desk.blobs.remove(&blob).await?;
    }
    Ok(())
}

fn blobs_of(document: &documents::Model, revisions: &[revisions::Model]) -> Vec<BlobKey> {
    let mut keys: Vec<&str> = revisions
        .iter()
        .map(|revision| revision.blob.as_str())
        .collect();
    keys.push(&document.blob);
    keys.extend(document.original_blob.as_deref());
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter().map(BlobKey::stored).collect()
}

/// The link of a deleted document leads to nothing any more.
async fn end_open_request(
    tx: &impl crate::store::Connection,
    owner: Owner,
    document: &documents::Model,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(current) = &document.current_request else {
        return Ok(());
    };
    if let Some(mut request) = requests::lock(tx, owner, current).await?
        && request.state.is_open()
    {
        request.state = requests::RequestState::Deleted;
        request.ended_at = Some(now);
        requests::put(tx, request).await?;
    }
    Ok(())
}

/// `2026.5`: the month without leading zero, UTC.
pub(crate) fn month(at: Timestamp) -> String {
    at.to_jiff().strftime("%Y.%-m").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_document_to_sign_is_signed_or_canceled() {
        for state in DocumentState::ALL {
            let allowed = state == DocumentState::ToSign;
            assert_eq!(state.signed().is_ok(), allowed);
            assert_eq!(state.canceled().is_ok(), allowed);
            assert_eq!(DocumentState::parse(state.as_str()), Some(state));
        }
    }

    #[test]
    fn a_canceled_document_does_not_turn_signed_by_its_callback() {
        assert_eq!(
            DocumentState::Canceled.callback_failing(),
            DocumentState::Canceled
        );
        assert_eq!(
            DocumentState::Canceled.callback_taken(),
            DocumentState::Canceled
        );
        assert_eq!(
            DocumentState::Signed.callback_failing(),
            DocumentState::ErrorSendInfo
        );
        assert_eq!(
            DocumentState::ErrorSendInfo.callback_taken(),
            DocumentState::Signed
        );
    }

    #[test]
    fn months_have_no_leading_zero() {
        assert_eq!(month(Timestamp::from_millis(1_652_000_000_000)), "2022.5");
    }
}
