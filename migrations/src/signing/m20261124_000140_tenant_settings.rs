//! What signing keeps of a tenant's settings. The defaults stand in until tenant tells of it again.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{boolean, integer, text};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Tenants {
    Table,
    KeepSignedDays,
    KeepUnsignedDays,
    Sms,
    HttpsCallbacksOnly,
    FrameHosts,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            integer(Tenants::KeepSignedDays).default(10).to_owned(),
            integer(Tenants::KeepUnsignedDays).default(30).to_owned(),
            boolean(Tenants::Sms).default(false).to_owned(),
            boolean(Tenants::HttpsCallbacksOnly)
                .default(false)
                .to_owned(),
            text(Tenants::FrameHosts).default("").to_owned(),
        ];
        // One at a time: SQLite adds no two columns in one statement.
        for column in columns {
            let add = Table::alter()
                .table(Tenants::Table)
                .add_column(column)
                .to_owned();
            manager.alter_table(add).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            Tenants::FrameHosts,
            Tenants::HttpsCallbacksOnly,
            Tenants::Sms,
            Tenants::KeepUnsignedDays,
            Tenants::KeepSignedDays,
        ] {
            let drop = Table::alter()
                .table(Tenants::Table)
                .drop_column(column)
                .to_owned();
            manager.alter_table(drop).await?;
        }
        Ok(())
    }
}
