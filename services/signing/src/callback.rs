//! Tells the integrator that a round is over (spec section 11): an outbox row of the act's own commit, tried for a day.

pub(crate) mod deliveries;
mod reach;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::{DocumentId, EventId, Mode, SignatureRequestId, TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use standardwebhooks::{
    HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook,
};
use store_kit::outbox::{self, Deliver, Message, Outcome, Outgoing};
use store_kit::{StoreError, Tx};
use thiserror::Error;
use url::Url;

use crate::audit::{self, Actor, Fact};
use crate::desk::Desk;
use crate::store::callbacks::{self, RoundState};
use crate::store::requests::RequestState;
use crate::store::{Owner, documents, requests};
use reach::{PublicOnly, names_private_address};

/// The outbox topic of callbacks.
pub(crate) const TOPIC: &str = "callback";
const TIMEOUT: Duration = Duration::from_secs(10);
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_mins(30);
/// When a document whose callback finds no taker begins to show it.
const FAILING_AFTER: Duration = Duration::from_hours(1);
const GIVEN_UP_AFTER: Duration = Duration::from_hours(24);

/// What became of the round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    Signed,
    Canceled,
}

/// How a callback fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fared {
    Taken,
    /// For an hour or more.
    Failing,
    /// For a day.
    GivenUp,
}

/// A callback as the outbox keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Callback {
    tenant: TenantId,
    mode: Mode,
    state: State,
    document: DocumentId,
    signature_request_id: SignatureRequestId,
}

/// The body as it is sent; the order of its fields is the documented one.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    state: State,
    id: &'a DocumentId,
    signature_request_id: &'a SignatureRequestId,
}

/// Writes the callback where the request has an address for it.
pub(crate) async fn put(
    tx: &Tx,
    owner: Owner,
    request: &requests::Model,
    state: State,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(url) = &request.send_info_url else {
        return Ok(());
    };
    let callback = Callback {
        tenant: owner.tenant,
        mode: owner.mode,
        state,
        document: request.document.clone(),
        signature_request_id: request.id.clone(),
    };
    let id = EventId::new(now, rand::random());
    let row = callbacks::Model {
        id,
        tenant: owner.tenant,
        mode: owner.mode,
        document: request.document.clone(),
        signature_request: request.id.clone(),
        state: match state {
            State::Signed => RoundState::Signed,
            State::Canceled => RoundState::Canceled,
        },
        made_at: now,
    };
    callbacks::put(&**tx, row).await?;
    let message = Outgoing {
        id,
        topic: TOPIC,
        destination: url.clone(),
        order_group: format!("{}/{}/{}", owner.tenant, owner.mode, request.id),
        payload: serde_json::to_value(callback).unwrap_or_default(),
        due_at: now,
    };
    outbox::put(&**tx, message, now).await
}

