//! API keys, and the feed of their changes in commit order.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, integer, integer_null, text, text_null,
};

use super::m20261124_000001_tenants::Tenants;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum ApiKeys {
    Table,
    Id,
    TenantId,
    Name,
    PublicId,
    Mode,
    Scopes,
    Hash,
    PepperVersion,
    LastFour,
    AllowList,
    RatePerSecond,
    CreatedAt,
    ExpiresAt,
    RevokedAt,
    RotatedTo,
    LastUsedAt,
    LastUsedFrom,
}

#[derive(DeriveIden)]
enum KeyFeed {
    Table,
    Id,
    Position,
}

#[derive(DeriveIden)]
enum KeyChanges {
    Table,
    Position,
    TenantId,
    At,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(api_keys()).await?;
        let public_id = Index::create()
            .name("api_keys_public_id_unique")
            .table(ApiKeys::Table)
            .col(ApiKeys::PublicId)
            .unique()
            .to_owned();
        manager.create_index(public_id).await?;
        let by_tenant = Index::create()
            .name("api_keys_by_tenant_id")
            .table(ApiKeys::Table)
            .col(ApiKeys::TenantId)
            .to_owned();
        manager.create_index(by_tenant).await?;
        create_feed(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            KeyChanges::Table.into_iden(),
            KeyFeed::Table.into_iden(),
            ApiKeys::Table.into_iden(),
        ] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}

fn api_keys() -> TableCreateStatement {
    Table::create()
        .table(ApiKeys::Table)
        .col(text(ApiKeys::Id).primary_key())
        .col(text(ApiKeys::TenantId))
        .col(text(ApiKeys::Name))
        .col(text(ApiKeys::PublicId))
        .col(text(ApiKeys::Mode))
        .col(text(ApiKeys::Scopes))
        .col(text(ApiKeys::Hash))
        .col(integer(ApiKeys::PepperVersion))
        .col(text(ApiKeys::LastFour))
        .col(text(ApiKeys::AllowList))
        .col(integer_null(ApiKeys::RatePerSecond))
        .col(big_integer(ApiKeys::CreatedAt))
        .col(big_integer_null(ApiKeys::ExpiresAt))
        .col(big_integer_null(ApiKeys::RevokedAt))
        .col(text_null(ApiKeys::RotatedTo))
        .col(big_integer_null(ApiKeys::LastUsedAt))
        .col(text_null(ApiKeys::LastUsedFrom))
        .foreign_key(
            ForeignKey::create()
                .name("api_keys_tenant_id_fk")
                .from(ApiKeys::Table, ApiKeys::TenantId)
                .to(Tenants::Table, Tenants::Id),
        )
        .to_owned()
}

/// `key_feed` has one row. Whoever changes a key counts it up and so holds its lock until commit: positions appear in
/// commit order, and a reader never has to wait for a lower one.
async fn create_feed(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let feed = Table::create()
        .table(KeyFeed::Table)
        .col(integer(KeyFeed::Id).primary_key())
        .col(big_integer(KeyFeed::Position))
        .to_owned();
    manager.create_table(feed).await?;
    let changes = Table::create()
        .table(KeyChanges::Table)
        .col(big_integer(KeyChanges::Position).primary_key())
        .col(text(KeyChanges::TenantId))
        .col(big_integer(KeyChanges::At))
        .to_owned();
    manager.create_table(changes).await?;
    let first = Query::insert()
        .into_table(KeyFeed::Table)
        .columns([KeyFeed::Id, KeyFeed::Position])
        .values_panic([1.into(), 0_i64.into()])
        .to_owned();
    manager.execute(first).await
}
