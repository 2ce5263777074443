//! A tenant's life: created, its API activated, suspended, resumed. Each change counts the version up and is told to the others.

use domain::{ApiState, EventId, TenantChanged, TenantId, TenantSlug, Timestamp};
use store_kit::outbox::{self, Outgoing};
use store_kit::{StoreError, Tx};
use thiserror::Error;

use crate::audit::{self, Act, Actor};
use crate::context::Context;
use crate::names::{free_slug, slug_stem};
use crate::public_key::PublicKey;
use crate::settings;
use crate::store::tenants::{self, Tenant};
use crate::store::{key_changes, members, trial_addresses};

/// The terms that an activation accepts.
pub(crate) const TERMS_VERSION: &str = "2026-11";
/// The outbox topic of tenant events.
pub(crate) const EVENTS: &str = "tenant-changed";

/// What an admin agrees to when the API is activated.
#[derive(Clone, Debug)]
pub(crate) struct Activation {
    pub(crate) terms_version: String,
    pub(crate) keep_raw_ink: bool,
    pub(crate) public_key: PublicKey,
}

#[derive(Debug, Error)]
pub(crate) enum ActivationError {
    #[error("the terms are not the current ones")]
    OldTerms,
    #[error("the API is active with other data")]
    AlreadyActive,
    #[error("the operator suspended the API")]
    Suspended,
    #[error("there is no such tenant")]
    NoSuchTenant,
    #[error("the store failed while activating")]
    Store(#[from] StoreError),
}

#[derive(Debug, Error)]
pub(crate) enum SuspensionError {
    #[error("there is no such tenant")]
    NoSuchTenant,
    #[error("the API was never activated")]
    NotActive,
    #[error("the store failed while suspending or resuming")]
    Store(#[from] StoreError),
}

/// A new tenant under a free slug made from its name; the caller records and commits.
pub(crate) async fn create(tx: &Tx, ctx: &Context, name: String) -> Result<Tenant, StoreError> {
    let stem = slug_stem(&name);
    let taken = tenants::slugs_like(&**tx, &stem).await?;
    let slug = free_slug(&stem, &taken).ok_or_else(|| StoreError::corrupt("no slug is left"))?;
    create_as(tx, ctx, name, slug).await
}

/// As [`create`], under a slug that is known to be free.
pub(crate) async fn create_as(
    tx: &Tx,
    ctx: &Context,
    name: String,
    slug: TenantSlug,
) -> Result<Tenant, StoreError> {
    let tenant = Tenant {
        id: TenantId::generate(),
        slug,
        name,
        api: ApiState::Inactive,
        activated_at: None,
        keep_raw_ink: false,
        public_key: None,
        terms_version: None,
        version: 1,
        created_at: ctx.now(),
    };
    tenants::insert(&**tx, tenant.clone()).await?;
    announce(tx, ctx, &tenant).await?;
    Ok(tenant)
}

/// Opens the API. The same activation again changes nothing; another one is refused.
pub(crate) async fn activate(
    ctx: &Context,
    actor: &Actor,
    activation: Activation,
) -> Result<(), ActivationError> {
    if activation.terms_version != TERMS_VERSION {
        return Err(ActivationError::OldTerms);
    }
    let tx = ctx.db.begin().await?;
    let tenant = tenants::lock(&*tx, actor.tenant)
        .await?
        .ok_or(ActivationError::NoSuchTenant)?;
    match tenant.api {
        ApiState::Active if same(&tenant, &activation) => return Ok(()),
        ApiState::Active => return Err(ActivationError::AlreadyActive),
        ApiState::Suspended => return Err(ActivationError::Suspended),
        ApiState::Inactive => {}
    }
    open_api(&tx, ctx, tenant, activation).await?;
    audit::record(&tx, actor, Act::ApiActivated, "API", ctx.now()).await?;
    key_changes::append(&*tx, actor.tenant, ctx.now()).await?;
    tx.commit().await?;
    ctx.wake.notify_one();
    Ok(())
}

/// Whether an activation asks for what is there.
pub(crate) fn same(tenant: &Tenant, activation: &Activation) -> bool {
    let key = activation.public_key.clone().into_pem();
    tenant.public_key.as_deref() == Some(key.as_str())
        && tenant.keep_raw_ink == activation.keep_raw_ink
        && tenant.terms_version.as_deref() == Some(activation.terms_version.as_str())
}

/// Writes an activation and announces it; the caller records, feeds and commits.
pub(crate) async fn open_api(
    tx: &Tx,
    ctx: &Context,
    tenant: Tenant,
    activation: Activation,
) -> Result<(), StoreError> {
    let now = ctx.now();
    let first = tenant.activated_at.unwrap_or(now);
    claim_trial(tx, ctx, tenant.id, now).await?;
    let opened = Tenant {
        api: ApiState::Active,
        activated_at: Some(first),
        keep_raw_ink: activation.keep_raw_ink,
        public_key: Some(activation.public_key.into_pem()),
        terms_version: Some(activation.terms_version),
        ..tenant
    };
    change(tx, ctx, opened).await
}

/// One trial for an address, for ever: a keyed hash of it stays when the tenant is erased.
async fn claim_trial(
    tx: &Tx,
    ctx: &Context,
    tenant: TenantId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(owner) = members::owner(&**tx, tenant).await? else {
        return Err(StoreError::corrupt("a tenant without an owner"));
    };
    let hash = ctx.addresses.hash(&owner.email);
    if !trial_addresses::claim(&**tx, tenant, &hash, now).await? {
        tracing::warn!(%tenant, "the owner's address has had its trial with another tenant");
    }
    Ok(())
}

/// Closes the API of a tenant until it is resumed.
pub(crate) async fn suspend(ctx: &Context, actor: &Actor) -> Result<(), SuspensionError> {
    set_state(ctx, actor, ApiState::Suspended, Act::ApiSuspended).await
}

/// Opens the API of a suspended tenant again.
pub(crate) async fn resume(ctx: &Context, actor: &Actor) -> Result<(), SuspensionError> {
    set_state(ctx, actor, ApiState::Active, Act::ApiResumed).await
}

async fn set_state(
    ctx: &Context,
    actor: &Actor,
    wanted: ApiState,
    act: Act,
) -> Result<(), SuspensionError> {
    let tx = ctx.db.begin().await?;
    let tenant = tenants::lock(&*tx, actor.tenant)
        .await?
        .ok_or(SuspensionError::NoSuchTenant)?;
    if tenant.api == wanted {
        return Ok(());
    }
    if tenant.api == ApiState::Inactive {
        return Err(SuspensionError::NotActive);
    }
    let changed = Tenant {
        api: wanted,
        ..tenant
    };
    change(&tx, ctx, changed).await?;
    audit::record(&tx, actor, act, "API", ctx.now()).await?;
    key_changes::append(&*tx, actor.tenant, ctx.now()).await?;
    tx.commit().await?;
    ctx.wake.notify_one();
    Ok(())
}

/// Writes a changed tenant under its next version and announces it.
pub(crate) async fn change(tx: &Tx, ctx: &Context, tenant: Tenant) -> Result<(), StoreError> {
    let tenant = Tenant {
        version: tenant.version + 1,
        ..tenant
    };
    tenants::update(&**tx, tenant.clone()).await?;
    announce(tx, ctx, &tenant).await
}

/// One event to every subscriber, in order within the tenant.
async fn announce(tx: &Tx, ctx: &Context, tenant: &Tenant) -> Result<(), StoreError> {
    let now = ctx.now();
    let settings = settings::of(&**tx, tenant.id).await?;
    let event = TenantChanged {
        event: EventId::generate(),
        tenant: tenant.id,
        version: tenant.version,
        slug: tenant.slug.clone(),
        name: tenant.name.clone(),
        api: tenant.api,
        activated_at: tenant.activated_at,
        keep_raw_ink: tenant.keep_raw_ink,
        public_key: tenant.public_key.clone(),
        zone: settings.zone.as_str().to_owned(),
        lang: settings.language.as_str().to_owned(),
        max_file_bytes: i64::from(settings.max_file.get()),
        settings: settings.told(),
    };
    let payload = serde_json::to_value(&event).map_err(StoreError::corrupt)?;
    for subscriber in &ctx.subscribers {
        let message = Outgoing {
            id: EventId::generate(),
            topic: EVENTS,
            destination: subscriber.as_str().to_owned(),
            order_group: tenant.id.to_string(),
            payload: payload.clone(),
            due_at: now,
        };
        outbox::put(&**tx, message, now).await?;
    }
    Ok(())
}
