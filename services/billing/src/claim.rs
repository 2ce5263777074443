//! Money that went back takes its units along: a lot gives what it has left, and what was spent of it is visible debt.

use std::collections::BTreeMap;

use domain::{Mode, Timestamp, UnitOverflow, Units};
use store_kit::Tx;

use crate::ledger::{self, LedgerError, Posting};
use crate::lot;
use crate::store::claims::{self, Claim, ClaimKind};
use crate::store::entries::{Account, Occasion, PostingKind};
use crate::store::lots::{self, Lot};
use crate::store::purchases::Purchase;
use crate::store::{AccountKey, accounts};

/// Brings the lot of a purchase to what Stripe says of its refunds and disputes. Each change of one is posted by itself, the
/// oldest claim first; told again, it changes nothing. The purchase must be locked.
pub(crate) async fn bring_up_to_date(
    tx: &Tx,
    purchase: &Purchase,
    paid_minor: i64,
    told: &[Claim],
    now: Timestamp,
) -> Result<(), LedgerError> {
    let mut known: BTreeMap<String, Claim> =
        claims::of_purchase(&**tx, purchase.tenant, purchase.id)
            .await?
            .into_iter()
            .map(|claim| (claim.id.clone(), claim))
            .collect();
    let mut changed: Vec<&Claim> = told.iter().filter(|told| is_news(&known, told)).collect();
    if changed.is_empty() {
        return Ok(());
    }
    changed.sort_by_key(|claim| (claim.created_at, claim.id.clone()));
    let account = AccountKey {
        tenant: purchase.tenant,
        mode: Mode::Live,
    };
    accounts::lock(&**tx, account).await?;
    lot::lapse_expired(tx, account, now).await?;
    let origin = lot::purchase_origin(purchase.id);
    let mut lot = lots::of_origin(&**tx, account, &origin).await?;
    for claim in changed {
        claims::put(&**tx, claim, now).await?;
        known.insert(claim.id.clone(), claim.clone());
        if let Some(lot) = lot.as_mut() {
            lot.reclaimed = reclaimed(known.values(), purchase, paid_minor);
            lot.owed_since = known
                .values()
                .filter(|claim| claim.in_force)
                .map(|claim| claim.created_at)
                .min();
            post(tx, lot, (claim, purchase.generation), now).await?;
        }
        tell(claim, lot.as_ref());
        if claim.currency != purchase.currency.as_str() {
            tracing::error!(
                claim = %claim.id, purchase = %purchase.id, tenant = %purchase.tenant, currency = %claim.currency,
                "money went back in another currency than it came in; it takes no units and needs a person's review"
            );
        }
    }
    Ok(())
}

fn is_news(known: &BTreeMap<String, Claim>, told: &Claim) -> bool {
    known.get(&told.id).is_none_or(|known| {
        (&known.status, known.amount_minor) != (&told.status, told.amount_minor)
    })
}

/// The units whose money is gone: whole units of what was paid, all of them when all of it is.
fn reclaimed<'a>(
    claims: impl Iterator<Item = &'a Claim>,
    purchase: &Purchase,
    paid_minor: i64,
) -> Units {
    let gone = claims
        .filter(|claim| claim.in_force && claim.currency == purchase.currency.as_str())
        .map(|claim| claim.amount_minor)
        .fold(0, i64::saturating_add);
    if gone <= 0 {
        return Units::ZERO;
    }
    if paid_minor <= gone {
        return purchase.units;
    }
    let share = i128::from(purchase.units.count())
        .checked_mul(i128::from(gone))
        .and_then(|units| units.checked_div(i128::from(paid_minor)));
    share
        .and_then(|units| i64::try_from(units).ok())
        .map_or(purchase.units, Units::new)
}

/// Takes what the lot has of the reclaimed units, or gives back what is reclaimed no more.
async fn post(
    tx: &Tx,
    lot: &mut Lot,
    (claim, generation): (&Claim, i64),
    now: Timestamp,
) -> Result<(), LedgerError> {
    let (taken, reclaimed) = (lot.refunded, lot.reclaimed);
    let since = lot.owed_since;
    lots::set_reclaimed(&**tx, lot.account(), lot.id, (reclaimed, since)).await?;
    let (kind, from, to, units) = if taken < reclaimed {
        let kind = match claim.kind {
            ClaimKind::Refund => PostingKind::Refund,
            ClaimKind::Dispute => PostingKind::Dispute,
        };
        let units = reclaimed.checked_sub(taken)?.min(lot.available);
        (kind, Account::Available, Account::Refunded, units)
    } else {
        let units = taken.checked_sub(reclaimed)?;
        (
            PostingKind::Restore,
            Account::Refunded,
            lot.takes_back(now),
            units,
        )
    };
    if units <= Units::ZERO {
        return Ok(());
    }
    let posting = Posting {
        occasion: Occasion {
            // A claim may come to one status twice; each look at Stripe that ends has its own generation.
            key: format!("claim {} {generation}", claim.id),
            kind,
            charge: None,
            purchase: Some(claim.purchase),
        },
        lot: lot.id,
        from,
        to,
        units,
    };
    ledger::post(tx, lot.account(), posting, now).await?;
    moved(lot, (from, to), units)?;
    Ok(())
}

/// The lot as its row now is.
fn moved(lot: &mut Lot, (from, to): (Account, Account), units: Units) -> Result<(), UnitOverflow> {
    for (account, change) in [(from, units.negated()?), (to, units)] {
        let column = match account {
            Account::Available => &mut lot.available,
            Account::Lapsed => &mut lot.lapsed,
            _ => &mut lot.refunded,
        };
        *column = column.checked_add(change)?;
    }
    Ok(())
}

/// Debt is an alarm: units were used whose money is gone.
fn tell(claim: &Claim, lot: Option<&Lot>) {
    let debt = lot.map_or(0, |lot| lot.debt().count());
    if 0 < debt {
        tracing::error!(
            claim = %claim.id, status = %claim.status, purchase = %claim.purchase, tenant = %claim.tenant, debt,
            "money went back for units that were used: debt"
        );
    } else {
        tracing::info!(
            claim = %claim.id, status = %claim.status, purchase = %claim.purchase, tenant = %claim.tenant,
            "a refund or dispute is posted"
        );
    }
    metrics::counter!("purchase_claims_total", "status" => claim.status.clone()).increment(1);
}
