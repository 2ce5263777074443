//! The balance of each tenant and mode. Its row is the lock of the whole account: lots and holds change under it only.

use domain::{Mode, TenantId, Units};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait, QueryFilter as _, QuerySelect as _, Select,
};
use store_kit::StoreError;

use super::AccountKey;
use super::entries::Account;

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
    let new = row::ActiveModel {
        tenant: Set(account.tenant),
        mode: Set(account.mode),
        available: Set(Units::ZERO),
        held: Set(Units::ZERO),
        consumed: Set(Units::ZERO),
        lapsed: Set(Units::ZERO),
        refunded: Set(Units::ZERO),
        purchased: Set(Units::ZERO),
        granted: Set(Units::ZERO),
    };
    row::Entity::insert(new)
        .on_conflict_do_nothing_on([row::Column::Tenant, row::Column::Mode])
        .exec_without_returning(tx)
        .await?;
    locked()
        .await?
        .ok_or_else(|| StoreError::corrupt("an account that was just made is not there"))
}

/// Takes `units` out of one column and puts them into another; a source grows by what was taken from it.
pub(crate) async fn shift(
    tx: &impl ConnectionTrait,
    account: AccountKey,
    (from, to): (Account, Account),
    units: Units,
) -> Result<(), StoreError> {
    let (out, into) = (column(from), column(to));
    let out_change = if from.is_source() {
        Expr::col(out).add(units)
    } else {
        Expr::col(out).sub(units)
    };
    row::Entity::update_many()
        .col_expr(out, out_change)
        .col_expr(into, Expr::col(into).add(units))
        .filter(row::Column::Tenant.eq(account.tenant))
        .filter(row::Column::Mode.eq(account.mode))
        .exec(tx)
        .await?;
    Ok(())
}

const fn column(account: Account) -> row::Column {
    match account {
        Account::Available => row::Column::Available,
        Account::Held => row::Column::Held,
        Account::Consumed => row::Column::Consumed,
        Account::Lapsed => row::Column::Lapsed,
        Account::Refunded => row::Column::Refunded,
        Account::Purchased => row::Column::Purchased,
        Account::Granted => row::Column::Granted,
    }
}

pub(super) fn all() -> Select<row::Entity> {
    row::Entity::find()
}
