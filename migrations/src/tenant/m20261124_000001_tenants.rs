//! Tenants, and the addresses that have had their trial.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, boolean, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
pub(super) enum Tenants {
    Table,
    Id,
    Slug,
    Name,
    Api,
    ActivatedAt,
    KeepRawInk,
    PublicKey,
    TermsVersion,
    Zone,
    Lang,
    MaxFileBytes,
    Version,
    CreatedAt,
}

#[derive(DeriveIden)]
enum TrialAddresses {
    Table,
    AddressHash,
    TenantId,
    At,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tenants = Table::create()
            .table(Tenants::Table)
            .col(text(Tenants::Id).primary_key())
            .col(text(Tenants::Slug))
            .col(text(Tenants::Name))
            .col(text(Tenants::Api))
            .col(big_integer_null(Tenants::ActivatedAt))
            .col(boolean(Tenants::KeepRawInk))
            .col(text_null(Tenants::PublicKey))
            .col(text_null(Tenants::TermsVersion))
            .col(text(Tenants::Zone))
            .col(text(Tenants::Lang))
            .col(big_integer(Tenants::MaxFileBytes))
            .col(big_integer(Tenants::Version))
            .col(big_integer(Tenants::CreatedAt))
            .to_owned();
        manager.create_table(tenants).await?;
        let slug = Index::create()
            .name("tenants_slug_unique")
            .table(Tenants::Table)
            .col(Tenants::Slug)
            .unique()
            .to_owned();
        manager.create_index(slug).await?;
        // No foreign key to the tenant: the row outlives its erasure.
        let trials = Table::create()
            .table(TrialAddresses::Table)
            .col(text(TrialAddresses::AddressHash).primary_key())
            .col(text(TrialAddresses::TenantId))
            .col(big_integer(TrialAddresses::At))
            .to_owned();
        manager.create_table(trials).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            TrialAddresses::Table.into_iden(),
            Tenants::Table.into_iden(),
        ] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}
