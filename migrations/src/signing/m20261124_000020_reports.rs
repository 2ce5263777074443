//! What every upload was and what was done to it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Reports {
    Table,
    Document,
    Tenant,
    Mode,
    Report,
    MadeAt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(Reports::Table)
            .col(text(Reports::Document).primary_key())
            .col(text(Reports::Tenant))
            .col(text(Reports::Mode))
            // As it is served, in JSON.
            .col(text(Reports::Report))
            .col(big_integer(Reports::MadeAt))
            .to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(Reports::Table).to_owned())
            .await
    }
}
