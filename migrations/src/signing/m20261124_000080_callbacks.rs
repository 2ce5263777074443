//! Callbacks as an integrator asks for them. How a delivery fares is in the outbox, under the same id.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Callbacks {
    Table,
    Id,
    Tenant,
    Mode,
    Document,
    SignatureRequest,
    State,
    MadeAt,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(Callbacks::Table)
            .col(text(Callbacks::Id).primary_key())
            .col(text(Callbacks::Tenant))
            .col(text(Callbacks::Mode))
            .col(text(Callbacks::Document))
            .col(text(Callbacks::SignatureRequest))
            .col(text(Callbacks::State))
            .col(big_integer(Callbacks::MadeAt))
            .to_owned();
        manager.create_table(table).await?;
        let of_owner = Index::create()
            .name("callbacks_owner_id")
            .table(Callbacks::Table)
            .col(Callbacks::Tenant)
            .col(Callbacks::Mode)
            .col(Callbacks::Id)
            .to_owned();
        manager.create_index(of_owner).await?;
        let of_request = Index::create()
            .name("callbacks_owner_signature_request")
            .table(Callbacks::Table)
            .col(Callbacks::Tenant)
            .col(Callbacks::Mode)
            .col(Callbacks::SignatureRequest)
            .to_owned();
        manager.create_index(of_request).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(Callbacks::Table).to_owned())
            .await
    }
}
