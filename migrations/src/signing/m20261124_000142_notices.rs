//! When open signature requests are looked at again: to remind of them, and to tell of their expiry.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, text};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Notices {
    Table,
    Tenant,
    Mode,
    SignatureRequest,
    Document,
    Since,
    DueAt,
    RemindedAt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let notices = Table::create()
            .table(Notices::Table)
            .col(text(Notices::Tenant))
            .col(text(Notices::Mode))
            .col(text(Notices::SignatureRequest))
            .col(text(Notices::Document))
            .col(big_integer(Notices::Since))
            .col(big_integer(Notices::DueAt))
            .col(big_integer_null(Notices::RemindedAt))
            .primary_key(
                Index::create()
                    .col(Notices::Tenant)
                    .col(Notices::Mode)
                    .col(Notices::SignatureRequest),
            )
            .to_owned();
        manager.create_table(notices).await?;
        let due = Index::create()
            .name("notices_by_due_at")
            .table(Notices::Table)
            .col(Notices::DueAt)
            .to_owned();
        manager.create_index(due).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let drop = Table::drop().table(Notices::Table).to_owned();
        manager.drop_table(drop).await
    }
}
