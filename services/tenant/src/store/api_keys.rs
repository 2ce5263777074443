//! Rows of `api_keys`.

use domain::{ApiKeyId, Mode, Scope, TenantId, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
};
use store_kit::StoreError;

pub(super) mod row {
    use domain::{ApiKeyId, Mode, PublicKeyId, TenantId, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "api_keys")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: ApiKeyId,
        pub(crate) tenant_id: TenantId,
        pub(crate) name: String,
        pub(crate) public_id: PublicKeyId,
        pub(crate) mode: Mode,
        /// Separated by spaces.
        pub(crate) scopes: String,
        pub(crate) hash: String,
        pub(crate) pepper_version: i32,
        pub(crate) last_four: String,
        /// Separated by spaces; empty: any address.
        pub(crate) allow_list: String,
        pub(crate) rate_per_second: Option<i32>,
        pub(crate) burst: Option<i32>,
        pub(crate) created_at: Timestamp,
        pub(crate) expires_at: Option<Timestamp>,
        pub(crate) revoked_at: Option<Timestamp>,
        pub(crate) rotated_to: Option<ApiKeyId>,
        pub(crate) last_used_at: Option<Timestamp>,
        pub(crate) last_used_from: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    crate::store::mute!(Model);
}

/// An API key as stored. `Debug` shows nothing: it holds the key's hash.
pub(crate) type KeyRow = row::Model;

impl KeyRow {
    pub(crate) fn scopes(&self) -> Result<Vec<Scope>, StoreError> {
        self.scopes
            .split_whitespace()
            .map(|scope| Scope::parse(scope).map_err(|_| StoreError::corrupt("api_keys.scopes")))
            .collect()
    }

    /// Whether it opens anything at `now`.
    pub(crate) fn usable(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

/// The stored form of scopes.
pub(crate) fn scopes_text(scopes: &[Scope]) -> String {
    let words: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
    words.join(" ")
}

fn of(tenant: TenantId) -> Select<row::Entity> {
    row::Entity::find().filter(row::Column::TenantId.eq(tenant))
}

/// The tenant's keys, newest first.
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    mode: Option<Mode>,
    limit: u64,
) -> Result<Vec<KeyRow>, StoreError> {
    let mut query = of(tenant);
    if let Some(mode) = mode {
        query = query.filter(row::Column::Mode.eq(mode));
    }
    Ok(query
        .order_by_desc(row::Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// A key; nobody else changes it before the transaction ends.
pub(crate) async fn lock(
    tx: &impl ConnectionTrait,
    tenant: TenantId,
    key: ApiKeyId,
) -> Result<Option<KeyRow>, StoreError> {
    Ok(of(tenant)
        .filter(row::Column::Id.eq(key))
        .lock_exclusive()
        .one(tx)
        .await?)
}

/// How many keys of the tenant are neither revoked nor expired.
pub(crate) async fn count_usable(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    mode: Mode,
    now: Timestamp,
) -> Result<u64, StoreError> {
    Ok(of(tenant)
        .filter(row::Column::Mode.eq(mode))
        .filter(row::Column::RevokedAt.is_null())
        .filter(
            Condition::any()
                .add(row::Column::ExpiresAt.is_null())
                .add(row::Column::ExpiresAt.gt(now)),
        )
        .count(db)
        .await?)
}

pub(crate) async fn insert(tx: &impl ConnectionTrait, key: KeyRow) -> Result<(), StoreError> {
    row::ActiveModel::from(key).insert(tx).await?;
    Ok(())
}

pub(crate) async fn set_revoked(
    tx: &impl ConnectionTrait,
    tenant: TenantId,
    key: ApiKeyId,
    now: Timestamp,
) -> Result<(), StoreError> {
    row::Entity::update_many()
        .col_expr(row::Column::RevokedAt, Expr::value(now))
        .filter(row::Column::TenantId.eq(tenant))
        .filter(row::Column::Id.eq(key))
        .exec(tx)
        .await?;
    Ok(())
}

/// Calls a second and at once; none: the tenant's.
pub(crate) async fn set_rates(
    tx: &impl ConnectionTrait,
    tenant: TenantId,
    key: ApiKeyId,
    (per_second, burst): (Option<i32>, Option<i32>),
) -> Result<(), StoreError> {
    row::Entity::update_many()
        .col_expr(row::Column::RatePerSecond, Expr::value(per_second))
        .col_expr(row::Column::Burst, Expr::value(burst))
        .filter(row::Column::TenantId.eq(tenant))
        .filter(row::Column::Id.eq(key))
        .exec(tx)
        .await?;
    Ok(())
}

pub(crate) async fn set_rotated(
    tx: &impl ConnectionTrait,
    tenant: TenantId,
    key: ApiKeyId,
    rotated_to: ApiKeyId,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    row::Entity::update_many()
        .col_expr(row::Column::RotatedTo, Expr::value(rotated_to))
        .col_expr(row::Column::ExpiresAt, Expr::value(expires_at))
        .filter(row::Column::TenantId.eq(tenant))
        .filter(row::Column::Id.eq(key))
        .exec(tx)
        .await?;
    Ok(())
}
