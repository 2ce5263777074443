//! What postings change in the balances of a lot or an account, summed up before one row of it is touched.

use domain::{UnitOverflow, Units};
use serde_json::{Map, Value};

use super::entries::Account;
use super::given::{Columns, Holds};

/// Units that come to each ledger account; negative where they leave it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Change([Units; Account::ALL.len()]);

impl Change {
    /// Adds a move of `units`. A source grows by what is taken from it: it counts what ever came.
    pub(crate) fn shift(
        &mut self,
        (from, to): (Account, Account),
        units: Units,
    ) -> Result<(), UnitOverflow> {
        let out = if from.is_source() {
            units
        } else {
            units.negated()?
        };
        self.add(from, out)?;
        let into = if to.is_source() {
            units.negated()?
        } else {
            units
        };
        self.add(to, into)
    }

    fn add(&mut self, account: Account, units: Units) -> Result<(), UnitOverflow> {
        for (held, one) in self.0.iter_mut().zip(Account::ALL) {
            if one == account {
                *held = held.checked_add(units)?;
            }
        }
        Ok(())
    }

    /// As given to a statement: one number for each of `accounts`, beside the row's own keys.
    pub(super) fn given(&self, mut row: Map<String, Value>) -> Value {
        for (account, units) in Account::ALL.into_iter().zip(self.0) {
            row.insert(account.as_str().to_owned(), units.count().into());
        }
        Value::Object(row)
    }
}

/// The assignments that add a given change to the columns of `accounts` in `table`.
pub(super) fn added(table: &str, accounts: &[Account]) -> String {
    let each: Vec<String> = accounts
        .iter()
        .map(|account| {
            let name = account.as_str();
            format!("{name} = {table}.{name} + given.{name}")
        })
        .collect();
    each.join(", ")
}

/// The condition that no column of `accounts` falls below zero by the given change.
pub(super) fn suffices(table: &str, accounts: &[Account]) -> String {
    let each: Vec<String> = accounts
        .iter()
        .map(|account| {
            let name = account.as_str();
            format!("0 <= {table}.{name} + given.{name}")
        })
        .collect();
    each.join(" AND ")
}

/// The columns of [`Change::given`] of an account's row.
pub(super) const OF_ACCOUNT: Columns = &[
    ("tenant", Holds::Text),
    ("mode", Holds::Text),
    ("available", Holds::Number),
    ("held", Holds::Number),
    ("consumed", Holds::Number),
    ("lapsed", Holds::Number),
    ("refunded", Holds::Number),
    ("purchased", Holds::Number),
    ("granted", Holds::Number),
];

/// The columns of [`Change::given`] of a lot's row; a source has none, since a lot's units are what came out of it.
pub(super) const OF_LOT: Columns = &[
    ("tenant", Holds::Text),
    ("mode", Holds::Text),
    ("lot", Holds::Text),
    ("available", Holds::Number),
    ("held", Holds::Number),
    ("consumed", Holds::Number),
    ("lapsed", Holds::Number),
    ("refunded", Holds::Number),
];
