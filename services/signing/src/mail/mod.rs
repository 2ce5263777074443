//! Letters and text messages to signers, senders and readers (spec sections 4 and 7). [`post`] writes one in the transaction of
//! the act that causes it, so that none is sent for an act that never was and none is lost; a worker sends it.
//!
//! Whoever has something new to say adds a variant to [`Letter`] and its words to each language; everything else is here.

mod enclosure;
mod letter;
mod outbox;
mod sender;
mod words;

use ::mail::Address;
use domain::{DocumentId, EventId, SignatureRequestId, Timestamp};
use serde::{Deserialize, Serialize};
use store_kit::outbox::Outgoing;
use store_kit::{StoreError, Tx};
use thiserror::Error;

pub(crate) use enclosure::{Shared, enclose, enclose_revision, follow};
pub(crate) use letter::{Code, Invitation, Letter, Purpose, kind_name};
pub(crate) use outbox::latest;
pub(crate) use sender::{Carrier, Sender, TEXT_TOPIC, TOPIC};

use crate::audit::{self, Actor, Fact};
use crate::confidential::Locked;
use crate::desk::Desk;
use crate::rules::{LANGUAGES, Rules};
use crate::store::Owner;
use crate::store::messages::{self, Channel, Kind, State};
use crate::tenant::Tenant;
use letter::Setting;

/// Who speaks where nobody is named.
const HOUSE: &str = "OKdokument";

/// Why a message could not be written down.
#[derive(Debug, Error)]
pub(crate) enum PostError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("what the message says cannot be kept")]
    Locked(#[from] Locked),
}

/// What a message is about: it decides on language, sender and where an answer goes.
#[derive(Clone, Copy)]
pub(crate) struct Cause<'a> {
    pub(crate) owner: Owner,
    pub(crate) tenant: &'a Tenant,
    pub(crate) document: &'a DocumentId,
    /// The document's name.
    pub(crate) filename: &'a str,
    pub(crate) request: Option<&'a SignatureRequestId>,
    /// Of the request; the defaults where there is none.
    pub(crate) rules: &'a Rules,
}

/// What a message says, as its row keeps it.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Body {
    text: String,
    #[serde(default)]
    html: String,
}

/// Writes a letter to an address, in `tx`, which is the causing act's own. It is sent within a second of the commit where this
/// server sends mail, and else stays in the local outbox. What becomes of it is told by the document's timeline: `messageSent`,
/// `messageFailing` and `messageFailed`, or `messageKept`. Answers the message's id.
///
/// The language is the rule `lang`, else the tenant's, else Slovak (spec section 4). Letters to the signer and to readers bear
/// the name of `nameFrom`, else the tenant's, and are answered to `emailFrom`.
pub(crate) async fn post(
    desk: &Desk,
    tx: &Tx,
    cause: &Cause<'_>,
    to: &Address,
    letter: &Letter,
) -> Result<EventId, PostError> {
    let reply_to = cause.reply_to().filter(|_| !letter.is_to_sender());
    let sheet = letter.written(&cause.setting(reply_to.as_ref()));
    let rendered = sheet.render();
    let draft = Draft {
        channel: Channel::Email,
        kind: letter.kind(),
        to: to.as_str(),
        reply_to,
        sender_name: Some(if letter.is_to_sender() {
            HOUSE
        } else {
            cause.sender()
        }),
        subject: sheet.subject,
        body: Body {
            text: rendered.text,
            html: rendered.html,
        },
        attached: letter.attached(),
    };
    write(desk, tx, cause, draft).await
}

/// Writes a one-time code to a phone, in the act's own transaction; `to` as E.164 writes it. As [`post`] in everything else.
pub(crate) async fn post_text(
    desk: &Desk,
    tx: &Tx,
    cause: &Cause<'_>,
    to: &str,
    code: &Code,
) -> Result<EventId, PostError> {
    let draft = Draft {
        channel: Channel::Sms,
        kind: code.kind(),
        to,
        reply_to: None,
        sender_name: None,
        subject: kind_name(cause.lang(), code.kind()).to_owned(),
        body: Body {
            text: code.text_message(cause.lang()),
            html: String::new(),
        },
        attached: None,
    };
    write(desk, tx, cause, draft).await
}

