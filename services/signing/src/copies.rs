//! The signer's own copy of what was signed: downloaded on the page, or mailed to an address that the signer gives. Only for a
//! while after the seal: a link that lies in a mailbox for ever must not be a way to the signed document for ever.

use std::time::Duration;

use ::mail::Address;
use domain::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::audit::{self, Actor, Fact, Visit};
use crate::desk::Desk;
use crate::mail::{self, Cause, Letter, PostError};
use crate::opening::PageError;
use crate::signer::{Ended, LinkError, Signer};
use crate::store::messages::{self, Kind};
use crate::store::{Connection, revisions};
use crate::submission;

/// For how long the page that signed gives a copy.
const COPY_LIFE: Duration = Duration::from_hours(1);
/// Of one request in [`WINDOW`]: the page must be no way to write to strangers.
const MOST_LETTERS: usize = 3;
const WINDOW: Duration = Duration::from_hours(1);

/// What the page sends to have a copy mailed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CopyBody {
    /// One address.
    pub(crate) email_to: String,
}

/// The revision that the signer's round made.
pub(crate) async fn signed(desk: &Desk, signer: &Signer) -> Result<revisions::Model, PageError> {
    check(signer, desk.clock.now())?;
    made(desk.db.reader(), signer).await
}

/// Writes the copy to an address. What becomes of the letter is told to the tenant, and the same to the signer whatever it is.
pub(crate) async fn mail(
    desk: &Desk,
    signer: Signer,
    to: &Address,
    visit: Visit,
) -> Result<(), PageError> {
    let now = desk.clock.now();
    let tenant = signer.tenant(desk).await?;
    let tx = desk.db.begin().await?;
    let signer = submission::locked(&*tx, signer).await?;
    check(&signer, now)?;
    check_rate(&*tx, &signer, now).await?;
    let revision = made(&*tx, &signer).await?;
    let rules = signer.rules();
    let cause = Cause {
        owner: signer.owner,
        tenant: &tenant,
        document: &signer.document.id,
        filename: &signer.document.filename,
        request: Some(&signer.request.id),
        rules: &rules,
    };
    let fact = Fact::CopyRequested {
        to: to.as_str().to_owned(),
    };
    let about = (&signer.document.id, Some(&signer.request.id));
    let told = (&Actor::Signer(visit), &fact);
    audit::note(&*tx, signer.owner, about, told, now).await?;
    let letter = Letter::SignerCopy(mail::enclose_revision(desk, &signer.document, &revision));
    mail::post(desk, &tx, &cause, to, &letter).await?;
    tx.commit().await?;
    desk.wake_messengers();
    Ok(())
}

fn check(signer: &Signer, now: Timestamp) -> Result<(), PageError> {
    let sealed_at = signer.request.ended_at;
    match signer.ended(now) {
        Some(Ended::Signed) if sealed_at.is_some_and(|at| now < at.plus(COPY_LIFE)) => Ok(()),
        Some(how) => Err(LinkError::Ended(how).into()),
        None => Err(PageError::NotSigned),
    }
}

async fn check_rate(
    tx: &impl Connection,
    signer: &Signer,
    now: Timestamp,
) -> Result<(), PageError> {
    let about = (&signer.request.id, Kind::SignerCopy);
    let written = messages::written_since(tx, signer.owner, about, now.minus(WINDOW)).await?;
    // With so many in the window, the next may go when the oldest that counts has left it.
    match written.iter().rev().nth(MOST_LETTERS - 1) {
        Some(oldest) => Err(PageError::TooOften(oldest.plus(WINDOW).since(now))),
        None => Ok(()),
    }
}

async fn made(db: &impl Connection, signer: &Signer) -> Result<revisions::Model, PageError> {
    let all = revisions::of_document(db, signer.owner.tenant, &signer.document.id).await?;
    let is_ours =
        |one: &revisions::Model| one.signature_request.as_ref() == Some(&signer.request.id);
    let last = all.into_iter().rev().find(is_ours);
    Ok(last.ok_or(LinkError::Ended(Ended::Deleted))?)
}

impl From<PostError> for PageError {
    fn from(error: PostError) -> Self {
        match error {
            PostError::Store(error) => Self::Store(error),
            PostError::Locked(error) => Self::Locked(error),
        }
    }
}
