//! Documents: what they are called, what state they are in, which bytes are theirs.

use std::collections::HashMap;

use domain::{DocumentId, Mode, SignatureRequestId, TenantId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{ExprTrait as _, IntoActiveModel as _, QueryOrder as _, QuerySelect as _, Select};
use store_kit::StoreError;

use super::Owner;

/// Spec section 8; what may follow what is said in [`crate::document`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub(crate) enum DocumentState {
    #[sea_orm(string_value = "tags")]
    Tags,
    #[sea_orm(string_value = "tostamp")]
    ToStamp,
    #[sea_orm(string_value = "tosign")]
    ToSign,
    #[sea_orm(string_value = "signed")]
    Signed,
    #[sea_orm(string_value = "errorsendinfo")]
    ErrorSendInfo,
    #[sea_orm(string_value = "canceled")]
    Canceled,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "documents")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: DocumentId,
    pub(crate) tenant: TenantId,
    pub(crate) mode: Mode,
    pub(crate) filename: String,
    pub(crate) state: DocumentState,
    /// Submitted, and the seal is under way.
    pub(crate) sealing: bool,
    pub(crate) number: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) modified_at: Timestamp,
    pub(crate) revision: i32,
    pub(crate) sha256: String,
    pub(crate) size_bytes: i64,
    pub(crate) blob: String,
    pub(crate) original_sha256: String,
    pub(crate) original_blob: Option<String>,
    pub(crate) current_request: Option<SignatureRequestId>,
    pub(crate) delete_after: Timestamp,
    pub(crate) deleted_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Documents that have not been deleted.
fn of(owner: Owner) -> Select<Entity> {
    Entity::find()
        .filter(owner.rows(Column::Tenant, Column::Mode))
        .filter(Column::DeletedAt.is_null())
}

pub(crate) async fn insert(db: &impl ConnectionTrait, row: Model) -> Result<(), StoreError> {
    Entity::insert(row.into_active_model())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

pub(crate) async fn find(
    db: &impl ConnectionTrait,
    owner: Owner,
    id: &DocumentId,
) -> Result<Option<Model>, StoreError> {
    Ok(of(owner).filter(Column::Id.eq(id)).one(db).await?)
}

/// As [`find`], deleted ones included: of them only the bytes are gone.
pub(crate) async fn find_even_deleted(
    db: &impl ConnectionTrait,
    owner: Owner,
    id: &DocumentId,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id.clone())
        .filter(owner.rows(Column::Tenant, Column::Mode))
        .one(db)
        .await?)
}

/// As [`find`], and nobody else decides on the document until the transaction ends.
pub(crate) async fn lock(
    tx: &impl ConnectionTrait,
    owner: Owner,
    id: &DocumentId,
) -> Result<Option<Model>, StoreError> {
    Ok(of(owner)
        .filter(Column::Id.eq(id))
        .lock_exclusive()
        .one(tx)
        .await?)
}

/// Writes back a document that was locked.
pub(crate) async fn put(tx: &impl ConnectionTrait, row: Model) -> Result<(), StoreError> {
    row.into_active_model().reset_all().update(tx).await?;
    Ok(())
}

/// Where a page of a list starts: after this document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct After {
    pub(crate) created_at: Timestamp,
    pub(crate) id: DocumentId,
}

/// Newest first.
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    owner: Owner,
    state: Option<DocumentState>,
    after: Option<&After>,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    let mut query = of(owner);
    if let Some(state) = state {
        query = query.filter(Column::State.eq(state));
    }
    if let Some(after) = after {
        // The first condition says nothing new; it is the one by which an index is entered where the page starts.
        query = query
            .filter(Column::CreatedAt.lte(after.created_at))
            .filter(
                Column::CreatedAt.lt(after.created_at).or(Column::CreatedAt
                    .eq(after.created_at)
                    .and(Column::Id.lt(&after.id))),
            );
    }
    Ok(query
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// What documents are called, deleted ones included.
pub(crate) async fn filenames(
    db: &impl ConnectionTrait,
    owner: Owner,
    ids: Vec<DocumentId>,
) -> Result<HashMap<DocumentId, String>, StoreError> {
    let rows = Entity::find()
        .filter(owner.rows(Column::Tenant, Column::Mode))
        .filter(Column::Id.is_in(ids))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.filename)).collect())
}
