//! Rows of `tenants`.

use domain::{ApiState, TenantId, TenantSlug, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QuerySelect as _,
};
use store_kit::StoreError;

pub(super) mod row {
    use domain::{TenantId, TenantSlug, Timestamp};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tenants")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: TenantId,
        pub(crate) slug: TenantSlug,
        pub(crate) name: String,
        pub(crate) api: String,
        pub(crate) activated_at: Option<Timestamp>,
        pub(crate) keep_raw_ink: bool,
        pub(crate) public_key: Option<String>,
        pub(crate) terms_version: Option<String>,
        /// This and the next two: written for the version before, read by none. See `tenant_settings`.
        pub(crate) zone: String,
        pub(crate) lang: String,
        pub(crate) max_file_bytes: i64,
        pub(crate) version: i64,
        pub(crate) created_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The defaults of the version before, which kept three settings in columns of this table.
const FORMER_ZONE: &str = "Europe/Bratislava";
const FORMER_LANG: &str = "sk";

/// A customer organisation as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct Tenant {
    pub(crate) id: TenantId,
    pub(crate) slug: TenantSlug,
    pub(crate) name: String,
    pub(crate) api: ApiState,
    pub(crate) activated_at: Option<Timestamp>,
    pub(crate) keep_raw_ink: bool,
    pub(crate) public_key: Option<String>,
    pub(crate) terms_version: Option<String>,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
}

pub(crate) async fn find(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<Option<Tenant>, StoreError> {
    let found = row::Entity::find_by_id(tenant).one(db).await?;
    found.map(Tenant::try_from).transpose()
}

/// As [`find`], and nobody else changes the row before the transaction ends.
pub(crate) async fn lock(
    tx: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<Option<Tenant>, StoreError> {
    let found = row::Entity::find_by_id(tenant)
        .lock_exclusive()
        .one(tx)
        .await?;
    found.map(Tenant::try_from).transpose()
}

pub(crate) async fn insert(tx: &impl ConnectionTrait, tenant: Tenant) -> Result<(), StoreError> {
    let row: row::Model = tenant.into();
    row::ActiveModel::from(row).insert(tx).await?;
    Ok(())
}

/// Writes all that may change of a tenant; id, slug and birth stay.
pub(crate) async fn update(tx: &impl ConnectionTrait, tenant: Tenant) -> Result<(), StoreError> {
    let row: row::Model = tenant.into();
    let mut changed = row.clone().into_active_model();
    changed.name = Set(row.name);
    changed.api = Set(row.api);
    changed.activated_at = Set(row.activated_at);
    changed.keep_raw_ink = Set(row.keep_raw_ink);
    changed.public_key = Set(row.public_key);
    changed.terms_version = Set(row.terms_version);
    changed.version = Set(row.version);
    changed.update(tx).await?;
    Ok(())
}

/// Slugs that begin like this one, to find a free one beside them.
pub(crate) async fn slugs_like(
    db: &impl ConnectionTrait,
    start: &str,
) -> Result<Vec<String>, StoreError> {
    Ok(row::Entity::find()
        .select_only()
        .expr(Expr::col(row::Column::Slug))
        .filter(row::Column::Slug.starts_with(start))
        .into_tuple()
        .all(db)
        .await?)
}

impl TryFrom<row::Model> for Tenant {
    type Error = StoreError;
    fn try_from(row: row::Model) -> Result<Self, StoreError> {
        Ok(Self {
            api: parse_state(&row.api)?,
            id: row.id,
            slug: row.slug,
            name: row.name,
            activated_at: row.activated_at,
            keep_raw_ink: row.keep_raw_ink,
            public_key: row.public_key,
            terms_version: row.terms_version,
            version: row.version,
            created_at: row.created_at,
        })
    }
}

impl From<Tenant> for row::Model {
    fn from(tenant: Tenant) -> Self {
        Self {
            api: state_text(tenant.api).to_owned(),
            id: tenant.id,
            slug: tenant.slug,
            name: tenant.name,
            activated_at: tenant.activated_at,
            keep_raw_ink: tenant.keep_raw_ink,
            public_key: tenant.public_key,
            terms_version: tenant.terms_version,
            zone: FORMER_ZONE.to_owned(),
            lang: FORMER_LANG.to_owned(),
            max_file_bytes: domain::DEFAULT_MAX_FILE_BYTES,
            version: tenant.version,
            created_at: tenant.created_at,
        }
    }
}

/// As stored: never change one.
const fn state_text(state: ApiState) -> &'static str {
    match state {
        ApiState::Inactive => "inactive",
        ApiState::Active => "active",
        ApiState::Suspended => "suspended",
    }
}

fn parse_state(text: &str) -> Result<ApiState, StoreError> {
    [ApiState::Inactive, ApiState::Active, ApiState::Suspended]
        .into_iter()
        .find(|state| state_text(*state) == text)
        .ok_or_else(|| StoreError::corrupt("tenants.api"))
}
