//! When codes were sent: the last hour of each request, whichever step they were for.

use domain::{DocumentId, EventId, Mode, SignatureRequestId, TenantId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel as _, QueryOrder as _};
use store_kit::StoreError;

use super::Owner;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "code_sends")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: EventId,
    pub(crate) tenant: TenantId,
    pub(crate) mode: Mode,
    pub(crate) signature_request: SignatureRequestId,
    pub(crate) document: DocumentId,
    pub(crate) sent_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) async fn insert(tx: &impl ConnectionTrait, row: Model) -> Result<(), StoreError> {
    Entity::insert(row.into_active_model())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// The sends of a request later than `after`, oldest first.
pub(crate) async fn since(
    db: &impl ConnectionTrait,
    owner: Owner,
    request: &SignatureRequestId,
    after: Timestamp,
) -> Result<Vec<Timestamp>, StoreError> {
    let rows = Entity::find()
        .filter(Column::Tenant.eq(owner.tenant))
        .filter(Column::Mode.eq(owner.mode))
        .filter(Column::SignatureRequest.eq(request))
        .filter(Column::SentAt.gt(after))
        .order_by_asc(Column::SentAt)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.sent_at).collect())
}

/// Forgets the sends of a request that count no longer.
pub(crate) async fn forget_until(
    tx: &impl ConnectionTrait,
    owner: Owner,
    request: &SignatureRequestId,
    until: Timestamp,
) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::Tenant.eq(owner.tenant))
        .filter(Column::Mode.eq(owner.mode))
        .filter(Column::SignatureRequest.eq(request))
        .filter(Column::SentAt.lte(until))
        .exec(tx)
        .await?;
    Ok(())
}

/// Forgets the sends of all rounds of a document.
pub(crate) async fn forget(
    tx: &impl ConnectionTrait,
    owner: Owner,
    document: &DocumentId,
) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::Tenant.eq(owner.tenant))
        .filter(Column::Mode.eq(owner.mode))
        .filter(Column::Document.eq(document))
        .exec(tx)
        .await?;
    Ok(())
}
