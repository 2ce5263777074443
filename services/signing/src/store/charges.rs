//! One verdict a charge: whoever inserts first has decided.

use domain::{ChargeId, DocumentId, Mode, SignatureRequestId, TenantId, Timestamp, Verdict};
use sea_orm::ActiveValue::Set;
use sea_orm::QueryOrder as _;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use store_kit::StoreError;

use super::Owner;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "charges")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) charge: ChargeId,
    pub(crate) tenant: TenantId,
    pub(crate) mode: Mode,
    pub(crate) verdict: Verdict,
    pub(crate) signature_request: Option<SignatureRequestId>,
    pub(crate) document: Option<DocumentId>,
    pub(crate) url: Option<String>,
    pub(crate) recorded_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Records a verdict where none stands; `false`: one stands already, and stays.
pub(crate) async fn record(
    db: &impl ConnectionTrait,
    owner: Owner,
    row: Model,
) -> Result<bool, StoreError> {
    let row = ActiveModel {
        charge: Set(row.charge),
        tenant: Set(owner.tenant),
        mode: Set(owner.mode),
        verdict: Set(row.verdict),
        signature_request: Set(row.signature_request),
        document: Set(row.document),
        url: Set(row.url),
        recorded_at: Set(row.recorded_at),
    };
    let inserted = Entity::insert(row)
        .on_conflict(OnConflict::column(Column::Charge).do_nothing().to_owned())
        .exec_without_returning(db)
        .await?;
    Ok(inserted == 1)
}

/// The charge under which an id was registered.
pub(crate) async fn find_registered(
    db: &impl ConnectionTrait,
    owner: Owner,
    id: &SignatureRequestId,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find()
        .filter(owner.rows(Column::Tenant, Column::Mode))
        .filter(Column::SignatureRequest.eq(id))
        .filter(Column::Verdict.eq(Verdict::Registered))
        .order_by_asc(Column::Charge)
        .one(db)
        .await?)
}
