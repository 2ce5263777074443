//! Rows of `sign_in_failures`: how often a sign-in failed at an address, whether or not anybody has an account there.

use domain::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _,
    ActiveValue::{Set, Unchanged},
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _,
};
use store_kit::StoreError;

mod row {
    use domain::Timestamp;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sign_in_failures")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) address_hash: String,
        pub(crate) failures: i32,
        pub(crate) last_at: Timestamp,
        pub(crate) locked_until: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) type SignInFailures = row::Model;

/// The count of an address, made when missing; nobody else counts there before the transaction ends.
pub(crate) async fn lock(
    tx: &impl ConnectionTrait,
    address_hash: &str,
) -> Result<SignInFailures, StoreError> {
    let never = Timestamp::from_millis(0);
    row::Entity::insert(row::ActiveModel {
        address_hash: Set(address_hash.to_owned()),
        failures: Set(0),
        last_at: Set(never),
        locked_until: Set(never),
    })
    .on_conflict(
        OnConflict::column(row::Column::AddressHash)
            .do_nothing()
            .to_owned(),
    )
    .exec_without_returning(tx)
    .await?;
    row::Entity::find_by_id(address_hash.to_owned())
        .lock_exclusive()
        .one(tx)
        .await?
        .ok_or_else(|| StoreError::corrupt("sign_in_failures lost a row"))
}

pub(crate) async fn update(
    tx: &impl ConnectionTrait,
    failures: SignInFailures,
) -> Result<(), StoreError> {
    row::ActiveModel {
        address_hash: Unchanged(failures.address_hash),
        failures: Set(failures.failures),
        last_at: Set(failures.last_at),
        locked_until: Set(failures.locked_until),
    }
    .update(tx)
    .await?;
    Ok(())
}

pub(crate) async fn forget(
    tx: &impl ConnectionTrait,
    address_hash: &str,
) -> Result<(), StoreError> {
    row::Entity::delete_by_id(address_hash.to_owned())
        .exec(tx)
        .await?;
    Ok(())
}

pub(crate) async fn delete_older(
    tx: &impl ConnectionTrait,
    before: Timestamp,
) -> Result<u64, StoreError> {
    let deleted = row::Entity::delete_many()
        .filter(row::Column::LastAt.lt(before))
        .exec(tx)
        .await?;
    Ok(deleted.rows_affected)
}
