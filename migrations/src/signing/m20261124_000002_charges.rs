//! Verdicts on charges, answers kept for replay, and what is counted.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, integer, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Charges {
    Table,
    Charge,
    Tenant,
    Mode,
    Verdict,
    SignatureRequest,
    Document,
    Url,
    RecordedAt,
}

#[derive(DeriveIden)]
enum Answers {
    Table,
    Tenant,
    Mode,
    Operation,
    Key,
    Fingerprint,
    Status,
    Body,
    Charge,
    GivenAt,
    ExpiresAt,
}

#[derive(DeriveIden)]
enum Usage {
    Table,
    Tenant,
    Mode,
    Counted,
    Month,
    Total,
}

#[derive(DeriveIden)]
enum UsageDrains {
    Table,
    Drain,
    TakenAt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(charges()).await?;
        manager.create_table(answers()).await?;
        manager.create_table(usage()).await?;
        manager.create_table(usage_drains()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(UsageDrains::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(Usage::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(Answers::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(Charges::Table).to_owned())
            .await
    }
}

/// One verdict a charge, whoever comes first: the primary key is the referee. No retention touches this table.
fn charges() -> TableCreateStatement {
    Table::create()
        .table(Charges::Table)
        .col(text(Charges::Charge).primary_key())
        .col(text(Charges::Tenant))
        .col(text(Charges::Mode))
        .col(text(Charges::Verdict))
        .col(text_null(Charges::SignatureRequest))
        .col(text_null(Charges::Document))
        .col(text_null(Charges::Url))
        .col(big_integer(Charges::RecordedAt))
        .to_owned()
}

fn answers() -> TableCreateStatement {
    Table::create()
        .table(Answers::Table)
        .col(text(Answers::Tenant))
        .col(text(Answers::Mode))
        .col(text(Answers::Operation))
        .col(text(Answers::Key))
        .col(text(Answers::Fingerprint))
        .col(integer(Answers::Status))
        .col(text(Answers::Body))
        .col(text_null(Answers::Charge))
        .col(big_integer(Answers::GivenAt))
        .col(big_integer(Answers::ExpiresAt))
        .primary_key(
            Index::create()
                .name("answers_pkey")
                .col(Answers::Tenant)
                .col(Answers::Mode)
                .col(Answers::Operation)
                .col(Answers::Key),
        )
        .to_owned()
}

fn usage() -> TableCreateStatement {
    Table::create()
        .table(Usage::Table)
        .col(text(Usage::Tenant))
        .col(text(Usage::Mode))
        .col(text(Usage::Counted))
        .col(text(Usage::Month))
        .col(big_integer(Usage::Total))
        .primary_key(
            Index::create()
                .name("usage_pkey")
                .col(Usage::Tenant)
                .col(Usage::Mode)
                .col(Usage::Counted)
                .col(Usage::Month),
        )
        .to_owned()
}

fn usage_drains() -> TableCreateStatement {
    Table::create()
        .table(UsageDrains::Table)
        .col(text(UsageDrains::Drain).primary_key())
        .col(big_integer(UsageDrains::TakenAt))
        .to_owned()
}

fn indexes() -> [IndexCreateStatement; 4] {
    [
        Index::create()
            .name("charges_by_signature_request")
            .table(Charges::Table)
            .col(Charges::Tenant)
            .col(Charges::Mode)
            .col(Charges::SignatureRequest)
            .to_owned(),
        Index::create()
            .name("charges_by_verdict")
            .table(Charges::Table)
            .col(Charges::Verdict)
            .col(Charges::Charge)
            .to_owned(),
        Index::create()
            .name("answers_by_charge")
            .table(Answers::Table)
            .col(Answers::Charge)
            .to_owned(),
        Index::create()
            .name("answers_by_expires_at")
            .table(Answers::Table)
            .col(Answers::ExpiresAt)
            .to_owned(),
    ]
}