/// Why a receiver did not take a callback.
#[derive(Debug, Error)]
enum SendError {
    #[error("the callback cannot be read")]
    Unreadable(#[from] serde_json::Error),
    #[error("the address is not a URL")]
    Url(#[from] url::ParseError),
    #[error("private addresses are not called")]
    Private,
    #[error("the callback could not be signed")]
    Unsigned(#[from] standardwebhooks::WebhookError),
    #[error("the receiver cannot be reached")]
    Unreachable(#[from] reqwest::Error),
    #[error("the receiver answered {0}")]
    Refused(u16),
}

/// Sends callbacks.
pub(crate) struct Caller {
    desk: Arc<Desk>,
    http: reqwest::Client,
    allow_private: bool,
}

impl Caller {
    /// `allow_private`: also call loopback and private addresses; right for one machine, wrong for a server of many tenants.
    pub(crate) fn new(desk: Arc<Desk>, allow_private: bool) -> Result<Self, reqwest::Error> {
        // Installed once a process; a second call only finds it there.
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let mut client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent("OKdokument")
            .no_proxy();
        if !allow_private {
            client = client.dns_resolver(Arc::new(PublicOnly));
        }
        Ok(Self {
            desk,
            http: client.build()?,
            allow_private,
        })
    }

    async fn send(&self, callback: &Callback, message: &Message) -> Result<(), SendError> {
        let url = Url::parse(&message.destination)?;
        if !self.allow_private && names_private_address(&url) {
            return Err(SendError::Private);
        }
        let body = serde_json::to_string(&Body {
            state: callback.state,
            id: &callback.document,
            signature_request_id: &callback.signature_request_id,
        })?;
        let id = message.id.to_string();
        let at = self.desk.clock.now().seconds();
        let secret = self.desk.secrets.callback_secret(callback.tenant);
        let signature = Webhook::from_bytes(secret)?.sign(&id, at, body.as_bytes())?;
        let answer = self
            .http
            .post(url)
            .header("content-type", "application/json")
            .header(HEADER_WEBHOOK_ID, id)
            .header(HEADER_WEBHOOK_TIMESTAMP, at.to_string())
            .header(HEADER_WEBHOOK_SIGNATURE, signature)
            .body(body)
            .send()
            .await
            // The address may hold the receiver's own secrets.
            .map_err(reqwest::Error::without_url)?;
        if answer.status().is_success() {
            Ok(())
        } else {
            Err(SendError::Refused(answer.status().as_u16()))
        }
    }

    /// Notes on document and request how the callback fares, if this round is still the document's.
    async fn note(
        &self,
        callback: &Callback,
        message: &Message,
        fared: Fared,
    ) -> Result<(), StoreError> {
        let taken = fared == Fared::Taken;
        let mut has_changed = false;
        let owner = Owner {
            tenant: callback.tenant,
            mode: callback.mode,
        };
        let tx = self.desk.db.begin().await?;
        let document = documents::lock(&*tx, owner, &callback.document).await?;
        if let Some(mut document) = document
            && document.current_request.as_ref() == Some(&callback.signature_request_id)
            && !document.sealing
        {
            let state = if taken {
                document.state.callback_taken()
            } else {
                document.state.callback_failing()
            };
            if state != document.state {
                document.state = state;
                document.modified_at = self.desk.clock.now();
                documents::put(&*tx, document).await?;
            }
        }
        if let Some(mut request) =
            requests::lock(&*tx, owner, &callback.signature_request_id).await?
        {
            let state = match (request.state, taken) {
                (RequestState::CallbackFailing, true) => RequestState::Signed,
                (RequestState::Signed, false) => RequestState::CallbackFailing,
                (state, _) => state,
            };
            if state != request.state {
                has_changed = true;
                request.state = state;
                requests::put(&*tx, request).await?;
            }
        }
        // Each try after the first hour fares alike; the record says so once.
        if has_changed || fared != Fared::Failing {
            self.note_fact(&tx, callback, message, fared).await?;
        }
        tx.commit().await
    }

    async fn note_fact(
        &self,
        tx: &Tx,
        callback: &Callback,
        message: &Message,
        fared: Fared,
    ) -> Result<(), StoreError> {
        let now = self.desk.clock.now();
        let tries = message.tries.saturating_add(1);
        let (id, fact) = match fared {
            // Under the message's id, since a message that was sent may be sent again.
            Fared::Taken => (message.id, Fact::CallbackTaken { tries }),
            Fared::Failing => (
                EventId::new(now, rand::random()),
                Fact::CallbackFailing { tries },
            ),
            Fared::GivenUp => (message.id, Fact::CallbackGivenUp { tries }),
        };
        let owner = Owner {
            tenant: callback.tenant,
            mode: callback.mode,
        };
        let about = (&callback.document, Some(&callback.signature_request_id));
        audit::note_as(&**tx, id, (owner, about), (&Actor::Service, &fact), now).await
    }

    /// A store that cannot be written now is written by the next try.
    async fn note_or_log(&self, callback: &Callback, message: &Message, fared: Fared) {
        if let Err(error) = self.note(callback, message, fared).await {
            tracing::warn!(
                error = &error as &(dyn std::error::Error + 'static),
                "how a callback fares could not be noted"
            );
        }
    }
}

#[async_trait]
impl Deliver for Caller {
    async fn deliver(&self, message: &Message) -> Outcome {
        let callback: Callback = match serde_json::from_str(&message.payload) {
            Ok(callback) => callback,
            Err(error) => {
                return Outcome::GivenUp {
                    error: error.to_string(),
                };
            }
        };
        let Err(error) = self.send(&callback, message).await else {
            self.note_or_log(&callback, message, Fared::Taken).await;
            return Outcome::Done;
        };
        tracing::info!(
            error = &error as &(dyn std::error::Error + 'static),
            callback = %message.id,
            tries = message.tries,
            "a callback was not taken"
        );
        let now = self.desk.clock.now();
        if FAILING_AFTER <= now.since(message.created_at) {
            self.note_or_log(&callback, message, Fared::Failing).await;
        }
        if GIVEN_UP_AFTER <= now.since(message.created_at) {
            self.note_or_log(&callback, message, Fared::GivenUp).await;
            return Outcome::GivenUp {
                error: error.to_string(),
            };
        }
        Outcome::Again {
            at: next_try(message, now),
            error: error.to_string(),
        }
    }

    /// One tenant's dead receivers keep no other tenant's callbacks waiting.
    fn lane<'m>(&self, message: &'m Message) -> &'m str {
        message.order_group.split('/').next().unwrap_or_default()
    }
}

/// Later each time, but once exactly when the first hour is over, so that the document's state tells in time.
fn next_try(message: &Message, now: Timestamp) -> Timestamp {
    let pause = outbox::back_off(message.tries, FIRST_PAUSE, LONGEST_PAUSE, rand::random());
    let failing_at = message.created_at.plus(FAILING_AFTER);
    let next = now.plus(pause);
    if now < failing_at {
        next.min(failing_at)
    } else {
        next
    }
}
