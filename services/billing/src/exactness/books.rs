//! The books of one instant against themselves: account rows, lots and entries must tell the same. Pure.

use std::collections::{BTreeMap, HashMap};

use domain::LotId;

use crate::store::AccountKey;
use crate::store::accounts::Balances;
use crate::store::all_tenants::PostedSum;
use crate::store::entries::Account;
use crate::store::lots::Lot;

/// What is wrong with one account: nothing, one hopes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Faults {
    /// Units that were registered without being paid for, or are available below zero.
    pub(super) over_sold: i64,
    /// Units by which two views of the same books differ, and committed charges that nobody registered.
    pub(super) drift: i64,
}

impl Faults {
    pub(super) fn drifts_by(&mut self, units: i64) {
        self.drift = self.drift.saturating_add(units);
    }

    pub(super) fn oversells(&mut self, units: i64) {
        self.over_sold = self.over_sold.saturating_add(units);
    }
}

/// Each account that was looked at.
pub(super) type Findings = BTreeMap<AccountKey, Faults>;

/// Sums of entries, by whatever they are summed over.
type Sums<K> = HashMap<(K, Account), i64>;

/// What the entries say: their sums, by account and by lot.
#[derive(Default)]
pub(super) struct Posted {
    by_account: Sums<AccountKey>,
    by_lot: Sums<LotId>,
}

impl Posted {
    pub(super) fn add(&mut self, sums: &[PostedSum]) {
        self.add_accounts(sums.iter().map(|sum| (sum.account, sum.ledger, sum.units)));
        self.add_lots(sums.iter().map(|sum| (sum.lot, sum.ledger, sum.units)));
    }

    pub(super) fn add_accounts(
        &mut self,
        sums: impl IntoIterator<Item = (AccountKey, Account, i64)>,
    ) {
        for (account, ledger, units) in sums {
            let units = signed(ledger, units);
            add(&mut self.by_account, (account, ledger), units);
        }
    }

    pub(super) fn add_lots(&mut self, sums: impl IntoIterator<Item = (LotId, Account, i64)>) {
        for (lot, ledger, units) in sums {
            add(&mut self.by_lot, (lot, ledger), signed(ledger, units));
        }
    }
}

/// Compares each of the accounts and lots with what is posted to it.
pub(super) fn compare(balances: &[Balances], lots: &[Lot], posted: Posted) -> Findings {
    let Posted {
        mut by_account,
        by_lot,
    } = posted;
    let mut findings = Findings::new();
    for row in balances {
        let faults = findings.entry(row.key()).or_default();
        let mut inside = 0_i64;
        for account in Account::ALL {
            let posted = by_account.remove(&(row.key(), account)).unwrap_or_default();
            faults.drifts_by(distance(row.of(account).count(), posted));
            inside = inside.saturating_add(signed(account, row.of(account).count()));
        }
        // available + held + consumed + lapsed + refunded = purchased + granted
        faults.drifts_by(distance(inside, 0));
        faults.oversells(row.available.count().saturating_neg().max(0));
    }
    // Entries of an account that has no row.
    for ((account, _), units) in by_account {
        findings
            .entry(account)
            .or_default()
            .drifts_by(distance(units, 0));
    }
    for lot in lots {
        let account = AccountKey {
            tenant: lot.tenant,
            mode: lot.mode,
        };
        findings
            .entry(account)
            .or_default()
            .drifts_by(lot_drift(lot, &by_lot));
    }
    findings
}

fn lot_drift(lot: &Lot, by_lot: &Sums<LotId>) -> i64 {
    let posted = |account| by_lot.get(&(lot.id, account)).copied().unwrap_or_default();
    let entered = posted(Account::Purchased).saturating_add(posted(Account::Granted));
    let columns = [
        (Account::Available, lot.available),
        (Account::Held, lot.held),
        (Account::Consumed, lot.consumed),
        (Account::Lapsed, lot.lapsed),
        (Account::Refunded, lot.refunded),
    ];
    let inside = columns
        .iter()
        .fold(0_i64, |sum, (_, units)| sum.saturating_add(units.count()));
    columns
        .into_iter()
        .map(|(account, units)| distance(units.count(), posted(account)))
        .chain([inside, entered].map(|sum| distance(sum, lot.units.count())))
        .fold(0, i64::saturating_add)
}

fn add<K: std::hash::Hash + Eq>(sums: &mut Sums<K>, key: (K, Account), units: i64) {
    let sum = sums.entry(key).or_default();
    *sum = sum.saturating_add(units);
}

/// What came out of a source stands in the entries with a minus; its column counts it upwards.
const fn signed(account: Account, units: i64) -> i64 {
    if account.is_source() {
        units.saturating_neg()
    } else {
        units
    }
}

fn distance(one: i64, other: i64) -> i64 {
    i64::try_from(one.abs_diff(other)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use domain::{Mode, TenantId, Timestamp, Units};

    use super::*;
    use crate::store::lots::LotKind;

    /// A trial of 10 with one unit held, as it should stand.
    fn exact() -> (Balances, Lot, Vec<PostedSum>) {
        let account = AccountKey {
            tenant: TenantId::generate(),
            mode: Mode::Live,
        };
        let mut row = Balances::empty(account);
        (row.available, row.held, row.granted) = (Units::new(9), Units::ONE, Units::new(10));
        let lot = Lot {
            id: LotId::generate(),
            tenant: account.tenant,
            mode: account.mode,
            kind: LotKind::Trial,
            origin: "trial".to_owned(),
            units: Units::new(10),
            priority: 10,
            expires_at: None,
            created_at: Timestamp::from_millis(0),
            available: Units::new(9),
            held: Units::ONE,
            consumed: Units::ZERO,
            lapsed: Units::ZERO,
            refunded: Units::ZERO,
            reclaimed: Units::ZERO,
            owed_since: None,
        };
        let sums = [
            (Account::Granted, -10),
            (Account::Available, 9),
            (Account::Held, 1),
        ]
        .map(|(ledger, units)| PostedSum {
            account,
            lot: lot.id,
            ledger,
            units,
        })
        .into();
        (row, lot, sums)
    }

    fn found((row, lot, sums): (Balances, Lot, Vec<PostedSum>)) -> Faults {
        let key = row.key();
        let mut posted = Posted::default();
        posted.add(&sums);
        compare(&[row], &[lot], posted)[&key]
    }

    #[test]
    fn exact_books_have_no_fault() {
        assert_eq!(found(exact()), Faults::default());
    }

    #[test]
    fn a_balance_that_no_entry_explains_is_drift() {
        let mut books = exact();
        books.0.available = Units::new(10);
        assert_eq!(
            found(books),
            Faults {
                over_sold: 0,
                drift: 2
            }
        );
    }

    #[test]
    fn a_lot_that_gave_more_than_it_has_is_drift() {
        let mut books = exact();
        books.1.held = Units::new(2);
        assert_eq!(found(books).drift, 2);
    }

    #[test]
    fn a_lost_entry_is_drift() {
        let mut books = exact();
        books.2.pop();
        assert_eq!(found(books).drift, 2);
    }

    #[test]
    fn less_than_nothing_available_is_over_sold() {
        let mut books = exact();
        books.0.available = Units::new(-1);
        assert_eq!(found(books).over_sold, 1);
    }
}
