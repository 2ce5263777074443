//! Letters and text messages to people. A row is written with the act that causes it; what it says is confidential, and is
//! erased once it is sent.

use domain::{DocumentId, EventId, Mode, SignatureRequestId, TenantId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel as _, QueryOrder as _, Select};
use serde::{Deserialize, Serialize};
use store_kit::StoreError;
use utoipa::ToSchema;

use super::Owner;

/// How a message reaches its reader.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize, ToSchema,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[schema(as = MessageChannel)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Channel {
    #[sea_orm(string_value = "email")]
    Email,
    #[sea_orm(string_value = "sms")]
    Sms,
}

/// What a message is about.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize, ToSchema,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[schema(as = MessageKind)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Kind {
    #[sea_orm(string_value = "signingRequest")]
    SigningRequest,
    #[sea_orm(string_value = "reminder")]
    Reminder,
    #[sea_orm(string_value = "expired")]
    Expired,
    #[sea_orm(string_value = "signedDocument")]
    SignedDocument,
    #[sea_orm(string_value = "signerCopy")]
    SignerCopy,
    #[sea_orm(string_value = "documentSent")]
    DocumentSent,
    #[sea_orm(string_value = "openingCode")]
    OpeningCode,
    #[sea_orm(string_value = "signingCode")]
    SigningCode,
}

/// How a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub(crate) enum State {
    /// In the local outbox, since this server sends nothing.
    #[sea_orm(string_value = "kept")]
    Kept,
    /// To be sent, or sent again.
    #[sea_orm(string_value = "waiting")]
    Waiting,
    #[sea_orm(string_value = "sent")]
    Sent,
    /// Refused, or tried for too long.
    #[sea_orm(string_value = "failed")]
    Failed,
}

impl State {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "messages")]
pub(crate) struct Model {
    /// Also the outbox row's.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: EventId,
    pub(crate) tenant: TenantId,
    pub(crate) mode: Mode,
    pub(crate) document: DocumentId,
    pub(crate) signature_request: Option<SignatureRequestId>,
    pub(crate) channel: Channel,
    pub(crate) kind: Kind,
    /// An e-mail address, or a phone number as E.164 writes it.
    pub(crate) recipient: String,
    pub(crate) reply_to: Option<String>,
    pub(crate) sender_name: Option<String>,
    pub(crate) lang: String,
    pub(crate) subject: String,
    /// Confidential; none: it was sent or given up, and is erased.
    pub(crate) body: Option<String>,
    /// The revision of the document that goes with it.
    pub(crate) attached_revision: Option<i32>,
    pub(crate) state: State,
    pub(crate) tries: i32,
    pub(crate) last_error: Option<String>,
    pub(crate) created_at: Timestamp,
    /// When it was sent or given up.
    pub(crate) settled_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

fn of(owner: Owner) -> Select<Entity> {
    Entity::find().filter(owner.rows(Column::Tenant, Column::Mode))
}

pub(crate) async fn insert(tx: &impl ConnectionTrait, row: Model) -> Result<(), StoreError> {
    Entity::insert(row.into_active_model())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

pub(crate) async fn find(
    db: &impl ConnectionTrait,
    owner: Owner,
    id: EventId,
) -> Result<Option<Model>, StoreError> {
    Ok(of(owner).filter(Column::Id.eq(id)).one(db).await?)
}

/// When messages of a kind about a request were written later than `after`, oldest first.
pub(crate) async fn written_since(
    db: &impl ConnectionTrait,
    owner: Owner,
    (request, kind): (&SignatureRequestId, Kind),
    after: Timestamp,
) -> Result<Vec<Timestamp>, StoreError> {
    let rows = of(owner)
        .filter(Column::SignatureRequest.eq(request))
        .filter(Column::Kind.eq(kind))
        .filter(Column::CreatedAt.gt(after))
        .order_by_asc(Column::CreatedAt)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.created_at).collect())
}

pub(crate) async fn put(tx: &impl ConnectionTrait, row: Model) -> Result<(), StoreError> {
    row.into_active_model().reset_all().update(tx).await?;
    Ok(())
}
