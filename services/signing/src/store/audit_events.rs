//! What was done to documents. Written once: there is no update here, and a row goes only when its record's term is over.

use domain::{DocumentId, EventId, Mode, SignatureRequestId, TenantId, Timestamp};
use sea_orm::Condition;
use sea_orm::IntoActiveModel as _;
use sea_orm::QueryOrder as _;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use store_kit::StoreError;

use super::Owner;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_events")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: EventId,
    pub(crate) tenant: TenantId,
    pub(crate) mode: Mode,
    pub(crate) document: DocumentId,
    pub(crate) signature_request: Option<SignatureRequestId>,
    /// The fact's name, to look facts up by.
    pub(crate) act: String,
    /// JSON of [`crate::audit::Actor`].
    pub(crate) actor: String,
    /// JSON of [`crate::audit::Fact`].
    pub(crate) fact: String,
    pub(crate) at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Adds a row. One that is there already under this id stays as it is.
pub(crate) async fn insert(db: &impl ConnectionTrait, row: Model) -> Result<(), StoreError> {
    Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(Column::Id).do_nothing().to_owned())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// All that was done to a document, oldest first.
pub(crate) async fn of_document(
    db: &impl ConnectionTrait,
    owner: Owner,
    document: &DocumentId,
) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .filter(of(owner, document))
        .order_by_asc(Column::At)
        .order_by_asc(Column::Id)
        .all(db)
        .await?)
}

/// How often an act was done in one round.
pub(crate) async fn count(
    db: &impl ConnectionTrait,
    owner: Owner,
    (document, request): (&DocumentId, Option<&SignatureRequestId>),
    act: &str,
) -> Result<u64, StoreError> {
    Ok(Entity::find()
        .filter(of(owner, document))
        .filter(Column::SignatureRequest.eq(request.cloned()))
        .filter(Column::Act.eq(act))
        .count(db)
        .await?)
}

/// Ends a document's record.
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
