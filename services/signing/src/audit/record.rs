//! A document's record, read back: the whole of what was done, oldest first.

use domain::{DocumentId, EventId, SignatureRequestId, Timestamp};
use serde::{Deserialize, Serialize};
use store_kit::StoreError;
use thiserror::Error;
use utoipa::ToSchema;

use super::{Actor, Fact, KEPT_AFTER_DELETION};
use crate::desk::Desk;
use crate::store::{Owner, audit_events, documents};

/// Why there is no record to show.
#[derive(Debug, Error)]
pub(crate) enum RecordError {
    /// Also where it is another tenant's.
    #[error("there is no such document")]
    NotFound(String),
    #[error("a row of the record cannot be read")]
    Unreadable(#[from] serde_json::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// One fact with who, when and in which round.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = AuditEvent)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    pub(crate) id: EventId,
    pub(crate) at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) signature_request_id: Option<SignatureRequestId>,
    pub(crate) actor: Actor,
    pub(crate) fact: Fact,
}

/// The audit record of a document.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = AuditRecord)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Record {
    pub(crate) document_id: DocumentId,
    pub(crate) filename: String,
    /// SHA-256 of the document's newest revision, in hex.
    pub(crate) sha256: String,
    /// SHA-256 of the bytes as they were sent.
    pub(crate) original_sha256: String,
    /// Until when the record is kept, once the document was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) kept_until: Option<Timestamp>,
    /// Oldest first.
    pub(crate) events: Vec<Event>,
}

/// The record of a document, deleted ones included.
pub(crate) async fn of(desk: &Desk, owner: Owner, id: &str) -> Result<Record, RecordError> {
    let unknown = || RecordError::NotFound(id.to_owned());
    let parsed = DocumentId::parse(id).map_err(|_| unknown())?;
    let db = desk.db.reader();
    let document = documents::find_even_deleted(db, owner, &parsed)
        .await?
        .ok_or_else(unknown)?;
    let rows = audit_events::of_document(db, owner, &parsed).await?;
    if rows.is_empty() && document.deleted_at.is_some() {
        // Its term is over.
        return Err(unknown());
    }
    let mut events = rows.into_iter().map(event).collect::<Result<Vec<_>, _>>()?;
    events.sort_by_key(|event| (event.at, event.fact.rank()));
    Ok(Record {
        document_id: document.id,
        filename: document.filename,
        sha256: document.sha256,
        original_sha256: document.original_sha256,
        kept_until: document.deleted_at.map(|at| at.plus(KEPT_AFTER_DELETION)),
        events,
    })
}

fn event(row: audit_events::Model) -> Result<Event, serde_json::Error> {
    Ok(Event {
        id: row.id,
        at: row.at,
        signature_request_id: row.signature_request,
        actor: serde_json::from_str(&row.actor)?,
        fact: serde_json::from_str(&row.fact)?,
    })
}

/// What was done to a document, oldest first, without who and when.
pub(crate) async fn facts_of(
    desk: &Desk,
    owner: Owner,
    document: &DocumentId,
) -> Result<Vec<Fact>, StoreError> {
    let rows = audit_events::of_document(desk.db.reader(), owner, document).await?;
    let read = |row: &audit_events::Model| serde_json::from_str(&row.fact).ok();
    Ok(rows.iter().filter_map(read).collect())
}
