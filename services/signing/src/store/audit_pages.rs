//! Audit pages: one sealed PDF for each round that ended.

use domain::{DocumentId, Mode, SignatureRequestId, TenantId, Timestamp};
use sea_orm::Condition;
use sea_orm::IntoActiveModel as _;
use sea_orm::QueryOrder as _;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use store_kit::StoreError;

use super::Owner;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_pages")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) document: DocumentId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) signature_request: SignatureRequestId,
    pub(crate) tenant: TenantId,
    pub(crate) mode: Mode,
    pub(crate) sha256: String,
    pub(crate) size_bytes: i64,
    pub(crate) blob: String,
    pub(crate) made_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps a page; `false`: the round has one already, and that one stays.
pub(crate) async fn insert(db: &impl ConnectionTrait, row: Model) -> Result<bool, StoreError> {
    let first_stays = OnConflict::columns([Column::Document, Column::SignatureRequest])
        .do_nothing()
        .to_owned();
    let inserted = Entity::insert(row.into_active_model())
        .on_conflict(first_stays)
        .exec_without_returning(db)
        .await?;
    Ok(inserted == 1)
}

/// The page of one round.
pub(crate) async fn find(
    db: &impl ConnectionTrait,
    owner: Owner,
    document: &DocumentId,
    round: &SignatureRequestId,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find()
        .filter(of(owner, document))
        .filter(Column::SignatureRequest.eq(round))
        .one(db)
        .await?)
}

/// The pages of a document, newest first.
pub(crate) async fn of_document(
    db: &impl ConnectionTrait,
    owner: Owner,
    document: &DocumentId,
) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .filter(of(owner, document))
        .order_by_desc(Column::MadeAt)
        .all(db)
        .await?)
}

/// Drops the rows of a document's pages; their bytes are the caller's to remove.
pub(crate) async fn forget(
    db: &impl ConnectionTrait,
    owner: Owner,
    document: &DocumentId,
) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(of(owner, document))
        .exec(db)
        .await?;
    Ok(())
}

/// The rows of one document.
fn of(owner: Owner, document: &DocumentId) -> Condition {
    owner
        .rows(Column::Tenant, Column::Mode)
        .add(Column::Document.eq(document))
}
