//! The queries that cross tenants: what jobs look for, and whose a charge is. Nothing here answers a tenant's own call.

use domain::{ChargeId, LotId, Mode, PurchaseId, TenantId, Timestamp};
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use store_kit::StoreError;

use super::AccountKey;
use super::accounts::{self, Balances};
use super::entries::{self, Account};
use super::given;
use super::holds::{CHARGE, Hold, HoldState, given_charges, row as hold_row};
use super::lots::{self, Lot};
use super::purchases::{Purchase, row as purchase_row};
use super::refunds::{Refund, row as refund_row};

/// A charge by its id alone, as the gateway and the sweeper name it.
pub(crate) async fn hold(
    db: &impl ConnectionTrait,
    charge: ChargeId,
) -> Result<Option<Hold>, StoreError> {
    Ok(hold_row::Entity::find_by_id(charge).one(db).await?)
}

/// The holds of many charges, whosever they are.
pub(crate) async fn holds(
    db: &impl ConnectionTrait,
    charges: &[ChargeId],
) -> Result<Vec<Hold>, StoreError> {
    let holds = given::statement(db, CHARGE, given_charges(charges), |given| {
        let rows = given.each_with("holds", "holds.charge = given.charge");
        format!("SELECT holds.* FROM {rows}")
    });
    Ok(hold_row::Entity::find().from_raw_sql(holds).all(db).await?)
}

