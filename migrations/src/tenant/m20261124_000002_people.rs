//! Members, sign-ups that wait for their confirmation, sessions with their refresh tokens, and failed sign-ins.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, integer, text, text_null};

use super::m20261124_000001_tenants::Tenants;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[derive(DeriveIden)]
pub(super) enum Members {
    Table,
    Id,
    TenantId,
    Email,
    EmailFolded,
    PasswordHash,
    Role,
    ConfirmedAt,
    CreatedAt,
}

#[derive(DeriveIden)]
enum SignUps {
    Table,
    TokenHash,
    Email,
    EmailFolded,
    PasswordHash,
    TenantName,
    CreatedAt,
    ExpiresAt,
    ConfirmedAt,
}

#[derive(DeriveIden)]
enum Sessions {
    Table,
    Id,
    TenantId,
    MemberId,
    CreatedAt,
    LastUsedAt,
    ExpiresAt,
    EndedAt,
    EndReason,
}

#[derive(DeriveIden)]
enum RefreshTokens {
    Table,
    TokenHash,
    SessionId,
    IssuedAt,
    ReplacedAt,
}

#[derive(DeriveIden)]
enum SignInFailures {
    Table,
    AddressHash,
    Failures,
    LastAt,
    LockedUntil,
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            members(),
            sign_ups(),
            sessions(),
            refresh_tokens(),
            sign_in_failures(),
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
            SignInFailures::Table.into_iden(),
            RefreshTokens::Table.into_iden(),
            Sessions::Table.into_iden(),
            SignUps::Table.into_iden(),
            Members::Table.into_iden(),
        ] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}

fn members() -> TableCreateStatement {
    Table::create()
        .table(Members::Table)
        .col(text(Members::Id).primary_key())
        .col(text(Members::TenantId))
        .col(text(Members::Email))
        .col(text(Members::EmailFolded))
        .col(text(Members::PasswordHash))
        .col(text(Members::Role))
        .col(big_integer(Members::ConfirmedAt))
        .col(big_integer(Members::CreatedAt))
        .foreign_key(
            ForeignKey::create()
                .name("members_tenant_id_fk")
                .from(Members::Table, Members::TenantId)
                .to(Tenants::Table, Tenants::Id),
        )
        .to_owned()
}

fn sign_ups() -> TableCreateStatement {
    Table::create()
        .table(SignUps::Table)
        .col(text(SignUps::TokenHash).primary_key())
        .col(text(SignUps::Email))
        .col(text(SignUps::EmailFolded))
        .col(text(SignUps::PasswordHash))
        .col(text(SignUps::TenantName))
        .col(big_integer(SignUps::CreatedAt))
        .col(big_integer(SignUps::ExpiresAt))
        .col(big_integer_null(SignUps::ConfirmedAt))
        .to_owned()
}

fn sessions() -> TableCreateStatement {
    Table::create()
        .table(Sessions::Table)
        .col(text(Sessions::Id).primary_key())
        .col(text(Sessions::TenantId))
        .col(text(Sessions::MemberId))
        .col(big_integer(Sessions::CreatedAt))
        .col(big_integer(Sessions::LastUsedAt))
        .col(big_integer(Sessions::ExpiresAt))
        .col(big_integer_null(Sessions::EndedAt))
        .col(text_null(Sessions::EndReason))
        .foreign_key(
            ForeignKey::create()
                .name("sessions_member_id_fk")
                .from(Sessions::Table, Sessions::MemberId)
                .to(Members::Table, Members::Id)
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

fn refresh_tokens() -> TableCreateStatement {
    Table::create()
        .table(RefreshTokens::Table)
        .col(text(RefreshTokens::TokenHash).primary_key())
        .col(text(RefreshTokens::SessionId))
        .col(big_integer(RefreshTokens::IssuedAt))
        .col(big_integer_null(RefreshTokens::ReplacedAt))
        .foreign_key(
            ForeignKey::create()
                .name("refresh_tokens_session_id_fk")
                .from(RefreshTokens::Table, RefreshTokens::SessionId)
                .to(Sessions::Table, Sessions::Id)
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

fn sign_in_failures() -> TableCreateStatement {
    Table::create()
        .table(SignInFailures::Table)
        .col(text(SignInFailures::AddressHash).primary_key())
        .col(integer(SignInFailures::Failures))
        .col(big_integer(SignInFailures::LastAt))
        .col(big_integer(SignInFailures::LockedUntil))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        Index::create()
            .name("members_email_folded_unique")
            .table(Members::Table)
            .col(Members::EmailFolded)
            .unique()
            .to_owned(),
        Index::create()
            .name("members_by_tenant_id")
            .table(Members::Table)
            .col(Members::TenantId)
            .to_owned(),
        Index::create()
            .name("sign_ups_by_email_folded")
            .table(SignUps::Table)
            .col(SignUps::EmailFolded)
            .to_owned(),
        Index::create()
            .name("sessions_by_member_id")
            .table(Sessions::Table)
            .col(Sessions::MemberId)
            .to_owned(),
        Index::create()
            .name("refresh_tokens_by_session_id")
            .table(RefreshTokens::Table)
            .col(RefreshTokens::SessionId)
            .to_owned(),
    ]
}
