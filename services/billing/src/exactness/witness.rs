//! The holds against signing's charge table: what is spent was registered, and what was registered is spent.

use std::collections::HashSet;

use client_signing::SigningClient;
use domain::{ChargeId, Timestamp, Verdict};
use store_kit::Db;

use super::books::Findings;
use super::{CheckError, unknown};
use crate::store::holds::{Hold, HoldState};
use crate::store::{AccountKey, all_tenants};

/// Charges compared with the witness in one call.
const PAGE: u32 = 500;

/// Every charge that ended since then ended as the witness says: committed ones were registered, released ones were not.
pub(super) async fn recent_ends_are_verdicts(
    db: &Db,
    witness: &SigningClient,
    since: Timestamp,
    findings: &mut Findings,
) -> Result<(), CheckError> {
    let mut after = (since, None);
    loop {
        let page = all_tenants::ended_after(db.reader(), after, u64::from(PAGE)).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = (last.settled_at.unwrap_or(after.0), Some(last.charge));
        let registered = registered_of(witness, &page).await?;
        for hold in page {
            let is_registered = registered.contains(&hold.charge);
            if is_registered != (hold.state == HoldState::Committed) {
                findings.entry(hold.account()).or_default().drifts_by(1);
            }
        }
    }
}

/// Every committed charge was registered. Billing is read first: what commits meanwhile was registered before.
pub(super) async fn committed_were_registered(
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
        let registered = registered_of(witness, &page).await?;
        for hold in page {
            if !registered.contains(&hold.charge) {
                tracing::error!(charge = %hold.charge, tenant = %hold.tenant, "a committed charge is not registered");
                findings.entry(hold.account()).or_default().drifts_by(1);
            }
        }
    }
}

/// Those of the holds' charges that were registered.
async fn registered_of(
    witness: &SigningClient,
    holds: &[Hold],
) -> Result<HashSet<ChargeId>, CheckError> {
    let charges = holds.iter().map(|hold| hold.charge).collect();
    let told = witness.verdicts(&request_id(), charges).await?.verdicts;
    Ok(told
        .into_iter()
        .filter(|told| told.verdict == Verdict::Registered)
        .map(|told| told.charge)
        .collect())
}

/// Every registered charge is committed or may still be. Signing is read first: a hold is there before its registration.
/// One that the books do not know at all is posted; one that they released is over-sold. Those up to `after` are left out.
/// Returns the last one that was looked at.
pub(super) async fn registered_were_charged(
    (db, now): (&Db, Timestamp),
    witness: &SigningClient,
    mut after: Option<ChargeId>,
    findings: &mut Findings,
) -> Result<Option<ChargeId>, CheckError> {
    loop {
        let page = witness
            .registered_after(&request_id(), after, PAGE)
            .await?
            .verdicts;
        let Some(last) = page.last() else {
            return Ok(after);
        };
        after = Some(last.charge);
        let charges = page.iter().map(|told| told.charge).collect();
        let known: HashSet<ChargeId> = all_tenants::committed_or_unsettled(db.reader(), charges)
            .await?
            .into_iter()
            .collect();
        for told in page {
            if !known.contains(&told.charge) && !unknown::post(db, now, witness, &told).await? {
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

pub(super) fn request_id() -> String {
    format!("req_exactness_{}", domain::EventId::generate())
}
