//! Why a document is not sealed yet: one row for each job that failed, gone when it succeeds.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, integer, text};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum SealingFailures {
    Table,
    Submission,
    Tenant,
    Mode,
    Document,
    SignatureRequest,
    Tries,
    Reason,
    Detail,
    FailedAt,
    NextTryAt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(SealingFailures::Table)
            .col(text(SealingFailures::Submission).primary_key())
            .col(text(SealingFailures::Tenant))
            .col(text(SealingFailures::Mode))
            .col(text(SealingFailures::Document))
            .col(text(SealingFailures::SignatureRequest))
            .col(integer(SealingFailures::Tries))
            .col(text(SealingFailures::Reason))
            .col(text(SealingFailures::Detail))
            .col(big_integer(SealingFailures::FailedAt))
            .col(big_integer(SealingFailures::NextTryAt))
            .to_owned();
        manager.create_table(table).await?;
        let of_request = Index::create()
            .name("sealing_failures_by_request")
            .table(SealingFailures::Table)
            .col(SealingFailures::Tenant)
            .col(SealingFailures::Mode)
            .col(SealingFailures::SignatureRequest)
            .to_owned();
        manager.create_index(of_request).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(SealingFailures::Table).to_owned())
            .await
    }
}
