//! Reserve: one transaction that looks up the request id, brings lots up to date and holds one unit, or says why not.

use std::time::Duration;

use client_billing::{Reservation, Reserved};
use domain::{Clock, Timestamp, Units};
use store_kit::{Db, StoreError, Tx};
use thiserror::Error;

use crate::balance;
use crate::charge::LEASE;
use crate::ledger::{self, LedgerError, Posting};
use crate::lot;
use crate::store::AccountKey;
use crate::store::accounts::{self, Balances};
use crate::store::entries::{Account, Occasion, PostingKind};
use crate::store::holds::{self, Hold, HoldState, NewHold};

/// How long a committed request id is answered again, counted from its hold's creation on our clock.
pub(crate) const REPLAY_WINDOW: Duration = Duration::from_hours(24);
/// The longest `Idempotency-Key` of the wire contract.
const MAX_REQUEST_ID_CHARS: usize = 255;

/// Why a reservation was not judged.
#[derive(Debug, Error)]
pub(crate) enum ReserveError {
    #[error("a request id has 1 to 255 characters")]
    RequestId,
    /// The charge id was taken by another account: a caller's mistake that must not be papered over.
    #[error("the charge belongs to another account")]
    ForeignCharge,
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Judges a reservation. Idempotent by charge id: a lost reply is asked again with the same one.
pub(crate) async fn reserve(
    db: &Db,
    clock: &dyn Clock,
    asked: &Reservation,
) -> Result<Reserved, ReserveError> {
    if !(1..=MAX_REQUEST_ID_CHARS).contains(&asked.request_id.chars().count()) {
        return Err(ReserveError::RequestId);
    }
    let tx = db.begin().await?;
    let answer = judge(&tx, clock, asked).await?;
    tx.commit().await?;
    fail::fail_point!("billing::reserve::committed");
    count(&answer);
    Ok(answer)
}

async fn judge(tx: &Tx, clock: &dyn Clock, asked: &Reservation) -> Result<Reserved, ReserveError> {
    let account = AccountKey {
        tenant: asked.tenant,
        mode: asked.mode,
    };
    accounts::lock(&**tx, account).await?;
    // Read under the lock: whoever came before has ended before this instant.
    let now = clock.now();
    // A live hold is the answer whatever the balance says.
    let request = (asked.operation, asked.request_id.as_str());
    if let Some(hold) = holds::met(&**tx, account, asked.charge, request).await? {
        let available = balance::as_of(&**tx, account, now).await?.available;
        return Ok(repeated(&hold, asked, available, now));
    }
    let usable = lot::bring_up_to_date(tx, account, now).await?;
    let Some(lot) = usable.first() else {
        let balances = standing(tx, account).await?;
        explain_refusal(asked, &balances);
        return Ok(Reserved::Exhausted {
            held: balances.held,
        });
    };
    let new = NewHold {
        charge: asked.charge,
        key: asked.key,
        operation: asked.operation,
        request_id: &asked.request_id,
        idempotent: asked.idempotent,
        lot: lot.id,
        lease_until: now.plus(LEASE),
        created_at: now,
    };
    if let Err(error) = holds::insert(&**tx, account, new).await {
        // Under the account's lock only a charge of another account can be in the way.
        return Err(if error.is_unique_violation() {
            ReserveError::ForeignCharge
        } else {
            error.into()
        });
    }
    let posting = Posting {
        occasion: Occasion {
            key: format!("reserve {}", asked.charge),
            kind: PostingKind::Reserve,
            charge: Some(asked.charge),
            purchase: None,
        },
        lot: lot.id,
        from: Account::Available,
        to: Account::Held,
        units: Units::ONE,
    };
    ledger::post(tx, account, posting, now).await?;
    let available = standing(tx, account).await?.available;
    Ok(Reserved::Held { available })
}

async fn standing(tx: &Tx, account: AccountKey) -> Result<Balances, StoreError> {
    let found = accounts::find(&**tx, account).await?;
    Ok(found.unwrap_or_else(|| Balances::empty(account)))
}

/// The answer to a repeat: of the charge itself, or of the request id under another charge.
fn repeated(hold: &Hold, asked: &Reservation, available: Units, now: Timestamp) -> Reserved {
    let charge = hold.charge;
    match hold.state_at(now) {
        HoldState::Held if charge == asked.charge => Reserved::Held { available },
        HoldState::Committed if now.since(hold.created_at) <= REPLAY_WINDOW => {
            Reserved::Committed { charge, available }
        }
        HoldState::Committed => Reserved::Expired { charge },
        // A released charge is met by its own id only: the witness has ended it, so its caller must come with a new one.
        state @ (HoldState::Held | HoldState::InDoubt | HoldState::Released) => {
            Reserved::Unsettled {
                charge,
                state: state.into(),
            }
        }
    }
}

/// A 402 must be explicable: what the judge saw, in one line.
fn explain_refusal(asked: &Reservation, saw: &Balances) {
    tracing::info!(
        tenant = %asked.tenant, mode = %asked.mode, charge = %asked.charge,
        available = saw.available.count(), held = saw.held.count(), consumed = saw.consumed.count(),
        lapsed = saw.lapsed.count(), purchased = saw.purchased.count(), granted = saw.granted.count(),
        "nothing is available to reserve"
    );
}

fn count(answer: &Reserved) {
    let answer = match answer {
        Reserved::Held { .. } => "held",
        Reserved::Committed { .. } => "committed",
        Reserved::Unsettled { .. } => "unsettled",
        Reserved::Expired { .. } => "expired",
        Reserved::Exhausted { .. } => "exhausted",
    };
    metrics::counter!("quota_reservations_total", "answer" => answer).increment(1);
}
