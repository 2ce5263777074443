//! What each UTC day's comparison with Stripe found.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("reconciliations")
            // `2026-11-24`.
            .col(text("day").primary_key())
            .col(big_integer("checked_at"))
            .col(big_integer("differences"))
            // The whole report, as JSON.
            .col(text("report"))
            .to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("reconciliations").to_owned())
            .await
    }
}
