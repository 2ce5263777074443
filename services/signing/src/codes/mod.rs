//! Verification codes (spec section 4): one before the document opens, one that confirms the signature. Guesses, locks and
//! sends are rows, decided under the lock of their request: any number of instances count as one.

mod keys;
mod masked;
mod rows;
mod send;

use std::time::Duration;

use domain::Timestamp;
use serde::{Deserialize, Serialize};
use store_kit::StoreError;
use thiserror::Error;
use utoipa::ToSchema;

pub(crate) use keys::{CodeKeys, NoRandomness};
pub(crate) use rows::keep;
pub(crate) use send::{NoSms, check_sms, send};

use crate::audit::{self, Actor, Fact, Visit};
use crate::confidential::Locked;
use crate::desk::Desk;
use crate::document::Forbidden;
use crate::signer::{Ended, LinkError, Signer};
pub(crate) use crate::store::codes::{Channel, Step};
use crate::store::{Connection, codes, requests};
use keys::{DIGITS, Meant};

/// How long a code that was sent may be used.
const CODE_LIFE: Duration = Duration::from_mins(10);
/// Wrong ones before the lock. A new code does not give new guesses.
const MOST_ATTEMPTS: i32 = 5;
const LOCK: Duration = Duration::from_mins(15);
/// How long what the opening code opened stays open to the browser that knew it.
const OPEN_PASS_LIFE: Duration = Duration::from_hours(12);
/// How long a confirmed signature may take to be submitted.
const SIGN_PASS_LIFE: Duration = Duration::from_mins(10);
/// Facts of one kind and round that are kept: whoever guesses for ever must not fill the record.
const MOST_FACTS: u64 = 100;

/// Why a code is not sent or not taken, or what it would have opened stays closed.
#[derive(Debug, Error)]
pub(crate) enum CodeError {
    #[error(transparent)]
    Link(#[from] LinkError),
    /// It is being sealed, or is past it.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The request asks for no such code, or for one that is not sent.
    #[error("there is no such code")]
    None,
    #[error("a code is needed first")]
    Required(Step),
    /// How many guesses are left.
    #[error("the code is wrong")]
    Wrong(u32),
    /// None was sent, or its time is over, or it was used.
    #[error("no code is valid")]
    Expired,
    /// For how long.
    #[error("guessing is locked")]
    Locked(Duration),
    /// Until the next may be sent.
    #[error("a code was sent a moment ago")]
    TooSoon(Duration),
    /// What is to be signed was not opened by this page.
    #[error("the opening is unknown")]
    UnknownOpening,
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    #[error("the message cannot be kept")]
    Unwritten(#[source] Locked),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How a code stands, as its page shows it. Durations, since the browser's clock is not ours.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CodeStatus {
    step: Step,
    channel: Channel,
    /// Where codes go, masked; absent where the sender told the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    /// Of a code that is sent; absent where the sender chose it.
    #[serde(skip_serializing_if = "Option::is_none")]
    digits: Option<usize>,
    tenant_name: String,
    lang: String,
    /// A code was sent and may be used for so long.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_seconds: Option<u64>,
    /// Until the next may be sent; 0: now.
    resend_seconds: u64,
    /// Until guesses are taken again; 0: they are.
    locked_seconds: u64,
    attempts_left: u32,
}

/// What was typed, and for which opening.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckBody {
    code: String,
    /// `opening` of the opening that is to be submitted: of the code to sign only.
    #[serde(default)]
    opening: Option<String>,
    /// The browser's, such as `Europe/Bratislava`.
    #[serde(default)]
    pub(crate) time_zone: Option<String>,
}

/// What the code opened.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CodePass {
    /// Proves that the code was known: to open, in the header `code-pass` of every call; to sign, with the submission.
    pass: String,
    valid_seconds: u64,
}

/// Lets through whoever proved the code to open, and everybody where none is asked for. All that a page can call goes
/// through here, but for the code itself.
pub(crate) async fn admit(
    desk: &Desk,
    signer: &Signer,
    pass: Option<&str>,
) -> Result<(), CodeError> {
    let (owner, request) = (signer.owner, &signer.request.id);
    let row = codes::find(desk.db.reader(), owner, request, Step::Open).await?;
    let Some(row) = row else {
        return Ok(());
    };
    let now = desk.clock.now();
    if desk.secrets.codes().admits(
        meant(signer, Step::Open),
        (&row.rule, ""),
        pass.unwrap_or_default(),
        now,
    ) {
        return Ok(());
    }
    // That it is over anybody may know who has the link.
    match signer.ended(now) {
        Some(how) => Err(LinkError::Ended(how).into()),
        None => Err(CodeError::Required(Step::Open)),
    }
}

