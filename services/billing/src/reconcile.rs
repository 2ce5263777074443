//! The nightly reconcile: what Stripe has of a day against what the books make of it, a report a day.

mod compare;

use std::collections::BTreeMap;
use std::time::Duration;

use client_billing::{Reconciliation, Reconciliations};
use domain::{Clock as _, PurchaseId, Timestamp};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use store_kit::StoreError;
use thiserror::Error;

use self::compare::Comparison;
use crate::converge::{self, ConvergeError};
use crate::service::Books;
use crate::store::purchases::Purchase;
use crate::store::reconciliations::{self, Row};
use crate::store::{all_tenants, claims};
use crate::stripe::StripeFault;
use crate::stripe::day::{Day, Reversal};

/// Days that are compared again every night: refunds fail and delayed payments arrive days later.
const DAYS: u32 = 7;
const DAY: Duration = Duration::from_hours(24);
/// Reports on one page.
const MAX_LISTED: u64 = 31;

/// Why a day was not compared.
#[derive(Debug, Error)]
pub(crate) enum ReconcileError {
    #[error("a day is written as 2026-11-24, and is not of the future")]
    Day,
    #[error("Stripe did not tell")]
    Stripe(#[from] StripeFault),
    #[error("the report cannot be written or read")]
    Form(#[from] serde_json::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Compares the last days, once a night: yesterday's report is written last, and says that all are.
pub(crate) async fn nightly(books: &Books) -> Result<(), ReconcileError> {
    let now = books.clock.now();
    let day = |back: u32| now.minus(DAY.saturating_mul(back)).utc_day();
    if reconciliations::checked_at(books.db.reader(), &day(1))
        .await?
        .is_some()
    {
        return Ok(());
    }
    for back in (1..=DAYS).rev() {
        run(books, Some(&day(back))).await?;
    }
    Ok(())
}

/// Compares one UTC day, yesterday where none is named, and keeps the report.
pub(crate) async fn run(
    books: &Books,
    day: Option<&str>,
) -> Result<Reconciliation, ReconcileError> {
    let now = books.clock.now();
    let day = day.map_or_else(|| now.minus(DAY).utc_day(), str::to_owned);
    let from = start_of(&day).filter(|from| *from <= now);
    let from = from.ok_or(ReconcileError::Day)?;
    let to = from.plus(DAY);
    let told = books.stripe.day(from, to).await?;
    let (known, mut comparison) = known(books, &told, (from, to)).await?;
    let mut fresh = BTreeMap::new();
    for purchase in known.values() {
        if let Some(purchase) = bring_up_to_date(books, purchase, &mut comparison).await? {
            fresh.insert(purchase.id, purchase);
        }
    }
    for session in &told.sessions {
        let purchase = session.purchase.map(|id| (id, fresh.get(&id)));
        comparison.session(session, purchase);
    }
    for reversal in &told.reversals {
        let purchase = of_reversal(&fresh, reversal);
        let kept = match purchase {
            Some(purchase) => {
                claims::of_purchase(books.db.reader(), purchase.tenant, purchase.id).await?
            }
            None => Vec::new(),
        };
        comparison.reversal(reversal, purchase, &kept);
    }
    let converged = i64::try_from(fresh.len()).unwrap_or(i64::MAX);
    let report = comparison.report(day, now, converged);
    keep(books, &report).await?;
    Ok(report)
}

/// Midnight at the start of a UTC day that is written as we write it.
fn start_of(day: &str) -> Option<Timestamp> {
    let date: Date = day
        .parse()
        .ok()
        .filter(|date: &Date| date.to_string() == day)?;
    let start = TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok()?;
    Some(start.into())
}

/// Every purchase that the day is about, by what Stripe has and by what we began.
async fn known(
    books: &Books,
    told: &Day,
    span: (Timestamp, Timestamp),
) -> Result<(BTreeMap<PurchaseId, Purchase>, Comparison), StoreError> {
    let db = books.db.reader();
    let mut known = BTreeMap::new();
    for purchase in all_tenants::purchases_begun(db, span).await? {
        if purchase.session.is_some() {
            known.insert(purchase.id, purchase);
        }
    }
    let of_sessions = told.sessions.iter().filter_map(|session| session.purchase);
    let of_refunds = told.reversals.iter().filter_map(|one| one.purchase);
    for id in of_sessions.chain(of_refunds) {
        if !known.contains_key(&id)
            && let Some(purchase) = all_tenants::purchase(db, id).await?
        {
            known.insert(id, purchase);
        }
    }
    for intent in told.reversals.iter().filter_map(|one| one.intent.as_ref()) {
        if let Some(purchase) = all_tenants::purchase_of_intent(db, intent).await? {
            known.entry(purchase.id).or_insert(purchase);
        }
    }
    Ok((known, Comparison::default()))
}

/// Converges the purchase and reads it again; where it cannot be, the report says so.
async fn bring_up_to_date(
    books: &Books,
    purchase: &Purchase,
    comparison: &mut Comparison,
) -> Result<Option<Purchase>, ReconcileError> {
    match converge::converge(books, purchase).await {
        Ok(()) => {}
        // Stripe away is away for all; the day is compared later.
        Err(ConvergeError::Stripe(fault @ StripeFault::Unreachable(_))) => return Err(fault.into()),
        Err(error) => {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            let why = cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"));
            comparison.differs(&purchase.id, format!("cannot be brought up to date: {why}"));
        }
    }
    let db = books.db.reader();
    Ok(all_tenants::purchase(db, purchase.id).await?)
}

fn of_reversal<'a>(
    fresh: &'a BTreeMap<PurchaseId, Purchase>,
    reversal: &Reversal,
) -> Option<&'a Purchase> {
    let named = reversal.purchase.and_then(|id| fresh.get(&id));
    named.or_else(|| {
        let intent = reversal.intent.as_ref()?;
        fresh
            .values()
            .find(|purchase| purchase.payment_intent.as_ref() == Some(intent))
    })
}

async fn keep(books: &Books, report: &Reconciliation) -> Result<(), ReconcileError> {
    let differences = i64::try_from(report.differences.len()).unwrap_or(i64::MAX);
    let row = Row {
        day: report.day.clone(),
        checked_at: report.checked_at,
        differences,
        report: serde_json::to_string(report)?,
    };
    let tx = books.db.begin().await?;
    reconciliations::put(&*tx, row).await?;
    tx.commit().await?;
    for difference in &report.differences {
        tracing::error!(
            day = %report.day, object = %difference.object, what = %difference.what,
            "Stripe and the books differ"
        );
    }
    let found = u64::try_from(differences).unwrap_or_default();
    metrics::counter!("reconciliation_differences_total").increment(found);
    #[expect(
        clippy::cast_precision_loss,
        reason = "a gauge of seconds needs no 53rd bit"
    )]
    metrics::gauge!("reconciliation_last_seconds").set(report.checked_at.seconds() as f64);
    Ok(())
}

/// The latest days' reports.
pub(crate) async fn latest(books: &Books) -> Result<Reconciliations, ReconcileError> {
    let rows = reconciliations::latest(books.db.reader(), MAX_LISTED).await?;
    let items = rows
        .iter()
        .map(|row| serde_json::from_str(&row.report))
        .collect::<Result<_, _>>()?;
    Ok(Reconciliations { items })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_it_is_written_and_no_other_way() {
        let start = start_of("2026-11-24").unwrap();
        assert_eq!(start.utc_day(), "2026-11-24");
        assert_eq!(start.millis() % 86_400_000, 0);
        for wrong in [
            "",
            "2026-11-31",
            "20261124",
            "2026-11-24T00:00",
            "yesterday",
        ] {
            assert_eq!(start_of(wrong), None, "{wrong}");
        }
    }
}
