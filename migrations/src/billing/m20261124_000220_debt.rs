//! Debt: since when a lot owes, and what an operator set for a tenant about it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer_null, boolean_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

const TENANT_COLUMNS: [&str; 2] = ["debt_blocks", "purchase_pays_debt"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let since = Table::alter()
            .table("lots")
            .add_column(big_integer_null("owed_since"))
            .to_owned();
        manager.alter_table(since).await?;
        for column in TENANT_COLUMNS {
            // Null: as the server's settings say.
            let add = Table::alter()
                .table("tenants")
                .add_column(boolean_null(column))
                .to_owned();
            manager.alter_table(add).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [
            ("tenants", "purchase_pays_debt"),
            ("tenants", "debt_blocks"),
            ("lots", "owed_since"),
        ] {
            let drop = Table::alter().table(table).drop_column(column).to_owned();
            manager.alter_table(drop).await?;
        }
        Ok(())
    }
}
