//! Signature requests: one row for every id that was sold, and who owns a link without a key.

use domain::{ChargeId, DocumentId, Mode, SignatureRequestId, TenantId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ExprTrait as _, IntoActiveModel as _, QueryOrder as _, QuerySelect as _, Select};
use store_kit::StoreError;

use super::Owner;
use crate::signature_request::Moved;

/// What became of a request. Expiry is not among them: it is read from the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub(crate) enum RequestState {
    #[sea_orm(string_value = "waiting")]
    Waiting,
    #[sea_orm(string_value = "opened")]
    Opened,
    #[sea_orm(string_value = "sealing")]
    Sealing,
    #[sea_orm(string_value = "signed")]
    Signed,
    #[sea_orm(string_value = "canceled")]
    Canceled,
    #[sea_orm(string_value = "deleted")]
    Deleted,
    /// Signed, and the integrator's receiver has not taken the callback for an hour.
    #[sea_orm(string_value = "callback_failing")]
    CallbackFailing,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signature_requests")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) tenant: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) mode: Mode,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: SignatureRequestId,
    pub(crate) document: DocumentId,
    pub(crate) charge: ChargeId,
    /// 128 random bits that the link must carry, where the id alone could be guessed.
    pub(crate) link_key: Option<String>,
    pub(crate) url: String,
    pub(crate) result_url: Option<String>,
    pub(crate) send_info_url: Option<String>,
    pub(crate) rules: String,
    pub(crate) round: String,
    /// Confidential; erased when it is sealed into the document, and when the request ends otherwise.
    pub(crate) sig_data: Option<String>,
    pub(crate) expires_at: Timestamp,
    /// Kept from others: [`Model::enter`] is the one way to another state.
    state: RequestState,
    pub(crate) registered_at: Timestamp,
    pub(crate) opened_at: Option<Timestamp>,
    pub(crate) ended_at: Option<Timestamp>,
    pub(crate) cancel_reason: Option<String>,
    /// The signer's browser's, from the act that ended the round.
    pub(crate) locale: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What is known of a request when it is registered.
pub(crate) struct New {
    pub(crate) owner: Owner,
    pub(crate) id: SignatureRequestId,
    pub(crate) document: DocumentId,
    pub(crate) charge: ChargeId,
    pub(crate) link_key: Option<String>,
    pub(crate) url: String,
    pub(crate) result_url: Option<String>,
    pub(crate) send_info_url: Option<String>,
    pub(crate) rules: String,
    pub(crate) round: String,
    pub(crate) sig_data: Option<String>,
    pub(crate) expires_at: Timestamp,
    pub(crate) registered_at: Timestamp,
}

impl Model {
    /// A request as it begins: it waits for its signer.
    pub(crate) fn waiting(new: New) -> Self {
        Self {
            tenant: new.owner.tenant,
            mode: new.owner.mode,
            id: new.id,
            document: new.document,
            charge: new.charge,
            link_key: new.link_key,
            url: new.url,
            result_url: new.result_url,
            send_info_url: new.send_info_url,
            rules: new.rules,
            round: new.round,
            sig_data: new.sig_data,
            expires_at: new.expires_at,
            state: RequestState::Waiting,
            registered_at: new.registered_at,
            opened_at: None,
            ended_at: None,
            cancel_reason: None,
            locale: None,
        }
    }

    pub(crate) const fn state(&self) -> RequestState {
        self.state
    }

    /// Writes what an act made of its state. Only the transitions of [`crate::signature_request`] make a [`Moved`].
    pub(crate) fn enter(mut self, moved: Moved) -> Self {
        self.state = moved.to();
        self
    }
}

mod bare_link {
    use domain::{Mode, SignatureRequestId, TenantId};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "bare_links")]
    pub(super) struct Model {
        /// A signature request id, kept as text since it is the key of this table alone.
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) id: String,
        pub(super) tenant: TenantId,
        pub(super) mode: Mode,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl Model {
        pub(super) fn new(id: &SignatureRequestId, tenant: TenantId, mode: Mode) -> Self {
            Self {
                id: id.to_string(),
                tenant,
                mode,
            }
        }
    }
}

