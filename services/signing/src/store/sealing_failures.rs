//! Why documents are not sealed yet; a row goes when its document is sealed.

use domain::{DocumentId, EventId, Mode, SignatureRequestId, TenantId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{EnumIter, IntoActiveModel as _, Iterable as _};
use store_kit::StoreError;

use super::Owner;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sealing_failures")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) submission: EventId,
    pub(crate) tenant: TenantId,
    pub(crate) mode: Mode,
    pub(crate) document: DocumentId,
    pub(crate) signature_request: SignatureRequestId,
    /// How often it was tried.
    pub(crate) tries: i32,
    pub(crate) reason: Reason,
    /// The error with its causes; for the operator.
    pub(crate) detail: String,
    pub(crate) failed_at: Timestamp,
    pub(crate) next_try_at: Timestamp,
}

/// Why a document was not sealed, in kinds that call for different acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub(crate) enum Reason {
    /// The store of rows or bytes did not answer.
    #[sea_orm(string_value = "store")]
    Store,
    /// The seal's key or certificate could not be had or did not sign.
    #[sea_orm(string_value = "key")]
    Key,
    /// The work took too much time or memory, or its worker died.
    #[sea_orm(string_value = "engine")]
    Engine,
    /// The evidence could not be encrypted: the tenant's public key is not here yet or cannot be used.
    #[sea_orm(string_value = "evidence")]
    Evidence,
    /// The engine cannot seal this document.
    #[sea_orm(string_value = "document")]
    Document,
    /// What was made failed its check and was not given out.
    #[sea_orm(string_value = "check")]
    Check,
    /// The stored bytes are not those that were signed.
    #[sea_orm(string_value = "altered")]
    Altered,
    /// A time-stamping authority or a responder did not answer, or its answer is not taken.
    #[sea_orm(string_value = "authority")]
    Authority,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Notes the newest failure of a job in place of the one before.
pub(crate) async fn put(db: &impl ConnectionTrait, row: Model) -> Result<(), StoreError> {
    let newest = OnConflict::column(Column::Submission)
        .update_columns(Column::iter().filter(|column| !matches!(column, Column::Submission)))
        .to_owned();
    Entity::insert(row.into_active_model())
        .on_conflict(newest)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Forgets the failure of a job that succeeded.
pub(crate) async fn forget(
    db: &impl ConnectionTrait,
    owner: Owner,
    submission: EventId,
) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(owner.rows(Column::Tenant, Column::Mode))
        .filter(Column::Submission.eq(submission))
        .exec(db)
        .await?;
    Ok(())
}

/// The failures that hold up these requests.
pub(crate) async fn of_requests(
    db: &impl ConnectionTrait,
    owner: Owner,
    requests: Vec<SignatureRequestId>,
) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .filter(owner.rows(Column::Tenant, Column::Mode))
        .filter(Column::SignatureRequest.is_in(requests))
        .all(db)
        .await?)
}
