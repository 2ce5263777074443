//! Queries that cross tenants: what is known is an address, a key or a slug, and whose it is shall be found out.

use domain::{ApiKeyId, Email, PublicKeyId, TenantSlug, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _};
use store_kit::StoreError;

use super::{api_keys, members, tenants};

/// Whoever has this address.
pub(crate) async fn member_by_email(
    db: &impl ConnectionTrait,
    email: &Email,
) -> Result<Option<members::Member>, StoreError> {
    Ok(members::row::Entity::find()
        .filter(members::row::Column::EmailFolded.eq(email.folded()))
        .one(db)
        .await?)
}

/// The tenant of a slug.
pub(crate) async fn tenant_by_slug(
    db: &impl ConnectionTrait,
    slug: &TenantSlug,
) -> Result<Option<tenants::Tenant>, StoreError> {
    let found = tenants::row::Entity::find()
        .filter(tenants::row::Column::Slug.eq(slug))
        .one(db)
        .await?;
    found.map(tenants::Tenant::try_from).transpose()
}

/// The key of a public id, used up or not.
pub(crate) async fn key_by_public_id(
    db: &impl ConnectionTrait,
    public_id: &PublicKeyId,
) -> Result<Option<api_keys::KeyRow>, StoreError> {
    Ok(api_keys::row::Entity::find()
        .filter(api_keys::row::Column::PublicId.eq(public_id))
        .one(db)
        .await?)
}

/// Notes a use unless a later one is noted.
pub(crate) async fn record_use(
    tx: &impl ConnectionTrait,
    key: ApiKeyId,
    at: Timestamp,
    address: &str,
) -> Result<(), StoreError> {
    use api_keys::row::{Column, Entity};
    Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::value(at))
        .col_expr(Column::LastUsedFrom, Expr::value(address))
        .filter(Column::Id.eq(key))
        .filter(
            Condition::any()
                .add(Column::LastUsedAt.is_null())
                .add(Column::LastUsedAt.lt(at)),
        )
        .exec(tx)
        .await?;
    Ok(())
}
