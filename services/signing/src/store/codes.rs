//! The codes that requests ask for: one row a request and step, with the counters of guesses at it.

use domain::{DocumentId, Mode, SignatureRequestId, TenantId, Timestamp};
use sea_orm::IntoActiveModel as _;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use store_kit::StoreError;
use utoipa::ToSchema;

use super::Owner;

/// What a code is asked before.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize, ToSchema,
)]
#[schema(as = CodeStep)]
#[serde(rename_all = "lowercase")]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub(crate) enum Step {
    /// Before anything of the document is shown.
    #[sea_orm(string_value = "open")]
    Open,
    /// Before it is submitted.
    #[sea_orm(string_value = "sign")]
    Sign,
}

/// How a signer comes by the code.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize, ToSchema,
)]
#[schema(as = CodeChannel)]
#[serde(rename_all = "lowercase")]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub(crate) enum Channel {
    /// We send it by mail.
    #[sea_orm(string_value = "email")]
    Email,
    /// We send it as a text message.
    #[sea_orm(string_value = "sms")]
    Sms,
    /// The sender told it to the signer.
    #[sea_orm(string_value = "fixed")]
    Fixed,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "codes")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) tenant: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) mode: Mode,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) signature_request: SignatureRequestId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) step: Step,
    pub(crate) document: DocumentId,
    pub(crate) channel: Channel,
    /// Address or number that codes are sent to.
    pub(crate) recipient: Option<String>,
    /// Random, new with every change of the rule: passes that an earlier rule gave are void.
    pub(crate) rule: String,
    /// Keyed hash of the fixed code, or of the code that was sent last and not used yet.
    pub(crate) secret: Option<String>,
    pub(crate) sent_at: Option<Timestamp>,
    /// Of the sent code.
    pub(crate) expires_at: Option<Timestamp>,
    /// Wrong codes since the last right one, or since the last lock.
    pub(crate) attempts: i32,
    pub(crate) locked_until: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The row of a step. To decide on it, lock its request first: that is what keeps guesses in line.
pub(crate) async fn find(
    db: &impl ConnectionTrait,
    owner: Owner,
    request: &SignatureRequestId,
    step: Step,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::Tenant.eq(owner.tenant))
        .filter(Column::Mode.eq(owner.mode))
        .filter(Column::SignatureRequest.eq(request))
        .filter(Column::Step.eq(step))
        .one(db)
        .await?)
}

pub(crate) async fn insert(tx: &impl ConnectionTrait, row: Model) -> Result<(), StoreError> {
    Entity::insert(row.into_active_model())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Writes back a row whose request was locked.
pub(crate) async fn put(tx: &impl ConnectionTrait, row: Model) -> Result<(), StoreError> {
    row.into_active_model().reset_all().update(tx).await?;
    Ok(())
}

/// The request asks for no code at this step any more.
pub(crate) async fn remove(
    tx: &impl ConnectionTrait,
    owner: Owner,
    request: &SignatureRequestId,
    step: Step,
) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::Tenant.eq(owner.tenant))
        .filter(Column::Mode.eq(owner.mode))
        .filter(Column::SignatureRequest.eq(request))
        .filter(Column::Step.eq(step))
        .exec(tx)
        .await?;
    Ok(())
}

/// Erases codes and recipients of a document's requests. The rows stay: what was locked must not stand open.
pub(crate) async fn forget(
    tx: &impl ConnectionTrait,
    owner: Owner,
    document: &DocumentId,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Secret, Expr::value(None::<String>))
        .col_expr(Column::Recipient, Expr::value(None::<String>))
        .filter(Column::Tenant.eq(owner.tenant))
        .filter(Column::Mode.eq(owner.mode))
        .filter(Column::Document.eq(document))
        .exec(tx)
        .await?;
    Ok(())
}
