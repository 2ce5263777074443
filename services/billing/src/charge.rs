//! What becomes of a charge while it has no verdict: doubted, or kept by its lease.

use std::time::Duration;

use client_billing::{ChargeState, Leased, Settled};
use domain::{ChargeId, Clock};
use store_kit::{Db, StoreError, Tx};
use thiserror::Error;

use crate::balance;
use crate::batch::Unanswered;
use crate::ledger::LedgerError;
use crate::store::accounts;
use crate::store::holds::{self, Hold, HoldState};
use crate::store::{AccountKey, all_tenants};

/// How long a hold runs on without a word from the gateway.
pub(crate) const LEASE: Duration = Duration::from_secs(30);

/// Why an act on a charge was not done.
#[derive(Clone, Debug, Error)]
pub enum ChargeError {
    #[error("there is no such charge")]
    NotFound,
    #[error(transparent)]
    Unanswered(#[from] Unanswered),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ChargeError {
    /// Whether others of the batch may fare better without the one that caused it.
    pub(crate) fn may_be_of_one(&self) -> bool {
        match self {
            Self::Store(cause) | Self::Ledger(LedgerError::Store(cause)) => cause.is_refusal(),
            Self::Unanswered(_) => false,
            Self::NotFound | Self::Ledger(_) => true,
        }
    }
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
