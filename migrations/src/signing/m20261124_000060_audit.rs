//! The audit record of a document and the pages made of it. Both outlive the document's bytes.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum AuditEvents {
    Table,
    Id,
    Tenant,
    Mode,
    Document,
    SignatureRequest,
    Act,
    Actor,
    Fact,
    At,
}

#[derive(DeriveIden)]
enum AuditPages {
    Table,
    Document,
    Tenant,
    Mode,
    SignatureRequest,
    Sha256,
    SizeBytes,
    Blob,
    MadeAt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(events()).await?;
        manager
            .create_index(
                Index::create()
                    .name("audit_events_document")
                    .table(AuditEvents::Table)
                    .col(AuditEvents::Document)
                    .to_owned(),
            )
            .await?;
        // For the job that forgets: it asks for old deletions.
        manager
            .create_index(
                Index::create()
                    .name("audit_events_act_at")
                    .table(AuditEvents::Table)
                    .col(AuditEvents::Act)
                    .col(AuditEvents::At)
                    .to_owned(),
            )
            .await?;
        manager.create_table(pages()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(AuditPages::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(AuditEvents::Table).to_owned())
            .await
    }
}

fn events() -> TableCreateStatement {
    Table::create()
        .table(AuditEvents::Table)
        .col(text(AuditEvents::Id).primary_key())
        .col(text(AuditEvents::Tenant))
        .col(text(AuditEvents::Mode))
        .col(text(AuditEvents::Document))
        .col(text_null(AuditEvents::SignatureRequest))
        .col(text(AuditEvents::Act))
        // JSON: who it was, and what is known of the act.
        .col(text(AuditEvents::Actor))
        .col(text(AuditEvents::Fact))
        .col(big_integer(AuditEvents::At))
        .to_owned()
}

/// One page a round.
fn pages() -> TableCreateStatement {
    Table::create()
        .table(AuditPages::Table)
        .col(text(AuditPages::Document))
        .col(text(AuditPages::SignatureRequest))
        .col(text(AuditPages::Tenant))
        .col(text(AuditPages::Mode))
        .col(text(AuditPages::Sha256))
        .col(big_integer(AuditPages::SizeBytes))
        .col(text(AuditPages::Blob))
        .col(big_integer(AuditPages::MadeAt))
        .primary_key(
            Index::create()
                .name("audit_pages_pkey")
                .col(AuditPages::Document)
                .col(AuditPages::SignatureRequest),
        )
        .to_owned()
}
