//! Proof that nothing is sold twice or lost: the books against themselves, and against the witness.

use std::collections::{BTreeMap, HashMap, HashSet};

use client_billing::Exactness;
use client_signing::{CallError, SigningClient};
use domain::{ChargeId, Clock, LotId, Timestamp, UnitOverflow, Units, Verdict};
use store_kit::{Db, StoreError};
use thiserror::Error;

use crate::ledger::LedgerError;
use crate::store::accounts::Balances;
use crate::store::all_tenants::PostedSum;
use crate::store::entries::Account;
use crate::store::lots::Lot;
use crate::store::{self, AccountKey, all_tenants, exactness};

/// Charges compared with the witness in one call.
const PAGE: u32 = 500;

/// Why a check was not finished; nothing of it is kept.
#[derive(Debug, Error)]
pub(crate) enum CheckError {
    #[error("the witness did not answer")]
    Witness(#[from] CallError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is wrong with one account: nothing, one hopes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Faults {
    /// Units that were registered without being paid for, or are available below zero.
    pub(crate) over_sold: i64,
    /// Units by which two views of the same books differ, and committed charges that nobody registered.
    pub(crate) drift: i64,
}

type Findings = BTreeMap<AccountKey, Faults>;

/// One complete check; its result takes the place of the last one.
pub(crate) async fn check(
    db: &Db,
    clock: &dyn Clock,
    witness: &SigningClient,
) -> Result<(), CheckError> {
    let now = clock.now();
    let mut findings = check_books(db).await?;
    committed_were_registered(db, witness, &mut findings).await?;
    registered_were_charged(db, witness, &mut findings).await?;
    keep(db, &findings, now).await?;
    report(&findings);
    Ok(())
}

async fn check_books(db: &Db) -> Result<Findings, StoreError> {
    let view = store::snapshot(db).await?;
    let balances = all_tenants::every_balance(&view).await?;
    let lots = all_tenants::every_lot(&view).await?;
    let sums = all_tenants::every_sum(&view).await?;
    view.rollback().await.map_err(StoreError::from)?;
    Ok(compare(&balances, &lots, &sums))
}

/// Account rows, lots and entries of one instant against each other.
pub(crate) fn compare(balances: &[Balances], lots: &[Lot], sums: &[PostedSum]) -> Findings {
    let mut by_account: HashMap<(AccountKey, Account), i64> = HashMap::new();
    let mut by_lot: HashMap<(LotId, Account), i64> = HashMap::new();
    for sum in sums {
        // What came out of a source stands there with a minus; its column counts it upwards.
        let units = if sum.ledger.is_source() {
            sum.units.saturating_neg()
        } else {
            sum.units
        };
        *by_account.entry((sum.account, sum.ledger)).or_default() += units;
        *by_lot.entry((sum.lot, sum.ledger)).or_default() += units;
    }
    let mut findings: Findings = sums
        .iter()
        .map(|sum| (sum.account, Faults::default()))
        .collect();
    for row in balances {
        let faults = findings.entry(row.key()).or_default();
        for account in Account::ALL {
            let posted = by_account.remove(&(row.key(), account)).unwrap_or_default();
            faults.drift += row.of(account).count().abs_diff_i64(posted);
        }
        let inside: i64 = Account::ALL
            .into_iter()
            .map(|account| match account.is_source() {
                true => row.of(account).count().saturating_neg(),
                false => row.of(account).count(),
            })
            .sum();
        faults.drift += inside.abs_diff_i64(0);
        faults.over_sold += row.available.count().saturating_neg().max(0);
    }
    // Entries of an account that has no row.
    for ((account, _), units) in by_account {
        findings.entry(account).or_default().drift += units.abs_diff_i64(0);
    }
    for lot in lots {
        let key = AccountKey {
            tenant: lot.tenant,
            mode: lot.mode,
        };
        findings.entry(key).or_default().drift += lot_drift(lot, &by_lot);
    }
    findings
}

fn lot_drift(lot: &Lot, posted: &HashMap<(LotId, Account), i64>) -> i64 {
    let columns = [
        (Account::Available, lot.available),
        (Account::Held, lot.held),
        (Account::Consumed, lot.consumed),
        (Account::Lapsed, lot.lapsed),
        (Account::Refunded, lot.refunded),
    ];
    let posted = |account| posted.get(&(lot.id, account)).copied().unwrap_or_default();
    let mut drift = 0;
    let mut inside = 0_i64;
    for (account, units) in columns {
        drift += units.count().abs_diff_i64(posted(account));
        inside = inside.saturating_add(units.count());
    }
    let entered = posted(Account::Purchased).saturating_add(posted(Account::Granted));
    drift + inside.abs_diff_i64(lot.units.count()) + entered.abs_diff_i64(lot.units.count())
}

/// Every committed charge was registered. Billing is read first: what commits meanwhile was registered before.
async fn committed_were_registered(
    db: &Db,
    witness: &SigningClient,
    findings: &mut Findings,
) -> Result<(), CheckError> {
    let mut after = None;
    loop {
        let page = all_tenants::committed_after(db.reader(), after, u64::from(PAGE)).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some(last.charge);
        let charges = page.iter().map(|hold| hold.charge).collect();
        let registered: HashSet<ChargeId> = witness
            .verdicts(&request_id(), charges)
            .await?
            .verdicts
            .into_iter()
            .filter(|told| told.verdict == Verdict::Registered)
            .map(|told| told.charge)
            .collect();
        for hold in page {
            if !registered.contains(&hold.charge) {
                tracing::error!(charge = %hold.charge, tenant = %hold.tenant, "a committed charge is not registered");
                findings.entry(hold.account()).or_default().drift += 1;
            }
        }
    }
}

/// Every registered charge is committed or may still be. Signing is read first: a hold is there before its registration.
async fn registered_were_charged(
    db: &Db,
    witness: &SigningClient,
    findings: &mut Findings,
) -> Result<(), CheckError> {
    let mut after = None;
    loop {
        let page = witness
            .registered_after(&request_id(), after, PAGE)
            .await?
            .verdicts;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some(last.charge);
        let charges = page.iter().map(|told| told.charge).collect();
        let known: HashSet<ChargeId> = all_tenants::committed_or_unsettled(db.reader(), charges)
            .await?
            .into_iter()
            .collect();
        for told in page {
            if !known.contains(&told.charge) {
                tracing::error!(charge = %told.charge, tenant = %told.tenant, "a registered charge holds no unit");
                let account = AccountKey {
                    tenant: told.tenant,
                    mode: told.mode,
                };
                findings.entry(account).or_default().over_sold += 1;
            }
        }
    }
}

fn request_id() -> String {
    format!("req_exactness_{}", domain::EventId::generate())
}

async fn keep(db: &Db, findings: &Findings, now: Timestamp) -> Result<(), StoreError> {
    let tx = db.begin().await?;
    for (account, faults) in findings {
        let found = (Units::new(faults.over_sold), Units::new(faults.drift));
        exactness::put(&*tx, *account, found, now).await?;
    }
    tx.commit().await
}

fn report(findings: &Findings) {
    let over_sold: i64 = findings.values().map(|faults| faults.over_sold).sum();
    let drift: i64 = findings.values().map(|faults| faults.drift).sum();
    if over_sold != 0 || drift != 0 {
        tracing::error!(over_sold, drift, "the books are not exact");
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "a gauge of faults needs no 53rd bit"
    )]
    {
        metrics::gauge!("quota_oversold_units").set(over_sold as f64);
        metrics::gauge!("quota_drift_units").set(drift as f64);
    }
}

/// The result of the last complete check over all accounts.
pub(crate) async fn last(db: &Db) -> Result<Exactness, LedgerError> {
    let findings = exactness::all(db.reader()).await?;
    let sum = |pick: fn(&exactness::Finding) -> Units| {
        findings
            .iter()
            .map(pick)
            .try_fold(Units::ZERO, Units::checked_add)
    };
    let total = || -> Result<Exactness, UnitOverflow> {
        Ok(Exactness {
            over_sold: sum(|found| found.over_sold)?,
            drift: sum(|found| found.drift)?,
            checked_at: findings.iter().map(|found| found.checked_at).max(),
            accounts: i64::try_from(findings.len()).unwrap_or(i64::MAX),
        })
    };
    Ok(total()?)
}

trait AbsDiff {
    fn abs_diff_i64(self, other: Self) -> i64;
}

impl AbsDiff for i64 {
    fn abs_diff_i64(self, other: Self) -> i64 {
        i64::try_from(self.abs_diff(other)).unwrap_or(Self::MAX)
    }
}
