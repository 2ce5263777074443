//! The ledger: balances, lots, holds, postings and their entries; the copy of tenants and the last exactness check.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, boolean, integer, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            tenants(),
            accounts(),
            lots(),
            holds(),
            postings(),
            entries(),
            exactness(),
        ] {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            "exactness",
            "entries",
            "postings",
            "holds",
            "lots",
            "accounts",
            "tenants",
        ] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}

/// What tenant told of its tenants; the highest version stands.
fn tenants() -> TableCreateStatement {
    Table::create()
        .table("tenants")
        .col(text("tenant").primary_key())
        .col(big_integer("version"))
        .col(text("slug"))
        .col(text("name"))
        .col(text("api_state"))
        .col(big_integer_null("activated_at"))
        .to_owned()
}

/// The balance of each tenant and mode; the row that every act on the account locks.
fn accounts() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("accounts")
        .col(text("tenant"))
        .col(text("mode"));
    for column in [
        "available",
        "held",
        "consumed",
        "lapsed",
        "refunded",
        "purchased",
        "granted",
    ] {
        table.col(big_integer(column).default(0));
    }
    table
        .primary_key(
            Index::create()
                .name("accounts_pk")
                .col("tenant")
                .col("mode"),
        )
        .check(("accounts_held_not_negative", Expr::col("held").gte(0)))
        .to_owned()
}

fn lots() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("lots")
        .col(text("id").primary_key())
        .col(text("tenant"))
        .col(text("mode"))
        .col(text("kind"))
        // What the lot stands for: `trial`, `test 2026-11-24`, `purchase pur_…`, `grant …`. Once for each tenant.
        .col(text("origin"))
        .col(big_integer("units"))
        .col(integer("priority"))
        .col(big_integer_null("expires_at"))
        .col(big_integer("created_at"));
    for column in ["available", "held", "consumed", "lapsed", "refunded"] {
        table.col(big_integer(column).default(0));
        // The last guard against selling a unit twice: no code path can take what a lot has not.
        let name = format!("lots_{column}_not_negative");
        table.check((Alias::new(name), Expr::col(column).gte(0)));
    }
    table.take()
}

fn holds() -> TableCreateStatement {
    Table::create()
        .table("holds")
        .col(text("charge").primary_key())
        .col(text("tenant"))
        .col(text("mode"))
        .col(text("api_key"))
        .col(text("operation"))
        .col(text("request_id"))
        .col(boolean("idempotent"))
        .col(text("state"))
        .col(text("lot"))
        .col(big_integer("lease_until"))
        .col(big_integer("created_at"))
        .col(big_integer_null("settled_at"))
        .col(text_null("verdict"))
        // When the sweeper asks the witness next, and how often it did.
        .col(big_integer_null("ask_at"))
        .col(integer("asked").default(0))
        .check((
            "holds_state_known",
            Expr::col("state").is_in(["held", "in_doubt", "committed", "released"]),
        ))
        .to_owned()
}

fn postings() -> TableCreateStatement {
    Table::create()
        .table("postings")
        .col(text("id").primary_key())
        .col(text("tenant"))
        .col(text("mode"))
        .col(text("idempotency_key"))
        .col(text("kind"))
        .col(text_null("charge"))
        .col(text_null("purchase"))
        .col(big_integer("at"))
        .to_owned()
}

fn entries() -> TableCreateStatement {
    Table::create()
        .table("entries")
        .col(text("id").primary_key())
        .col(text("posting"))
        .col(text("tenant"))
        .col(text("mode"))
        .col(text("lot"))
        .col(text("account"))
        .col(big_integer("units"))
        .to_owned()
}

/// What the last complete check found; a row for each account that it looked at.
fn exactness() -> TableCreateStatement {
    Table::create()
        .table("exactness")
        .col(text("tenant"))
        .col(text("mode"))
        .col(big_integer("over_sold"))
        .col(big_integer("drift"))
        .col(big_integer("checked_at"))
        .primary_key(
            Index::create()
                .name("exactness_pk")
                .col("tenant")
                .col("mode"),
        )
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        Index::create()
            .name("lots_origin_once")
            .table("lots")
            .col("tenant")
            .col("origin")
            .unique()
            .to_owned(),
        Index::create()
            .name("lots_by_units_left")
            .table("lots")
            .col("tenant")
            .col("mode")
            .col("available")
            .to_owned(),
        // SQLite uses a partial index only where the query repeats its condition with the same literal.
        Index::create()
            .name("lots_to_lapse")
            .table("lots")
            .col("expires_at")
            .and_where(Expr::cust("available > 0"))
            .to_owned(),
        // A request id is bound while its hold lives and for ever once committed; a release frees it.
        Index::create()
            .name("holds_request_once")
            .table("holds")
            .col("tenant")
            .col("mode")
            .col("operation")
            .col("request_id")
            .unique()
            .and_where(Expr::col("state").is_in(["held", "in_doubt", "committed"]))
            .to_owned(),
        Index::create()
            .name("holds_by_request")
            .table("holds")
            .col("tenant")
            .col("mode")
            .col("request_id")
            .to_owned(),
        Index::create()
            .name("holds_by_state_and_lease")
            .table("holds")
            .col("state")
            .col("lease_until")
            .to_owned(),
        Index::create()
            .name("holds_by_day")
            .table("holds")
            .col("tenant")
            .col("mode")
            .col("created_at")
            .to_owned(),
        Index::create()
            .name("postings_key_once")
            .table("postings")
            .col("tenant")
            .col("idempotency_key")
            .unique()
            .to_owned(),
        Index::create()
            .name("entries_by_account")
            .table("entries")
            .col("tenant")
            .col("mode")
            .col("id")
            .to_owned(),
    ]
}
