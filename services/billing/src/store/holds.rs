//! Holds: one a charge, with the exact lot its unit came from.

use client_billing::{Operation, Reservation};
use domain::{ChargeId, Timestamp, Verdict};
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _};
use sea_orm::{
    ActiveEnum as _, ColumnTrait as _, Condition, ConnectionTrait, DeriveActiveEnum, EntityTrait,
    EnumIter, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
};
use serde_json::{Value, json};
use store_kit::StoreError;

use super::AccountKey;
use super::given::{self, Columns, Holds};

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

const HOLD: Columns = &[
    ("charge", Holds::Text),
    ("tenant", Holds::Text),
    ("mode", Holds::Text),
    ("api_key", Holds::Text),
    ("operation", Holds::Text),
    ("request_id", Holds::Text),
    ("idempotent", Holds::Truth),
    ("state", Holds::Text),
    ("lot", Holds::Text),
    ("lease_until", Holds::Number),
    ("created_at", Holds::Number),
];

/// Writes holds that were just taken.
pub(crate) async fn insert_new(tx: &impl ConnectionTrait, new: &[Hold]) -> Result<(), StoreError> {
    let rows = new
        .iter()
        .map(|hold| {
            json!({
                "charge": hold.charge, "tenant": hold.tenant, "mode": hold.mode, "api_key": hold.api_key,
                "operation": hold.operation, "request_id": hold.request_id, "idempotent": hold.idempotent,
                "state": hold.state.to_value(), "lot": hold.lot, "lease_until": hold.lease_until,
                "created_at": hold.created_at,
            })
        })
        .collect();
    let insert = given::statement(tx, HOLD, rows, |given| {
        let (names, rows) = (given.names(), given.rows());
        format!("INSERT INTO holds ({names}) SELECT {names} FROM {rows}")
    });
    tx.execute_raw(insert).await?;
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

const REQUEST: Columns = &[
    ("tenant", Holds::Text),
    ("mode", Holds::Text),
    ("operation", Holds::Text),
    ("request_id", Holds::Text),
];

/// The holds that bind the request ids of `asked`.
pub(crate) async fn binding_each(
    tx: &impl ConnectionTrait,
    asked: &[Reservation],
) -> Result<Vec<Hold>, StoreError> {
    let rows = asked
        .iter()
        .map(|asked| {
            json!({
                "tenant": asked.tenant, "mode": asked.mode,
                "operation": operation_name(asked.operation), "request_id": asked.request_id,
            })
        })
        .collect();
    let binding = given::statement(tx, REQUEST, rows, |given| {
        // In the words of the index `holds_request_once`, or it is not used.
        let fits = "holds.tenant = given.tenant AND holds.mode = given.mode AND holds.operation = given.operation \
                    AND holds.request_id = given.request_id AND holds.state IN ('held', 'in_doubt', 'committed')";
        format!("SELECT holds.* FROM {}", given.each_with("holds", fits))
    });
    Ok(row::Entity::find().from_raw_sql(binding).all(tx).await?)
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

/// Writes one end of the holds of `charges` that have none yet.
pub(crate) async fn settle_each(
    tx: &impl ConnectionTrait,
    charges: &[ChargeId],
    (state, verdict): (HoldState, Verdict),
    at: Timestamp,
) -> Result<(), StoreError> {
    let settle = given::statement(tx, CHARGE, given_charges(charges), |given| {
        // Words and numbers of our own: nothing of a caller's is in them.
        let (state, verdict, at) = (state.to_value(), verdict.as_str(), at.millis());
        let among = given.among("holds.charge", "charge");
        format!(
            "UPDATE holds SET state = '{state}', verdict = '{verdict}', settled_at = {at}, ask_at = NULL \
             WHERE {among} AND holds.state IN ('held', 'in_doubt')"
        )
    });
    tx.execute_raw(settle).await?;
    Ok(())
}

pub(super) const CHARGE: Columns = &[("charge", Holds::Text)];

pub(super) fn given_charges(charges: &[ChargeId]) -> Vec<Value> {
    charges
        .iter()
        .map(|charge| json!({ "charge": charge }))
        .collect()
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
