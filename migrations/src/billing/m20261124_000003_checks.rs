//! When each check over all tenants was last complete, also when there was nothing to look at.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let checks = Table::create()
            .table("checks")
            .col(text("name").primary_key())
            .col(big_integer("checked_at"))
            .to_owned();
        manager.create_table(checks).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("checks").to_owned())
            .await
    }
}
