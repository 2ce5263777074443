//! Rows of `sessions` and `refresh_tokens`. A session is found by a token's hash: that look-up comes before any tenant is known.

use domain::{SessionId, TenantId, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    QueryFilter as _, QuerySelect as _,
};
use store_kit::StoreError;

mod session_row {
    use domain::{MemberId, SessionId, TenantId, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: SessionId,
        pub(crate) tenant_id: TenantId,
        pub(crate) member_id: MemberId,
        pub(crate) created_at: Timestamp,
        pub(crate) last_used_at: Timestamp,
        pub(crate) expires_at: Timestamp,
        pub(crate) ended_at: Option<Timestamp>,
        pub(crate) end_reason: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod token_row {
    use domain::{SessionId, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "refresh_tokens")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) token_hash: String,
        pub(crate) session_id: SessionId,
        pub(crate) issued_at: Timestamp,
        pub(crate) replaced_at: Option<Timestamp>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) type Session = session_row::Model;
pub(crate) type RefreshToken = token_row::Model;

/// Why a session ended; as stored: never change one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndReason {
    SignedOut,
    Reused,
}

impl EndReason {
    const fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Reused => "reused",
        }
    }
}

pub(crate) async fn insert(tx: &impl ConnectionTrait, session: Session) -> Result<(), StoreError> {
    session_row::ActiveModel::from(session).insert(tx).await?;
    Ok(())
}

pub(crate) async fn insert_token(
    tx: &impl ConnectionTrait,
    session: SessionId,
    token_hash: String,
    now: Timestamp,
) -> Result<(), StoreError> {
    token_row::ActiveModel {
        token_hash: Set(token_hash),
        session_id: Set(session),
        issued_at: Set(now),
        replaced_at: Set(None),
    }
    .insert(tx)
    .await?;
    Ok(())
}

/// A token and its session; nobody else uses either before the transaction ends.
pub(crate) async fn lock_by_token(
    tx: &impl ConnectionTrait,
    token_hash: &str,
) -> Result<Option<(RefreshToken, Session)>, StoreError> {
    let Some(named) = token_row::Entity::find_by_id(token_hash.to_owned())
        .one(tx)
        .await?
    else {
        return Ok(None);
    };
    let session = session_row::Entity::find_by_id(named.session_id)
        .lock_exclusive()
        .one(tx)
        .await?;
    // Read again under the session's lock: a racing refresh may have replaced it meanwhile.
    let token = token_row::Entity::find_by_id(token_hash.to_owned())
        .one(tx)
        .await?;
    Ok(token.zip(session))
}

pub(crate) async fn mark_replaced(
    tx: &impl ConnectionTrait,
    token_hash: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    token_row::Entity::update_many()
        .col_expr(token_row::Column::ReplacedAt, Expr::value(now))
        .filter(token_row::Column::TokenHash.eq(token_hash))
        .exec(tx)
        .await?;
    Ok(())
}

pub(crate) async fn prolong(
    tx: &impl ConnectionTrait,
    tenant: TenantId,
    session: SessionId,
    used_at: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    session_row::Entity::update_many()
        .col_expr(session_row::Column::LastUsedAt, Expr::value(used_at))
        .col_expr(session_row::Column::ExpiresAt, Expr::value(expires_at))
        .filter(session_row::Column::TenantId.eq(tenant))
        .filter(session_row::Column::Id.eq(session))
        .exec(tx)
        .await?;
    Ok(())
}

pub(crate) async fn end(
    tx: &impl ConnectionTrait,
    tenant: TenantId,
    session: SessionId,
    reason: EndReason,
    now: Timestamp,
) -> Result<(), StoreError> {
    session_row::Entity::update_many()
        .col_expr(session_row::Column::EndedAt, Expr::value(now))
        .col_expr(session_row::Column::EndReason, Expr::value(reason.as_str()))
        .filter(session_row::Column::TenantId.eq(tenant))
        .filter(session_row::Column::Id.eq(session))
        .filter(session_row::Column::EndedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Sessions that cannot be used any more, with their tokens.
pub(crate) async fn delete_expired(
    tx: &impl ConnectionTrait,
    before: Timestamp,
) -> Result<u64, StoreError> {
    let deleted = session_row::Entity::delete_many()
        .filter(session_row::Column::ExpiresAt.lt(before))
        .exec(tx)
        .await?;
    // Of a session in daily use: a replaced token this old has long expired itself.
    token_row::Entity::delete_many()
        .filter(token_row::Column::ReplacedAt.lt(before))
        .exec(tx)
        .await?;
    Ok(deleted.rows_affected)
}
