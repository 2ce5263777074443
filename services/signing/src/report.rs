//! The upload report of a document: written with it, added to when something happens that belongs there.

use domain::{DocumentId, SignatureRequestId, Timestamp};
use pdf::Report;
use pdf::report::{Note, NoteKind};
use store_kit::{StoreError, Tx};
use thiserror::Error;

use crate::desk::Desk;
use crate::store::{Owner, documents, reports};

/// Why there is no report to show.
#[derive(Debug, Error)]
pub(crate) enum ReportError {
    /// No such document, or it came before there were reports.
    #[error("there is no such report")]
    NotFound(String),
    #[error("the stored report cannot be read")]
    Unreadable(#[from] serde_json::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Writes the report of a document that is inserted by the same transaction.
pub(crate) async fn insert(
    tx: &Tx,
    owner: Owner,
    document: &DocumentId,
    report: &Report,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = reports::Model {
        document: document.clone(),
        tenant: owner.tenant,
        mode: owner.mode,
        report: text(report),
        made_at: now,
    };
    reports::insert(&**tx, row).await
}

/// The report, for a deleted document too: it is part of the record of what was done.
pub(crate) async fn look_up(
    desk: &Desk,
    owner: Owner,
    id: &str,
) -> Result<(DocumentId, Report), ReportError> {
    let unknown = || ReportError::NotFound(id.to_owned());
    let document = DocumentId::parse(id).map_err(|_| unknown())?;
    let row = reports::find(desk.db.reader(), owner, &document)
        .await?
        .ok_or_else(unknown)?;
    Ok((document, serde_json::from_str(&row.report)?))
}

/// Notes that a round's fields were made read-only where they should have become part of the page: on a document that
/// bore a signature before the round nothing is flattened (spec section 9.4). One from before there were reports stays
/// without.
pub(crate) async fn note_flattening(
    tx: &Tx,
    owner: Owner,
    before: &documents::Model,
    request: &SignatureRequestId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(mut row) = reports::lock(&**tx, owner, &before.id).await? else {
        return Ok(());
    };
    let Ok(mut report) = serde_json::from_str::<Report>(&row.report) else {
        tracing::error!(document = %before.id, "a stored report cannot be read, so nothing was added to it");
        return Ok(());
    };
    let was_signed = 1 < before.revision || report.is_stamped || !report.signatures.is_empty();
    if !was_signed {
        return Ok(());
    }
    report.notes.push(Note {
        kind: NoteKind::FlattenedAsReadOnly,
        at: now.millis(),
        signature_request_id: Some(request.as_str().to_owned()),
    });
    row.report = text(&report);
    reports::put(&**tx, row).await
}

/// Plain data with string keys always has a text.
fn text(report: &Report) -> String {
    serde_json::to_string(report).unwrap_or_default()
}
