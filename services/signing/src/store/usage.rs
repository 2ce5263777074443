//! What is counted for `GET /JSON/counter`, by month.

use domain::{EventId, Mode, TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::ExprTrait as _;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use store_kit::StoreError;

use super::Owner;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "usage")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) tenant: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) mode: Mode,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) counted: String,
    /// `2026.5`, UTC, without leading zero.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) month: String,
    pub(crate) total: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

mod drain {
    use domain::{EventId, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "usage_drains")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) drain: EventId,
        pub(super) taken_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    Files,
    Deleted,
    SignatureRequests,
    Downloads,
}

impl Counted {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Deleted => "deleted",
            Self::SignatureRequests => "signature_requests",
            Self::Downloads => "downloads",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [
            Self::Files,
            Self::Deleted,
            Self::SignatureRequests,
            Self::Downloads,
        ]
        .into_iter()
        .find(|counted| counted.as_str() == text)
    }
}

/// Adds to a month's count, in the transaction of the act. Last in it: the row is shared by all acts of the month.
pub(crate) async fn add(
    tx: &impl ConnectionTrait,
    owner: Owner,
    counted: Counted,
    month: String,
    count: i64,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        tenant: Set(owner.tenant),
        mode: Set(owner.mode),
        counted: Set(counted.as_str().to_owned()),
        month: Set(month),
        total: Set(count),
    };
    let key = [Column::Tenant, Column::Mode, Column::Counted, Column::Month];
    let mut more = OnConflict::columns(key);
    more.value(Column::Total, Expr::col((Entity, Column::Total)).add(count));
    Entity::insert(row)
        .on_conflict(more)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Takes a drain once; `false`: it was taken before.
pub(crate) async fn take_drain(
    tx: &impl ConnectionTrait,
    id: EventId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let row = drain::ActiveModel {
        drain: Set(id),
        taken_at: Set(now),
    };
    let inserted = drain::Entity::insert(row)
        .on_conflict(
            OnConflict::column(drain::Column::Drain)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    Ok(inserted == 1)
}

pub(crate) async fn of(db: &impl ConnectionTrait, owner: Owner) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .filter(owner.rows(Column::Tenant, Column::Mode))
        .all(db)
        .await?)
}
