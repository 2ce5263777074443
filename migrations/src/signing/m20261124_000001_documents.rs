//! Tenants as signing knows them, documents with their revisions, and the signature requests on them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, boolean, integer, text, text_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
enum Tenants {
    Table,
    Id,
    Version,
    Slug,
    Name,
    Api,
    KeepRawInk,
    PublicKey,
    Zone,
    Lang,
    MaxFileBytes,
}

#[derive(DeriveIden)]
enum Documents {
    Table,
    Id,
    Tenant,
    Mode,
    Filename,
    State,
    Sealing,
    Number,
    CreatedAt,
    ModifiedAt,
    Revision,
    Sha256,
    SizeBytes,
    Blob,
    OriginalSha256,
    OriginalBlob,
    CurrentRequest,
    DeleteAfter,
    DeletedAt,
}

#[derive(DeriveIden)]
enum Revisions {
    Table,
    Document,
    Number,
    Tenant,
    Sha256,
    SizeBytes,
    Blob,
    SignatureRequest,
    MadeAt,
}

#[derive(DeriveIden)]
enum SignatureRequests {
    Table,
    Tenant,
    Mode,
    Id,
    Document,
    Charge,
    LinkKey,
    Url,
    ResultUrl,
    SendInfoUrl,
    Rules,
    Round,
    SigData,
    ExpiresAt,
    State,
    RegisteredAt,
    OpenedAt,
    EndedAt,
    CancelReason,
    Locale,
}

#[derive(DeriveIden)]
enum BareLinks {
    Table,
    Id,
    Tenant,
    Mode,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(tenants()).await?;
        manager.create_table(documents()).await?;
        manager.create_table(revisions()).await?;
        manager.create_table(signature_requests()).await?;
        manager.create_table(bare_links()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table(BareLinks::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(SignatureRequests::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(Revisions::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(Documents::Table).to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table(Tenants::Table).to_owned())
            .await
    }
}

fn tenants() -> TableCreateStatement {
    Table::create()
        .table(Tenants::Table)
        .col(text(Tenants::Id).primary_key())
        .col(big_integer(Tenants::Version))
        .col(text(Tenants::Slug))
        .col(text(Tenants::Name))
        .col(text(Tenants::Api))
        .col(boolean(Tenants::KeepRawInk))
        .col(text_null(Tenants::PublicKey))
        .col(text(Tenants::Zone))
        .col(text(Tenants::Lang))
        .col(big_integer(Tenants::MaxFileBytes))
        .to_owned()
}

fn documents() -> TableCreateStatement {
    Table::create()
        .table(Documents::Table)
        .col(text(Documents::Id).primary_key())
        .col(text(Documents::Tenant))
        .col(text(Documents::Mode))
        .col(text(Documents::Filename))
        .col(text(Documents::State))
        .col(boolean(Documents::Sealing))
        .col(big_integer(Documents::Number))
        .col(big_integer(Documents::CreatedAt))
        .col(big_integer(Documents::ModifiedAt))
        .col(integer(Documents::Revision))
        .col(text(Documents::Sha256))
        .col(big_integer(Documents::SizeBytes))
        .col(text(Documents::Blob))
        .col(text(Documents::OriginalSha256))
        .col(text_null(Documents::OriginalBlob))
        .col(text_null(Documents::CurrentRequest))
        .col(big_integer(Documents::DeleteAfter))
        .col(big_integer_null(Documents::DeletedAt))
        .to_owned()
}

fn revisions() -> TableCreateStatement {
    Table::create()
        .table(Revisions::Table)
        .col(text(Revisions::Document))
        .col(integer(Revisions::Number))
        .col(text(Revisions::Tenant))
        .col(text(Revisions::Sha256))
        .col(big_integer(Revisions::SizeBytes))
        .col(text(Revisions::Blob))
        .col(text_null(Revisions::SignatureRequest))
        .col(big_integer(Revisions::MadeAt))
        .primary_key(
            Index::create()
                .name("revisions_pkey")
                .col(Revisions::Document)
                .col(Revisions::Number),
        )
        .to_owned()
}

fn signature_requests() -> TableCreateStatement {
    Table::create()
        .table(SignatureRequests::Table)
        .col(text(SignatureRequests::Tenant))
        .col(text(SignatureRequests::Mode))
        .col(text(SignatureRequests::Id))
        .col(text(SignatureRequests::Document))
        .col(text(SignatureRequests::Charge))
        .col(text_null(SignatureRequests::LinkKey))
        .col(text(SignatureRequests::Url))
        .col(text_null(SignatureRequests::ResultUrl))
        .col(text_null(SignatureRequests::SendInfoUrl))
        .col(text(SignatureRequests::Rules))
        .col(text(SignatureRequests::Round))
        .col(text_null(SignatureRequests::SigData))
        .col(big_integer(SignatureRequests::ExpiresAt))
        .col(text(SignatureRequests::State))
        .col(big_integer(SignatureRequests::RegisteredAt))
        .col(big_integer_null(SignatureRequests::OpenedAt))
        .col(big_integer_null(SignatureRequests::EndedAt))
        .col(text_null(SignatureRequests::CancelReason))
        .col(text_null(SignatureRequests::Locale))
        .primary_key(
            // One id is sold once per tenant and mode: the unit and this row are one and the same.
            Index::create()
                .name("signature_requests_pkey")
                .col(SignatureRequests::Tenant)
                .col(SignatureRequests::Mode)
                .col(SignatureRequests::Id),
        )
        .to_owned()
}

/// Who registered a UUID first, and so owns the link without a key.
fn bare_links() -> TableCreateStatement {
    Table::create()
        .table(BareLinks::Table)
        .col(text(BareLinks::Id).primary_key())
        .col(text(BareLinks::Tenant))
        .col(text(BareLinks::Mode))
        .to_owned()
}

fn indexes() -> [IndexCreateStatement; 5] {
    [
        Index::create()
            .name("documents_by_tenant")
            .table(Documents::Table)
            .col(Documents::Tenant)
            .col(Documents::Mode)
            .col(Documents::CreatedAt)
            .col(Documents::Id)
            .to_owned(),
        Index::create()
            .name("documents_by_delete_after")
            .table(Documents::Table)
            .col(Documents::DeletedAt)
            .col(Documents::DeleteAfter)
            .to_owned(),
        Index::create()
            .name("signature_requests_by_id")
            .table(SignatureRequests::Table)
            .col(SignatureRequests::Id)
            .to_owned(),
        Index::create()
            .name("signature_requests_by_document")
            .table(SignatureRequests::Table)
            .col(SignatureRequests::Document)
            .to_owned(),
        Index::create()
            .name("signature_requests_by_registered_at")
            .table(SignatureRequests::Table)
            .col(SignatureRequests::Tenant)
            .col(SignatureRequests::Mode)
            .col(SignatureRequests::RegisteredAt)
            .col(SignatureRequests::Id)
            .to_owned(),
    ]
}
