//! What becomes of a charge after its reservation: settled by the witness's verdict, doubted, or kept by its lease.

use std::time::Duration;

use client_billing::{ChargeState, Leased, Settled};
use domain::{ChargeId, Clock, Timestamp, Units, Verdict};
use store_kit::{Db, StoreError, Tx};
use thiserror::Error;

use crate::balance;
use crate::ledger::{self, LedgerError, Posting};
use crate::store::accounts;
use crate::store::entries::{Account, Occasion, PostingKind};
use crate::store::holds::{self, Hold, HoldState};
use crate::store::{AccountKey, all_tenants, lots};

/// How long a hold runs on without a word from the gateway.
pub(crate) const LEASE: Duration = Duration::from_secs(30);

/// Why an act on a charge was not done.
#[derive(Debug, Error)]
pub(crate) enum ChargeError {
    #[error("there is no such charge")]
    NotFound,
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<HoldState> for ChargeState {
    fn from(state: HoldState) -> Self {
        match state {
            HoldState::Held => Self::Held,
            HoldState::InDoubt => Self::InDoubt,
            HoldState::Committed => Self::Committed,
            HoldState::Released => Self::Released,
        }
    }
}

/// Ends a charge by the witness's word. A second call changes nothing and tells how it ended.
pub(crate) async fn settle(
    db: &Db,
    clock: &dyn Clock,
    charge: ChargeId,
    verdict: Verdict,
) -> Result<Settled, ChargeError> {
    let account = account_of(db, charge).await?;
    let tx = db.begin().await?;
    accounts::lock(&*tx, account).await?;
    let now = clock.now();
    let hold = locked_hold(&tx, account, charge).await?;
    let state = if hold.state.is_settled() {
        warn_of_contradiction(&hold, verdict);
        hold.state
    } else {
        close(&tx, &hold, verdict, now).await?
    };
    let available = balance::as_of(&*tx, account, now).await?.available;
    fail::fail_point!("billing::settle::before-commit");
    tx.commit().await?;
    Ok(Settled {
        state: state.into(),
        available,
    })
}

/// Spends the held unit, or gives it back; a lot that expired meanwhile takes it as lapsed.
async fn close(
    tx: &Tx,
    hold: &Hold,
    verdict: Verdict,
    now: Timestamp,
) -> Result<HoldState, ChargeError> {
    let account = hold.account();
    let (state, kind, to) = if verdict.commits() {
        (HoldState::Committed, PostingKind::Commit, Account::Consumed)
    } else {
        let lot = lots::find(&**tx, account, hold.lot).await?;
        // Another instance's clock may have lapsed the lot already: what comes back must not be sold.
        let expired = lot.is_some_and(|lot| lot.is_expired(now) || Units::ZERO < lot.lapsed);
        let to = if expired {
            Account::Lapsed
        } else {
            Account::Available
        };
        (HoldState::Released, PostingKind::Release, to)
    };
    let posting = Posting {
        occasion: Occasion {
            // One key for both ends: a charge ends once.
            key: format!("settle {}", hold.charge),
            kind,
            charge: Some(hold.charge),
            purchase: None,
        },
        lot: hold.lot,
        from: Account::Held,
        to,
        units: Units::ONE,
    };
    ledger::post(tx, account, posting, now).await?;
    holds::settle(&**tx, account, hold.charge, (state, verdict), now).await?;
    metrics::counter!("quota_settlements_total", "verdict" => verdict.as_str()).increment(1);
    Ok(state)
}

/// Exactly one verdict is ever recorded, so two different ends mean that a store was set back.
fn warn_of_contradiction(hold: &Hold, verdict: Verdict) {
    let committed = hold.state == HoldState::Committed;
    if committed != verdict.commits() {
        tracing::error!(
            charge = %hold.charge, tenant = %hold.tenant, state = ?hold.state, %verdict,
            "the witness contradicts a settled charge; the exactness check counts it"
        );
    }
}

/// Says that nobody knows what became of the charge; the sweeper asks the witness at once.
pub(crate) async fn doubt(
    db: &Db,
    clock: &dyn Clock,
    charge: ChargeId,
) -> Result<Settled, ChargeError> {
    let account = account_of(db, charge).await?;
    let tx = db.begin().await?;
    accounts::lock(&*tx, account).await?;
    let now = clock.now();
    holds::doubt(&*tx, account, charge, now).await?;
    let hold = locked_hold(&tx, account, charge).await?;
    let available = balance::as_of(&*tx, account, now).await?.available;
    tx.commit().await?;
    Ok(Settled {
        state: hold.state.into(),
        available,
    })
}

/// Keeps a running hold from falling into doubt. One that is no longer running keeps the lease it had.
pub(crate) async fn renew_lease(
    db: &Db,
    clock: &dyn Clock,
    charge: ChargeId,
) -> Result<Leased, ChargeError> {
    let account = account_of(db, charge).await?;
    let tx = db.begin().await?;
    // No balance changes, so the account's lock is not needed: a settlement or a doubt that comes first wins.
    holds::renew(&*tx, account, charge, clock.now().plus(LEASE)).await?;
    let hold = locked_hold(&tx, account, charge).await?;
    tx.commit().await?;
    Ok(Leased {
        until: hold.lease_until,
    })
}

async fn account_of(db: &Db, charge: ChargeId) -> Result<AccountKey, ChargeError> {
    let hold = all_tenants::hold(db.reader(), charge).await?;
    hold.as_ref()
        .map(Hold::account)
        .ok_or(ChargeError::NotFound)
}

async fn locked_hold(tx: &Tx, account: AccountKey, charge: ChargeId) -> Result<Hold, ChargeError> {
    holds::find(&**tx, account, charge)
        .await?
        .ok_or(ChargeError::NotFound)
}
