//! How far the books were proven, so that each check need not read the whole history.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(checkpoints()).await?;
        manager.create_table(proven_sums()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (index, table) in [("lots_at_work", "lots"), ("holds_by_end", "holds")] {
            let drop = Index::drop().name(index).table(table).to_owned();
            manager.drop_index(drop).await?;
        }
        for table in ["proven_sums", "checkpoints"] {
            let drop = Table::drop().table(table).to_owned();
            manager.drop_table(drop).await?;
        }
        Ok(())
    }
}

/// Up to which id something was looked at, and which id comes next once nothing older can still appear.
fn checkpoints() -> TableCreateStatement {
    Table::create()
        .table("checkpoints")
        .col(text("name").primary_key())
        .col(text_null("through"))
        .col(text_null("next"))
        .col(big_integer_null("next_at"))
        // When everything was last proven, from the first entry on.
        .col(big_integer_null("proven_at"))
        .to_owned()
}

/// Sums of the entries up to the checkpoint: of each lot, and under the empty lot of the whole account.
fn proven_sums() -> TableCreateStatement {
    Table::create()
        .table("proven_sums")
        .col(text("lot"))
        .col(text("tenant"))
        .col(text("mode"))
        .col(text("account"))
        .col(big_integer("units"))
        .primary_key(
            Index::create()
                .name("proven_sums_pk")
                .col("lot")
                .col("tenant")
                .col("mode")
                .col("account"),
        )
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        Index::create()
            .name("lots_at_work")
            .table("lots")
            .col("id")
            .and_where(Expr::cust("available > 0 OR held > 0"))
            .to_owned(),
        Index::create()
            .name("holds_by_end")
            .table("holds")
            .col("settled_at")
            .col("charge")
            .and_where(Expr::cust("settled_at IS NOT NULL"))
            .to_owned(),
    ]
}
