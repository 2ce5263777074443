//! What an integrator sees and does of its callbacks: how each fares, and send it once more.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::{DocumentId, EventId, SignatureRequestId, TenantId, Timestamp};
use serde::Serialize;
use store_kit::StoreError;
use store_kit::outbox::{self, Message, Standing};
use thiserror::Error;
use utoipa::ToSchema;

use super::{RoundState, TOPIC};
use crate::desk::Desk;
use crate::store::Owner;
use crate::store::callbacks::{self, Wanted};

/// As the Standard Webhooks specification writes secrets.
const SECRET_PREFIX: &str = "whsec_";

/// Why a callback was not sent again or told of.
#[derive(Debug, Error)]
pub(crate) enum DeliveryError {
    #[error("there is no such callback")]
    NotFound(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Delivery {
    /// It is under way, or tried again later.
    Waiting,
    /// The receiver answered 2xx.
    Taken,
    /// No success for 24 hours: it is not tried again unless asked for.
    GivenUp,
}

impl From<Standing> for Delivery {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Waiting => Self::Waiting,
            Standing::Done => Self::Taken,
            Standing::GivenUp => Self::GivenUp,
        }
    }
}

/// A callback and how it fares.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CallbackView {
    /// `webhook-id`, the same on every try.
    id: EventId,
    signature_request_id: SignatureRequestId,
    document_id: DocumentId,
    /// What it tells: `signed` or `canceled`.
    #[schema(value_type = String)]
    state: RoundState,
    delivery: Delivery,
    made_at: Timestamp,
    #[serde(flatten)]
    fate: Option<Fate>,
}

/// What is known of the tries.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fate {
    /// Where it goes: the `sendInfoURL` when the round ended.
    url: String,
    tries: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_try_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    taken_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    given_up_at: Option<Timestamp>,
    /// Of the last try that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
}

/// A page of callbacks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Callbacks {
    items: Vec<CallbackView>,
    /// The cursor of the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<EventId>,
}

impl Callbacks {
    /// As every member may see them: receivers keep secrets of their own in the query of an address.
    pub(crate) fn without_queries(mut self) -> Self {
        for fate in self.items.iter_mut().filter_map(|item| item.fate.as_mut()) {
            if let Some((address, _)) = fate.url.split_once('?') {
                fate.url = address.to_owned();
            }
        }
        self
    }
}

fn view(row: callbacks::Model, message: Option<Message>) -> CallbackView {
    CallbackView {
        id: row.id,
        signature_request_id: row.signature_request,
        document_id: row.document,
        state: row.state,
        delivery: message
            .as_ref()
            .map_or(Delivery::Taken, |message| message.standing().into()),
        made_at: row.made_at,
        fate: message.map(fate),
    }
}

fn fate(message: Message) -> Fate {
    let standing = message.standing();
    Fate {
        url: message.destination,
        tries: message.tries,
        next_try_at: (standing == Standing::Waiting).then_some(message.due_at),
        taken_at: message.done_at,
        given_up_at: message.given_up_at,
        last_error: message.last_error,
    }
}

/// The owner's callbacks, newest first.
pub(crate) async fn list(
    desk: &Desk,
    owner: Owner,
    wanted: Wanted,
    limit: u64,
) -> Result<Callbacks, StoreError> {
    let db = desk.db.reader();
    let rows = callbacks::list(db, owner, TOPIC, wanted, limit).await?;
    let is_full = u64::try_from(rows.len()).unwrap_or(0) == limit;
    let next = rows.last().filter(|_| is_full).map(|row| row.id);
    let ids = rows.iter().map(|row| row.id).collect();
    let messages = outbox::among(db, ids).await?;
    let mut messages: HashMap<EventId, Message> = messages
        .into_iter()
        .map(|message| (message.id, message))
        .collect();
    let items = rows
        .into_iter()
        .map(|row| {
            let message = messages.remove(&row.id);
            view(row, message)
        })
        .collect();
    Ok(Callbacks { items, next })
}

/// One callback.
pub(crate) async fn look_up(
    desk: &Desk,
    owner: Owner,
    id: &str,
) -> Result<CallbackView, DeliveryError> {
    let db = desk.db.reader();
    let row = callbacks::find(db, owner, parse(id)?)
        .await?
        .ok_or_else(|| DeliveryError::NotFound(id.to_owned()))?;
    let message = outbox::among(db, vec![row.id]).await?.pop();
    Ok(view(row, message))
}

/// Sends a callback now, under the id that it has, whether it was taken before or not.
pub(crate) async fn resend(
    desk: &Desk,
    owner: Owner,
    id: &str,
) -> Result<CallbackView, DeliveryError> {
    let event = parse(id)?;
    let now = desk.clock.now();
    let tx = desk.db.begin().await?;
    let which = (callbacks::just(owner, event), true);
    let sent = outbox::send_again(&*tx, TOPIC, which, now).await?;
    tx.commit().await?;
    if sent == 0 {
        return Err(DeliveryError::NotFound(id.to_owned()));
    }
    desk.caller.now();
    look_up(desk, owner, id).await
}

/// Sends every callback now that was made since then and not taken; how many those are.
pub(crate) async fn recover(
    desk: &Desk,
    owner: Owner,
    since: Timestamp,
) -> Result<u64, StoreError> {
    let now = desk.clock.now();
    let tx = desk.db.begin().await?;
    let which = (callbacks::ids_since(owner, since), false);
    let sent = outbox::send_again(&*tx, TOPIC, which, now).await?;
    tx.commit().await?;
    desk.caller.now();
    Ok(sent)
}

/// What the tenant's callbacks are signed with.
pub(crate) fn secret(desk: &Desk, tenant: TenantId) -> String {
    let secret = desk.secrets.callback_secret(tenant);
    format!("{SECRET_PREFIX}{}", STANDARD.encode(secret))
}

fn parse(id: &str) -> Result<EventId, DeliveryError> {
    id.parse()
        .map_err(|_| DeliveryError::NotFound(id.to_owned()))
}
