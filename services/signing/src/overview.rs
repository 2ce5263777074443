//! Signature requests as the portal lists them.

use std::collections::HashMap;

use domain::{ChargeId, DocumentId, SignatureRequestId, Timestamp};
use serde::Serialize;
use store_kit::StoreError;
use utoipa::ToSchema;

use crate::desk::Desk;
use crate::signature_request::RequestState;
use crate::store::requests::{self, After, Shown};
use crate::store::{Owner, documents, sealing_failures};

const EXPIRED: &str = "expired";

/// A page of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Overview {
    items: Vec<RequestView>,
    /// The cursor of the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// One signature request.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RequestView {
    signature_request_id: SignatureRequestId,
    document_id: DocumentId,
    filename: String,
    /// `waiting`, `opened`, `sealing`, `signed`, `canceled`, `expired`, `deleted` or `callback_failing`.
    state: &'static str,
    registered_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    opened_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_at: Option<Timestamp>,
    expires_at: Timestamp,
    charge_id: ChargeId,
    /// The signer's link.
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancel_reason: Option<String>,
    /// Only while the seal has failed and is tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    sealing: Option<SealingView>,
}

/// Why a signed document is not sealed yet. It is tried again by itself.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SealingView {
    /// How often it was tried.
    tries: i32,
    /// `store`, `key`, `engine`, `evidence`, `document`, `check` or `altered`.
    reason: &'static str,
    failed_at: Timestamp,
    next_try_at: Timestamp,
}

impl From<sealing_failures::Model> for SealingView {
    fn from(row: sealing_failures::Model) -> Self {
        Self {
            tries: row.tries,
            reason: row.reason.as_str(),
            failed_at: row.failed_at,
            next_try_at: row.next_try_at,
        }
    }
}

/// What part of the list.
pub(crate) struct Wanted {
    pub(crate) shown: Shown,
    pub(crate) after: Option<After>,
    pub(crate) limit: u64,
}

/// What a state's name asks for; `None`: there is no such state.
pub(crate) fn shown(state: Option<&str>) -> Option<Shown> {
    match state {
        None | Some("*") => Some(Shown::All),
        Some(EXPIRED) => Some(Shown::Expired),
        Some(text) => RequestState::parse(text).map(Shown::State),
    }
}

pub(crate) fn read_cursor(text: &str) -> Option<After> {
    let (registered_at, id) = text.split_once('.')?;
    Some(After {
        registered_at: Timestamp::from_millis(registered_at.parse().ok()?),
        id: SignatureRequestId::parse(id).ok()?,
    })
}

pub(crate) async fn list(
    desk: &Desk,
    owner: Owner,
    wanted: Wanted,
) -> Result<Overview, StoreError> {
    let now = desk.clock.now();
    let db = desk.db.reader();
    let shown = (wanted.shown, now);
    let rows = requests::list(db, owner, shown, wanted.after.as_ref(), wanted.limit).await?;
    let is_full = u64::try_from(rows.len()).unwrap_or(0) == wanted.limit;
    let next = rows
        .last()
        .filter(|_| is_full)
        .map(|row| format!("{}.{}", row.registered_at.millis(), row.id));
    let ids: Vec<_> = rows.iter().map(|row| row.document.clone()).collect();
    let names = documents::filenames(db, owner, ids).await?;
    let under_way = rows
        .iter()
        .filter(|row| row.state() == RequestState::Sealing)
        .map(|row| row.id.clone())
        .collect();
    let mut failures: HashMap<_, _> = sealing_failures::of_requests(db, owner, under_way)
        .await?
        .into_iter()
        .map(|failure| (failure.signature_request.clone(), failure))
        .collect();
    let items = rows
        .into_iter()
        .map(|row| {
            let filename = names.get(&row.document).cloned();
            let failure = failures.remove(&row.id);
            let mut view = view(row, filename.unwrap_or_default(), now);
            view.sealing = failure.map(SealingView::from);
            view
        })
        .collect();
    Ok(Overview { items, next })
}

fn view(row: requests::Model, filename: String, now: Timestamp) -> RequestView {
    let is_signed = matches!(
        row.state(),
        RequestState::Signed | RequestState::CallbackFailing
    );
    let has_expired = row.state().is_open() && row.expires_at <= now;
    RequestView {
        state: if has_expired {
            EXPIRED
        } else {
            row.state().as_str()
        },
        filename,
        signed_at: row.ended_at.filter(|_| is_signed),
        signature_request_id: row.id,
        document_id: row.document,
        registered_at: row.registered_at,
        opened_at: row.opened_at,
        expires_at: row.expires_at,
        charge_id: row.charge,
        url: row.url,
        cancel_reason: row.cancel_reason,
        sealing: None,
    }
}
