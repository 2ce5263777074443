//! Refunds that an operator ordered, and how far each has come.

use domain::{PurchaseId, RefundId, TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, DeriveActiveEnum, EntityTrait,
    EnumIter, QueryFilter as _,
};
use store_kit::StoreError;

/// How far a refund has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub(crate) enum RefundState {
    /// Stripe is being asked, or is asked again.
    Asked,
    /// Stripe has it; what became of it since is a claim like any other.
    Done,
    /// Stripe will not do it.
    Refused,
}

pub(super) mod row {
    use domain::{PurchaseId, RefundId, TenantId, Timestamp};
    use sea_orm::entity::prelude::*;

    use super::RefundState;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "refunds")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: RefundId,
        pub tenant: TenantId,
        pub purchase: PurchaseId,
        pub amount_minor: Option<i64>,
        pub reason: String,
        pub state: RefundState,
        pub stripe_refund: Option<String>,
        pub refusal: Option<String>,
        pub created_at: Timestamp,
        pub ended_at: Option<Timestamp>,
        pub ask_at: Option<Timestamp>,
        pub asked: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A refund as it stands.
pub(crate) type Refund = row::Model;

/// A refund to be written down before Stripe is asked.
pub(crate) struct NewRefund {
    pub(crate) id: RefundId,
    pub(crate) purchase: PurchaseId,
    pub(crate) amount_minor: Option<i64>,
    pub(crate) reason: String,
    pub(crate) created_at: Timestamp,
    pub(crate) ask_at: Timestamp,
}

pub(crate) async fn insert(
    tx: &impl ConnectionTrait,
    tenant: TenantId,
    new: NewRefund,
) -> Result<Refund, StoreError> {
    let refund = row::ActiveModel {
        id: Set(new.id),
        tenant: Set(tenant),
        purchase: Set(new.purchase),
        amount_minor: Set(new.amount_minor),
        reason: Set(new.reason),
        state: Set(RefundState::Asked),
        stripe_refund: Set(None),
        refusal: Set(None),
        created_at: Set(new.created_at),
        ended_at: Set(None),
        ask_at: Set(Some(new.ask_at)),
        asked: Set(0),
    };
    Ok(refund.insert(tx).await?)
}

/// Whether Stripe has not answered yet about a refund of the purchase.
pub(crate) async fn is_under_way(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    purchase: PurchaseId,
) -> Result<bool, StoreError> {
    let found = row::Entity::find()
        .filter(row::Column::Tenant.eq(tenant))
        .filter(row::Column::Purchase.eq(purchase))
        .filter(row::Column::State.eq(RefundState::Asked))
        .one(db)
        .await?;
    Ok(found.is_some())
}

pub(crate) async fn find(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    id: RefundId,
) -> Result<Option<Refund>, StoreError> {
    Ok(row::Entity::find_by_id(id)
        .filter(row::Column::Tenant.eq(tenant))
        .one(db)
        .await?)
}

/// What Stripe said: the id of its refund, or why there is none.
pub(crate) enum Answer {
    Done(String),
    Refused(String),
}

/// Writes Stripe's answer, once.
pub(crate) async fn end(
    tx: &impl ConnectionTrait,
    tenant: TenantId,
    id: RefundId,
    answer: Answer,
    at: Timestamp,
) -> Result<(), StoreError> {
    let (state, stripe_refund, refusal) = match answer {
        Answer::Done(refund) => (RefundState::Done, Some(refund), None),
        Answer::Refused(why) => (RefundState::Refused, None, Some(why)),
    };
    row::Entity::update_many()
        .col_expr(row::Column::State, Expr::value(state))
        .col_expr(row::Column::StripeRefund, Expr::value(stripe_refund))
        .col_expr(row::Column::Refusal, Expr::value(refusal))
        .col_expr(row::Column::EndedAt, Expr::value(at))
        .col_expr(row::Column::AskAt, Expr::value(None::<Timestamp>))
        .filter(row::Column::Tenant.eq(tenant))
        .filter(row::Column::Id.eq(id))
        .filter(row::Column::State.eq(RefundState::Asked))
        .exec(tx)
        .await?;
    Ok(())
}