/// Whether the signature was confirmed for this opening, where a code to sign is asked for. `db` may be the transaction of
/// the act: then the answer still holds when it is done.
pub(crate) async fn confirm(
    desk: &Desk,
    db: &impl Connection,
    signer: &Signer,
    (opening, pass): (Option<&str>, Option<&str>),
) -> Result<(), CodeError> {
    let row = codes::find(db, signer.owner, &signer.request.id, Step::Sign).await?;
    let Some(row) = row else {
        return Ok(());
    };
    let opening = opening.unwrap_or_default();
    let is_confirmed = is_opening(desk, signer, opening)
        && desk.secrets.codes().admits(
            meant(signer, Step::Sign),
            (&row.rule, opening),
            pass.unwrap_or_default(),
            desk.clock.now(),
        );
    if is_confirmed {
        Ok(())
    } else {
        Err(CodeError::Required(Step::Sign))
    }
}

/// Whether a code confirms the signature.
pub(crate) async fn is_asked_to_sign(desk: &Desk, signer: &Signer) -> Result<bool, StoreError> {
    let (owner, request) = (signer.owner, &signer.request.id);
    let row = codes::find(desk.db.reader(), owner, request, Step::Sign).await?;
    Ok(row.is_some())
}

/// How the code of a step stands. Changes nothing and sends nothing.
pub(crate) async fn status(
    desk: &Desk,
    signer: &Signer,
    step: Step,
) -> Result<CodeStatus, CodeError> {
    check_open(desk, signer)?;
    let db = desk.db.reader();
    let row = codes::find(db, signer.owner, &signer.request.id, step).await?;
    told(desk, signer, &row.ok_or(CodeError::None)?).await
}

async fn told(desk: &Desk, signer: &Signer, row: &codes::Model) -> Result<CodeStatus, CodeError> {
    let now = desk.clock.now();
    let tenant = signer.tenant(desk).await?;
    let locked = lock_left(row, now);
    let resend = match row.channel {
        Channel::Fixed => Duration::ZERO,
        Channel::Email | Channel::Sms => send::pause(desk.db.reader(), signer, row, now).await?,
    };
    let is_alive = row.channel != Channel::Fixed && row.secret.is_some();
    let valid = row
        .expires_at
        .filter(|until| is_alive && now < *until)
        .map(|until| seconds(until.since(now)));
    Ok(CodeStatus {
        step: row.step,
        channel: row.channel,
        to: row
            .recipient
            .as_deref()
            .map(|to| masked::recipient(row.channel, to)),
        digits: (row.channel != Channel::Fixed).then_some(DIGITS),
        tenant_name: tenant.name,
        lang: signer.rules().lang.unwrap_or(tenant.lang),
        valid_seconds: valid,
        resend_seconds: seconds(resend.max(locked)),
        locked_seconds: seconds(locked),
        attempts_left: attempts_left(row, now),
    })
}

