//! The copy of tenants, as their owner told it last.

use domain::{ApiState, TenantChanged, TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{ConnectionTrait, EntityTrait, TryInsertResult};
use store_kit::StoreError;

mod row {
    use domain::{TenantId, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tenants")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant: TenantId,
        pub version: i64,
        pub slug: String,
        pub name: String,
        pub api_state: String,
        pub activated_at: Option<Timestamp>,
        pub debt_blocks: Option<bool>,
        pub purchase_pays_debt: Option<bool>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

const fn state_name(state: ApiState) -> &'static str {
    match state {
        ApiState::Inactive => "inactive",
        ApiState::Active => "active",
        ApiState::Suspended => "suspended",
    }
}

/// Keeps what is newer than the copy; `false`: it was not.
pub(crate) async fn keep_newer(
    tx: &impl ConnectionTrait,
    told: &TenantChanged,
) -> Result<bool, StoreError> {
    let copy = row::ActiveModel {
        tenant: Set(told.tenant),
        version: Set(told.version),
        slug: Set(told.slug.to_string()),
        name: Set(told.name.clone()),
        api_state: Set(state_name(told.api).to_owned()),
        activated_at: Set(told.activated_at),
        debt_blocks: Set(told.settings.debt_blocks),
        purchase_pays_debt: Set(told.settings.purchase_pays_debt),
    };
    let newer = Expr::col((row::Entity, row::Column::Version)).lt(told.version);
    let kept = row::Entity::insert(copy)
        .on_conflict(
            OnConflict::column(row::Column::Tenant)
                .update_columns([
                    row::Column::Version,
                    row::Column::Slug,
                    row::Column::Name,
                    row::Column::ApiState,
                    row::Column::ActivatedAt,
                    row::Column::DebtBlocks,
                    row::Column::PurchasePaysDebt,
                ])
                .action_and_where(newer)
                .to_owned(),
        )
        .try_insert()
        .exec_without_returning(tx)
        .await?;
    Ok(matches!(kept, TryInsertResult::Inserted(1)))
}

/// Whether the tenant's API was ever activated and is not suspended, as far as we were told.
pub(crate) async fn is_active(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<bool, StoreError> {
    let copy = row::Entity::find_by_id(tenant).one(db).await?;
    Ok(copy.is_some_and(|copy| {
        copy.activated_at
            .is_some_and(|at| Timestamp::from_millis(0) < at)
            && copy.api_state == state_name(ApiState::Active)
    }))
}

/// What an operator set for a tenant about debt; none: as the server's settings say.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DebtSettings {
    pub(crate) blocks: Option<bool>,
    pub(crate) purchase_pays: Option<bool>,
}

pub(crate) async fn debt_settings(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<DebtSettings, StoreError> {
    let copy = row::Entity::find_by_id(tenant).one(db).await?;
    Ok(
        copy.map_or_else(DebtSettings::default, |copy| DebtSettings {
            blocks: copy.debt_blocks,
            purchase_pays: copy.purchase_pays_debt,
        }),
    )
}
