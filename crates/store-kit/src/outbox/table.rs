//! The table of messages and its indexes, for the migrations of those who have an outbox.

use sea_orm::sea_query::{Index, Table};
use sea_orm_migration::SchemaManager;
use sea_orm_migration::schema::{big_integer, big_integer_null, integer, text, text_null};

use super::row;

const GROUP_INDEX: &str = "outbox_by_topic_and_group";

/// Creates the outbox in the owner's schema; called from the owner's migration.
pub async fn create_table(manager: &SchemaManager<'_>) -> Result<(), sea_orm::DbErr> {
    let table = Table::create()
        .table(row::Entity)
        .col(text(row::Column::Id).primary_key())
        .col(text(row::Column::Topic))
        .col(text(row::Column::Destination))
        .col(text(row::Column::OrderGroup))
        .col(text(row::Column::Payload))
        .col(big_integer(row::Column::CreatedAt))
        .col(big_integer(row::Column::DueAt))
        .col(integer(row::Column::Tries))
        .col(big_integer_null(row::Column::DoneAt))
        .col(big_integer_null(row::Column::GivenUpAt))
        .col(text_null(row::Column::LastError))
        .to_owned();
    manager.create_table(table).await?;
    let pending = Index::create()
        .name("outbox_by_topic_and_due_at")
        .table(row::Entity)
        .col(row::Column::Topic)
        .col(row::Column::DoneAt)
        .col(row::Column::DueAt)
        .to_owned();
    manager.create_index(pending).await
}

/// What lets a worker see quickly which messages wait for earlier ones of their group; for a topic with many of them.
/// Called from the owner's migration, as is its way back.
pub async fn create_group_index(manager: &SchemaManager<'_>) -> Result<(), sea_orm::DbErr> {
    let groups = Index::create()
        .name(GROUP_INDEX)
        .table(row::Entity)
        .col(row::Column::Topic)
        .col(row::Column::OrderGroup)
        .col(row::Column::Destination)
        .col(row::Column::Id)
        .to_owned();
    manager.create_index(groups).await
}

/// The way back of [`create_group_index`].
pub async fn drop_group_index(manager: &SchemaManager<'_>) -> Result<(), sea_orm::DbErr> {
    let groups = Index::drop()
        .name(GROUP_INDEX)
        .table(row::Entity)
        .to_owned();
    manager.drop_index(groups).await
}

/// The way back of [`create_table`].
pub async fn drop_table(manager: &SchemaManager<'_>) -> Result<(), sea_orm::DbErr> {
    manager
        .drop_table(Table::drop().table(row::Entity).to_owned())
        .await
}
