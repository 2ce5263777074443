//! Refunds that an operator orders: written down before Stripe is asked.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, integer, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(refunds()).await?;
        let one_at_a_time = Index::create()
            .name("refunds_one_at_a_time")
            .table("refunds")
            .col("purchase")
            .unique()
            .and_where(Expr::cust("state = 'asked'"))
            .to_owned();
        manager.create_index(one_at_a_time).await?;
        let due = Index::create()
            .name("refunds_by_ask_at")
            .table("refunds")
            .col("ask_at")
            .to_owned();
        manager.create_index(due).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("refunds").to_owned())
            .await
    }
}

fn refunds() -> TableCreateStatement {
    Table::create()
        .table("refunds")
        .col(text("id").primary_key())
        .col(text("tenant"))
        .col(text("purchase"))
        // Null: all that is left of the payment.
        .col(big_integer_null("amount_minor"))
        .col(text("reason"))
        .col(text("state"))
        // Stripe's own: `re_…`.
        .col(text_null("stripe_refund"))
        // Why Stripe refused.
        .col(text_null("refusal"))
        .col(big_integer("created_at"))
        .col(big_integer_null("ended_at"))
        // When Stripe is asked again, and how often it was; null once it has answered.
        .col(big_integer_null("ask_at"))
        .col(integer("asked").default(0))
        .check((
            "refunds_state_known",
            Expr::col("state").is_in(["asked", "done", "refused"]),
        ))
        .to_owned()
}