impl Cause<'_> {
    pub(crate) fn lang(&self) -> &str {
        let spoken = |lang: &&str| LANGUAGES.contains(lang);
        let rule = self.rules.lang.as_deref();
        rule.or_else(|| Some(self.tenant.lang.as_str()).filter(spoken))
            .unwrap_or("sk")
    }

    /// Who asks.
    fn sender(&self) -> &str {
        let candidates = [
            self.rules.name_from.as_deref(),
            Some(self.tenant.name.as_str()),
            self.rules.email_from.as_deref(),
        ];
        let mut told = candidates.into_iter().flatten();
        told.find(|name| !name.is_empty()).unwrap_or(HOUSE)
    }

    fn reply_to(&self) -> Option<Address> {
        Address::parse(self.rules.email_from.as_deref()?).ok()
    }

    fn setting<'a>(&'a self, reply_to: Option<&'a Address>) -> Setting<'a> {
        Setting {
            lang: self.lang(),
            zone: &self.tenant.zone,
            mode: self.owner.mode,
            sender: self.sender(),
            reply_to,
            document: self.filename,
        }
    }
}

/// A message before it is a row.
struct Draft<'a> {
    channel: Channel,
    kind: Kind,
    to: &'a str,
    reply_to: Option<Address>,
    sender_name: Option<&'a str>,
    subject: String,
    body: Body,
    attached: Option<i32>,
}

/// Whether this server sends what is written for this channel, or keeps it in the local outbox.
const fn leaves(desk: &Desk, channel: Channel) -> bool {
    match channel {
        Channel::Email => desk.mail.is_some(),
        Channel::Sms => desk.sms.is_some(),
    }
}

async fn write(
    desk: &Desk,
    tx: &Tx,
    cause: &Cause<'_>,
    draft: Draft<'_>,
) -> Result<EventId, PostError> {
    let now = desk.clock.now();
    let id = EventId::new(now, rand::random());
    let leaves = leaves(desk, draft.channel);
    let body = serde_json::to_string(&draft.body).unwrap_or_default();
    let row = messages::Model {
        id,
        tenant: cause.owner.tenant,
        mode: cause.owner.mode,
        document: cause.document.clone(),
        signature_request: cause.request.cloned(),
        channel: draft.channel,
        kind: draft.kind,
        recipient: draft.to.to_owned(),
        reply_to: draft.reply_to.map(|address| address.to_string()),
        sender_name: draft.sender_name.map(str::to_owned),
        lang: cause.lang().to_owned(),
        subject: draft.subject,
        body: Some(desk.secrets.rows().seal(&body, &id)?),
        attached_revision: draft.attached,
        state: if leaves { State::Waiting } else { State::Kept },
        tries: 0,
        last_error: None,
        created_at: now,
        settled_at: (!leaves).then_some(now),
    };
    if leaves {
        let order = outgoing(cause.owner, id, draft.channel, now);
        store_kit::outbox::put(&**tx, order, now).await?;
    } else {
        let fact = Fact::MessageKept {
            channel: row.channel,
            kind: row.kind,
            to: row.recipient.clone(),
        };
        let about = (cause.document, cause.request);
        audit::note(&**tx, cause.owner, about, (&Actor::Service, &fact), now).await?;
    }
    messages::insert(&**tx, row).await?;
    Ok(id)
}

/// What the outbox keeps of a message; the rest is in its row.
#[derive(Serialize, Deserialize)]
struct Job {
    tenant: domain::TenantId,
    mode: domain::Mode,
}

impl Job {
    const fn owner(&self) -> Owner {
        Owner {
            tenant: self.tenant,
            mode: self.mode,
        }
    }
}

fn outgoing(owner: Owner, id: EventId, channel: Channel, now: Timestamp) -> Outgoing {
    let topic = match channel {
        Channel::Email => TOPIC,
        Channel::Sms => TEXT_TOPIC,
    };
    let job = Job {
        tenant: owner.tenant,
        mode: owner.mode,
    };
    Outgoing {
        id,
        topic,
        destination: topic.to_owned(),
        // By itself: one that fails holds up none.
        order_group: format!("{}/{id}", owner.tenant),
        payload: serde_json::to_value(job).unwrap_or_default(),
        due_at: now,
    }
}
