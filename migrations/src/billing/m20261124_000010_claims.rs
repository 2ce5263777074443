//! Money that went back: refunds and disputes of purchases, and how many units of a lot they claim.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, boolean, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(claims()).await?;
        let by_purchase = Index::create()
            .name("claims_by_purchase")
            .table("claims")
            .col("purchase")
            .to_owned();
        manager.create_index(by_purchase).await?;
        add(manager, "lots", big_integer("reclaimed").default(0)).await?;
        let owing = Index::create()
            .name("lots_reclaimed")
            .table("lots")
            .col("tenant")
            .col("mode")
            .and_where(Expr::cust("reclaimed > 0"))
            .to_owned();
        manager.create_index(owing).await?;
        add(manager, "purchases", &mut text_null("payment_intent")).await?;
        let by_intent = Index::create()
            .name("purchases_by_payment_intent")
            .table("purchases")
            .col("payment_intent")
            .to_owned();
        manager.create_index(by_intent).await?;
        // Of what was paid before this table was here Stripe is asked as well.
        let ask = Query::update()
            .table("purchases")
            .value("ask_at", Expr::col("paid_at"))
            .and_where(Expr::col("state").is_in(["paid", "needs_review"]))
            .to_owned();
        manager.execute(ask).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (index, table) in [
            ("purchases_by_payment_intent", "purchases"),
            ("lots_reclaimed", "lots"),
        ] {
            let drop = Index::drop().name(index).table(table).to_owned();
            manager.drop_index(drop).await?;
        }
        for (table, column) in [("purchases", "payment_intent"), ("lots", "reclaimed")] {
            let drop = Table::alter().table(table).drop_column(column).to_owned();
            manager.alter_table(drop).await?;
        }
        manager
            .drop_table(Table::drop().table("claims").to_owned())
            .await
    }
}

async fn add(
    manager: &SchemaManager<'_>,
    table: &'static str,
    column: &mut ColumnDef,
) -> Result<(), DbErr> {
    let add = Table::alter().table(table).add_column(column).to_owned();
    manager.alter_table(add).await
}

/// A refund or a dispute as Stripe last told it; its status says whether the money is gone.
fn claims() -> TableCreateStatement {
    Table::create()
        .table("claims")
        // Stripe's own: `re_…`, `du_…`.
        .col(text("id").primary_key())
        .col(text("tenant"))
        .col(text("purchase"))
        .col(text("kind"))
        .col(big_integer("amount_minor"))
        .col(text("currency"))
        .col(text("status"))
        .col(boolean("in_force"))
        .col(big_integer("created_at"))
        .col(big_integer("changed_at"))
        .check((
            "claims_kind_known",
            Expr::col("kind").is_in(["refund", "dispute"]),
        ))
        .to_owned()
}
