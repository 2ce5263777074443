//! How mail fares: columns beside what it says. What was written before stayed in the local outbox.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{integer, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Messages {
    Table,
    State,
    Tries,
    LastError,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column a statement.
        for mut column in [
            text(Messages::State).default("kept").take(),
            integer(Messages::Tries).default(0).take(),
            text_null(Messages::LastError).take(),
        ] {
            let table = Table::alter()
                .table(Messages::Table)
                .add_column(&mut column)
                .to_owned();
            manager.alter_table(table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            Messages::State.into_iden(),
            Messages::Tries.into_iden(),
            Messages::LastError.into_iden(),
        ] {
            let table = Table::alter()
                .table(Messages::Table)
                .drop_column(column)
                .to_owned();
            manager.alter_table(table).await?;
        }
        Ok(())
    }
}
