//! Submissions that wait for their seal, the keys that seal, and what must leave the process.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, binary, integer, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Submissions {
    Table,
    Id,
    Tenant,
    Mode,
    Document,
    SignatureRequest,
    Digest,
    Act,
    Address,
    SubmittedAt,
    SealedAt,
}

#[derive(DeriveIden)]
enum Authorities {
    Table,
    Name,
    Certificate,
    SealedKey,
    MadeAt,
}

#[derive(DeriveIden)]
enum Seals {
    Table,
    Tenant,
    Generation,
    Serial,
    Certificate,
    SealedKey,
    EndsAt,
    MadeAt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(submissions()).await?;
        manager.create_table(authorities()).await?;
        manager.create_table(seals()).await?;
        store_kit::outbox::create_table(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        store_kit::outbox::drop_table(manager).await?;
        manager
            .drop_table(Table::drop().table(Seals::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(Authorities::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(Submissions::Table).to_owned())
            .await
    }
}

fn submissions() -> TableCreateStatement {
    Table::create()
        .table(Submissions::Table)
        .col(text(Submissions::Id).primary_key())
        .col(text(Submissions::Tenant))
        .col(text(Submissions::Mode))
        .col(text(Submissions::Document))
        .col(text(Submissions::SignatureRequest))
        .col(text(Submissions::Digest))
        // What the signer did, ink included; emptied when it is sealed.
        .col(text_null(Submissions::Act))
        .col(text_null(Submissions::Address))
        .col(big_integer(Submissions::SubmittedAt))
        .col(big_integer_null(Submissions::SealedAt))
        .to_owned()
}

/// One row a name: instances that start at once agree on whichever came first.
fn authorities() -> TableCreateStatement {
    Table::create()
        .table(Authorities::Table)
        .col(text(Authorities::Name).primary_key())
        .col(binary(Authorities::Certificate))
        .col(binary(Authorities::SealedKey))
        .col(big_integer(Authorities::MadeAt))
        .to_owned()
}

fn seals() -> TableCreateStatement {
    Table::create()
        .table(Seals::Table)
        .col(text(Seals::Tenant))
        .col(integer(Seals::Generation))
        .col(text(Seals::Serial))
        .col(binary(Seals::Certificate))
        .col(binary(Seals::SealedKey))
        .col(big_integer(Seals::EndsAt))
        .col(big_integer(Seals::MadeAt))
        .primary_key(
            Index::create()
                .name("seals_pkey")
                .col(Seals::Tenant)
                .col(Seals::Generation),
        )
        .to_owned()
}
