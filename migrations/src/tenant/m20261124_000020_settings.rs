//! What operators set for tenants, a row a setting, and how many calls at once a key may make.
//!
//! The columns of `tenants` in which three of them had their defaults stay
//! for the version before, which writes and reads them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, integer_null, text};

use super::m20261124_000001_tenants::Tenants;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum TenantSettings {
    Table,
    TenantId,
    Name,
    Value,
    SetAt,
}

#[derive(DeriveIden)]
enum ApiKeys {
    Table,
    Burst,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let settings = Table::create()
            .table(TenantSettings::Table)
            .col(text(TenantSettings::TenantId))
            .col(text(TenantSettings::Name))
            .col(text(TenantSettings::Value))
            .col(big_integer(TenantSettings::SetAt))
            .primary_key(
                Index::create()
                    .col(TenantSettings::TenantId)
                    .col(TenantSettings::Name),
            )
            .foreign_key(
                ForeignKey::create()
                    .name("tenant_settings_tenant_id_fk")
                    .from(TenantSettings::Table, TenantSettings::TenantId)
                    .to(Tenants::Table, Tenants::Id),
            )
            .to_owned();
        manager.create_table(settings).await?;
        let burst = Table::alter()
            .table(ApiKeys::Table)
            .add_column(integer_null(ApiKeys::Burst))
            .to_owned();
        manager.alter_table(burst).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let burst = Table::alter()
            .table(ApiKeys::Table)
            .drop_column(ApiKeys::Burst)
            .to_owned();
        manager.alter_table(burst).await?;
        let drop = Table::drop().table(TenantSettings::Table).to_owned();
        manager.drop_table(drop).await
    }
}
