//! Reserve: one transaction for all who ask at once looks up request ids, brings lots up to date and holds a unit for each,
//! or says why not.

mod rule;

use std::collections::{BTreeSet, HashMap, VecDeque};

use client_billing::{Reservation, Reserved};
use domain::{Clock, Timestamp, UnitOverflow, Units};
use store_kit::{Db, StoreError, Tx};
use thiserror::Error;

use self::rule::{Funds, Sight, account_of};
use crate::balance;
use crate::batch::Unanswered;
use crate::debt::{self, DebtPolicy};
use crate::fault;
use crate::ledger::{self, LedgerError, Posting};
use crate::lot;
use crate::store::accounts::{self, Balances};
use crate::store::entries::{Account, Occasion, PostingKind};
use crate::store::holds::{self, Hold};
use crate::store::lots::{self, Lot};
use crate::store::{AccountKey, all_tenants};

/// The longest `Idempotency-Key` of the wire contract.
const MAX_REQUEST_ID_CHARS: usize = 255;
/// What no text of `PostgreSQL` can hold.
const NUL: char = '\0';

/// Why a reservation was not judged.
#[derive(Clone, Debug, Error)]
pub enum ReserveError {
    #[error("a request id has 1 to 255 characters, none of them NUL")]
    RequestId,
    /// The charge id was taken by another account: a caller's mistake that must not be papered over.
    #[error("the charge belongs to another account")]
    ForeignCharge,
    /// A bug of ours: the judge was asked about an account that was not read.
    #[error("the account was not read before it was judged")]
    Unseen,
    #[error(transparent)]
    Unanswered(#[from] Unanswered),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<UnitOverflow> for ReserveError {
    fn from(error: UnitOverflow) -> Self {
        Self::Ledger(error.into())
    }
}

impl ReserveError {
    /// Whether others of the batch may fare better without the one that caused it.
    fn may_be_of_one(&self) -> bool {
        match self {
            Self::Store(cause) | Self::Ledger(LedgerError::Store(cause)) => cause.is_refusal(),
            Self::Unanswered(_) => false,
            Self::RequestId | Self::ForeignCharge | Self::Unseen | Self::Ledger(_) => true,
        }
    }
}

/// Whether a reservation can be judged at all.
pub(crate) fn check(asked: &Reservation) -> Result<(), ReserveError> {
    let chars = asked.request_id.chars().count();
    if !(1..=MAX_REQUEST_ID_CHARS).contains(&chars) || asked.request_id.contains(NUL) {
        return Err(ReserveError::RequestId);
    }
    Ok(())
}

/// What the judge judges by: its store, its clock, and the server's word on debt.
type Bench<'a> = (&'a Db, &'a dyn Clock, DebtPolicy);

/// Judges reservations in the order in which they came, each answered for itself. Idempotent by charge id: a lost reply is
/// asked again with the same one.
pub(crate) async fn judge_all(
    bench: Bench<'_>,
    asked: &[Reservation],
) -> Vec<Result<Reserved, ReserveError>> {
    let error = match judge_together(bench, asked).await {
        Ok(answers) => return answers,
        Err(error) => error,
    };
    if asked.len() <= 1 || !error.may_be_of_one() {
        return vec![Err(error); asked.len()];
    }
    tracing::warn!(
        error = &error as &(dyn std::error::Error + 'static),
        "a batch of reservations is judged one by one"
    );
    judge_singly(bench, asked).await
}

/// One transaction for each; once the store is away it is not asked for the others.
async fn judge_singly(
    bench: Bench<'_>,
    asked: &[Reservation],
) -> Vec<Result<Reserved, ReserveError>> {
    let mut answers = Vec::with_capacity(asked.len());
    let mut away = None;
    for one in asked {
        if let Some(error) = &away {
            answers.push(Err(ReserveError::clone(error)));
            continue;
        }
        match judge_together(bench, std::slice::from_ref(one)).await {
            Ok(answer) => answers.extend(answer),
            Err(error) => {
                away = Some(error.clone()).filter(|error| !error.may_be_of_one());
                answers.push(Err(error));
            }
        }
    }
    answers
}

async fn judge_together(
    bench: Bench<'_>,
    asked: &[Reservation],
) -> Result<Vec<Result<Reserved, ReserveError>>, ReserveError> {
    let accounts: Vec<AccountKey> = asked
        .iter()
        .map(account_of)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let (db, clock, policy) = bench;
    let (tx, locked) = lock(db, &accounts).await?;
    // Read under the locks: whoever came before has ended before this instant.
    let now = clock.now();
    let mut sight = look(&tx, (locked, policy), asked, now).await?;
    let answers: Vec<_> = asked.iter().map(|asked| sight.judge(asked)).collect();
    write(&tx, &sight.into_taken(), now).await?;
    fail::fail_point!("billing::reserve::before-commit");
    tx.commit().await?;
    fail::fail_point!("billing::reserve::committed");
    for answer in answers.iter().flatten() {
        count(answer);
    }
    Ok(answers)
}

/// A transaction in which the accounts are locked, in the order of their ids. Rows that are missing are made by a
/// transaction of their own: made under locks, they could have two batches wait for each other.
async fn lock(db: &Db, accounts: &[AccountKey]) -> Result<(Tx, Vec<Balances>), StoreError> {
    let tx = db.begin().await?;
    let locked = accounts::lock_each(&*tx, accounts).await?;
    if locked.len() == accounts.len() {
        return Ok((tx, locked));
    }
    tx.rollback().await?;
    let tx = db.begin().await?;
    accounts::make(&*tx, accounts).await?;
    tx.commit().await?;
    let tx = db.begin().await?;
    let locked = accounts::lock_each(&*tx, accounts).await?;
    if locked.len() != accounts.len() {
        return Err(StoreError::corrupt(
            "an account that was just made is not there",
        ));
    }
    Ok((tx, locked))
}

/// Reads what the rule needs: what is met, and of whom something new is asked the lots, brought up to date.
async fn look(
    tx: &Tx,
    (locked, policy): (Vec<Balances>, DebtPolicy),
    asked: &[Reservation],
    now: Timestamp,
) -> Result<Sight, ReserveError> {
    let charges: Vec<_> = asked.iter().map(|asked| asked.charge).collect();
    let mut met = all_tenants::holds(&**tx, &charges).await?;
    met.extend(holds::binding_each(&**tx, asked).await?);
    let mut sight = Sight::new(now, met);
    let newcomers: BTreeSet<AccountKey> = asked
        .iter()
        .filter(|asked| sight.met(asked).is_none())
        .map(account_of)
        .collect();
    let owns = locked.iter().map(|row| {
        let account = row.key();
        (account, lot::own_origin(account.mode, now))
    });
    let mut of_accounts: HashMap<AccountKey, Vec<Lot>> = HashMap::new();
    for lot in lots::of_each(&**tx, owns).await? {
        of_accounts.entry(lot.account()).or_default().push(lot);
    }
    for row in locked {
        let account = row.key();
        let lots = of_accounts.remove(&account).unwrap_or_default();
        let debt = debt::owed(&lots)?;
        let mut funds = if newcomers.contains(&account) && lot::is_behind(account.mode, &lots, now)
        {
            let lots = lot::bring_up_to_date(tx, account, now).await?;
            let row = accounts::find(&**tx, account).await?.unwrap_or(row);
            funds(row, lots, now)?
        } else {
            funds(row, lots, now)?
        };
        if Units::ZERO < debt && debt::policy_of(&**tx, policy, account.tenant).await?.blocks {
            tracing::info!(tenant = %account.tenant, debt = debt.count(), "debt stands in the way of new charges");
            funds.lots.clear();
        }
        sight.fund(account, funds);
    }
    Ok(sight)
}

fn funds(row: Balances, mut lots: Vec<Lot>, now: Timestamp) -> Result<Funds, UnitOverflow> {
    let balances = balance::due(row, &lots, now)?;
    let takes_any = fault::is_on(fault::TAKES_WHAT_IS_NOT_AVAILABLE);
    lots.retain(|lot| (Units::ZERO < lot.available || takes_any) && !lot.is_expired(now));
    lots.sort_by_key(Lot::burn_order);
    Ok(Funds {
        balances,
        lots: VecDeque::from(lots),
    })
}

async fn write(tx: &Tx, taken: &[Hold], now: Timestamp) -> Result<(), ReserveError> {
    if taken.is_empty() {
        return Ok(());
    }
    holds::insert_new(&**tx, taken).await?;
    let postings: Vec<_> = taken
        .iter()
        .map(|hold| {
            let posting = Posting {
                occasion: Occasion {
                    key: format!("reserve {}", hold.charge),
                    kind: PostingKind::Reserve,
                    charge: Some(hold.charge),
                    purchase: None,
                },
                lot: hold.lot,
                from: Account::Available,
                to: Account::Held,
                units: Units::ONE,
            };
            (hold.account(), posting)
        })
        .collect();
    Ok(ledger::post_new(tx, &postings, now).await?)
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
