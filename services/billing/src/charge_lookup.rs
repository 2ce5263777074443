//! What became of a charge, for the integrator who asks: our hold, and once registered the witness's details.

use client_signing::{CallError, ChargeRecord};
use domain::{ChargeId, Clock as _, SignatureRequestId};
use store_kit::StoreError;
use thiserror::Error;

use crate::charge::ChargeError;
use crate::service::Books;
use crate::store::AccountKey;
use crate::store::holds::{self, Hold, HoldState};

/// Why a charge is not shown.
#[derive(Debug, Error)]
pub(crate) enum LookupError {
    /// Also another tenant's, and the other mode's.
    #[error("there is no such charge")]
    NotFound,
    #[error("the witness did not answer")]
    Witness(#[from] CallError),
    #[error(transparent)]
    Charge(#[from] ChargeError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A charge as it stands now.
pub(crate) struct Found {
    pub(crate) hold: Hold,
    pub(crate) state: HoldState,
    /// What it stands for, once registered.
    pub(crate) registered: Option<ChargeRecord>,
}

pub(crate) async fn by_id(
    books: &Books,
    account: AccountKey,
    charge: ChargeId,
    request_id: &str,
) -> Result<Found, LookupError> {
    let hold = holds::find(books.db.reader(), account, charge).await?;
    describe(books, hold.ok_or(LookupError::NotFound)?, request_id).await
}

/// The newest charge under the caller's own `Idempotency-Key`.
pub(crate) async fn by_idempotency_key(
    books: &Books,
    account: AccountKey,
    key: &str,
    request_id: &str,
) -> Result<Found, LookupError> {
    let hold = holds::latest_of_key(books.db.reader(), account, key).await?;
    describe(books, hold.ok_or(LookupError::NotFound)?, request_id).await
}

/// The charge under which a signature request was registered: the witness knows which.
pub(crate) async fn by_signature_request(
    books: &Books,
    account: AccountKey,
    id: &SignatureRequestId,
    request_id: &str,
) -> Result<Found, LookupError> {
    let record = books
        .witness
        .charge_of_request(request_id, account.tenant, account.mode, id)
        .await?
        .ok_or(LookupError::NotFound)?;
    by_id(books, account, record.charge, request_id).await
}

async fn describe(books: &Books, hold: Hold, request_id: &str) -> Result<Found, LookupError> {
    let asked = match hold.state {
        HoldState::Released => Ok(None),
        HoldState::Held | HoldState::InDoubt | HoldState::Committed => {
            books.witness.charge(request_id, hold.charge).await
        }
    };
    let record = match asked {
        Ok(record) => record,
        // A running charge is told as running; only a committed one owes its details.
        Err(_) if !hold.state.is_settled() => None,
        Err(cause) => return Err(cause.into()),
    };
    let hold = match &record {
        // The verdict is there and only its settlement is still under way.
        Some(record) if !hold.state.is_settled() => {
            books.judge.settle(hold.charge, record.verdict).await?;
            holds::find(books.db.reader(), hold.account(), hold.charge)
                .await?
                .ok_or(LookupError::NotFound)?
        }
        _ => hold,
    };
    Ok(Found {
        state: hold.state_at(books.clock.now()),
        registered: record.filter(|record| record.verdict.commits()),
        hold,
    })
}
