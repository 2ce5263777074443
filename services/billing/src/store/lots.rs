//! Lots: units that were bought or given at once, burn in one order and expire at once.

use domain::{LotId, Timestamp, Units};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, DeriveActiveEnum, EntityTrait, EnumIter,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, Select, TryInsertResult,
};
use serde::Serialize;
use store_kit::StoreError;
use utoipa::ToSchema;

use super::AccountKey;
use super::entries::Account;

/// Where a lot came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, ToSchema)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub(crate) enum LotKind {
    Purchase,
    Trial,
    Test,
    Grant,
}

pub(super) mod row {
    use domain::{LotId, Mode, TenantId, Timestamp, Units};
    use sea_orm::entity::prelude::*;

    use super::LotKind;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "lots")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: LotId,
        pub tenant: TenantId,
        pub mode: Mode,
        pub kind: LotKind,
        pub origin: String,
        pub units: Units,
        pub priority: i32,
        pub expires_at: Option<Timestamp>,
        pub created_at: Timestamp,
        pub available: Units,
        pub held: Units,
        pub consumed: Units,
        pub lapsed: Units,
        pub refunded: Units,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A lot as it stands.
pub(crate) type Lot = row::Model;

impl Lot {
    pub(crate) fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    /// Smaller burns first: priority, then what expires earliest, then the oldest.
    pub(crate) fn burn_order(&self) -> impl Ord + use<> {
        let expires_at = self.expires_at.map_or(i64::MAX, Timestamp::millis);
        (self.priority, expires_at, self.created_at, self.id)
    }
}

/// A lot to be opened.
#[derive(Clone, Debug)]
pub(crate) struct NewLot {
    pub(crate) kind: LotKind,
    /// Once for each tenant.
    pub(crate) origin: String,
    pub(crate) units: Units,
    pub(crate) priority: i32,
    pub(crate) expires_at: Option<Timestamp>,
}

fn of(account: AccountKey) -> Select<row::Entity> {
    row::Entity::find()
        .filter(row::Column::Tenant.eq(account.tenant))
        .filter(row::Column::Mode.eq(account.mode))
}

/// Makes an empty lot that a posting then fills; `None`: its origin has one already.
pub(crate) async fn insert(
    tx: &impl ConnectionTrait,
    account: AccountKey,
    new: NewLot,
    now: Timestamp,
) -> Result<Option<LotId>, StoreError> {
    let id = LotId::generate();
    let lot = row::ActiveModel {
        id: Set(id),
        tenant: Set(account.tenant),
        mode: Set(account.mode),
        kind: Set(new.kind),
        origin: Set(new.origin),
        units: Set(new.units),
        priority: Set(new.priority),
        expires_at: Set(new.expires_at),
        created_at: Set(now),
        available: Set(Units::ZERO),
        held: Set(Units::ZERO),
        consumed: Set(Units::ZERO),
        lapsed: Set(Units::ZERO),
        refunded: Set(Units::ZERO),
    };
    let inserted = row::Entity::insert(lot)
        .on_conflict_do_nothing_on([row::Column::Tenant, row::Column::Origin])
        .exec_without_returning(tx)
        .await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(1)).then_some(id))
}

pub(crate) async fn find(
    db: &impl ConnectionTrait,
    account: AccountKey,
    lot: LotId,
) -> Result<Option<Lot>, StoreError> {
    Ok(of(account).filter(row::Column::Id.eq(lot)).one(db).await?)
}

/// Lots that still have units, and the lot of `origin` even when it has none.
pub(crate) async fn with_units_or_origin(
    db: &impl ConnectionTrait,
    account: AccountKey,
    origin: &str,
) -> Result<Vec<Lot>, StoreError> {
    Ok(of(account)
        .filter(
            Condition::any()
                .add(row::Column::Available.gt(Units::ZERO))
                .add(row::Column::Origin.eq(origin)),
        )
        .all(db)
        .await?)
}

/// Lots to be shown: with units left, or not expired yet; the newest first, at most `limit`.
pub(crate) async fn current(
    db: &impl ConnectionTrait,
    account: AccountKey,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Lot>, StoreError> {
    Ok(of(account)
        .filter(
            Condition::any()
                .add(row::Column::Available.gt(Units::ZERO))
                .add(row::Column::ExpiresAt.is_null())
                .add(row::Column::ExpiresAt.gt(now)),
        )
        .order_by_desc(row::Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// Moves units inside a lot; `false`: the lot has not that many, and nothing was moved.
pub(crate) async fn shift(
    tx: &impl ConnectionTrait,
    account: AccountKey,
    lot: LotId,
    (from, to): (Account, Account),
    units: Units,
) -> Result<bool, StoreError> {
    let mut update = row::Entity::update_many()
        .filter(row::Column::Tenant.eq(account.tenant))
        .filter(row::Column::Mode.eq(account.mode))
        .filter(row::Column::Id.eq(lot));
    if let Some(out) = column(from) {
        update = update
            .col_expr(out, Expr::col(out).sub(units))
            .filter(out.gte(units));
    }
    if let Some(into) = column(to) {
        update = update.col_expr(into, Expr::col(into).add(units));
    }
    Ok(update.exec(tx).await?.rows_affected == 1)
}

/// A source has no column: a lot's units are what came out of it.
const fn column(account: Account) -> Option<row::Column> {
    match account {
        Account::Available => Some(row::Column::Available),
        Account::Held => Some(row::Column::Held),
        Account::Consumed => Some(row::Column::Consumed),
        Account::Lapsed => Some(row::Column::Lapsed),
        Account::Refunded => Some(row::Column::Refunded),
        Account::Purchased | Account::Granted => None,
    }
}

pub(super) fn all() -> Select<row::Entity> {
    row::Entity::find()
}
