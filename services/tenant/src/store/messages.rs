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

    /// How a mail stands.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Text")]
    pub(crate) enum State {
        /// In the local outbox, since this server sends nothing.
        #[sea_orm(string_value = "kept")]
        Kept,
        #[sea_orm(string_value = "waiting")]
        Waiting,
        #[sea_orm(string_value = "sent")]
        Sent,
        #[sea_orm(string_value = "failed")]
        Failed,
    }

    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "messages")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: MessageId,
        pub(crate) to_address: Email,
        pub(crate) to_folded: String,
        pub(crate) subject: String,
        /// Erased once the mail is sent or given up.
        pub(crate) text: String,
        pub(crate) html: String,
        pub(crate) created_at: Timestamp,
        pub(crate) state: State,
        pub(crate) tries: i32,
        pub(crate) last_error: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    crate::store::mute!(Model);
}

pub(crate) use row::State;

impl State {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }
}

/// A message as stored. `Debug` shows nothing: it may hold a link that confirms an address.
pub(crate) type Message = row::Model;

pub(crate) async fn insert(tx: &impl ConnectionTrait, message: Message) -> Result<(), StoreError> {
    row::ActiveModel::from(message).insert(tx).await?;
    Ok(())
}

pub(crate) async fn find(
    db: &impl ConnectionTrait,
    id: MessageId,
) -> Result<Option<Message>, StoreError> {
    Ok(row::Entity::find_by_id(id).one(db).await?)
}

pub(crate) async fn put(tx: &impl ConnectionTrait, message: Message) -> Result<(), StoreError> {
    row::ActiveModel::from(message)
        .reset_all()
        .update(tx)
        .await?;
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
