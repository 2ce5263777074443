//! Verification codes: which a request asks for, how guesses at each stand, and when codes were sent.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, integer, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Codes {
    Table,
    Tenant,
    Mode,
    SignatureRequest,
    Step,
    Document,
    Channel,
    Recipient,
    Rule,
    Secret,
    SentAt,
    ExpiresAt,
    Attempts,
    LockedUntil,
}

#[derive(DeriveIden)]
enum CodeSends {
    Table,
    Id,
    Tenant,
    Mode,
    SignatureRequest,
    Document,
    SentAt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let codes = Table::create()
            .table(Codes::Table)
            .col(text(Codes::Tenant))
            .col(text(Codes::Mode))
            .col(text(Codes::SignatureRequest))
            .col(text(Codes::Step))
            .col(text(Codes::Document))
            .col(text(Codes::Channel))
            .col(text_null(Codes::Recipient))
            .col(text(Codes::Rule))
            .col(text_null(Codes::Secret))
            .col(big_integer_null(Codes::SentAt))
            .col(big_integer_null(Codes::ExpiresAt))
            .col(integer(Codes::Attempts))
            .col(big_integer_null(Codes::LockedUntil))
            .primary_key(
                Index::create()
                    .col(Codes::Tenant)
                    .col(Codes::Mode)
                    .col(Codes::SignatureRequest)
                    .col(Codes::Step),
            )
            .to_owned();
        manager.create_table(codes).await?;
        let sends = Table::create()
            .table(CodeSends::Table)
            .col(text(CodeSends::Id).primary_key())
            .col(text(CodeSends::Tenant))
            .col(text(CodeSends::Mode))
            .col(text(CodeSends::SignatureRequest))
            .col(text(CodeSends::Document))
            .col(big_integer(CodeSends::SentAt))
            .to_owned();
        manager.create_table(sends).await?;
        let of_request = Index::create()
            .name("code_sends_owner_signature_request")
            .table(CodeSends::Table)
            .col(CodeSends::Tenant)
            .col(CodeSends::Mode)
            .col(CodeSends::SignatureRequest)
            .col(CodeSends::SentAt)
            .to_owned();
        manager.create_index(of_request).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(CodeSends::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(Codes::Table).to_owned())
            .await
    }
}
