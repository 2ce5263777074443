//! Tells the integrator that a round is over (spec section 11): an outbox row of the act's own commit, tried for a day.

pub(crate) mod deliveries;
mod post;
mod reach;
mod schedule;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::{DocumentId, EventId, Mode, SignatureRequestId, TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use standardwebhooks::Webhook;
use store_kit::outbox::{self, Deliver, Lane, Message, Outcome, Outgoing};
use store_kit::{StoreError, Tx};
use thiserror::Error;

use crate::audit::{self, Actor, Fact};
use crate::desk::Desk;
use crate::round::Misshapen;
use crate::store::callbacks;
pub(crate) use crate::store::callbacks::RoundState;
use crate::store::{Owner, documents, requests};
use post::{Post, SendError, Signed};
pub(crate) use reach::Reach;
use reach::{OutOfReach, System};
use schedule::{FAILING_AFTER, GIVEN_UP_AFTER, next_try};

/// The outbox topic of callbacks.
pub(crate) const TOPIC: &str = "callback";
const TIMEOUT: Duration = Duration::from_secs(10);
/// Callbacks on their way at once.
const SEATS: usize = 128;
/// Of one tenant, and of one tenant to one receiver: who does not answer keeps nobody else waiting.
const SEATS_OF_A_TENANT: usize = 8;
const SEATS_OF_A_RECEIVER: usize = 4;

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
    state: RoundState,
    document: DocumentId,
    signature_request_id: SignatureRequestId,
}

/// The body as it is sent; the order of its fields is the documented one.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    state: RoundState,
    id: &'a DocumentId,
    signature_request_id: &'a SignatureRequestId,
}

/// Writes the callback where the request has an address for it.
pub(crate) async fn put(
    tx: &Tx,
    owner: Owner,
    request: &requests::Model,
    state: RoundState,
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
        state,
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

/// Refuses an address to which no callback would ever go: what the URL itself tells. What only the look-up of its name
/// tells is found out when the callback is sent.
pub(crate) fn check(desk: &Desk, url: Option<&str>) -> Result<(), Misshapen> {
    const POINTER: &str = "/sendInfoURL";
    let Some(url) = url else {
        return Ok(());
    };
    let wants = match desk.reach.check(url) {
        Ok(_) => return Ok(()),
        Err(OutOfReach::Private) => {
            "the URL of a receiver on the internet: private addresses are not called"
        }
        Err(OutOfReach::Plain) => "an https URL: this server calls nothing else",
        Err(OutOfReach::Url) => "an http or https URL",
    };
    Err(Misshapen::new(POINTER, wants))
}

/// Why a callback is not on its way.
#[derive(Debug, Error)]
enum CallError {
    #[error("the callback cannot be written")]
    Unwritable(#[from] serde_json::Error),
    #[error("the callback could not be signed")]
    Unsigned(#[from] standardwebhooks::WebhookError),
    #[error(transparent)]
    NotTaken(#[from] SendError),
}

/// Sends callbacks.
pub(crate) struct Caller {
    desk: Arc<Desk>,
    post: Post,
}

impl Caller {
    pub(crate) fn new(desk: Arc<Desk>) -> Result<Self, reqwest::Error> {
        Self::patient(desk, TIMEOUT)
    }

    /// One that waits so long for a receiver.
    fn patient(desk: Arc<Desk>, timeout: Duration) -> Result<Self, reqwest::Error> {
        let post = Post::new(desk.reach, Arc::new(System), timeout)?;
        Ok(Self { desk, post })
    }

    async fn send(&self, callback: &Callback, message: &Message) -> Result<(), CallError> {
        let body = serde_json::to_string(&Body {
            state: callback.state,
            id: &callback.document,
            signature_request_id: &callback.signature_request_id,
        })?;
        let id = message.id.to_string();
        let at = self.desk.clock.now().seconds();
        let secret = self.desk.secrets.callback_secret(callback.tenant);
        let signature = Webhook::from_bytes(secret)?.sign(&id, at, body.as_bytes())?;
        let signed = Signed {
            id,
            at,
            signature,
            body,
        };
        Ok(self.post.send(&message.destination, signed).await?)
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
        {
            let stage = document.stage();
            let next = if taken {
                stage.callback_taken()
            } else {
                stage.callback_failing()
            };
            if let Some(next) = next {
                document.enter(next, self.desk.clock.now());
                documents::put(&*tx, document).await?;
            }
        }
        if let Some(request) = requests::lock(&*tx, owner, &callback.signature_request_id).await? {
            let told = if taken {
                request.callback_taken()
            } else {
                request.callback_failing()
            };
            // A canceled one stays canceled, and a deleted one deleted.
            if let Ok(request) = told {
                has_changed = true;
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

    fn seats(&self) -> usize {
        SEATS
    }

    fn lanes<'m>(&self, message: &'m Message) -> Vec<Lane<'m>> {
        let tenant = message.head_of_group();
        vec![
            Lane {
                group: tenant,
                destination: "",
                seats: SEATS_OF_A_TENANT,
            },
            Lane {
                group: tenant,
                destination: post::origin(&message.destination),
                seats: SEATS_OF_A_RECEIVER,
            },
        ]
    }
}
