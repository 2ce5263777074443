//! The audit log, mail of the local outbox, and the outbox of events.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum AuditLog {
    Table,
    Id,
    TenantId,
    At,
    Actor,
    Act,
    Subject,
    FromAddress,
}

#[derive(DeriveIden)]
enum Messages {
    Table,
    Id,
    ToAddress,
    ToFolded,
    Subject,
    Text,
    Html,
    CreatedAt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // No foreign key to the member: what somebody did stays told after they left.
        let audit_log = Table::create()
            .table(AuditLog::Table)
            .col(text(AuditLog::Id).primary_key())
            .col(text(AuditLog::TenantId))
            .col(big_integer(AuditLog::At))
            .col(text(AuditLog::Actor))
            .col(text(AuditLog::Act))
            .col(text(AuditLog::Subject))
            .col(text_null(AuditLog::FromAddress))
            .to_owned();
        manager.create_table(audit_log).await?;
        let by_tenant = Index::create()
            .name("audit_log_by_tenant_id_and_id")
            .table(AuditLog::Table)
            .col(AuditLog::TenantId)
            .col(AuditLog::Id)
            .to_owned();
        manager.create_index(by_tenant).await?;
        let messages = Table::create()
            .table(Messages::Table)
            .col(text(Messages::Id).primary_key())
            .col(text(Messages::ToAddress))
            .col(text(Messages::ToFolded))
            .col(text(Messages::Subject))
            .col(text(Messages::Text))
            .col(text(Messages::Html))
            .col(big_integer(Messages::CreatedAt))
            .to_owned();
        manager.create_table(messages).await?;
        let by_address = Index::create()
            .name("messages_by_to_folded_and_created_at")
            .table(Messages::Table)
            .col(Messages::ToFolded)
            .col(Messages::CreatedAt)
            .to_owned();
        manager.create_index(by_address).await?;
        store_kit::outbox::create_table(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        store_kit::outbox::drop_table(manager).await?;
        for table in [Messages::Table.into_iden(), AuditLog::Table.into_iden()] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}
