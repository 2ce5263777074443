//! Answers kept for replay under the caller's `Idempotency-Key`.

use domain::{ChargeId, Mode, TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use store_kit::StoreError;

use super::Owner;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "answers")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) tenant: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) mode: Mode,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) operation: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) key: String,
    pub(crate) fingerprint: String,
    pub(crate) status: i32,
    pub(crate) body: String,
    pub(crate) charge: Option<ChargeId>,
    pub(crate) given_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The answer under a key, unless it has expired.
pub(crate) async fn find(
    db: &impl ConnectionTrait,
    owner: Owner,
    operation: &str,
    key: &str,
    now: Timestamp,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id((
        owner.tenant,
        owner.mode,
        operation.to_owned(),
        key.to_owned(),
    ))
    .filter(Column::ExpiresAt.gt(now))
    .one(db)
    .await?)
}

/// Keeps an answer; `false`: another is kept under this key.
pub(crate) async fn keep(
    db: &impl ConnectionTrait,
    owner: Owner,
    row: Model,
    replaceable: Timestamp,
) -> Result<bool, StoreError> {
    Entity::delete_many()
        .filter(owner.rows(Column::Tenant, Column::Mode))
        .filter(Column::Operation.eq(&row.operation))
        .filter(Column::Key.eq(&row.key))
        .filter(Column::GivenAt.lte(replaceable))
        .exec(db)
        .await?;
    let row = ActiveModel {
        tenant: Set(owner.tenant),
        mode: Set(owner.mode),
        operation: Set(row.operation),
        key: Set(row.key),
        fingerprint: Set(row.fingerprint),
        status: Set(row.status),
        body: Set(row.body),
        charge: Set(row.charge),
        given_at: Set(row.given_at),
        expires_at: Set(row.expires_at),
    };
    let key = OnConflict::columns([Column::Tenant, Column::Mode, Column::Operation, Column::Key])
        .do_nothing()
        .to_owned();
    let inserted = Entity::insert(row)
        .on_conflict(key)
        .exec_without_returning(db)
        .await?;
    Ok(inserted == 1)
}

/// The answer that was first given under a charge.
pub(crate) async fn of_charge(
    db: &impl ConnectionTrait,
    owner: Owner,
    charge: ChargeId,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find()
        .filter(owner.rows(Column::Tenant, Column::Mode))
        .filter(Column::Charge.eq(charge))
        .one(db)
        .await?)
}
