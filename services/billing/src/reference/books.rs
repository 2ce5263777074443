//! The store's rows against the invariants of the README, and against the model.

use std::collections::{BTreeMap, BTreeSet};

use client_billing::ChargeState;
use domain::{ChargeId, LotId, Mode, Timestamp, Verdict};
use store_kit::Db;

use super::model::{Lot, Model};
use super::world::{Found, agree};
use crate::balance;
use crate::store::accounts::Balances;
use crate::store::all_tenants::{self, PostedSum};
use crate::store::entries::Account;
use crate::store::holds::Hold;
use crate::store::{AccountKey, lots};

/// Everything in the store.
pub(super) struct Rows {
    balances: Vec<Balances>,
    lots: Vec<lots::Lot>,
    sums: Vec<PostedSum>,
    holds: Vec<Hold>,
    /// As anybody reads it who asks now.
    available: BTreeMap<Mode, i64>,
}

impl Rows {
    /// The model names the charges and the time.
    pub(super) async fn read(db: &Db, model: &Model) -> Self {
        let charges: Vec<ChargeId> = model.holds.keys().copied().collect();
        let balances = all_tenants::every_balance(db.reader()).await.unwrap();
        let mut available = BTreeMap::new();
        for row in &balances {
            let due = balance::as_of(db.reader(), row.key(), model.now).await;
            available.insert(row.mode, due.unwrap().available.count());
        }
        Self {
            balances,
            lots: all_tenants::every_lot(db.reader()).await.unwrap(),
            sums: all_tenants::sums_after(db.reader(), all_tenants::FIRST)
                .await
                .unwrap(),
            holds: all_tenants::holds(db.reader(), &charges).await.unwrap(),
            available,
        }
    }
}

const INSIDE: [Account; 5] = [
    Account::Available,
    Account::Held,
    Account::Consumed,
    Account::Lapsed,
    Account::Refunded,
];

pub(super) fn compare(rows: &Rows, model: &Model) -> Found {
    balances_are_sums(rows)?;
    lots_are_sums(rows)?;
    request_ids_are_bound_once(rows)?;
    ends_are_verdicts(rows, model)?;
    lots_agree(rows, model)?;
    holds_agree(rows, model)?;
    for (mode, available) in &rows.available {
        agree("what is available", available, &model.available(*mode))?;
    }
    Ok(())
}

/// Invariants 1 and 2 of accounts.
fn balances_are_sums(rows: &Rows) -> Found {
    let mut posted: BTreeMap<(AccountKey, Account), i64> = BTreeMap::new();
    for sum in &rows.sums {
        *posted.entry((sum.account, sum.ledger)).or_default() += sum.units;
    }
    for row in &rows.balances {
        for ledger in Account::ALL {
            let sum = posted
                .get(&(row.key(), ledger))
                .copied()
                .unwrap_or_default();
            let sum = if ledger.is_source() { -sum } else { sum };
            agree(
                "an account's row and its entries",
                &row.of(ledger).count(),
                &sum,
            )?;
        }
        let inside: i64 = INSIDE.iter().map(|ledger| row.of(*ledger).count()).sum();
        let came = row.purchased.count() + row.granted.count();
        agree("what is in an account and what came", &inside, &came)?;
    }
    Ok(())
}

/// Invariants 1, 2 and 3 of lots.
fn lots_are_sums(rows: &Rows) -> Found {
    let mut posted: BTreeMap<(LotId, Account), i64> = BTreeMap::new();
    for sum in &rows.sums {
        *posted.entry((sum.lot, sum.ledger)).or_default() += sum.units;
    }
    for lot in &rows.lots {
        let columns = [
            lot.available,
            lot.held,
            lot.consumed,
            lot.lapsed,
            lot.refunded,
        ];
        for (ledger, units) in INSIDE.into_iter().zip(columns) {
            let sum = posted.get(&(lot.id, ledger)).copied().unwrap_or_default();
            agree("a lot's column and its entries", &units.count(), &sum)?;
            agree("a lot's column below nothing", &units.count().min(0), &0)?;
        }
        let inside: i64 = columns.iter().map(|units| units.count()).sum();
        agree(
            "what is in a lot and what came",
            &inside,
            &lot.units.count(),
        )?;
    }
    Ok(())
}

/// Invariant 4.
fn request_ids_are_bound_once(rows: &Rows) -> Found {
    let mut bound = BTreeSet::new();
    for hold in &rows.holds {
        if ChargeState::from(hold.state) != ChargeState::Released
            && !bound.insert((hold.mode, hold.request_id.clone()))
        {
            return Err(format!("{} is bound twice", hold.request_id));
        }
    }
    Ok(())
}

/// Invariants 5 and 6: a charge ends by the witness's word, and as it says.
fn ends_are_verdicts(rows: &Rows, model: &Model) -> Found {
    for hold in &rows.holds {
        let word = model.witness.get(&hold.charge).copied();
        let allowed = match ChargeState::from(hold.state) {
            ChargeState::Committed => word == Some(Verdict::Registered),
            ChargeState::Released => word.is_some_and(|word| word != Verdict::Registered),
            ChargeState::Held | ChargeState::InDoubt => true,
        };
        if !allowed {
            return Err(format!(
                "a charge ended {:?} by {:?}, and the witness says {word:?}",
                hold.state, hold.verdict
            ));
        }
    }
    Ok(())
}

/// What expired counts as lapsed, whether that was posted yet or not.
fn lots_agree(rows: &Rows, model: &Model) -> Found {
    let mut found = BTreeMap::new();
    for row in &rows.lots {
        let mut lot = Lot {
            priority: row.priority,
            expires_at: row.expires_at,
            opened_at: row.created_at,
            units: row.units.count(),
            reclaimed: row.reclaimed.count(),
            available: row.available.count(),
            held: row.held.count(),
            consumed: row.consumed.count(),
            lapsed: row.lapsed.count(),
            refunded: row.refunded.count(),
        };
        if row.is_expired(model.now) {
            lot.lapsed += lot.available;
            lot.available = 0;
        }
        found.insert((row.mode, row.origin.clone()), lot);
    }
    agree("the lots", &found, &model.lots)
}

/// Where each charge stands and which lot it took; invariant 7.
fn holds_agree(rows: &Rows, model: &Model) -> Found {
    let origins: BTreeMap<LotId, &lots::Lot> = rows.lots.iter().map(|lot| (lot.id, lot)).collect();
    let mut found: BTreeMap<ChargeId, (ChargeState, String, Timestamp)> = BTreeMap::new();
    for hold in &rows.holds {
        let Some(lot) = origins.get(&hold.lot) else {
            return Err(format!("a hold of a lot that is not there: {hold:?}"));
        };
        if lot.is_expired(hold.created_at) {
            return Err(format!("a unit of an expired lot was reserved: {hold:?}"));
        }
        let shape = (hold.state.into(), lot.origin.clone(), hold.lease_until);
        found.insert(hold.charge, shape);
    }
    let expected = model
        .holds
        .iter()
        .map(|(charge, hold)| (*charge, (hold.state, hold.lot.clone(), hold.lease_until)))
        .collect();
    agree("the holds", &found, &expected)
}
