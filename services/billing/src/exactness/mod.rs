//! Proof that nothing is sold twice or lost: the books against themselves, and against the witness.
//!
//! Everything is proven from the first entry on once a day, and whenever something is wrong; in between, what is new since
//! the checkpoint is proven on top of the sums up to it, so that a check costs the same however long the history is.

mod books;
mod checkpoints;
mod unknown;
mod witness;

use client_billing::Exactness;
use client_signing::{CallError, SigningClient};
use domain::{ChargeId, Clock, Timestamp, UnitOverflow, Units};
use store_kit::{Db, StoreError};
use thiserror::Error;

use self::books::{Faults, Findings, Posted};
use crate::debt;
use crate::ledger::LedgerError;
use crate::store::proofs::{self, Series};
use crate::store::{self, AccountKey, all_tenants, exactness};

/// Why a check was not finished; nothing of it is kept.
#[derive(Debug, Error)]
pub(crate) enum CheckError {
    #[error("the witness did not answer")]
    Witness(#[from] CallError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// One complete check; its result takes the place of the last one.
pub(crate) async fn check(
    db: &Db,
    clock: &dyn Clock,
    witness: &SigningClient,
) -> Result<(), CheckError> {
    let now = clock.now();
    let recent = if is_whole_due(db, now).await? {
        None
    } else {
        check_recent(db, witness, now).await?
    };
    let (mut findings, newest) = match recent {
        Some(found) => found,
        None => check_whole(db, witness, now).await?,
    };
    keep(db, &mut findings, now).await?;
    checkpoints::move_entries(db, now).await?;
    checkpoints::move_registered(db, newest, now).await?;
    report(&findings);
    measure_debt(db).await
}

/// What all tenants owe together.
async fn measure_debt(db: &Db) -> Result<(), CheckError> {
    let owed = debt::owed(&all_tenants::reclaimed_lots(db.reader()).await?);
    let owed = owed.map_err(LedgerError::from)?.count();
    #[expect(clippy::cast_precision_loss, reason = "a gauge needs no 53rd bit")]
    metrics::gauge!("quota_debt_units").set(owed as f64);
    Ok(())
}

/// Whether everything is to be proven: it was not yet today (UTC), or the last check found something.
async fn is_whole_due(db: &Db, now: Timestamp) -> Result<bool, StoreError> {
    let checkpoint = proofs::checkpoint(db.reader(), Series::Entries).await?;
    let is_of_today = checkpoint
        .proven_at
        .is_some_and(|at| at.utc_day() == now.utc_day());
    if !is_of_today {
        return Ok(true);
    }
    let last = exactness::all(db.reader()).await?;
    Ok(last.iter().any(exactness::Finding::has_fault))
}

/// What was found, and the last registered charge that was looked at.
type Found = (Findings, Option<ChargeId>);

/// What is new since the checkpoint, on top of what was proven. None: something is wrong, so that everything is to be looked at
/// before anybody is told.
async fn check_recent(
    db: &Db,
    witness: &SigningClient,
    now: Timestamp,
) -> Result<Option<Found>, CheckError> {
    let view = store::snapshot(db).await?;
    let checkpoint = proofs::checkpoint(&view, Series::Entries).await?;
    let after = checkpoint.through.as_deref().unwrap_or_default();
    let balances = all_tenants::every_balance(&view).await?;
    let lots = proofs::lots_at_work(&view, after).await?;
    let mut posted = Posted::default();
    posted.add_accounts(proofs::of_accounts(&view).await?);
    posted.add_lots(proofs::of_lots_at_work(&view, after).await?);
    posted.add(&all_tenants::sums_after(&view, after).await?);
    let since = exactness::last_complete(&view).await?;
    view.rollback().await.map_err(StoreError::from)?;
    let mut findings = books::compare(&balances, &lots, posted);
    let Some(since) = since.map(|at| at.minus(checkpoints::SETTLES_WITHIN)) else {
        return Ok(None);
    };
    witness::recent_ends_are_verdicts(db, witness, since, &mut findings).await?;
    let passed = checkpoints::registered(db).await?;
    let newest =
        witness::registered_were_charged((db, now), witness, passed, &mut findings).await?;
    let clean = findings.values().all(|faults| *faults == Faults::default());
    Ok(clean.then_some((findings, newest)))
}

/// Everything, from the first entry and the first charge on.
async fn check_whole(
    db: &Db,
    witness: &SigningClient,
    now: Timestamp,
) -> Result<Found, CheckError> {
    let view = store::snapshot(db).await?;
    let balances = all_tenants::every_balance(&view).await?;
    let lots = all_tenants::every_lot(&view).await?;
    let mut posted = Posted::default();
    posted.add(&all_tenants::sums_after(&view, all_tenants::FIRST).await?);
    view.rollback().await.map_err(StoreError::from)?;
    let mut findings = books::compare(&balances, &lots, posted);
    witness::committed_were_registered(db, witness, &mut findings).await?;
    let newest = witness::registered_were_charged((db, now), witness, None, &mut findings).await?;
    checkpoints::begin_anew(db, now).await?;
    Ok((findings, newest))
}

async fn keep(db: &Db, findings: &mut Findings, now: Timestamp) -> Result<(), StoreError> {
    let tx = db.begin().await?;
    // A fault that is gone leaves with its account, where nothing else names that account.
    for last in exactness::all(&*tx).await? {
        let account = AccountKey {
            tenant: last.tenant,
            mode: last.mode,
        };
        findings.entry(account).or_default();
    }
    for (account, faults) in findings.iter() {
        let found = (Units::new(faults.over_sold), Units::new(faults.drift));
        exactness::put(&*tx, *account, found, now).await?;
    }
    exactness::mark_complete(&*tx, now).await?;
    tx.commit().await
}

fn report(findings: &Findings) {
    let sum = |pick: fn(&Faults) -> i64| findings.values().map(pick).fold(0, i64::saturating_add);
    let over_sold = sum(|faults| faults.over_sold);
    let drift = sum(|faults| faults.drift);
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
    let view = store::snapshot(db).await?;
    let findings = exactness::all(&view).await?;
    let checked_at = exactness::last_complete(&view).await?;
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
            checked_at,
            accounts: i64::try_from(findings.len()).unwrap_or(i64::MAX),
        })
    };
    Ok(total()?)
}
