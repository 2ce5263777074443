//! Sends letters and text messages, at least once: whoever gets a letter twice sees by its `Message-ID` that it is the same.

use std::sync::Arc;
use std::time::Duration;

use ::mail::{Address, Attachment, InvalidAddress, Message as Letter, SendError, Smtp};
use ::sms::{Provider, Text};
use async_trait::async_trait;
use domain::{EventId, Timestamp};
use store_kit::StoreError;
use store_kit::outbox::{self, Deliver, Lane, Message, Outcome};
use thiserror::Error;

use super::{Body, Job};
use crate::audit::{self, Actor, Fact};
use crate::blob::{BlobError, BlobKey};
use crate::confidential::Locked;
use crate::desk::Desk;
use crate::store::messages::{self, Kind, State};
use crate::store::{Owner, documents, revisions};

/// The outbox topic of letters.
pub(crate) const TOPIC: &str = "mail";
/// Letters of one tenant on their way at once.
const SEATS_OF_A_TENANT: usize = 8;
/// Of text messages.
pub(crate) const TEXT_TOPIC: &str = "sms";
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_mins(15);
/// For how long a letter is tried.
const GIVEN_UP_AFTER: Duration = Duration::from_hours(24);
/// A code that comes later is of no use to anybody: it is not sent any more.
const CODE_GIVEN_UP_AFTER: Duration = Duration::from_mins(10);
/// Somebody sits and waits for it.
const LONGEST_CODE_PAUSE: Duration = Duration::from_secs(30);

