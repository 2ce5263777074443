//! Rows of `messages`: mail of the local outbox. It is written to addresses, not to tenants.

use domain::{Email, MessageId, Timestamp};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use store_kit::StoreError;

mod row {
    use domain::{Email, MessageId, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "messages")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: MessageId,
        pub(crate) to_address: Email,
        pub(crate) to_folded: String,
        pub(crate) subject: String,
        pub(crate) text: String,
        pub(crate) html: String,
        pub(crate) created_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    crate::store::mute!(Model);
}

/// A message as stored. `Debug` shows nothing: it may hold a link that confirms an address.
pub(crate) type Message = row::Model;

pub(crate) async fn insert(tx: &impl ConnectionTrait, message: Message) -> Result<(), StoreError> {
    row::ActiveModel::from(message).insert(tx).await?;
    Ok(())
}

/// Messages to an address since a time.
pub(crate) async fn count_since(
    db: &impl ConnectionTrait,
    to: &Email,
    since: Timestamp,
) -> Result<u64, StoreError> {
    Ok(row::Entity::find()
        .filter(row::Column::ToFolded.eq(to.folded()))
        .filter(row::Column::CreatedAt.gte(since))
        .count(db)
        .await?)
}

/// A page of messages, newest first, behind `cursor`.
pub(crate) async fn page(
    db: &impl ConnectionTrait,
    cursor: Option<MessageId>,
    limit: u64,
) -> Result<Vec<Message>, StoreError> {
    let mut query = row::Entity::find();
    if let Some(cursor) = cursor {
        query = query.filter(row::Column::Id.lt(cursor));
    }
    Ok(query
        .order_by_desc(row::Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

pub(crate) async fn delete_older(
    tx: &impl ConnectionTrait,
    before: Timestamp,
) -> Result<u64, StoreError> {
    let deleted = row::Entity::delete_many()
        .filter(row::Column::CreatedAt.lt(before))
        .exec(tx)
        .await?;
    Ok(deleted.rows_affected)
}
