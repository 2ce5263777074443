//! Units move by posting only: entries, lot and balance change together or not at all. Decides nothing.

use domain::{LotId, Timestamp, UnitOverflow, Units};
use store_kit::{StoreError, Tx};
use thiserror::Error;

use crate::store::AccountKey;
use crate::store::accounts;
use crate::store::entries::{self, Account, Line, Occasion};
use crate::store::lots;

/// Why nothing was posted.
#[derive(Debug, Error)]
pub(crate) enum LedgerError {
    /// A bug of ours, never a caller's fault: whoever posts has looked under the account's lock.
    #[error("the lot {lot} has not {units} units to move")]
    LotShort { lot: LotId, units: Units },
    #[error(transparent)]
    Overflow(#[from] UnitOverflow),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A move of units of one lot from one ledger account to another: balanced by its form.
#[derive(Clone, Debug)]
pub(crate) struct Posting {
    pub(crate) occasion: Occasion,
    pub(crate) lot: LotId,
    pub(crate) from: Account,
    pub(crate) to: Account,
    pub(crate) units: Units,
}

/// Posts once for each occasion's key. The account must be locked.
pub(crate) async fn post(
    tx: &Tx,
    account: AccountKey,
    posting: Posting,
    at: Timestamp,
) -> Result<(), LedgerError> {
    let Posting {
        occasion,
        lot,
        from,
        to,
        units,
    } = posting;
    let lines = [
        Line {
            lot,
            account: from,
            units: units.negated()?,
        },
        Line {
            lot,
            account: to,
            units,
        },
    ];
    if !entries::insert(&**tx, account, occasion, lines, at).await? {
        return Ok(());
    }
    if !lots::shift(&**tx, account, lot, (from, to), units).await? {
        return Err(LedgerError::LotShort { lot, units });
    }
    accounts::shift(&**tx, account, (from, to), units).await?;
    Ok(())
}
