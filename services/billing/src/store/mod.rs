//! Billing's tables. Knows rows, not rules: no function here begins or commits, and none decides.

#![expect(
    unreachable_pub,
    reason = "sea-orm derives public entities and wants their parts as public as they are"
)]

pub(crate) mod accounts;
pub(crate) mod all_tenants;
pub(crate) mod change;
pub(crate) mod claims;
pub(crate) mod entries;
pub(crate) mod exactness;
mod given;
pub(crate) mod holds;
pub(crate) mod lots;
pub(crate) mod proofs;
pub(crate) mod purchases;
pub(crate) mod reconciliations;
pub(crate) mod refunds;
pub(crate) mod stripe_events;
pub(crate) mod tenants;
#[cfg(test)]
#[cfg(feature = "failpoints")]
pub(crate) mod wipe;

use std::fmt::Display;

use domain::{Mode, TenantId};
/// What queries run on: a pool, a snapshot or a write transaction.
pub(crate) use sea_orm::ConnectionTrait as Connection;
use sea_orm::{
    AccessMode, DatabaseTransaction, IsolationLevel, SqliteTransactionMode, TransactionOptions,
    TransactionTrait as _,
};
use serde_json::{Map, Value};
use store_kit::{Backend, Db, StoreError};

/// One tenant's balance in one mode; the first argument of every query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct AccountKey {
    pub(crate) tenant: TenantId,
    pub(crate) mode: Mode,
}

impl AccountKey {
    /// As the key of a row that is given to a statement.
    fn given(self) -> Map<String, Value> {
        let text = |value: &dyn Display| Value::String(value.to_string());
        Map::from_iter([
            ("tenant".to_owned(), text(&self.tenant)),
            ("mode".to_owned(), text(&self.mode)),
        ])
    }
}

/// A read transaction in which every query sees the same instant; writes nothing, blocks nobody.
pub(crate) async fn snapshot(db: &Db) -> Result<DatabaseTransaction, StoreError> {
    let options = match db.backend() {
        Backend::Postgres => TransactionOptions {
            isolation_level: Some(IsolationLevel::RepeatableRead),
            access_mode: Some(AccessMode::ReadOnly),
            sqlite_transaction_mode: None,
        },
        // A deferred transaction of SQLite in WAL mode is a snapshot from its first read on.
        Backend::Sqlite => TransactionOptions {
            isolation_level: None,
            access_mode: None,
            sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
        },
    };
    Ok(db.reader().begin_with_options(options).await?)
}
