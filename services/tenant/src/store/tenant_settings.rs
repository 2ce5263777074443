//! Rows of `tenant_settings`: what an operator set for a tenant; a setting without a row has its default.

use domain::{TenantId, Timestamp};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
};
use store_kit::StoreError;

mod row {
    use domain::{TenantId, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tenant_settings")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) tenant_id: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) name: String,
        pub(crate) value: String,
        pub(crate) set_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) type SettingRow = row::Model;

pub(crate) async fn all(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<Vec<SettingRow>, StoreError> {
    Ok(row::Entity::find()
        .filter(row::Column::TenantId.eq(tenant))
        .all(db)
        .await?)
}

pub(crate) async fn put(
    tx: &impl ConnectionTrait,
    tenant: TenantId,
    (name, value): (&str, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let set = row::ActiveModel {
        tenant_id: Set(tenant),
        name: Set(name.to_owned()),
        value: Set(value.to_owned()),
        set_at: Set(now),
    };
    let again = OnConflict::columns([row::Column::TenantId, row::Column::Name])
        .update_columns([row::Column::Value, row::Column::SetAt])
        .to_owned();
    row::Entity::insert(set)
        .on_conflict(again)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

pub(crate) async fn remove(
    tx: &impl ConnectionTrait,
    tenant: TenantId,
    name: &str,
) -> Result<(), StoreError> {
    row::Entity::delete_many()
        .filter(row::Column::TenantId.eq(tenant))
        .filter(row::Column::Name.eq(name))
        .exec(tx)
        .await?;
    Ok(())
}
