//! Sends a code, on the signer's button and never otherwise. The answer is the same, and as quick, whether anybody reads what
//! was sent: the message is a row of the act's own commit, and what becomes of it is told to the tenant alone.

use std::time::Duration;

use domain::{EventId, Timestamp};
use store_kit::{StoreError, Tx};
use thiserror::Error;

use super::keys::Code;
use super::{
    CODE_LIFE, Channel, CodeError, CodeStatus, Step, lock_left, locked, meant, note, told,
};
use crate::audit::{Actor, Fact, Visit};
use crate::desk::Desk;
use crate::mail::{self, Cause, Letter, PostError, Purpose};
use crate::rules::Rules;
use crate::service::UnsentTexts;
use crate::signer::Signer;
use crate::store::{Connection, code_sends, codes};
use crate::tenant::Tenant;

const RESEND_AFTER: Duration = Duration::from_secs(30);
/// Of one request in [`WINDOW`], for both steps together.
const MOST_SENDS: usize = 5;
const WINDOW: Duration = Duration::from_hours(1);

/// Why no code goes out by text message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum NoSms {
    #[error("the tenant has no text messages")]
    Option,
    #[error("this server sends no text messages")]
    Provider,
}

/// Whether the codes that rules ask for by text message can reach a phone.
pub(crate) fn check_sms(desk: &Desk, tenant: &Tenant, rules: &Rules) -> Result<(), NoSms> {
    if !rules.needs_sms() {
        return Ok(());
    }
    if !tenant.sends_sms() {
        return Err(NoSms::Option);
    }
    match (&desk.sms, desk.unsent_texts) {
        (Some(_), _) | (None, UnsentTexts::Kept) => Ok(()),
        (None, UnsentTexts::Refused) => Err(NoSms::Provider),
    }
}

/// How long until a code may be sent again.
pub(super) async fn pause(
    db: &impl Connection,
    signer: &Signer,
    row: &codes::Model,
    now: Timestamp,
) -> Result<Duration, StoreError> {
    let left = |from: Timestamp, pause: Duration| {
        let until = from.plus(pause);
        if now < until {
            until.since(now)
        } else {
            Duration::ZERO
        }
    };
    let resend = row.sent_at.map(|at| left(at, RESEND_AFTER));
    let (owner, request) = (signer.owner, &signer.request.id);
    let sends = code_sends::since(db, owner, request, now.minus(WINDOW)).await?;
    // With so many in the window, the next may go when the oldest that counts has left it.
    let oldest = sends.iter().rev().nth(MOST_SENDS - 1);
    let window = oldest.map(|at| left(*at, WINDOW));
    Ok(resend.max(window).unwrap_or_default())
}

/// Sends a new code; the one before it is void.
pub(crate) async fn send(
    desk: &Desk,
    signer: Signer,
    step: Step,
    visit: Visit,
) -> Result<CodeStatus, CodeError> {
    let now = desk.clock.now();
    let tenant = signer.tenant(desk).await?;
    let tx = desk.db.begin().await?;
    let (signer, mut row) = locked(desk, &*tx, signer, step).await?;
    let to = row.recipient.clone().ok_or(CodeError::None)?;
    let left = lock_left(&row, now);
    if !left.is_zero() {
        return Err(CodeError::Locked(left));
    }
    let pause = pause(&*tx, &signer, &row, now).await?;
    if !pause.is_zero() {
        return Err(CodeError::TooSoon(pause));
    }
    if row.locked_until.take().is_some() {
        row.attempts = 0;
    }
    let code = Code::random()?;
    let hash = desk
        .secrets
        .codes()
        .hash(meant(&signer, step), code.reveal());
    row.secret = Some(hash);
    row.sent_at = Some(now);
    row.expires_at = Some(now.plus(CODE_LIFE));
    codes::put(&*tx, row.clone()).await?;
    count(&*tx, &signer, now).await?;
    let channel = row.channel;
    let fact = Fact::CodeSent { step, channel, to };
    note(&*tx, &signer, (&Actor::Signer(visit), &fact), now).await?;
    post(desk, &tx, (&signer, &tenant), (&row, &code)).await?;
    tx.commit().await?;
    desk.wake_messengers();
    told(desk, &signer, &row).await
}

async fn count(tx: &impl Connection, signer: &Signer, now: Timestamp) -> Result<(), StoreError> {
    let (owner, request) = (signer.owner, &signer.request.id);
    code_sends::forget_until(tx, owner, request, now.minus(WINDOW)).await?;
    let row = code_sends::Model {
        id: EventId::new(now, rand::random()),
        tenant: owner.tenant,
        mode: owner.mode,
        signature_request: request.clone(),
        document: signer.document.id.clone(),
        sent_at: now,
    };
    code_sends::insert(tx, row).await
}

/// Writes the letter or text message.
async fn post(
    desk: &Desk,
    tx: &Tx,
    (signer, tenant): (&Signer, &Tenant),
    (row, code): (&codes::Model, &Code),
) -> Result<(), CodeError> {
    let rules = signer.rules();
    let cause = Cause {
        owner: signer.owner,
        tenant,
        document: &signer.document.id,
        filename: &signer.document.filename,
        request: Some(&signer.request.id),
        rules: &rules,
    };
    let code = mail::Code {
        purpose: match row.step {
            Step::Open => Purpose::Opening,
            Step::Sign => Purpose::Signing,
        },
        code: code.reveal().to_owned(),
        minutes: u32::try_from(CODE_LIFE.as_secs() / 60).unwrap_or(u32::MAX),
    };
    let to = row.recipient.as_deref().unwrap_or_default();
    match row.channel {
        Channel::Email => {
            let to = ::mail::Address::parse(to).map_err(|_| CodeError::None)?;
            mail::post(desk, tx, &cause, &to, &Letter::Code(code)).await?;
        }
        Channel::Sms => {
            mail::post_text(desk, tx, &cause, to, &code).await?;
        }
        Channel::Fixed => return Err(CodeError::None),
    }
    Ok(())
}

impl From<PostError> for CodeError {
    fn from(error: PostError) -> Self {
        match error {
            PostError::Store(error) => Self::Store(error),
            PostError::Locked(error) => Self::Unwritten(error),
        }
    }
}
