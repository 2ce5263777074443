//! Rows of `sign_ups`: who asked for an account and has not confirmed the address. They belong to no tenant yet.

use domain::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use store_kit::StoreError;

mod row {
    use domain::{Email, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sign_ups")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) token_hash: String,
        pub(crate) email: Email,
        pub(crate) email_folded: String,
        pub(crate) password_hash: String,
        pub(crate) tenant_name: String,
        pub(crate) created_at: Timestamp,
        pub(crate) expires_at: Timestamp,
        pub(crate) confirmed_at: Option<Timestamp>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    crate::store::mute!(Model);
}

/// A sign-up as stored. `Debug` shows nothing: it holds the hash of a password.
pub(crate) type SignUp = row::Model;

pub(crate) async fn insert(tx: &impl ConnectionTrait, sign_up: SignUp) -> Result<(), StoreError> {
    row::ActiveModel::from(sign_up).insert(tx).await?;
    Ok(())
}

/// The sign-up of a mailed token.
pub(crate) async fn find(
    db: &impl ConnectionTrait,
    token_hash: &str,
) -> Result<Option<SignUp>, StoreError> {
    Ok(row::Entity::find_by_id(token_hash.to_owned())
        .one(db)
        .await?)
}

/// The sign-up of a mailed token; nobody else confirms it before the transaction ends.
pub(crate) async fn lock(
    tx: &impl ConnectionTrait,
    token_hash: &str,
) -> Result<Option<SignUp>, StoreError> {
    Ok(row::Entity::find_by_id(token_hash.to_owned())
        .lock_exclusive()
        .one(tx)
        .await?)
}

/// The newest sign-up of an address.
pub(crate) async fn latest(
    db: &impl ConnectionTrait,
    email_folded: &str,
) -> Result<Option<SignUp>, StoreError> {
    Ok(row::Entity::find()
        .filter(row::Column::EmailFolded.eq(email_folded))
        .order_by_desc(row::Column::CreatedAt)
        .one(db)
        .await?)
}

pub(crate) async fn mark_confirmed(
    tx: &impl ConnectionTrait,
    token_hash: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    row::Entity::update_many()
        .col_expr(row::Column::ConfirmedAt, Expr::value(now))
        .filter(row::Column::TokenHash.eq(token_hash))
        .exec(tx)
        .await?;
    Ok(())
}

pub(crate) async fn delete_expired(
    tx: &impl ConnectionTrait,
    before: Timestamp,
) -> Result<u64, StoreError> {
    let deleted = row::Entity::delete_many()
        .filter(row::Column::ExpiresAt.lt(before))
        .exec(tx)
        .await?;
    Ok(deleted.rows_affected)
}
