//! Rows of `members`.

use domain::{MemberId, Role, TenantId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    Select,
};
use store_kit::StoreError;

pub(super) mod row {
    use domain::{Email, MemberId, Role, TenantId, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "members")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: MemberId,
        pub(crate) tenant_id: TenantId,
        pub(crate) email: Email,
        pub(crate) email_folded: String,
        pub(crate) password_hash: String,
        pub(crate) role: Role,
        pub(crate) confirmed_at: Timestamp,
        pub(crate) created_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    crate::store::mute!(Model);
}

/// A person of a tenant as stored. `Debug` shows nothing: it holds the hash of a password.
pub(crate) type Member = row::Model;

fn of(tenant: TenantId) -> Select<row::Entity> {
    row::Entity::find().filter(row::Column::TenantId.eq(tenant))
}

pub(crate) async fn find(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    member: MemberId,
) -> Result<Option<Member>, StoreError> {
    Ok(of(tenant)
        .filter(row::Column::Id.eq(member))
        .one(db)
        .await?)
}

/// The owner; a tenant has one.
pub(crate) async fn owner(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<Option<Member>, StoreError> {
    Ok(of(tenant)
        .filter(row::Column::Role.eq(Role::Owner))
        .one(db)
        .await?)
}

/// Everybody of the tenant.
pub(crate) async fn all(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<Vec<Member>, StoreError> {
    Ok(of(tenant).all(db).await?)
}

pub(crate) async fn insert(tx: &impl ConnectionTrait, member: Member) -> Result<(), StoreError> {
    row::ActiveModel::from(member).insert(tx).await?;
    Ok(())
}

pub(crate) async fn set_password_hash(
    tx: &impl ConnectionTrait,
    tenant: TenantId,
    member: MemberId,
    hash: &str,
) -> Result<(), StoreError> {
    row::Entity::update_many()
        .col_expr(row::Column::PasswordHash, Expr::value(hash))
        .filter(row::Column::TenantId.eq(tenant))
        .filter(row::Column::Id.eq(member))
        .exec(tx)
        .await?;
    Ok(())
}
