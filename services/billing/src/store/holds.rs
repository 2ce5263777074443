//! Holds: one a charge, with the exact lot its unit came from.

use client_billing::Operation;
use domain::{ApiKeyId, ChargeId, LotId, Timestamp, Verdict};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, ConnectionTrait, DeriveActiveEnum,
    EntityTrait, EnumIter, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
};
use store_kit::StoreError;

use super::AccountKey;

/// Where a charge stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub(crate) enum HoldState {
    Held,
    InDoubt,
    Committed,
    Released,
}

impl HoldState {
    /// Those that bind their request id.
    const LIVE: [Self; 3] = [Self::Held, Self::InDoubt, Self::Committed];
    /// Those that wait for a verdict.
    pub(super) const UNSETTLED: [Self; 2] = [Self::Held, Self::InDoubt];

    pub(crate) const fn is_settled(self) -> bool {
        matches!(self, Self::Committed | Self::Released)
    }
}

pub(super) mod row {
    use domain::{ApiKeyId, ChargeId, LotId, Mode, TenantId, Timestamp, Verdict};
    use sea_orm::entity::prelude::*;

    use super::HoldState;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "holds")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub charge: ChargeId,
        pub tenant: TenantId,
        pub mode: Mode,
        pub api_key: ApiKeyId,
        pub operation: String,
        pub request_id: String,
        pub idempotent: bool,
        pub state: HoldState,
        pub lot: LotId,
        pub lease_until: Timestamp,
        pub created_at: Timestamp,
        pub settled_at: Option<Timestamp>,
        pub verdict: Option<Verdict>,
        pub ask_at: Option<Timestamp>,
        pub asked: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A hold as it stands.
pub(crate) type Hold = row::Model;

impl Hold {
    pub(crate) const fn account(&self) -> AccountKey {
        AccountKey {
            tenant: self.tenant,
            mode: self.mode,
        }
    }

    /// A lapsed lease is doubt, whether the sweeper has been here or not.
    pub(crate) fn state_at(&self, now: Timestamp) -> HoldState {
        match self.state {
            HoldState::Held if self.lease_until < now => HoldState::InDoubt,
            state => state,
        }
    }
}

/// A hold to be taken.
pub(crate) struct NewHold<'a> {
    pub(crate) charge: ChargeId,
    pub(crate) key: ApiKeyId,
    pub(crate) operation: Operation,
    pub(crate) request_id: &'a str,
    pub(crate) idempotent: bool,
    pub(crate) lot: LotId,
    pub(crate) lease_until: Timestamp,
    pub(crate) created_at: Timestamp,
}

/// The name an operation is stored under: never change one.
pub(crate) const fn operation_name(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "create",
    }
}

fn of(account: AccountKey) -> Select<row::Entity> {
    row::Entity::find()
        .filter(row::Column::Tenant.eq(account.tenant))
        .filter(row::Column::Mode.eq(account.mode))
}

pub(crate) async fn insert(
    tx: &impl ConnectionTrait,
    account: AccountKey,
    new: NewHold<'_>,
) -> Result<(), StoreError> {
    row::ActiveModel {
        charge: Set(new.charge),
        tenant: Set(account.tenant),
        mode: Set(account.mode),
        api_key: Set(new.key),
        operation: Set(operation_name(new.operation).to_owned()),
        request_id: Set(new.request_id.to_owned()),
        idempotent: Set(new.idempotent),
        state: Set(HoldState::Held),
        lot: Set(new.lot),
        lease_until: Set(new.lease_until),
        created_at: Set(new.created_at),
        settled_at: Set(None),
        verdict: Set(None),
        ask_at: Set(None),
        asked: Set(0),
    }
    .insert(tx)
    .await?;
    Ok(())
}

pub(crate) async fn find(
    db: &impl ConnectionTrait,
    account: AccountKey,
    charge: ChargeId,
) -> Result<Option<Hold>, StoreError> {
    Ok(of(account)
        .filter(row::Column::Charge.eq(charge))
        .one(db)
        .await?)
}

fn live(operation: Operation, request_id: &str) -> Condition {
    Condition::all()
        .add(row::Column::Operation.eq(operation_name(operation)))
        .add(row::Column::RequestId.eq(request_id))
        .add(row::Column::State.is_in(HoldState::LIVE))
}

