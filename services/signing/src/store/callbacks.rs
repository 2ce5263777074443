//! Callbacks that were due to an integrator. How each fares is in the outbox, under the same id.

use domain::{DocumentId, EventId, Mode, SignatureRequestId, TenantId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{IntoActiveModel as _, QueryOrder as _, QuerySelect as _, QueryTrait as _, Select};
use serde::{Deserialize, Serialize};
use store_kit::StoreError;
use store_kit::outbox::{self, Standing};

use super::Owner;

/// What became of the round, as rows and callbacks say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub(crate) enum RoundState {
    #[sea_orm(string_value = "signed")]
    Signed,
    #[sea_orm(string_value = "canceled")]
    Canceled,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "callbacks")]
pub(crate) struct Model {
    /// The event's, the same on every try.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: EventId,
    pub(crate) tenant: TenantId,
    pub(crate) mode: Mode,
    pub(crate) document: DocumentId,
    pub(crate) signature_request: SignatureRequestId,
    pub(crate) state: RoundState,
    pub(crate) made_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Which callbacks a list shows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) signature_request: Option<SignatureRequestId>,
    pub(crate) standing: Option<Standing>,
    /// Made then or later.
    pub(crate) since: Option<Timestamp>,
    /// Older than this one.
    pub(crate) after: Option<EventId>,
}

fn of(owner: Owner) -> Select<Entity> {
    Entity::find().filter(owner.rows(Column::Tenant, Column::Mode))
}

pub(crate) async fn put(tx: &impl ConnectionTrait, row: Model) -> Result<(), StoreError> {
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

/// Newest first.
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    owner: Owner,
    topic: &str,
    wanted: Wanted,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    let mut query = of(owner);
    if let Some(request) = wanted.signature_request {
        query = query.filter(Column::SignatureRequest.eq(request));
    }
    if let Some(standing) = wanted.standing {
        query = query.filter(Column::Id.in_subquery(outbox::ids_standing(topic, standing)));
    }
    if let Some(since) = wanted.since {
        query = query.filter(Column::MadeAt.gte(since));
    }
    if let Some(after) = wanted.after {
        query = query.filter(Column::Id.lt(after));
    }
    Ok(query.order_by_desc(Column::Id).limit(limit).all(db).await?)
}

/// The ids of those that were made then or later.
pub(crate) fn ids_since(owner: Owner, since: Timestamp) -> SelectStatement {
    ids(of(owner).filter(Column::MadeAt.gte(since)))
}

/// One id, if it is the owner's.
pub(crate) fn just(owner: Owner, id: EventId) -> SelectStatement {
    ids(of(owner).filter(Column::Id.eq(id)))
}

fn ids(query: Select<Entity>) -> SelectStatement {
    query.select_only().column(Column::Id).into_query()
}
