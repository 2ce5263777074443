//! The certificate authority's and the tenants' keys, sealed under the master secret.

use domain::{TenantId, Timestamp};
use pki::{RevocationReason, Revoked};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{IntoActiveModel as _, QueryOrder as _};
use store_kit::StoreError;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "seals")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) tenant: TenantId,
    /// Counts from 1 with every renewal.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) generation: i32,
    pub(crate) serial: String,
    pub(crate) certificate: Vec<u8>,
    pub(crate) sealed_key: Vec<u8>,
    pub(crate) ends_at: Timestamp,
    pub(crate) made_at: Timestamp,
    pub(crate) revoked_at: Option<Timestamp>,
    /// `CRLReason` of RFC 5280, in the words of [`RevocationReason`].
    pub(crate) revocation_reason: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) mod authority {
    use domain::Timestamp;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "authorities")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) name: String,
        pub(crate) certificate: Vec<u8>,
        pub(crate) sealed_key: Vec<u8>,
        pub(crate) made_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) async fn find_authority(
    db: &impl ConnectionTrait,
    name: &str,
) -> Result<Option<authority::Model>, StoreError> {
    Ok(authority::Entity::find_by_id(name.to_owned())
        .one(db)
        .await?)
}

/// Offers an authority; where another instance was first, its own stays.
pub(crate) async fn offer_authority(
    db: &impl ConnectionTrait,
    row: authority::Model,
) -> Result<(), StoreError> {
    let first_stays = OnConflict::column(authority::Column::Name)
        .do_nothing()
        .to_owned();
    authority::Entity::insert(row.into_active_model())
        .on_conflict(first_stays)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The tenant's newest seal.
pub(crate) async fn newest(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::Tenant.eq(tenant))
        .order_by_desc(Column::Generation)
        .one(db)
        .await?)
}

/// Offers a seal of one generation; where another instance was first, its own stays.
pub(crate) async fn offer(db: &impl ConnectionTrait, row: Model) -> Result<(), StoreError> {
    let first_stays = OnConflict::columns([Column::Tenant, Column::Generation])
        .do_nothing()
        .to_owned();
    Entity::insert(row.into_active_model())
        .on_conflict(first_stays)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Every revoked seal of every tenant, oldest first: the revocation list is one for all.
pub(crate) async fn revoked(db: &impl ConnectionTrait) -> Result<Vec<Revoked>, StoreError> {
    let rows = Entity::find()
        .filter(Column::RevokedAt.is_not_null())
        .order_by_asc(Column::RevokedAt)
        .order_by_asc(Column::Serial)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(Revoked {
                serial: row.serial,
                at: row.revoked_at?,
                reason: row
                    .revocation_reason
                    .and_then(|reason| reason.parse().ok())
                    .unwrap_or_default(),
            })
        })
        .collect())
}

/// Revokes every seal of a tenant that is not revoked yet; answers how many.
pub(crate) async fn revoke(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    reason: RevocationReason,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let done = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(at))
        .col_expr(Column::RevocationReason, Expr::value(reason.to_string()))
        .filter(Column::Tenant.eq(tenant))
        .filter(Column::RevokedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}
