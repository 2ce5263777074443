//! When and why a seal was revoked: the revocation list names it from then on.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer_null, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Seals {
    Table,
    RevokedAt,
    RevocationReason,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One column a statement: SQLite takes no more.
        for column in [
            big_integer_null(Seals::RevokedAt),
            text_null(Seals::RevocationReason),
        ] {
            let table = Table::alter()
                .table(Seals::Table)
                .add_column(column)
                .to_owned();
            manager.alter_table(table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [Seals::RevocationReason, Seals::RevokedAt] {
            let table = Table::alter()
                .table(Seals::Table)
                .drop_column(column)
                .to_owned();
            manager.alter_table(table).await?;
        }
        Ok(())
    }
}
