//! Purchases: what was ordered, at the price of its day, and how far the money has come.

use domain::{MemberId, PurchaseId, TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, DeriveActiveEnum, EntityTrait,
    EnumIter, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select, UpdateMany,
};
use serde::Serialize;
use store_kit::StoreError;
use utoipa::ToSchema;

use crate::price_list::{self, Bundle};

/// How far a purchase has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, ToSchema)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub(crate) enum PurchaseState {
    Pending,
    Paid,
    Failed,
    Expired,
    NeedsReview,
}

impl PurchaseState {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Paid => "paid",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::NeedsReview => "needs_review",
        }
    }
}

pub(super) mod row {
    use domain::{Currency, MemberId, PurchaseId, TenantId, Timestamp, Units};
    use sea_orm::entity::prelude::*;

    use super::PurchaseState;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "purchases")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PurchaseId,
        pub tenant: TenantId,
        pub member: MemberId,
        pub bundle: String,
        pub price_list: String,
        pub units: Units,
        pub validity_months: i32,
        pub price_minor: i64,
        pub currency: Currency,
        pub livemode: bool,
        pub state: PurchaseState,
        pub generation: i64,
        pub session: Option<String>,
        pub payment_intent: Option<String>,
        pub checkout_url: Option<String>,
        pub amount_total: Option<i64>,
        pub amount_tax: Option<i64>,
        pub review: Option<String>,
        pub created_at: Timestamp,
        pub paid_at: Option<Timestamp>,
        pub ask_at: Option<Timestamp>,
        pub asked: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A purchase as it stands.
pub(crate) type Purchase = row::Model;

/// A purchase to be written down before anybody is asked for money.
pub(crate) struct NewPurchase {
    pub(crate) id: PurchaseId,
    pub(crate) member: MemberId,
    pub(crate) bundle: Bundle,
    pub(crate) livemode: bool,
    pub(crate) created_at: Timestamp,
    pub(crate) ask_at: Timestamp,
}

fn of(tenant: TenantId) -> Select<row::Entity> {
    row::Entity::find().filter(row::Column::Tenant.eq(tenant))
}

pub(crate) async fn insert(
    tx: &impl ConnectionTrait,
    tenant: TenantId,
    new: NewPurchase,
) -> Result<Purchase, StoreError> {
    let purchase = row::ActiveModel {
        id: Set(new.id),
        tenant: Set(tenant),
        member: Set(new.member),
        bundle: Set(new.bundle.id.to_owned()),
        price_list: Set(price_list::VERSION.to_owned()),
        units: Set(new.bundle.units),
        validity_months: Set(new.bundle.validity_months),
        price_minor: Set(new.bundle.price.minor),
        currency: Set(new.bundle.price.currency),
        livemode: Set(new.livemode),
        state: Set(PurchaseState::Pending),
        generation: Set(0),
        session: Set(None),
        payment_intent: Set(None),
        checkout_url: Set(None),
        amount_total: Set(None),
        amount_tax: Set(None),
        review: Set(None),
        created_at: Set(new.created_at),
        paid_at: Set(None),
        ask_at: Set(Some(new.ask_at)),
        asked: Set(0),
    };
    Ok(purchase.insert(tx).await?)
}

pub(crate) async fn find(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    id: PurchaseId,
) -> Result<Option<Purchase>, StoreError> {
    Ok(of(tenant).filter(row::Column::Id.eq(id)).one(db).await?)
}

/// As [`find`]; nobody else changes the purchase until the transaction ends.
pub(crate) async fn lock(
    tx: &impl ConnectionTrait,
    tenant: TenantId,
    id: PurchaseId,
) -> Result<Option<Purchase>, StoreError> {
    Ok(of(tenant)
        .filter(row::Column::Id.eq(id))
        .lock_exclusive()
        .one(tx)
        .await?)
}

/// The newest purchases; at most `limit`.
pub(crate) async fn latest(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    limit: u64,
) -> Result<Vec<Purchase>, StoreError> {
    Ok(of(tenant)
        .order_by_desc(row::Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

fn update(tenant: TenantId, id: PurchaseId) -> UpdateMany<row::Entity> {
    row::Entity::update_many()
        .col_expr(
            row::Column::Generation,
            Expr::col(row::Column::Generation).add(1),
        )
        .filter(row::Column::Tenant.eq(tenant))
        .filter(row::Column::Id.eq(id))
}

/// Binds the purchase to its one Checkout Session; a second session is not taken.
pub(crate) async fn bind_session(
    tx: &impl ConnectionTrait,
    tenant: TenantId,
    id: PurchaseId,
    (session, checkout_url): (&str, Option<&str>),
) -> Result<(), StoreError> {
    update(tenant, id)
        .col_expr(row::Column::Session, Expr::value(session))
        .col_expr(
            row::Column::CheckoutUrl,
            Expr::value(checkout_url.map(ToOwned::to_owned)),
        )
        .filter(row::Column::Session.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Something may have happened at Stripe: what was fetched before is stale, and the sweeper asks at once.
pub(crate) async fn stir(
    tx: &impl ConnectionTrait,
    tenant: TenantId,
    id: PurchaseId,
    now: Timestamp,
) -> Result<(), StoreError> {
    update(tenant, id)
        .col_expr(row::Column::AskAt, Expr::value(now))
        .col_expr(row::Column::Asked, Expr::value(0))
        .exec(tx)
        .await?;
    Ok(())
}

/// How a purchase ended.
#[derive(Clone, Debug)]
pub(crate) struct Ending {
    pub(crate) state: PurchaseState,
    pub(crate) review: Option<String>,
    pub(crate) paid_at: Option<Timestamp>,
    pub(crate) amount_total: Option<i64>,
    pub(crate) amount_tax: Option<i64>,
    pub(crate) payment_intent: Option<String>,
    /// When Stripe is asked next although nothing stirs.
    pub(crate) ask_at: Option<Timestamp>,
}

/// Writes the end.
pub(crate) async fn end(
    tx: &impl ConnectionTrait,
    tenant: TenantId,
    id: PurchaseId,
    ending: Ending,
) -> Result<(), StoreError> {
    update(tenant, id)
        .col_expr(row::Column::State, Expr::value(ending.state))
        .col_expr(row::Column::Review, Expr::value(ending.review))
        .col_expr(row::Column::PaidAt, Expr::value(ending.paid_at))
        .col_expr(row::Column::AmountTotal, Expr::value(ending.amount_total))
        .col_expr(row::Column::AmountTax, Expr::value(ending.amount_tax))
        .col_expr(
            row::Column::PaymentIntent,
            Expr::value(ending.payment_intent),
        )
        .col_expr(row::Column::AskAt, Expr::value(ending.ask_at))
        .exec(tx)
        .await?;
    Ok(())
}

/// What is kept of a purchase that has ended and that nothing is expected of.
#[derive(Clone, Debug)]
pub(crate) struct Rest {
    /// When Stripe is asked next although nothing stirs.
    pub(crate) ask_at: Option<Timestamp>,
    /// What its refunds and disputes name; purchases of older versions did not keep it.
    pub(crate) payment_intent: Option<String>,
}

/// Lets a purchase that has ended rest, whatever stirred it.
pub(crate) async fn rest(
    tx: &impl ConnectionTrait,
    tenant: TenantId,
    id: PurchaseId,
    rest: Rest,
) -> Result<(), StoreError> {
    update(tenant, id)
        .col_expr(row::Column::AskAt, Expr::value(rest.ask_at))
        .col_expr(row::Column::PaymentIntent, Expr::value(rest.payment_intent))
        .exec(tx)
        .await?;
    Ok(())
}
