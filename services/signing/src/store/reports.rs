//! Upload reports: one a document, written with it and kept when its bytes are gone.

use domain::{DocumentId, Mode, TenantId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel as _, QuerySelect as _, Select};
use store_kit::StoreError;

use super::Owner;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reports")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) document: DocumentId,
    pub(crate) tenant: TenantId,
    pub(crate) mode: Mode,
    /// JSON; its shape is [`pdf::Report`].
    pub(crate) report: String,
    pub(crate) made_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

fn of(owner: Owner) -> Select<Entity> {
    Entity::find().filter(owner.rows(Column::Tenant, Column::Mode))
}

pub(crate) async fn insert(db: &impl ConnectionTrait, row: Model) -> Result<(), StoreError> {
    Entity::insert(row.into_active_model())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The report of a document, deleted or not.
pub(crate) async fn find(
    db: &impl ConnectionTrait,
    owner: Owner,
    document: &DocumentId,
) -> Result<Option<Model>, StoreError> {
    Ok(of(owner)
        .filter(Column::Document.eq(document))
        .one(db)
        .await?)
}

/// As [`find`], and nobody else changes the report until the transaction ends.
pub(crate) async fn lock(
    tx: &impl ConnectionTrait,
    owner: Owner,
    document: &DocumentId,
) -> Result<Option<Model>, StoreError> {
    Ok(of(owner)
        .filter(Column::Document.eq(document))
        .lock_exclusive()
        .one(tx)
        .await?)
}

/// Writes back a report that was locked.
pub(crate) async fn put(tx: &impl ConnectionTrait, row: Model) -> Result<(), StoreError> {
    row.into_active_model().reset_all().update(tx).await?;
    Ok(())
}