/// What a reservation meets: the hold of the same charge, else the one that binds the request id.
pub(crate) async fn met(
    tx: &impl ConnectionTrait,
    account: AccountKey,
    charge: ChargeId,
    (operation, request_id): (Operation, &str),
) -> Result<Option<Hold>, StoreError> {
    let met = of(account)
        .filter(
            Condition::any()
                .add(row::Column::Charge.eq(charge))
                .add(live(operation, request_id)),
        )
        .all(tx)
        .await?;
    let own = met.iter().position(|hold| hold.charge == charge);
    Ok(met.into_iter().nth(own.unwrap_or(0)))
}

/// The hold that binds a request id.
pub(crate) async fn binding(
    db: &impl ConnectionTrait,
    account: AccountKey,
    operation: Operation,
    request_id: &str,
) -> Result<Option<Hold>, StoreError> {
    Ok(of(account)
        .filter(live(operation, request_id))
        .one(db)
        .await?)
}

/// The newest hold under the caller's own idempotency key, whatever became of it.
pub(crate) async fn latest_of_key(
    db: &impl ConnectionTrait,
    account: AccountKey,
    idempotency_key: &str,
) -> Result<Option<Hold>, StoreError> {
    Ok(of(account)
        .filter(row::Column::RequestId.eq(idempotency_key))
        .filter(row::Column::Idempotent.eq(true))
        .order_by_desc(row::Column::CreatedAt)
        .order_by_desc(row::Column::Charge)
        .one(db)
        .await?)
}

/// Writes the end of a hold.
pub(crate) async fn settle(
    tx: &impl ConnectionTrait,
    account: AccountKey,
    charge: ChargeId,
    (state, verdict): (HoldState, Verdict),
    at: Timestamp,
) -> Result<(), StoreError> {
    row::Entity::update_many()
        .col_expr(row::Column::State, Expr::value(state))
        .col_expr(row::Column::Verdict, Expr::value(verdict))
        .col_expr(row::Column::SettledAt, Expr::value(at))
        .col_expr(row::Column::AskAt, Expr::value(None::<Timestamp>))
        .filter(row::Column::Tenant.eq(account.tenant))
        .filter(row::Column::Mode.eq(account.mode))
        .filter(row::Column::Charge.eq(charge))
        .filter(row::Column::State.is_in(HoldState::UNSETTLED))
        .exec(tx)
        .await?;
    Ok(())
}

/// Makes a running hold doubtful; the sweeper asks the witness from `ask_at` on.
pub(crate) async fn doubt(
    tx: &impl ConnectionTrait,
    account: AccountKey,
    charge: ChargeId,
    ask_at: Timestamp,
) -> Result<(), StoreError> {
    row::Entity::update_many()
        .col_expr(row::Column::State, Expr::value(HoldState::InDoubt))
        .col_expr(row::Column::AskAt, Expr::value(ask_at))
        .filter(row::Column::Tenant.eq(account.tenant))
        .filter(row::Column::Mode.eq(account.mode))
        .filter(row::Column::Charge.eq(charge))
        .filter(row::Column::State.eq(HoldState::Held))
        .exec(tx)
        .await?;
    Ok(())
}

/// Lets the lease of a running hold run on; a hold that is no longer running keeps what it has.
pub(crate) async fn renew(
    tx: &impl ConnectionTrait,
    account: AccountKey,
    charge: ChargeId,
    until: Timestamp,
) -> Result<(), StoreError> {
    row::Entity::update_many()
        .col_expr(row::Column::LeaseUntil, Expr::value(until))
        .filter(row::Column::Tenant.eq(account.tenant))
        .filter(row::Column::Mode.eq(account.mode))
        .filter(row::Column::Charge.eq(charge))
        .filter(row::Column::State.eq(HoldState::Held))
        .filter(row::Column::LeaseUntil.lt(until))
        .exec(tx)
        .await?;
    Ok(())
}

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// The number of a UTC day, as [`used_by_day`] groups them.
pub(crate) const fn day_number(at: Timestamp) -> i64 {
    at.millis().div_euclid(DAY_MS)
}

/// How many units were used on each day since `since`, as days since the epoch; used is what was not given back.
pub(crate) async fn used_by_day(
    db: &impl ConnectionTrait,
    account: AccountKey,
    since: Timestamp,
) -> Result<Vec<(i64, i64)>, StoreError> {
    let day = Expr::col(row::Column::CreatedAt).div(DAY_MS);
    Ok(of(account)
        .filter(row::Column::CreatedAt.gte(since))
        .filter(row::Column::State.ne(HoldState::Released))
        .select_only()
        .expr_as(day, "day")
        .expr_as(row::Column::Charge.count(), "used")
        .group_by(Expr::col(Alias::new("day")))
        .into_tuple()
        .all(db)
        .await?)
}
