//! What signing keeps of a tenant: the newest version that was told.

use domain::{ApiState, TenantChanged, TenantId, TenantSlug};
use sea_orm::ActiveValue::Set;
use sea_orm::ExprTrait as _;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use store_kit::StoreError;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tenants")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: TenantId,
    pub(crate) version: i64,
    pub(crate) slug: TenantSlug,
    pub(crate) name: String,
    pub(crate) api: String,
    pub(crate) keep_raw_ink: bool,
    pub(crate) public_key: Option<String>,
    pub(crate) zone: String,
    pub(crate) lang: String,
    pub(crate) max_file_bytes: i64,
    pub(crate) keep_signed_days: i32,
    pub(crate) keep_unsigned_days: i32,
    pub(crate) sms: bool,
    pub(crate) https_callbacks_only: bool,
    /// Separated by spaces.
    pub(crate) frame_hosts: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) async fn find(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(tenant).one(db).await?)
}

/// Keeps the higher version, in whatever order they arrive.
pub(crate) async fn keep(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    told: &TenantChanged,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(tenant),
        version: Set(told.version),
        slug: Set(told.slug.clone()),
        name: Set(told.name.clone()),
        api: Set(word(told.api).to_owned()),
        keep_raw_ink: Set(told.keep_raw_ink),
        public_key: Set(told.public_key.clone()),
        zone: Set(told.zone.clone()),
        lang: Set(told.lang.clone()),
        max_file_bytes: Set(told.max_file_bytes),
        keep_signed_days: Set(whole(told.settings.keep_signed_days)),
        keep_unsigned_days: Set(whole(told.settings.keep_unsigned_days)),
        sms: Set(told.settings.sms),
        https_callbacks_only: Set(told.settings.https_callbacks_only),
        frame_hosts: Set(told.settings.frame_hosts.join(" ")),
    };
    let mut newer = OnConflict::column(Column::Id);
    newer
        .update_columns([
            Column::Version,
            Column::Slug,
            Column::Name,
            Column::Api,
            Column::KeepRawInk,
            Column::PublicKey,
            Column::Zone,
            Column::Lang,
            Column::MaxFileBytes,
            Column::KeepSignedDays,
            Column::KeepUnsignedDays,
            Column::Sms,
            Column::HttpsCallbacksOnly,
            Column::FrameHosts,
        ])
        .action_and_where(Expr::col((Entity, Column::Version)).lt(told.version));
    Entity::insert(row)
        .on_conflict(newer)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

fn whole(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

const fn word(state: ApiState) -> &'static str {
    match state {
        ApiState::Inactive => "inactive",
        ApiState::Active => "active",
        ApiState::Suspended => "suspended",
    }
}
