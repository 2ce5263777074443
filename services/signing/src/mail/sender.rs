//! Sends letters, at least once: whoever gets one twice sees by its `Message-ID` that it is the same.

use std::sync::Arc;
use std::time::Duration;

use ::mail::{Address, Attachment, InvalidAddress, Message as Letter, SendError, Smtp};
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
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_mins(15);
/// For how long a letter is tried.
const GIVEN_UP_AFTER: Duration = Duration::from_hours(24);
/// A code that comes later is of no use to anybody.
const CODE_GIVEN_UP_AFTER: Duration = Duration::from_mins(10);

/// Why a letter has not left.
#[derive(Debug, Error)]
enum Hindrance {
    #[error(transparent)]
    Send(#[from] SendError),
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
            Self::Address(_) | Self::Locked(_) | Self::Unreadable(_) | Self::Gone => true,
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
            Self::Address(_) | Self::Gone => self.to_string(),
            Self::Locked(_) | Self::Unreadable(_) | Self::Blob(_) | Self::Store(_) => {
                "our store does not answer as it should".to_owned()
            }
        }
    }
}

/// Sends letters.
pub(crate) struct Sender {
    desk: Arc<Desk>,
    smtp: Smtp,
}

impl Sender {
    pub(crate) const fn new(desk: Arc<Desk>, smtp: Smtp) -> Self {
        Self { desk, smtp }
    }

    async fn send(&self, row: &messages::Model) -> Result<(), Hindrance> {
        let letter = self.letter(row).await?;
        Ok(self.smtp.send(&letter).await?)
    }

    async fn letter(&self, row: &messages::Model) -> Result<Letter, Hindrance> {
        let held = row.body.as_deref().unwrap_or_default();
        let body: Body = serde_json::from_str(&self.desk.secrets.rows().open(held, &row.id)?)?;
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
        let Err(hindrance) = self.send(&row).await else {
            self.settle(row, tries, None).await?;
            return Ok(Outcome::Done);
        };
        let now = self.desk.clock.now();
        let is_over = hindrance.is_final() || patience(kind) <= now.since(message.created_at);
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
            again(message, now, error)
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
            again(message, self.desk.clock.now(), error.to_string())
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

const fn patience(kind: Kind) -> Duration {
    match kind {
        Kind::OpeningCode | Kind::SigningCode => CODE_GIVEN_UP_AFTER,
        Kind::SigningRequest
        | Kind::Reminder
        | Kind::Expired
        | Kind::SignedDocument
        | Kind::DocumentSent => GIVEN_UP_AFTER,
    }
}

fn given_up(error: &str) -> Outcome {
    Outcome::GivenUp {
        error: error.to_owned(),
    }
}

fn again(message: &Message, now: Timestamp, error: String) -> Outcome {
    let pause = outbox::back_off(message.tries, FIRST_PAUSE, LONGEST_PAUSE, rand::random());
    Outcome::Again {
        at: now.plus(pause),
        error,
    }
}
