//! A document's states and what may follow what (spec section 8).

use domain::{DocumentId, Timestamp};
use store_kit::StoreError;
use thiserror::Error;

use crate::audit::{self, Actor, Fact};
use crate::blob::{BlobError, BlobKey};
use crate::desk::Desk;
use crate::erasure;
pub(crate) use crate::store::documents::DocumentState;
use crate::store::usage::Counted;
use crate::store::{Owner, code_sends, codes, documents, requests, revisions, usage};

/// Where a document stands: its state, and whether a seal is under way on it. What an act makes of it is said here and nowhere
/// else; an act that it forbids is a [`Forbidden`], told as `409 err.document.state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Tags,
    ToStamp,
    ToSign,
    /// Submitted; `tosign` to the outside until the seal is on.
    Sealing,
    Signed,
    ErrorSendInfo,
    Canceled,
}

/// Where an act leaves a document. Nobody but the transitions below can make one, so that no other stage can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moved(Stage);

/// The act is not allowed where the document stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the document stands at {}", .0.as_str())]
pub(crate) struct Forbidden(pub(crate) Stage);

impl Stage {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Sealing => "sealing",
            other => other.state().as_str(),
        }
    }

    const fn state(self) -> DocumentState {
        match self {
            Self::Tags => DocumentState::Tags,
            Self::ToStamp => DocumentState::ToStamp,
            Self::ToSign | Self::Sealing => DocumentState::ToSign,
            Self::Signed => DocumentState::Signed,
            Self::ErrorSendInfo => DocumentState::ErrorSendInfo,
            Self::Canceled => DocumentState::Canceled,
        }
    }

    /// The signer submitted; the seal follows.
    pub(crate) const fn submitted(self) -> Result<Moved, Forbidden> {
        match self {
            Self::ToSign => Ok(Moved(Self::Sealing)),
            other => Err(Forbidden(other)),
        }
    }

    /// The seal is on.
    pub(crate) const fn sealed(self) -> Result<Moved, Forbidden> {
        match self {
            Self::Sealing => Ok(Moved(Self::Signed)),
            other => Err(Forbidden(other)),
        }
    }

    /// The signer declined.
    pub(crate) const fn canceled(self) -> Result<Moved, Forbidden> {
        match self {
            Self::ToSign => Ok(Moved(Self::Canceled)),
            other => Err(Forbidden(other)),
        }
    }

    /// A round begins on a document that waits for one.
    pub(crate) const fn requested(self) -> Result<Moved, Forbidden> {
        match self {
            Self::ToSign => Ok(Moved(Self::ToSign)),
            other => Err(Forbidden(other)),
        }
    }

    /// A next round begins: `changeState`.
    pub(crate) const fn reopened(self) -> Result<Moved, Forbidden> {
        match self {
            Self::ToSign | Self::Signed | Self::ErrorSendInfo | Self::Canceled => {
                Ok(Moved(Self::ToSign))
            }
            Self::Tags | Self::ToStamp | Self::Sealing => Err(Forbidden(self)),
        }
    }

    /// Bytes that are being sealed cannot be taken away.
    pub(crate) const fn deleted(self) -> Result<(), Forbidden> {
        match self {
            Self::Sealing => Err(Forbidden(self)),
            _ => Ok(()),
        }
    }

    /// The callback has found no taker for an hour. A canceled document stays canceled.
    pub(crate) const fn callback_failing(self) -> Option<Moved> {
        match self {
            Self::Signed => Some(Moved(Self::ErrorSendInfo)),
            _ => None,
        }
    }

    /// The callback was taken after all.
    pub(crate) const fn callback_taken(self) -> Option<Moved> {
        match self {
            Self::ErrorSendInfo => Some(Moved(Self::Signed)),
            _ => None,
        }
    }
}

impl documents::Model {
    pub(crate) const fn stage(&self) -> Stage {
        match self.state {
            _ if self.sealing => Stage::Sealing,
            DocumentState::Tags => Stage::Tags,
            DocumentState::ToStamp => Stage::ToStamp,
            DocumentState::ToSign => Stage::ToSign,
            DocumentState::Signed => Stage::Signed,
            DocumentState::ErrorSendInfo => Stage::ErrorSendInfo,
            DocumentState::Canceled => Stage::Canceled,
        }
    }

    /// Writes what an act made of it into its columns.
    pub(crate) fn enter(&mut self, Moved(stage): Moved, now: Timestamp) {
        self.state = stage.state();
        self.sealing = stage == Stage::Sealing;
        self.modified_at = now;
    }
}

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
}

/// Why a document cannot be had or changed.
#[derive(Debug, Error)]
pub(crate) enum DocumentError {
    #[error("there is no such document")]
    NotFound(String),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
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
    document.stage().deleted()?;
    let blobs = blobs_of(
        &document,
        &revisions::of_document(&*tx, owner.tenant, &parsed).await?,
    );
    end_open_request(&*tx, owner, &document, now).await?;
    requests::forget_sig_data(&*tx, owner, &parsed).await?;
    codes::forget(&*tx, owner, &parsed).await?;
    code_sends::forget(&*tx, owner, &parsed).await?;
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
    let found = requests::lock(tx, owner, current).await?;
    // What is over stays as it ended.
    match found.map(|request| request.bereft(now)) {
        Some(Ok(request)) => requests::put(tx, request).await,
        Some(Err(_)) | None => Ok(()),
    }
}

/// `2026.5`: the month without leading zero, UTC.
pub(crate) fn month(at: Timestamp) -> String {
    at.to_jiff().strftime("%Y.%-m").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Stage; 7] = [
        Stage::Tags,
        Stage::ToStamp,
        Stage::ToSign,
        Stage::Sealing,
        Stage::Signed,
        Stage::ErrorSendInfo,
        Stage::Canceled,
    ];

    #[test]
    fn only_a_document_to_sign_is_submitted_or_canceled_and_only_a_submitted_one_sealed() {
        for stage in ALL {
            let to_sign = stage == Stage::ToSign;
            assert_eq!(stage.submitted().is_ok(), to_sign);
            assert_eq!(stage.canceled().is_ok(), to_sign);
            assert_eq!(stage.requested().is_ok(), to_sign);
            let sealing = stage == Stage::Sealing;
            assert_eq!(stage.sealed().is_ok(), sealing);
            assert_eq!(stage.deleted().is_err(), sealing);
        }
        for state in DocumentState::ALL {
            assert_eq!(DocumentState::parse(state.as_str()), Some(state));
        }
    }

    #[test]
    fn a_next_round_follows_an_ended_one() {
        let reopened = ALL.into_iter().filter(|stage| stage.reopened().is_ok());
        assert_eq!(
            reopened.collect::<Vec<_>>(),
            [
                Stage::ToSign,
                Stage::Signed,
                Stage::ErrorSendInfo,
                Stage::Canceled
            ]
        );
    }

    #[test]
    fn a_canceled_document_does_not_turn_signed_by_its_callback() {
        for stage in [Stage::Canceled, Stage::Sealing, Stage::ToSign] {
            assert_eq!(stage.callback_failing(), None);
            assert_eq!(stage.callback_taken(), None);
        }
        assert_eq!(
            Stage::Signed.callback_failing(),
            Some(Moved(Stage::ErrorSendInfo))
        );
        assert_eq!(
            Stage::ErrorSendInfo.callback_taken(),
            Some(Moved(Stage::Signed))
        );
    }

    #[test]
    fn months_have_no_leading_zero() {
        assert_eq!(month(Timestamp::from_millis(1_652_000_000_000)), "2022.5");
    }
}
