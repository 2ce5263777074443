//! Rows of `trial_addresses`: a keyed hash of each address that has had its trial. They outlive the tenant's erasure.

use domain::{TenantId, Timestamp};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait as _};
use store_kit::StoreError;

mod row {
    use domain::{TenantId, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "trial_addresses")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) address_hash: String,
        pub(crate) tenant_id: TenantId,
        pub(crate) at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Notes the address for the tenant; whoever came first keeps it. Returns whether the tenant is the one.
pub(crate) async fn claim(
    tx: &impl ConnectionTrait,
    tenant: TenantId,
    address_hash: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    row::Entity::insert(row::ActiveModel {
        address_hash: Set(address_hash.to_owned()),
        tenant_id: Set(tenant),
        at: Set(now),
    })
    .on_conflict(
        OnConflict::column(row::Column::AddressHash)
            .do_nothing()
            .to_owned(),
    )
    .exec_without_returning(tx)
    .await?;
    let kept = row::Entity::find_by_id(address_hash.to_owned())
        .one(tx)
        .await?;
    Ok(kept.is_some_and(|row| row.tenant_id == tenant))
}
