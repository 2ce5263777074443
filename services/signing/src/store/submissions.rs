//! What signers submitted, until it is sealed.

use domain::{DocumentId, EventId, Mode, SignatureRequestId, TenantId, Timestamp};
use sea_orm::IntoActiveModel as _;
use sea_orm::entity::prelude::*;
use store_kit::StoreError;

use super::Owner;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "submissions")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: EventId,
    pub(crate) tenant: TenantId,
    pub(crate) mode: Mode,
    pub(crate) document: DocumentId,
    pub(crate) signature_request: SignatureRequestId,
    /// SHA-256 of the revision that the signer saw.
    pub(crate) digest: String,
    /// JSON, confidential; nothing once it is sealed, since the ink in it may be biometric data.
    pub(crate) act: Option<String>,
    pub(crate) address: Option<String>,
    pub(crate) submitted_at: Timestamp,
    pub(crate) sealed_at: Option<Timestamp>,
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

pub(crate) async fn find(
    db: &impl ConnectionTrait,
    owner: Owner,
    id: EventId,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id)
        .filter(owner.rows(Column::Tenant, Column::Mode))
        .one(db)
        .await?)
}

/// Notes that it is sealed and forgets the ink.
pub(crate) async fn close(
    tx: &impl ConnectionTrait,
    owner: Owner,
    id: EventId,
    now: Timestamp,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::SealedAt, Expr::value(now))
        .col_expr(Column::Act, Expr::value(None::<String>))
        .filter(Column::Id.eq(id))
        .filter(owner.rows(Column::Tenant, Column::Mode))
        .exec(tx)
        .await?;
    Ok(())
}
