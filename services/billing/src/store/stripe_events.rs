//! The inbox of Stripe's events: one row an event, written before it is answered.

use domain::{PurchaseId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait, QueryFilter as _, TryInsertResult};
use store_kit::StoreError;

mod row {
    use domain::{PurchaseId, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "stripe_events")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub kind: String,
        pub purchase: Option<PurchaseId>,
        pub payload: String,
        pub received_at: Timestamp,
        pub handled_at: Option<Timestamp>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// An event as it came in.
pub(crate) type Received = row::Model;

/// Writes the event down; `false`: it came before.
pub(crate) async fn insert(tx: &impl ConnectionTrait, event: Received) -> Result<bool, StoreError> {
    let event = row::ActiveModel {
        id: Set(event.id),
        kind: Set(event.kind),
        purchase: Set(event.purchase),
        payload: Set(event.payload),
        received_at: Set(event.received_at),
        handled_at: Set(event.handled_at),
    };
    let inserted = row::Entity::insert(event)
        .on_conflict_do_nothing_on([row::Column::Id])
        .exec_without_returning(tx)
        .await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(1)))
}

/// Every event of the purchase so far has had its effect; called by the transaction that has it.
pub(crate) async fn mark_handled(
    tx: &impl ConnectionTrait,
    purchase: PurchaseId,
    at: Timestamp,
) -> Result<(), StoreError> {
    row::Entity::update_many()
        .col_expr(row::Column::HandledAt, Expr::value(at))
        .filter(row::Column::Purchase.eq(purchase))
        .filter(row::Column::HandledAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}
