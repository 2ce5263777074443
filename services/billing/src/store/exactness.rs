//! What the last complete check of the books found.

use domain::{Timestamp, Units};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait, QueryFilter as _};
use store_kit::StoreError;

use super::AccountKey;

mod row {
    use domain::{Mode, TenantId, Timestamp, Units};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "exactness")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub mode: Mode,
        pub over_sold: Units,
        pub drift: Units,
        pub checked_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod check_row {
    use domain::Timestamp;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "checks")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub checked_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The name of the one check there is: never change it.
const BOOKS: &str = "books";

/// One account's result.
pub(crate) type Finding = row::Model;

impl Finding {
    pub(crate) fn has_fault(&self) -> bool {
        self.over_sold != Units::ZERO || self.drift != Units::ZERO
    }
}

pub(crate) async fn find(
    db: &impl ConnectionTrait,
    account: AccountKey,
) -> Result<Option<Finding>, StoreError> {
    Ok(row::Entity::find()
        .filter(row::Column::Tenant.eq(account.tenant))
        .filter(row::Column::Mode.eq(account.mode))
        .one(db)
        .await?)
}

/// Puts an account's result in the place of its last one.
pub(crate) async fn put(
    tx: &impl ConnectionTrait,
    account: AccountKey,
    (over_sold, drift): (Units, Units),
    checked_at: Timestamp,
) -> Result<(), StoreError> {
    let finding = row::ActiveModel {
        tenant: Set(account.tenant),
        mode: Set(account.mode),
        over_sold: Set(over_sold),
        drift: Set(drift),
        checked_at: Set(checked_at),
    };
    row::Entity::insert(finding)
        .on_conflict(
            OnConflict::columns([row::Column::Tenant, row::Column::Mode])
                .update_columns([
                    row::Column::OverSold,
                    row::Column::Drift,
                    row::Column::CheckedAt,
                ])
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// The check is complete, whatever it looked at.
pub(crate) async fn mark_complete(
    tx: &impl ConnectionTrait,
    checked_at: Timestamp,
) -> Result<(), StoreError> {
    let check = check_row::ActiveModel {
        name: Set(BOOKS.to_owned()),
        checked_at: Set(checked_at),
    };
    check_row::Entity::insert(check)
        .on_conflict(
            OnConflict::column(check_row::Column::Name)
                .update_column(check_row::Column::CheckedAt)
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// When the last check was complete; none: no check was yet.
pub(crate) async fn last_complete(
    db: &impl ConnectionTrait,
) -> Result<Option<Timestamp>, StoreError> {
    let check = check_row::Entity::find_by_id(BOOKS.to_owned())
        .one(db)
        .await?;
    Ok(check.map(|check| check.checked_at))
}

/// Every account's result, for the operator.
pub(crate) async fn all(db: &impl ConnectionTrait) -> Result<Vec<Finding>, StoreError> {
    Ok(row::Entity::find().all(db).await?)
}
