//! Sends the mail that use cases wrote down, at least once: whoever gets one twice sees by its `Message-ID` that it is the same.

use std::sync::Arc;
use std::time::Duration;

use ::mail::{Address, InvalidAddress, Message as Letter, SendError, Smtp};
use async_trait::async_trait;
use domain::{Clock, MessageId, Timestamp};
use store_kit::outbox::{Deliver, Message, Outcome, back_off};
use store_kit::{Db, StoreError};
use thiserror::Error;

use crate::store::messages::{self, State};

/// The outbox topic of mail.
pub(crate) const TOPIC: &str = "mail";
const FIRST_WAIT: Duration = Duration::from_secs(5);
const LONGEST_WAIT: Duration = Duration::from_mins(15);
/// The link of a confirmation lives no longer.
const GIVEN_UP_AFTER: Duration = Duration::from_hours(24);

/// Why a mail has not left.
#[derive(Debug, Error)]
enum Hindrance {
    #[error(transparent)]
    Address(#[from] InvalidAddress),
    #[error(transparent)]
    Send(#[from] SendError),
}

impl Hindrance {
    const fn is_final(&self) -> bool {
        match self {
            Self::Address(_) => true,
            Self::Send(error) => error.is_final(),
        }
    }
}

/// Sends mail.
pub(crate) struct Postman {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) smtp: Smtp,
}

impl Postman {
    async fn send(&self, mail: &messages::Message) -> Result<(), Hindrance> {
        let letter = Letter {
            id: mail.id.to_string(),
            to: Address::parse(mail.to_address.as_str())?,
            reply_to: None,
            sender_name: Some("OKdokument".to_owned()),
            subject: mail.subject.clone(),
            text: mail.text.clone(),
            html: mail.html.clone(),
            attachments: Vec::new(),
            at: mail.created_at,
        };
        Ok(self.smtp.send(&letter).await?)
    }

    async fn attempt(&self, message: &Message) -> Result<Outcome, StoreError> {
        let Ok(id) = serde_json::from_str::<MessageId>(&message.payload) else {
            return Ok(Outcome::GivenUp {
                error: "the order cannot be read".to_owned(),
            });
        };
        let mail = messages::find(self.db.reader(), id).await?;
        let Some(mut mail) = mail.filter(|mail| mail.state == State::Waiting) else {
            return Ok(Outcome::Done);
        };
        let sent = self.send(&mail).await;
        let now = self.clock.now();
        mail.tries = message.tries.saturating_add(1);
        mail.last_error = sent.as_ref().err().map(ToString::to_string);
        let outcome = match sent {
            Ok(()) => {
                mail.state = State::Sent;
                Outcome::Done
            }
            Err(why) if why.is_final() || GIVEN_UP_AFTER <= now.since(message.created_at) => {
                mail.state = State::Failed;
                Outcome::GivenUp {
                    error: why.to_string(),
                }
            }
            Err(why) => again(message, now, why.to_string()),
        };
        if let Some(why) = &mail.last_error {
            tracing::warn!(message = %id, tries = mail.tries, why, "a mail was not taken");
        }
        if mail.state != State::Waiting {
            // It holds a link that confirms an address; nobody needs it any more.
            mail.text.clear();
            mail.html.clear();
        }
        let tx = self.db.begin().await?;
        messages::put(&*tx, mail).await?;
        tx.commit().await?;
        Ok(outcome)
    }
}

#[async_trait]
impl Deliver for Postman {
    async fn deliver(&self, message: &Message) -> Outcome {
        self.attempt(message).await.unwrap_or_else(|error| {
            tracing::error!(
                error = &error as &(dyn std::error::Error + 'static),
                "what became of a mail could not be read or noted"
            );
            again(message, self.clock.now(), error.to_string())
        })
    }
}

fn again(message: &Message, now: Timestamp, error: String) -> Outcome {
    let wait = back_off(message.tries, FIRST_WAIT, LONGEST_WAIT, rand::random());
    Outcome::Again {
        at: now.plus(wait),
        error,
    }
}
