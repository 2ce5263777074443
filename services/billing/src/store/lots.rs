//! Lots: units that were bought or given at once, burn in one order and expire at once.

use std::collections::{BTreeMap, BTreeSet};

use domain::{LotId, Timestamp, Units};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, DeriveActiveEnum, EntityTrait, EnumIter,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, Select, TryInsertResult,
};
use serde::Serialize;
use serde_json::{Value, json};
use store_kit::StoreError;
use utoipa::ToSchema;

use super::AccountKey;
use super::change::{self, Change};
use super::entries::Account;
use super::given::{self, Columns, Holds};
use crate::fault;

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
        /// Units whose money went back, whatever became of them.
        pub reclaimed: Units,
        /// When the first of that money went back.
        pub owed_since: Option<Timestamp>,
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

    pub(crate) const fn account(&self) -> AccountKey {
        AccountKey {
            tenant: self.tenant,
            mode: self.mode,
        }
    }

    /// Units that were used though their money went back; what lapsed was used by nobody.
    pub(crate) fn debt(&self) -> Units {
        let gone = self.refunded.count().saturating_add(self.lapsed.count());
        Units::new(self.reclaimed.count().saturating_sub(gone).max(0))
    }

    /// Where a unit goes that comes back: to what is owed first. Another instance's clock may have lapsed the lot already: what comes back must
    /// not be sold.
    pub(crate) fn takes_back(&self, now: Timestamp) -> Account {
        if Units::ZERO < self.debt() {
            Account::Refunded
        } else if self.is_expired(now) || Units::ZERO < self.lapsed {
            Account::Lapsed
        } else {
            Account::Available
        }
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
        reclaimed: Set(Units::ZERO),
        owed_since: Set(None),
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

/// The lot of an origin.
pub(crate) async fn of_origin(
    db: &impl ConnectionTrait,
    account: AccountKey,
    origin: &str,
) -> Result<Option<Lot>, StoreError> {
    Ok(of(account)
        .filter(row::Column::Origin.eq(origin))
        .one(db)
        .await?)
}

/// The lots whose money went back, in whole or in part.
pub(crate) async fn reclaimed(
    db: &impl ConnectionTrait,
    account: AccountKey,
) -> Result<Vec<Lot>, StoreError> {
    Ok(of(account)
        // In the words of the index `lots_reclaimed`, or SQLite does not use it.
        .filter(Expr::cust("reclaimed > 0"))
        .all(db)
        .await?)
}

/// Says how many of a lot's units their money went back for, and since when.
pub(crate) async fn set_reclaimed(
    tx: &impl ConnectionTrait,
    account: AccountKey,
    lot: LotId,
    (reclaimed, since): (Units, Option<Timestamp>),
) -> Result<(), StoreError> {
    row::Entity::update_many()
        .col_expr(row::Column::Reclaimed, Expr::value(reclaimed))
        .col_expr(row::Column::OwedSince, Expr::value(since))
        .filter(row::Column::Tenant.eq(account.tenant))
        .filter(row::Column::Mode.eq(account.mode))
        .filter(row::Column::Id.eq(lot))
        .exec(tx)
        .await?;
    Ok(())
}

const LOT: Columns = &[
    ("tenant", Holds::Text),
    ("mode", Holds::Text),
    ("lot", Holds::Text),
];

/// Many lots, each of the account beside it.
pub(crate) async fn find_each(
    db: &impl ConnectionTrait,
    wanted: &BTreeSet<(AccountKey, LotId)>,
) -> Result<Vec<Lot>, StoreError> {
    let rows = wanted
        .iter()
        .map(|(account, lot)| json!({"tenant": account.tenant, "mode": account.mode, "lot": lot}))
        .collect();
    let find = given::statement(db, LOT, rows, |given| {
        let fits = "lots.id = given.lot AND lots.tenant = given.tenant AND lots.mode = given.mode";
        format!("SELECT lots.* FROM {}", given.each_with("lots", fits))
    });
    Ok(row::Entity::find().from_raw_sql(find).all(db).await?)
}

const OWN: Columns = &[
    ("tenant", Holds::Text),
    ("mode", Holds::Text),
    ("own", Holds::Text),
];

/// Lots that still have units or may owe some, and the lot of the origin beside the account even when it has none.
pub(crate) async fn of_each(
    db: &impl ConnectionTrait,
    accounts: impl IntoIterator<Item = (AccountKey, String)>,
) -> Result<Vec<Lot>, StoreError> {
    let rows = accounts
        .into_iter()
        .map(|(account, own)| json!({"tenant": account.tenant, "mode": account.mode, "own": own}))
        .collect();
    let of_each = given::statement(db, OWN, rows, |given| {
        let fits = "lots.tenant = given.tenant AND lots.mode = given.mode AND";
        let left = given.each_with("lots", &format!("{fits} lots.available > 0"));
        let own = format!("{fits} lots.origin = given.own AND lots.available = 0");
        let own = given.each_with("lots", &own);
        // A lot that owes has given what it had.
        let owing = format!(
            "{fits} lots.reclaimed > 0 AND lots.available = 0 AND lots.origin <> given.own"
        );
        let owing = given.each_with("lots", &owing);
        let all = [left, own, owing].map(|rows| format!("SELECT lots.* FROM {rows}"));
        all.join(" UNION ALL ")
    });
    Ok(row::Entity::find().from_raw_sql(of_each).all(db).await?)
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

/// Adds a change to each lot's row; returns how many had the units to give.
pub(crate) async fn change(
    tx: &impl ConnectionTrait,
    changes: &BTreeMap<(AccountKey, LotId), Change>,
) -> Result<usize, StoreError> {
    let rows = changes
        .iter()
        .map(|((account, lot), change)| {
            let mut row = account.given();
            row.insert("lot".to_owned(), Value::String(lot.to_string()));
            change.given(row)
        })
        .collect();
    let update = given::statement(tx, change::OF_LOT, rows, |given| {
        let (added, rows) = (change::added("lots", &COLUMNS), given.rows());
        let suffices = if fault::is_on(fault::TAKES_WHAT_IS_NOT_AVAILABLE) {
            "true".to_owned()
        } else {
            change::suffices("lots", &COLUMNS)
        };
        format!(
            "UPDATE lots SET {added} FROM {rows} WHERE lots.id = given.lot \
             AND lots.tenant = given.tenant AND lots.mode = given.mode AND {suffices}"
        )
    });
    let updated = tx.execute_raw(update).await?.rows_affected();
    Ok(usize::try_from(updated).unwrap_or(usize::MAX))
}

/// The columns that a lot has; a source has none, since a lot's units are what came out of it.
const COLUMNS: [Account; 5] = [
    Account::Available,
    Account::Held,
    Account::Consumed,
    Account::Lapsed,
    Account::Refunded,
];

pub(super) fn all() -> Select<row::Entity> {
    row::Entity::find()
}
