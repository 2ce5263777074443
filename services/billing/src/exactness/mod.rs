//! Proof that nothing is sold twice or lost: the books against themselves, and against the witness.

mod books;

use std::collections::HashSet;

use client_billing::Exactness;
use client_signing::{CallError, SigningClient};
use domain::{ChargeId, Clock, Timestamp, UnitOverflow, Units, Verdict};
use store_kit::{Db, StoreError};
use thiserror::Error;

use self::books::{Faults, Findings};
use crate::ledger::LedgerError;
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
    keep(db, &mut findings, now).await?;
    report(&findings);
    Ok(())
}

async fn check_books(db: &Db) -> Result<Findings, StoreError> {
    let view = store::snapshot(db).await?;
    let balances = all_tenants::every_balance(&view).await?;
    let lots = all_tenants::every_lot(&view).await?;
    let sums = all_tenants::every_sum(&view).await?;
    view.rollback().await.map_err(StoreError::from)?;
    Ok(books::compare(&balances, &lots, &sums))
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
                findings.entry(hold.account()).or_default().drifts_by(1);
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
                findings.entry(account).or_default().oversells(1);
            }
        }
    }
}

fn request_id() -> String {
    format!("req_exactness_{}", domain::EventId::generate())
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