/// Whether any running hold's lease ended: looked at every second, so that nothing is locked for nothing.
pub(crate) async fn has_lapsed_lease(
    db: &impl ConnectionTrait,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let found = hold_row::Entity::find()
        .filter(hold_row::Column::State.eq(HoldState::Held))
        .filter(hold_row::Column::LeaseUntil.lt(now))
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// Makes running holds doubtful whose lease ended; returns how many.
pub(crate) async fn doubt_lapsed(
    tx: &impl ConnectionTrait,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let doubted = hold_row::Entity::update_many()
        .col_expr(hold_row::Column::State, Expr::value(HoldState::InDoubt))
        .col_expr(hold_row::Column::AskAt, Expr::value(now))
        .filter(hold_row::Column::State.eq(HoldState::Held))
        .filter(hold_row::Column::LeaseUntil.lt(now))
        .exec(tx)
        .await?;
    Ok(doubted.rows_affected)
}

/// Doubtful holds that the witness is to be asked about now, the longest waiting first.
pub(crate) async fn to_ask(
    db: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Hold>, StoreError> {
    Ok(hold_row::Entity::find()
        .filter(hold_row::Column::State.eq(HoldState::InDoubt))
        .filter(hold_row::Column::AskAt.lte(now))
        .order_by_asc(hold_row::Column::AskAt)
        .limit(limit)
        .all(db)
        .await?)
}

/// Takes one question to the witness; `false`: another sweeper took it.
pub(crate) async fn claim_question(
    tx: &impl ConnectionTrait,
    hold: &Hold,
    next: Timestamp,
) -> Result<bool, StoreError> {
    let claimed = hold_row::Entity::update_many()
        .col_expr(hold_row::Column::AskAt, Expr::value(next))
        .col_expr(
            hold_row::Column::Asked,
            Expr::col(hold_row::Column::Asked).add(1),
        )
        .filter(hold_row::Column::Charge.eq(hold.charge))
        .filter(hold_row::Column::State.eq(HoldState::InDoubt))
        .filter(hold_row::Column::AskAt.eq(hold.ask_at))
        .exec(tx)
        .await?;
    Ok(claimed.rows_affected == 1)
}

/// How many holds wait for the witness.
pub(crate) async fn in_doubt(db: &impl ConnectionTrait) -> Result<i64, StoreError> {
    let count: Option<i64> = hold_row::Entity::find()
        .filter(hold_row::Column::State.eq(HoldState::InDoubt))
        .select_only()
        .expr_as(hold_row::Column::Charge.count(), "doubtful")
        .into_tuple()
        .one(db)
        .await?;
    Ok(count.unwrap_or_default())
}

/// Accounts with a lot that expired and still shows units.
pub(crate) async fn with_expired_lots(
    db: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<AccountKey>, StoreError> {
    let found: Vec<(TenantId, Mode)> = lots::all()
        // In the words of the index `lots_to_lapse`, or SQLite does not use it.
        .filter(Expr::cust("available > 0"))
        .filter(lots::row::Column::ExpiresAt.lte(now))
        .select_only()
        .column(lots::row::Column::Tenant)
        .column(lots::row::Column::Mode)
        .distinct()
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(found
        .into_iter()
        .map(|(tenant, mode)| AccountKey { tenant, mode })
        .collect())
}

pub(crate) async fn every_balance(db: &impl ConnectionTrait) -> Result<Vec<Balances>, StoreError> {
    Ok(accounts::all().all(db).await?)
}

/// What is posted to one ledger account of one lot.
pub(crate) struct PostedSum {
    pub(crate) account: AccountKey,
    pub(crate) lot: LotId,
    pub(crate) ledger: Account,
    pub(crate) units: i64,
}

/// Before every entry's id.
pub(crate) const FIRST: &str = "";

/// The sums of the entries after an id, by lot and ledger account.
pub(crate) async fn sums_after(
    db: &impl ConnectionTrait,
    after: &str,
) -> Result<Vec<PostedSum>, StoreError> {
    use entries::row::{Column, Entity};
    // PostgreSQL sums BIGINT to NUMERIC.
    let sum = Expr::col(Column::Units).sum().cast_as(Alias::new("BIGINT"));
    let rows: Vec<(TenantId, Mode, LotId, Account, i64)> = Entity::find()
        .filter(Expr::col(Column::Id).gt(after))
        .select_only()
        .column(Column::Tenant)
        .column(Column::Mode)
        .column(Column::Lot)
        .column(Column::Account)
        .expr_as(sum, "units")
        .group_by(Column::Tenant)
        .group_by(Column::Mode)
        .group_by(Column::Lot)
        .group_by(Column::Account)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(tenant, mode, lot, ledger, units)| PostedSum {
            account: AccountKey { tenant, mode },
            lot,
            ledger,
            units,
        })
        .collect())
}

pub(crate) async fn every_lot(db: &impl ConnectionTrait) -> Result<Vec<Lot>, StoreError> {
    Ok(lots::all().all(db).await?)
}

/// Committed charges after a charge id, in id order.
pub(crate) async fn committed_after(
    db: &impl ConnectionTrait,
    after: Option<ChargeId>,
    limit: u64,
) -> Result<Vec<Hold>, StoreError> {
    let mut query =
        hold_row::Entity::find().filter(hold_row::Column::State.eq(HoldState::Committed));
    if let Some(after) = after {
        query = query.filter(hold_row::Column::Charge.gt(after));
    }
    Ok(query
        .order_by_asc(hold_row::Column::Charge)
        .limit(limit)
        .all(db)
        .await?)
}

/// Charges that ended at a time or later, from one charge of that time on, in the order of their ends.
pub(crate) async fn ended_after(
    db: &impl ConnectionTrait,
    (at, after): (Timestamp, Option<ChargeId>),
    limit: u64,
) -> Result<Vec<Hold>, StoreError> {
    use hold_row::Column;
    let mut same_time = Condition::all().add(Column::SettledAt.eq(at));
    if let Some(after) = after {
        same_time = same_time.add(Column::Charge.gt(after));
    }
    Ok(hold_row::Entity::find()
        // In the words of the index `holds_by_end`.
        .filter(Column::SettledAt.is_not_null())
        .filter(Column::SettledAt.gte(at))
        .filter(
            Condition::any()
                .add(Column::SettledAt.gt(at))
                .add(same_time),
        )
        .order_by_asc(Column::SettledAt)
        .order_by_asc(Column::Charge)
        .limit(limit)
        .all(db)
        .await?)
}

/// Those of `charges` that are committed or may still be.
pub(crate) async fn committed_or_unsettled(
    db: &impl ConnectionTrait,
    charges: Vec<ChargeId>,
) -> Result<Vec<ChargeId>, StoreError> {
    Ok(hold_row::Entity::find()
        .filter(hold_row::Column::Charge.is_in(charges))
        .filter(hold_row::Column::State.ne(HoldState::Released))
        .select_only()
        .column(hold_row::Column::Charge)
        .into_tuple()
        .all(db)
        .await?)
}

/// A purchase by its id alone, as Stripe's events name it.
pub(crate) async fn purchase(
    db: &impl ConnectionTrait,
    id: PurchaseId,
) -> Result<Option<Purchase>, StoreError> {
    Ok(purchase_row::Entity::find_by_id(id).one(db).await?)
}

/// The purchase that was paid by a payment intent, as Stripe's refunds and disputes name it.
pub(crate) async fn purchase_of_intent(
    db: &impl ConnectionTrait,
    intent: &str,
) -> Result<Option<Purchase>, StoreError> {
    Ok(purchase_row::Entity::find()
        .filter(purchase_row::Column::PaymentIntent.eq(intent))
        .one(db)
        .await?)
}

/// Purchases that Stripe is to be asked about now, the longest waiting first.
pub(crate) async fn purchases_to_ask(
    db: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Purchase>, StoreError> {
    Ok(purchase_row::Entity::find()
        .filter(purchase_row::Column::AskAt.lte(now))
        .order_by_asc(purchase_row::Column::AskAt)
        .limit(limit)
        .all(db)
        .await?)
}

/// Takes one question to Stripe; `false`: another took it, or the purchase stirred.
pub(crate) async fn claim_purchase(
    tx: &impl ConnectionTrait,
    purchase: &Purchase,
    next: Timestamp,
) -> Result<bool, StoreError> {
    let claimed = purchase_row::Entity::update_many()
        .col_expr(purchase_row::Column::AskAt, Expr::value(next))
        .col_expr(
            purchase_row::Column::Asked,
            Expr::col(purchase_row::Column::Asked).add(1),
        )
        .filter(purchase_row::Column::Id.eq(purchase.id))
        .filter(purchase_row::Column::AskAt.eq(purchase.ask_at))
        .exec(tx)
        .await?;
    Ok(claimed.rows_affected == 1)
}

/// The refunds that operators ordered last; at most `limit`.
pub(crate) async fn latest_refunds(
    db: &impl ConnectionTrait,
    limit: u64,
) -> Result<Vec<Refund>, StoreError> {
    Ok(refund_row::Entity::find()
        .order_by_desc(refund_row::Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// Refunds that Stripe is to be asked about now, the longest waiting first.
pub(crate) async fn refunds_to_ask(
    db: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Refund>, StoreError> {
    Ok(refund_row::Entity::find()
        .filter(refund_row::Column::AskAt.lte(now))
        .order_by_asc(refund_row::Column::AskAt)
        .limit(limit)
        .all(db)
        .await?)
}

/// Takes one question to Stripe; `false`: another took it, or it was answered.
pub(crate) async fn claim_refund(
    tx: &impl ConnectionTrait,
    refund: &Refund,
    next: Timestamp,
) -> Result<bool, StoreError> {
    let claimed = refund_row::Entity::update_many()
        .col_expr(refund_row::Column::AskAt, Expr::value(next))
        .col_expr(
            refund_row::Column::Asked,
            Expr::col(refund_row::Column::Asked).add(1),
        )
        .filter(refund_row::Column::Id.eq(refund.id))
        .filter(refund_row::Column::AskAt.eq(refund.ask_at))
        .exec(tx)
        .await?;
    Ok(claimed.rows_affected == 1)
}

/// Purchases that were begun in a stretch of time, the oldest first.
pub(crate) async fn purchases_begun(
    db: &impl ConnectionTrait,
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<Purchase>, StoreError> {
    Ok(purchase_row::Entity::find()
        .filter(purchase_row::Column::CreatedAt.gte(from))
        .filter(purchase_row::Column::CreatedAt.lt(to))
        .order_by_asc(purchase_row::Column::Id)
        .all(db)
        .await?)
}

/// The lots whose money went back, in whole or in part.
pub(crate) async fn reclaimed_lots(db: &impl ConnectionTrait) -> Result<Vec<Lot>, StoreError> {
    Ok(lots::all()
        // In the words of the index `lots_reclaimed`, or SQLite does not use it.
        .filter(Expr::cust("reclaimed > 0"))
        .all(db)
        .await?)
}
