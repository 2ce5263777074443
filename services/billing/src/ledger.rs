//! Units move by posting only: entries, lots and balances change together or not at all. Decides nothing.

use std::collections::BTreeMap;

use domain::{LotId, Timestamp, UnitOverflow, Units};
use store_kit::{StoreError, Tx};
use thiserror::Error;

use crate::store::AccountKey;
use crate::store::accounts;
use crate::store::change::Change;
use crate::store::entries::{self, Account, Line, NewPosting, Occasion};
use crate::store::lots;

/// Why nothing was posted.
#[derive(Debug, Error)]
pub enum LedgerError {
    /// A bug of ours, never a caller's fault: whoever posts has looked under the accounts' locks.
    #[error("of {lots} lots only {sufficient} have the units to move")]
    LotShort { lots: usize, sufficient: usize },
    #[error(transparent)]
    Overflow(#[from] UnitOverflow),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// One failure of a batch is told to all who are in it.
impl Clone for LedgerError {
    fn clone(&self) -> Self {
        match self {
            Self::LotShort { lots, sufficient } => Self::LotShort {
                lots: *lots,
                sufficient: *sufficient,
            },
            Self::Overflow(_) => Self::Overflow(UnitOverflow),
            Self::Store(cause) => Self::Store(cause.clone()),
        }
    }
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

impl Posting {
    fn lines(&self) -> Result<[Line; 2], UnitOverflow> {
        let line = |account, units| Line {
            lot: self.lot,
            account,
            units,
        };
        Ok([
            line(self.from, self.units.negated()?),
            line(self.to, self.units),
        ])
    }
}

/// Posts once for each occasion's key. The account must be locked.
pub(crate) async fn post(
    tx: &Tx,
    account: AccountKey,
    posting: Posting,
    at: Timestamp,
) -> Result<(), LedgerError> {
    let (occasion, lines) = (posting.occasion.clone(), posting.lines()?);
    if entries::insert(&**tx, account, occasion, lines, at).await? {
        shift(tx, &[(account, posting)]).await?;
    }
    Ok(())
}

/// Posts what was never posted before, as the caller has seen under the accounts' locks.
pub(crate) async fn post_new(
    tx: &Tx,
    postings: &[(AccountKey, Posting)],
    at: Timestamp,
) -> Result<(), LedgerError> {
    if postings.is_empty() {
        return Ok(());
    }
    let new: Vec<NewPosting> = postings
        .iter()
        .map(|(account, posting)| {
            Ok(NewPosting {
                account: *account,
                occasion: posting.occasion.clone(),
                lines: posting.lines()?,
            })
        })
        .collect::<Result<_, UnitOverflow>>()?;
    entries::insert_new(&**tx, &new, at).await?;
    shift(tx, postings).await
}

/// Each lot and each account is changed once, by the sum of its postings.
async fn shift(tx: &Tx, postings: &[(AccountKey, Posting)]) -> Result<(), LedgerError> {
    let mut of_lots: BTreeMap<(AccountKey, LotId), Change> = BTreeMap::new();
    let mut of_accounts: BTreeMap<AccountKey, Change> = BTreeMap::new();
    for (account, posting) in postings {
        let ways = (posting.from, posting.to);
        let lot = of_lots.entry((*account, posting.lot)).or_default();
        lot.shift(ways, posting.units)?;
        let balance = of_accounts.entry(*account).or_default();
        balance.shift(ways, posting.units)?;
    }
    let sufficient = lots::change(&**tx, &of_lots).await?;
    if sufficient != of_lots.len() {
        return Err(LedgerError::LotShort {
            lots: of_lots.len(),
            sufficient,
        });
    }
    Ok(accounts::change(&**tx, &of_accounts).await?)
}
