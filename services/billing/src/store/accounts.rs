//! The balance of each tenant and mode. Its row is the lock of the whole account: lots and holds change under it only.

use std::collections::BTreeMap;

use domain::{Mode, TenantId, Units};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait, QueryFilter as _, QuerySelect as _, Select,
};
use serde_json::{Value, json};
use store_kit::StoreError;

use super::AccountKey;
use super::change::{self, Change};
use super::entries::Account;
use super::given::{self, Columns, Holds};

mod row {
    use domain::{Mode, TenantId, Units};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "accounts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub mode: Mode,
        pub available: Units,
        pub held: Units,
        pub consumed: Units,
        pub lapsed: Units,
        pub refunded: Units,
        pub purchased: Units,
        pub granted: Units,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// One account's balances.
pub(crate) type Balances = row::Model;

impl Balances {
    /// An account that nothing was posted to yet.
    pub(crate) const fn empty(account: AccountKey) -> Self {
        Self {
            tenant: account.tenant,
            mode: account.mode,
            available: Units::ZERO,
            held: Units::ZERO,
            consumed: Units::ZERO,
            lapsed: Units::ZERO,
            refunded: Units::ZERO,
            purchased: Units::ZERO,
            granted: Units::ZERO,
        }
    }

    pub(crate) const fn key(&self) -> AccountKey {
        AccountKey {
            tenant: self.tenant,
            mode: self.mode,
        }
    }

    /// The column of a ledger account, as it is stored.
    pub(crate) const fn of(&self, account: Account) -> Units {
        match account {
            Account::Available => self.available,
            Account::Held => self.held,
            Account::Consumed => self.consumed,
            Account::Lapsed => self.lapsed,
            Account::Refunded => self.refunded,
            Account::Purchased => self.purchased,
            Account::Granted => self.granted,
        }
    }
}

fn of(tenant: TenantId, mode: Mode) -> Select<row::Entity> {
    row::Entity::find()
        .filter(row::Column::Tenant.eq(tenant))
        .filter(row::Column::Mode.eq(mode))
}

pub(crate) async fn find(
    db: &impl ConnectionTrait,
    account: AccountKey,
) -> Result<Option<Balances>, StoreError> {
    Ok(of(account.tenant, account.mode).one(db).await?)
}

/// Locks the account until the transaction ends; makes its row when there is none.
pub(crate) async fn lock(
    tx: &impl ConnectionTrait,
    account: AccountKey,
) -> Result<Balances, StoreError> {
    let locked = || of(account.tenant, account.mode).lock_exclusive().one(tx);
    if let Some(balances) = locked().await? {
        return Ok(balances);
    }
    make(tx, &[account]).await?;
    locked()
        .await?
        .ok_or_else(|| StoreError::corrupt("an account that was just made is not there"))
}

/// Locks those of `accounts` that have a row, one after the other in the order given: sort them, or two batches wait for
/// each other.
pub(crate) async fn lock_each(
    tx: &impl ConnectionTrait,
    accounts: &[AccountKey],
) -> Result<Vec<Balances>, StoreError> {
    let lock = given::statement(tx, KEY, keys(accounts), |given| {
        let fits = "accounts.tenant = given.tenant AND accounts.mode = given.mode";
        let rows = given.each_with_locked("accounts", fits);
        format!("SELECT accounts.* FROM {rows}")
    });
    Ok(row::Entity::find().from_raw_sql(lock).all(tx).await?)
}

/// Makes the rows that are missing.
pub(crate) async fn make(
    tx: &impl ConnectionTrait,
    accounts: &[AccountKey],
) -> Result<(), StoreError> {
    let make = given::statement(tx, KEY, keys(accounts), |given| {
        let rows = given.rows();
        // SQLite takes what follows a join for its condition, unless there is a WHERE.
        format!(
            "INSERT INTO accounts (tenant, mode) SELECT tenant, mode FROM {rows} WHERE true ON CONFLICT DO NOTHING"
        )
    });
    tx.execute_raw(make).await?;
    Ok(())
}

const KEY: Columns = &[("tenant", Holds::Text), ("mode", Holds::Text)];

fn keys(accounts: &[AccountKey]) -> Vec<Value> {
    accounts
        .iter()
        .map(|account| json!({"tenant": account.tenant, "mode": account.mode}))
        .collect()
}

/// Adds a change to each account's row.
pub(crate) async fn change(
    tx: &impl ConnectionTrait,
    changes: &BTreeMap<AccountKey, Change>,
) -> Result<(), StoreError> {
    let rows = changes
        .iter()
        .map(|(account, change)| change.given(account.given()))
        .collect();
    let update = given::statement(tx, change::OF_ACCOUNT, rows, |given| {
        let (added, rows) = (change::added("accounts", &Account::ALL), given.rows());
        format!(
            "UPDATE accounts SET {added} FROM {rows} \
             WHERE accounts.tenant = given.tenant AND accounts.mode = given.mode"
        )
    });
    tx.execute_raw(update).await?;
    Ok(())
}

pub(super) fn all() -> Select<row::Entity> {
    row::Entity::find()
}
