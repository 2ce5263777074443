//! The mail that `tenant` writes: rows of the act's own transaction. It is sent by [`crate::postman`], or stays in the local outbox.

use ::mail::{Block, Letter as Sheet};
use domain::{Email, EventId, MessageId};
use store_kit::outbox::{self, Outgoing};
use store_kit::{StoreError, Tx};
use url::Url;

use crate::context::Context;
use crate::postman;
use crate::store::messages::{self, Message, State};

/// How long the link of a confirmation mail works, as the mail says it.
const CONFIRMATION_LIFE: &str = "24 hours";

/// What one mail says.
struct Letter {
    subject: &'static str,
    paragraphs: Vec<String>,
    button: (&'static str, Url),
    closing: &'static str,
}

/// Asks the address to confirm a sign-up.
pub(crate) async fn send_confirmation(
    ctx: &Context,
    tx: &Tx,
    to: &Email,
    tenant_name: &str,
    link: Url,
) -> Result<(), StoreError> {
    let letter = Letter {
        subject: "Confirm your e-mail address",
        paragraphs: vec![
            format!("Somebody, most likely you, signed up to OKdokument for {tenant_name}."),
            format!("Confirm that this address is yours within {CONFIRMATION_LIFE}:"),
        ],
        button: ("Confirm the address", link),
        closing: "If it was not you, do nothing: without a confirmation there is no account.",
    };
    post(ctx, tx, to, letter).await
}

/// Tells the owner of an account that somebody tried to sign up with its address.
pub(crate) async fn send_address_taken(
    ctx: &Context,
    tx: &Tx,
    to: &Email,
    link: Url,
) -> Result<(), StoreError> {
    let letter = Letter {
        subject: "You have an account already",
        paragraphs: vec![
            "Somebody, most likely you, tried to sign up to OKdokument with this address."
                .to_owned(),
            "There is an account with it already. Sign in with your password:".to_owned(),
        ],
        button: ("Sign in", link),
        closing: "If it was not you, do nothing: nothing has changed.",
    };
    post(ctx, tx, to, letter).await
}

async fn post(ctx: &Context, tx: &Tx, to: &Email, letter: Letter) -> Result<(), StoreError> {
    let now = ctx.now();
    let id = MessageId::generate();
    let rendered = letter.sheet().render();
    let state = if ctx.mail_leaves {
        let order = Outgoing {
            id: EventId::new(now, rand::random()),
            topic: postman::TOPIC,
            destination: postman::TOPIC.to_owned(),
            // By itself: one that fails holds up none.
            order_group: id.to_string(),
            payload: id.to_string().into(),
            due_at: now,
        };
        outbox::put(&**tx, order, now).await?;
        State::Waiting
    } else {
        State::Kept
    };
    let message = Message {
        id,
        to_folded: to.folded(),
        to_address: to.clone(),
        subject: letter.subject.to_owned(),
        text: rendered.text,
        html: rendered.html,
        created_at: now,
        state,
        tries: 0,
        last_error: None,
    };
    messages::insert(&**tx, message).await
}

impl Letter {
    fn sheet(&self) -> Sheet {
        let (label, url) = &self.button;
        let mut blocks: Vec<Block> = self.paragraphs.iter().cloned().map(Block::Text).collect();
        blocks.push(Block::Button {
            label: (*label).to_owned(),
            url: url.clone(),
            or_open: "Or open this address:".to_owned(),
        });
        blocks.push(Block::Small(self.closing.to_owned()));
        Sheet {
            lang: "en".to_owned(),
            subject: self.subject.to_owned(),
            blocks,
            footer: "OKdokument".to_owned(),
        }
    }
}