/// Takes a guess. Right: a pass, and a code that was sent is used up. Wrong: counted, in the same transaction as it was
/// judged, so that no two guesses at once are ever one.
pub(crate) async fn check(
    desk: &Desk,
    signer: Signer,
    (step, given): (Step, CheckBody),
    visit: Visit,
) -> Result<CodePass, CodeError> {
    let now = desk.clock.now();
    let tx = desk.db.begin().await?;
    let (signer, mut row) = locked(desk, &*tx, signer, step).await?;
    let opening = match step {
        Step::Open => "",
        Step::Sign => given.opening.as_deref().unwrap_or_default(),
    };
    if step == Step::Sign && !is_opening(desk, &signer, opening) {
        return Err(CodeError::UnknownOpening);
    }
    let left = lock_left(&row, now);
    if !left.is_zero() {
        return Err(CodeError::Locked(left));
    }
    if row.locked_until.take().is_some() {
        row.attempts = 0;
    }
    let is_sent = row.channel != Channel::Fixed;
    let is_late = is_sent && row.expires_at.is_none_or(|until| until <= now);
    let kept = row.secret.clone().filter(|_| !is_late);
    let kept = kept.ok_or(CodeError::Expired)?;
    let actor = Actor::Signer(visit);
    let keys = desk.secrets.codes();
    if !keys.is(meant(&signer, step), &given.code, &kept) {
        let outcome = count_wrong(&mut row, now);
        note(&*tx, &signer, (&actor, &Fact::CodeWrong { step }), now).await?;
        if let Some(until) = row.locked_until {
            let fact = Fact::CodeLocked { step, until };
            note(&*tx, &signer, (&actor, &fact), now).await?;
        }
        codes::put(&*tx, row).await?;
        tx.commit().await?;
        return Err(outcome);
    }
    row.attempts = 0;
    if is_sent {
        row.secret = None;
    }
    let life = match step {
        Step::Open => OPEN_PASS_LIFE,
        Step::Sign => SIGN_PASS_LIFE,
    };
    let pass = keys.pass(meant(&signer, step), (&row.rule, opening), now.plus(life));
    let fact = Fact::CodeVerified {
        step,
        channel: row.channel,
        to: row.recipient.clone(),
    };
    note(&*tx, &signer, (&actor, &fact), now).await?;
    codes::put(&*tx, row).await?;
    tx.commit().await?;
    Ok(CodePass {
        pass,
        valid_seconds: seconds(life),
    })
}

/// One more wrong guess; the last one locks and voids the code that was sent.
fn count_wrong(row: &mut codes::Model, now: Timestamp) -> CodeError {
    row.attempts = row.attempts.saturating_add(1);
    if row.attempts < MOST_ATTEMPTS {
        return CodeError::Wrong(attempts_left(row, now));
    }
    row.locked_until = Some(now.plus(LOCK));
    if row.channel != Channel::Fixed {
        row.secret = None;
    }
    CodeError::Locked(LOCK)
}

/// The signer's request and the code's row as they are now, kept from others until the transaction ends.
async fn locked(
    desk: &Desk,
    tx: &impl Connection,
    mut signer: Signer,
    step: Step,
) -> Result<(Signer, codes::Model), CodeError> {
    let gone = || LinkError::Ended(Ended::Deleted);
    let owner = signer.owner;
    signer.request = requests::lock(tx, owner, &signer.request.id)
        .await?
        .ok_or_else(gone)?;
    check_open(desk, &signer)?;
    let row = codes::find(tx, owner, &signer.request.id, step).await?;
    Ok((signer, row.ok_or(CodeError::None)?))
}

fn check_open(desk: &Desk, signer: &Signer) -> Result<(), CodeError> {
    if let Some(how) = signer.ended(desk.clock.now()) {
        return Err(LinkError::Ended(how).into());
    }
    signer.document.stage().submitted()?;
    Ok(())
}

fn is_opening(desk: &Desk, signer: &Signer, opening: &str) -> bool {
    let of = (&signer.request.id, signer.document.sha256.as_str());
    desk.secrets.codes().is_opening(signer.owner, of, opening)
}

/// Writes a fact, unless the record has enough of its kind.
async fn note(
    tx: &impl Connection,
    signer: &Signer,
    told: (&Actor, &Fact),
    now: Timestamp,
) -> Result<(), StoreError> {
    let about = (&signer.document.id, Some(&signer.request.id));
    if audit::count(tx, signer.owner, about, told.1).await? < MOST_FACTS {
        audit::note(tx, signer.owner, about, told, now).await?;
    }
    Ok(())
}

const fn meant(signer: &Signer, step: Step) -> Meant<'_> {
    Meant {
        owner: signer.owner,
        request: &signer.request.id,
        step,
    }
}

fn lock_left(row: &codes::Model, now: Timestamp) -> Duration {
    let until = row.locked_until.filter(|until| now < *until);
    until.map_or(Duration::ZERO, |until| until.since(now))
}

fn attempts_left(row: &codes::Model, now: Timestamp) -> u32 {
    if !lock_left(row, now).is_zero() {
        return 0;
    }
    let wrong = if row.locked_until.is_some() {
        0
    } else {
        row.attempts
    };
    u32::try_from(MOST_ATTEMPTS.saturating_sub(wrong)).unwrap_or(0)
}

/// Whole seconds, rounded up: what is over on the page is over here.
pub(crate) fn seconds(left: Duration) -> u64 {
    left.as_millis()
        .div_ceil(1_000)
        .try_into()
        .unwrap_or(u64::MAX)
}
