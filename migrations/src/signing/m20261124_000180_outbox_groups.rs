//! Which callbacks wait for earlier ones of their group is looked up for each that is due: an index for it.

use sea_orm_migration::prelude::*;
use store_kit::outbox;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        outbox::create_group_index(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        outbox::drop_group_index(manager).await
    }
}
