//! Letters and text messages to people. How a delivery is tried is in the outbox, under the same id.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, integer, integer_null, text, text_null,
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Messages {
    Table,
    Id,
    Tenant,
    Mode,
    Document,
    SignatureRequest,
    Channel,
    Kind,
    Recipient,
    ReplyTo,
    SenderName,
    Lang,
    Subject,
    Body,
    AttachedRevision,
    State,
    Tries,
    LastError,
    CreatedAt,
    SettledAt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(Messages::Table)
            .col(text(Messages::Id).primary_key())
            .col(text(Messages::Tenant))
            .col(text(Messages::Mode))
            .col(text(Messages::Document))
            .col(text_null(Messages::SignatureRequest))
            .col(text(Messages::Channel))
            .col(text(Messages::Kind))
            .col(text(Messages::Recipient))
            .col(text_null(Messages::ReplyTo))
            .col(text_null(Messages::SenderName))
            .col(text(Messages::Lang))
            .col(text(Messages::Subject))
            .col(text_null(Messages::Body))
            .col(integer_null(Messages::AttachedRevision))
            .col(text(Messages::State))
            .col(integer(Messages::Tries))
            .col(text_null(Messages::LastError))
            .col(big_integer(Messages::CreatedAt))
            .col(big_integer_null(Messages::SettledAt))
            .to_owned();
        manager.create_table(table).await?;
        let settled = Index::create()
            .name("messages_settled_at")
            .table(Messages::Table)
            .col(Messages::SettledAt)
            .to_owned();
        manager.create_index(settled).await?;
        let of_request = Index::create()
            .name("messages_owner_signature_request")
            .table(Messages::Table)
            .col(Messages::Tenant)
            .col(Messages::Mode)
            .col(Messages::SignatureRequest)
            .to_owned();
        manager.create_index(of_request).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(Messages::Table).to_owned())
            .await
    }
}
