//! Money in: purchases, and the inbox of Stripe's events.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, boolean, integer, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(purchases()).await?;
        manager.create_table(stripe_events()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["stripe_events", "purchases"] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}

/// What was ordered, at the price of its day: a new price list changes no old row.
fn purchases() -> TableCreateStatement {
    Table::create()
        .table("purchases")
        .col(text("id").primary_key())
        .col(text("tenant"))
        .col(text("member"))
        .col(text("bundle"))
        .col(text("price_list"))
        .col(big_integer("units"))
        .col(integer("validity_months"))
        .col(big_integer("price_minor"))
        .col(text("currency"))
        .col(boolean("livemode"))
        .col(text("state"))
        // Counts up with every event and every change: what was fetched under an older one is fetched again.
        .col(big_integer("generation"))
        .col(text_null("session"))
        .col(text_null("checkout_url"))
        .col(big_integer_null("amount_total"))
        .col(big_integer_null("amount_tax"))
        .col(text_null("review"))
        .col(big_integer("created_at"))
        .col(big_integer_null("paid_at"))
        // When the sweeper asks Stripe next, and how often it did; null once nothing is expected any more.
        .col(big_integer_null("ask_at"))
        .col(integer("asked").default(0))
        .check((
            "purchases_state_known",
            Expr::col("state").is_in(["pending", "paid", "failed", "expired", "needs_review"]),
        ))
        .to_owned()
}

fn stripe_events() -> TableCreateStatement {
    Table::create()
        .table("stripe_events")
        .col(text("id").primary_key())
        .col(text("kind"))
        .col(text_null("purchase"))
        .col(text("payload"))
        .col(big_integer("received_at"))
        .col(big_integer_null("handled_at"))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        Index::create()
            .name("purchases_by_tenant")
            .table("purchases")
            .col("tenant")
            .col("id")
            .to_owned(),
        Index::create()
            .name("purchases_session_once")
            .table("purchases")
            .col("session")
            .unique()
            .to_owned(),
        Index::create()
            .name("purchases_to_ask")
            .table("purchases")
            .col("ask_at")
            .and_where(Expr::col("ask_at").is_not_null())
            .to_owned(),
        Index::create()
            .name("stripe_events_to_handle")
            .table("stripe_events")
            .col("purchase")
            .and_where(Expr::col("handled_at").is_null())
            .to_owned(),
    ]
}
