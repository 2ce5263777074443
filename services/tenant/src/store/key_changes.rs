//! Rows of `key_feed` and `key_changes`: which tenants' keys changed, in commit order.

use domain::{TenantId, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use store_kit::StoreError;

mod feed_row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "key_feed")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: i32,
        pub(crate) position: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod change_row {
    use domain::{TenantId, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "key_changes")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) position: i64,
        pub(crate) tenant_id: TenantId,
        pub(crate) at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) type KeyChange = change_row::Model;

/// The only row of `key_feed`.
const FEED: i32 = 1;

/// Tells gateways to forget what they cached of the tenant. Last in its transaction: it holds a lock that every other
/// change waits for.
pub(crate) async fn append(
    tx: &impl ConnectionTrait,
    tenant: TenantId,
    now: Timestamp,
) -> Result<(), StoreError> {
    feed_row::Entity::update_many()
        .col_expr(
            feed_row::Column::Position,
            Expr::col(feed_row::Column::Position).add(1),
        )
        .filter(feed_row::Column::Id.eq(FEED))
        .exec(tx)
        .await?;
    change_row::ActiveModel {
        position: Set(head(tx).await?),
        tenant_id: Set(tenant),
        at: Set(now),
    }
    .insert(tx)
    .await?;
    Ok(())
}

/// The last position that was given.
pub(crate) async fn head(db: &impl ConnectionTrait) -> Result<i64, StoreError> {
    let feed = feed_row::Entity::find_by_id(FEED).one(db).await?;
    feed.map(|row| row.position)
        .ok_or_else(|| StoreError::corrupt("key_feed has no row"))
}

/// Changes behind a position, in commit order.
pub(crate) async fn after(
    db: &impl ConnectionTrait,
    position: i64,
    limit: u64,
) -> Result<Vec<KeyChange>, StoreError> {
    Ok(change_row::Entity::find()
        .filter(change_row::Column::Position.gt(position))
        .order_by_asc(change_row::Column::Position)
        .limit(limit)
        .all(db)
        .await?)
}