/// Why a letter has not left.
#[derive(Debug, Error)]
enum Hindrance {
    #[error(transparent)]
    Send(#[from] SendError),
    #[error(transparent)]
    Text(#[from] ::sms::SendError),
    #[error("the code was no longer valid when it could have been sent")]
    TooLate,
    #[error(transparent)]
    Address(#[from] InvalidAddress),
    #[error("what the letter says cannot be read")]
    Locked(#[from] Locked),
    #[error("what the letter says cannot be read")]
    Unreadable(#[from] serde_json::Error),
    #[error("the document was deleted before it was sent")]
    Gone,
    #[error(transparent)]
    Blob(#[from] BlobError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Hindrance {
    /// Whether no later try can succeed.
    const fn is_final(&self) -> bool {
        match self {
            Self::Send(error) => error.is_final(),
            Self::Text(error) => error.is_final(),
            Self::TooLate
            | Self::Address(_)
            | Self::Locked(_)
            | Self::Unreadable(_)
            | Self::Gone => true,
            Self::Blob(_) | Self::Store(_) => false,
        }
    }

    /// What the tenant is told: the mail server's answer to this letter, but nothing of how we are set up.
    fn told(&self) -> String {
        match self {
            Self::Send(
                error @ (SendError::Refused(_) | SendError::NotNow(_) | SendError::Unsendable(_)),
            ) => error.to_string(),
            Self::Send(_) => "the mail server cannot be used at the moment".to_owned(),
            Self::Text(::sms::SendError::Unreachable(_)) => {
                "the SMS provider cannot be reached at the moment".to_owned()
            }
            Self::Text(_) | Self::TooLate | Self::Address(_) | Self::Gone => self.to_string(),
            Self::Locked(_) | Self::Unreadable(_) | Self::Blob(_) | Self::Store(_) => {
                "our store does not answer as it should".to_owned()
            }
        }
    }
}

/// What carries messages of one channel.
pub(crate) enum Carrier {
    Mail(Smtp),
    Text(Provider),
}

/// Sends messages of one channel.
pub(crate) struct Sender {
    desk: Arc<Desk>,
    carrier: Carrier,
}

impl Sender {
    pub(crate) const fn new(desk: Arc<Desk>, carrier: Carrier) -> Self {
        Self { desk, carrier }
    }

    async fn send(&self, row: &messages::Model) -> Result<(), Hindrance> {
        match &self.carrier {
            Carrier::Mail(smtp) => {
                let letter = self.letter(row).await?;
                Ok(smtp.send(&letter).await?)
            }
            Carrier::Text(provider) => {
                let body = self.body(row)?;
                let (to, text) = (row.recipient.as_str(), body.text.as_str());
                Ok(provider.send(&Text { to, text }).await?)
            }
        }
    }

    fn body(&self, row: &messages::Model) -> Result<Body, Hindrance> {
        let held = row.body.as_deref().unwrap_or_default();
        let opened = self.desk.secrets.rows().open(held, &row.id)?;
        Ok(serde_json::from_str(&opened)?)
    }

    async fn letter(&self, row: &messages::Model) -> Result<Letter, Hindrance> {
        let body = self.body(row)?;
        let attachments = match row.attached_revision {
            Some(number) => vec![self.attached(row, number).await?],
            None => Vec::new(),
        };
        Ok(Letter {
            id: row.id.to_string(),
            to: Address::parse(&row.recipient)?,
            reply_to: row.reply_to.as_deref().map(Address::parse).transpose()?,
            sender_name: row.sender_name.clone(),
            subject: row.subject.clone(),
            text: body.text,
            html: body.html,
            attachments,
            at: row.created_at,
        })
    }

    /// The document as the act that wrote the letter left it.
    async fn attached(&self, row: &messages::Model, number: i32) -> Result<Attachment, Hindrance> {
        let (db, owner) = (self.desk.db.reader(), owner_of(row));
        let document = documents::find(db, owner, &row.document).await?;
        let document = document.ok_or(Hindrance::Gone)?;
        let all = revisions::of_document(db, owner.tenant, &row.document).await?;
        let revision = all.into_iter().find(|revision| revision.number == number);
        let blob = BlobKey::stored(&revision.ok_or(Hindrance::Gone)?.blob);
        Ok(Attachment {
            filename: crate::link::pdf_name(&document.filename),
            media_type: "application/pdf",
            bytes: self.desk.blobs.get(&blob).await?.to_vec(),
        })
    }

    /// Keeps what became of a try, in the row and on the timeline.
    async fn settle(
        &self,
        mut row: messages::Model,
        tries: i32,
        failure: Option<(&Hindrance, bool)>,
    ) -> Result<(), StoreError> {
        let now = self.desk.clock.now();
        let is_first_failure = row.last_error.is_none();
        row.tries = tries;
        row.last_error = failure.map(|(hindrance, _)| crate::sealing::chain(hindrance));
        let (channel, kind, to) = (row.channel, row.kind, row.recipient.clone());
        let fact = match failure {
            None => {
                row.state = State::Sent;
                Some(Fact::MessageSent { channel, kind, to })
            }
            Some((hindrance, true)) => {
                row.state = State::Failed;
                let reason = hindrance.told();
                Some(Fact::MessageFailed {
                    channel,
                    kind,
                    to,
                    reason,
                })
            }
            // The record says once that it does not go as it should.
            Some((hindrance, false)) => is_first_failure.then(|| Fact::MessageFailing {
                channel,
                kind,
                to,
                reason: hindrance.told(),
            }),
        };
        if row.state != State::Waiting {
            row.body = None;
            row.settled_at = Some(now);
        }
        let tx = self.desk.db.begin().await?;
        if let Some(fact) = fact {
            // The end under the message's own id, so that it is told once.
            let id = if row.state == State::Waiting {
                EventId::new(now, rand::random())
            } else {
                row.id
            };
            let about = (&row.document, row.signature_request.as_ref());
            audit::note_as(
                &*tx,
                id,
                (owner_of(&row), about),
                (&Actor::Service, &fact),
                now,
            )
            .await?;
        }
        messages::put(&*tx, row).await?;
        tx.commit().await
    }

    async fn attempt(&self, message: &Message) -> Result<Outcome, StoreError> {
        let Ok(job) = serde_json::from_str::<Job>(&message.payload) else {
            return Ok(given_up("the order cannot be read"));
        };
        let row = messages::find(self.desk.db.reader(), job.owner(), message.id).await?;
        let Some(row) = row.filter(|row| row.state == State::Waiting) else {
            return Ok(Outcome::Done);
        };
        let (kind, tries) = (row.kind, message.tries.saturating_add(1));
        let is_late = |now: Timestamp| patience(kind) <= now.since(message.created_at);
        // A code goes out while it is good, and a worker that was away for longer leaves it.
        let sent = if is_code(kind) && is_late(self.desk.clock.now()) {
            Err(Hindrance::TooLate)
        } else {
            self.send(&row).await
        };
        let Err(hindrance) = sent else {
            self.settle(row, tries, None).await?;
            return Ok(Outcome::Done);
        };
        let now = self.desk.clock.now();
        let is_over = hindrance.is_final() || is_late(now);
        tracing::warn!(
            error = &hindrance as &(dyn std::error::Error + 'static),
            message = %message.id,
            tries,
            is_over,
            "a letter was not taken"
        );
        self.settle(row, tries, Some((&hindrance, is_over))).await?;
        let error = crate::sealing::chain(&hindrance);
        Ok(if is_over {
            Outcome::GivenUp { error }
        } else {
            let pause = if is_code(kind) {
                LONGEST_CODE_PAUSE
            } else {
                LONGEST_PAUSE
            };
            again(message, (now, pause), error)
        })
    }
}

#[async_trait]
impl Deliver for Sender {
    async fn deliver(&self, message: &Message) -> Outcome {
        self.attempt(message).await.unwrap_or_else(|error| {
            tracing::error!(
                error = &error as &(dyn std::error::Error + 'static),
                message = %message.id,
                "what became of a letter could not be read or noted"
            );
            again(
                message,
                (self.desk.clock.now(), LONGEST_PAUSE),
                error.to_string(),
            )
        })
    }

    /// One tenant's many letters keep no other tenant's waiting.
    fn lanes<'m>(&self, message: &'m Message) -> Vec<Lane<'m>> {
        vec![Lane {
            group: message.head_of_group(),
            destination: "",
            seats: SEATS_OF_A_TENANT,
        }]
    }
}

const fn owner_of(row: &messages::Model) -> Owner {
    Owner {
        tenant: row.tenant,
        mode: row.mode,
    }
}

const fn is_code(kind: Kind) -> bool {
    matches!(kind, Kind::OpeningCode | Kind::SigningCode)
}

const fn patience(kind: Kind) -> Duration {
    match kind {
        Kind::OpeningCode | Kind::SigningCode => CODE_GIVEN_UP_AFTER,
        Kind::SigningRequest
        | Kind::Reminder
        | Kind::Expired
        | Kind::SignedDocument
        | Kind::SignerCopy
        | Kind::DocumentSent => GIVEN_UP_AFTER,
    }
}

fn given_up(error: &str) -> Outcome {
    Outcome::GivenUp {
        error: error.to_owned(),
    }
}

fn again(message: &Message, (now, most): (Timestamp, Duration), error: String) -> Outcome {
    let pause = outbox::back_off(message.tries, FIRST_PAUSE, most, rand::random());
    Outcome::Again {
        at: now.plus(pause),
        error,
    }
}
