//! Rows of `audit_log`. They are written once and never changed.

use domain::{EventId, TenantId};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use store_kit::StoreError;

mod row {
    use domain::{EventId, TenantId, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_log")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: EventId,
        pub(crate) tenant_id: TenantId,
        pub(crate) at: Timestamp,
        pub(crate) actor: String,
        pub(crate) act: String,
        pub(crate) subject: String,
        pub(crate) from_address: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) type AuditRow = row::Model;

pub(crate) async fn insert(tx: &impl ConnectionTrait, row: AuditRow) -> Result<(), StoreError> {
    row::ActiveModel::from(row).insert(tx).await?;
    Ok(())
}

/// A page of the tenant's log, newest first, behind `cursor`.
pub(crate) async fn page(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    cursor: Option<EventId>,
    limit: u64,
) -> Result<Vec<AuditRow>, StoreError> {
    let mut query = row::Entity::find().filter(row::Column::TenantId.eq(tenant));
    if let Some(cursor) = cursor {
        query = query.filter(row::Column::Id.lt(cursor));
    }
    Ok(query
        .order_by_desc(row::Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}
