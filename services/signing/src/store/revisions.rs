//! Every version of a document's bytes: as uploaded and prepared, then one more with each round.

use domain::{DocumentId, SignatureRequestId, TenantId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel as _, QueryOrder as _};
use store_kit::StoreError;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "revisions")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) document: DocumentId,
    /// Counts from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) number: i32,
    pub(crate) tenant: TenantId,
    pub(crate) sha256: String,
    pub(crate) size_bytes: i64,
    pub(crate) blob: String,
    pub(crate) signature_request: Option<SignatureRequestId>,
    pub(crate) made_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) async fn insert(db: &impl ConnectionTrait, row: Model) -> Result<(), StoreError> {
    Entity::insert(row.into_active_model())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// All revisions of a document, oldest first.
pub(crate) async fn of_document(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    document: &DocumentId,
) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::Tenant.eq(tenant))
        .filter(Column::Document.eq(document))
        .order_by_asc(Column::Number)
        .all(db)
        .await?)
}

/// Forgets the revisions of a deleted document; their blobs go after the commit.
pub(crate) async fn forget(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    document: &DocumentId,
) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::Tenant.eq(tenant))
        .filter(Column::Document.eq(document))
        .exec(db)
        .await?;
    Ok(())
}
