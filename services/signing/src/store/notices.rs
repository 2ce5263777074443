//! Rows of `notices`: one for each request that somebody is to be reminded of or whose expiry is to be told.

use domain::{DocumentId, Mode, SignatureRequestId, TenantId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{Condition, IntoActiveModel as _};
use store_kit::StoreError;

use super::Owner;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notices")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) tenant: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) mode: Mode,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) signature_request: SignatureRequestId,
    pub(crate) document: DocumentId,
    /// Mornings before it do not count.
    pub(crate) since: Timestamp,
    /// When to look at the request again. Whoever moves it has claimed what is due.
    pub(crate) due_at: Timestamp,
    pub(crate) reminded_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Writes a row, or gives an earlier one of the request another time to be looked at; what it knows of reminders stays.
pub(crate) async fn put(db: &impl ConnectionTrait, row: Model) -> Result<(), StoreError> {
    let again = OnConflict::columns([Column::Tenant, Column::Mode, Column::SignatureRequest])
        .update_column(Column::DueAt)
        .to_owned();
    Entity::insert(row.into_active_model())
        .on_conflict(again)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Moves a row on, if it is still as it was seen; `false`: another was faster.
pub(crate) async fn claim(
    tx: &impl ConnectionTrait,
    owner: Owner,
    seen: &Model,
    (due_at, reminded_at): (Timestamp, Option<Timestamp>),
) -> Result<bool, StoreError> {
    let claimed = Entity::update_many()
        .col_expr(Column::DueAt, Expr::value(due_at))
        .col_expr(Column::RemindedAt, Expr::value(reminded_at))
        .filter(of(owner, seen))
        .exec(tx)
        .await?;
    Ok(claimed.rows_affected == 1)
}

/// Ends a row, if it is still as it was seen; `false`: another was faster.
pub(crate) async fn end(
    tx: &impl ConnectionTrait,
    owner: Owner,
    seen: &Model,
) -> Result<bool, StoreError> {
    let ended = Entity::delete_many()
        .filter(of(owner, seen))
        .exec(tx)
        .await?;
    Ok(ended.rows_affected == 1)
}

/// Has all of a tenant's requests looked at again.
pub(crate) async fn look_again(
    tx: &impl ConnectionTrait,
    tenant: TenantId,
    now: Timestamp,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::DueAt, Expr::value(now))
        .filter(Column::Tenant.eq(tenant))
        .filter(Column::DueAt.gt(now))
        .exec(tx)
        .await?;
    Ok(())
}

fn of(owner: Owner, seen: &Model) -> Condition {
    Condition::all()
        .add(Column::Tenant.eq(owner.tenant))
        .add(Column::Mode.eq(owner.mode))
        .add(Column::SignatureRequest.eq(&seen.signature_request))
        .add(Column::DueAt.eq(seen.due_at))
}