fn of(owner: Owner) -> Select<Entity> {
    Entity::find().filter(owner.rows(Column::Tenant, Column::Mode))
}

/// Registers the id; `false`: it was registered before.
pub(crate) async fn register(db: &impl ConnectionTrait, row: Model) -> Result<bool, StoreError> {
    let taken = OnConflict::columns([Column::Tenant, Column::Mode, Column::Id])
        .do_nothing()
        .to_owned();
    let inserted = Entity::insert(row.into_active_model())
        .on_conflict(taken)
        .exec_without_returning(db)
        .await?;
    Ok(inserted == 1)
}

/// Takes the link without a key for this owner; `false`: another tenant or mode has it.
pub(crate) async fn take_bare_link(
    db: &impl ConnectionTrait,
    owner: Owner,
    id: &SignatureRequestId,
) -> Result<bool, StoreError> {
    let row = bare_link::Model::new(id, owner.tenant, owner.mode);
    let inserted = bare_link::Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::column(bare_link::Column::Id)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(inserted == 1)
}

pub(crate) async fn find(
    db: &impl ConnectionTrait,
    owner: Owner,
    id: &SignatureRequestId,
) -> Result<Option<Model>, StoreError> {
    Ok(of(owner).filter(Column::Id.eq(id)).one(db).await?)
}

/// As [`find`], and nobody else decides on the request until the transaction ends. Lock its document first.
pub(crate) async fn lock(
    tx: &impl ConnectionTrait,
    owner: Owner,
    id: &SignatureRequestId,
) -> Result<Option<Model>, StoreError> {
    Ok(of(owner)
        .filter(Column::Id.eq(id))
        .lock_exclusive()
        .one(tx)
        .await?)
}

pub(crate) async fn put(tx: &impl ConnectionTrait, row: Model) -> Result<(), StoreError> {
    row.into_active_model().reset_all().update(tx).await?;
    Ok(())
}

/// Erases what senders gave with the rounds of a document.
pub(crate) async fn forget_sig_data(
    tx: &impl ConnectionTrait,
    owner: Owner,
    document: &DocumentId,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::SigData, Expr::value(None::<String>))
        .filter(owner.rows(Column::Tenant, Column::Mode))
        .filter(Column::Document.eq(document))
        .exec(tx)
        .await?;
    Ok(())
}

/// All rounds of a document, newest first.
pub(crate) async fn of_document(
    db: &impl ConnectionTrait,
    owner: Owner,
    document: &DocumentId,
) -> Result<Vec<Model>, StoreError> {
    Ok(of(owner)
        .filter(Column::Document.eq(document))
        .order_by_desc(Column::RegisteredAt)
        .all(db)
        .await?)
}

/// Where a page of a list starts: after this request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct After {
    pub(crate) registered_at: Timestamp,
    pub(crate) id: SignatureRequestId,
}

/// What a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    All,
    /// In this state, and not past their expiry where that matters.
    State(RequestState),
    /// Not signed in time.
    Expired,
}

/// Newest first.
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    owner: Owner,
    (shown, now): (Shown, Timestamp),
    after: Option<&After>,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    let waiting = [RequestState::Waiting, RequestState::Opened];
    let mut query = match shown {
        Shown::All => of(owner),
        Shown::State(state) if waiting.contains(&state) => of(owner)
            .filter(Column::State.eq(state))
            .filter(Column::ExpiresAt.gt(now)),
        Shown::State(state) => of(owner).filter(Column::State.eq(state)),
        Shown::Expired => of(owner)
            .filter(Column::State.is_in(waiting))
            .filter(Column::ExpiresAt.lte(now)),
    };
    if let Some(after) = after {
        query = query.filter(
            Column::RegisteredAt
                .lt(after.registered_at)
                .or(Column::RegisteredAt
                    .eq(after.registered_at)
                    .and(Column::Id.lt(&after.id))),
        );
    }
    Ok(query
        .order_by_desc(Column::RegisteredAt)
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}
