//! One act a key: the answer that was given first is given again, byte for byte (spec section 2).

use std::time::Duration;

use domain::{ChargeId, Timestamp, Verdict};
use internal_auth::{Ticket, TicketKind};
use store_kit::StoreError;
use thiserror::Error;

use crate::audit::KeyUse;
use crate::charge;
use crate::desk::Desk;
use crate::store::{Connection, Owner, answers};

/// Longer than the day that replays are promised for: billing's clock decides when the promise ends, not ours.
const KEPT: Duration = Duration::from_hours(48);

/// How long a key is the same call (spec section 2); a create that was committed is held to it by billing.
const REPLAYED: Duration = Duration::from_hours(24);

/// What a key is unique within. The JSON and the multipart create are one: a client that switches between them by
/// mistake must hear so, not be sold a second request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Create,
    Upload,
    Send,
}

impl Operation {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Upload => "upload",
            Self::Send => "send",
        }
    }
}

/// One call that may be repeated: whose it is, under which key and charge, and what it said.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    pub(crate) owner: Owner,
    /// Whose call it is, for the audit record.
    pub(crate) by: KeyUse,
    pub(crate) operation: Operation,
    pub(crate) ticket: Option<Ticket>,
    /// The caller's `Idempotency-Key`.
    pub(crate) key: Option<String>,
    /// Of the body, once it arrived whole.
    pub(crate) fingerprint: String,
}

impl Attempt {
    /// The charge under which this attempt may register or refuse.
    pub(crate) fn held(&self) -> Option<ChargeId> {
        self.ticket
            .filter(|ticket| ticket.kind == TicketKind::Held)
            .map(|ticket| ticket.charge)
    }

    fn is(&self, kind: TicketKind) -> bool {
        self.ticket.is_some_and(|ticket| ticket.kind == kind)
    }

    pub(crate) fn may_only_replay(&self) -> bool {
        self.is(TicketKind::ReplayOnly)
    }

    pub(crate) fn has_no_charge(&self) -> bool {
        self.is(TicketKind::NoCharge)
    }
}

/// An answer that was given before.
#[derive(Clone, Debug)]
pub(crate) struct Replay {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) first_charge: Option<ChargeId>,
    /// What stands on the charge of this attempt.
    pub(crate) verdict: Option<Verdict>,
}

/// Why nothing can be replayed and nothing may be done.
#[derive(Debug, Error)]
pub(crate) enum ReplayError {
    #[error("the key came with another body before")]
    Mismatch,
    #[error("the key's answer is no longer kept")]
    Expired,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The answer to give again; `None`: this call is the first under its key.
pub(crate) async fn replay(desk: &Desk, attempt: &Attempt) -> Result<Option<Replay>, ReplayError> {
    let kept = match &attempt.key {
        Some(key) => {
            let (owner, operation) = (attempt.owner, attempt.operation.as_str());
            answers::find(desk.db.reader(), owner, operation, key, desk.clock.now()).await?
        }
        None => None,
    };
    let is_old = |at: Timestamp| at <= desk.clock.now().minus(REPLAYED);
    let kept = kept.filter(|kept| attempt.may_only_replay() || !is_old(kept.given_at));
    let Some(kept) = kept else {
        return if attempt.may_only_replay() {
            Err(ReplayError::Expired)
        } else {
            Ok(None)
        };
    };
    if kept.fingerprint != attempt.fingerprint {
        return Err(ReplayError::Mismatch);
    }
    Ok(Some(Replay {
        status: u16::try_from(kept.status).unwrap_or(500),
        body: kept.body,
        first_charge: kept.charge,
        verdict: release(desk, attempt).await?,
    }))
}

/// This attempt registers nothing: a unit that was held for it goes back.
pub(crate) async fn release(desk: &Desk, attempt: &Attempt) -> Result<Option<Verdict>, StoreError> {
    let Some(charge) = attempt.held() else {
        return Ok(None);
    };
    let tx = desk.db.begin().await?;
    let now = desk.clock.now();
    let verdict = charge::decide(&*tx, attempt.owner, charge, Verdict::Refused, now).await?;
    tx.commit().await?;
    Ok(Some(verdict))
}

/// Keeps an answer in the transaction of the act; `false`: another call with this key was faster.
pub(crate) async fn keep(
    tx: &impl Connection,
    attempt: &Attempt,
    status: u16,
    body: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(key) = &attempt.key else {
        return Ok(true);
    };
    let row = answers::Model {
        tenant: attempt.owner.tenant,
        mode: attempt.owner.mode,
        operation: attempt.operation.as_str().to_owned(),
        key: key.clone(),
        fingerprint: attempt.fingerprint.clone(),
        status: i32::from(status),
        body: body.to_owned(),
        charge: attempt.held(),
        given_at: now,
        expires_at: now.plus(KEPT),
    };
    answers::keep(tx, attempt.owner, row, now.minus(REPLAYED)).await
}

/// Keeps a refusal and gives the unit back. The answer to give: this one, or that of a faster call.
pub(crate) async fn refuse(
    desk: &Desk,
    attempt: &Attempt,
    status: u16,
    body: &str,
) -> Result<Option<Verdict>, StoreError> {
    let tx = desk.db.begin().await?;
    let now = desk.clock.now();
    let verdict = match attempt.held() {
        Some(charge) => {
            Some(charge::decide(&*tx, attempt.owner, charge, Verdict::Refused, now).await?)
        }
        None => None,
    };
    // A faster call's answer stays; ours is as true, and told once.
    keep(&*tx, attempt, status, body, now).await?;
    tx.commit().await?;
    Ok(verdict)
}
