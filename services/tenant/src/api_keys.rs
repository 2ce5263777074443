//! API keys: made and shown once, rotated with an overlap, revoked at once. Each change is a line of the feed that gateways follow.

use std::time::Duration;

use client_tenant::{KeyChanges, KeyRecord, KeyUse};
use domain::{ApiKey, ApiKeyId, ApiState, Mode, PublicKeyId, Scope, TenantId, Timestamp};
use store_kit::{StoreError, Tx};
use thiserror::Error;

use crate::audit::{self, Act, Actor};
use crate::context::Context;
use crate::names::KeyName;
use crate::settings;
use crate::store::api_keys::{self, KeyRow, scopes_text};
use crate::store::{all_tenants, key_changes, tenants};

/// Usable keys of one tenant and mode.
const MAX_USABLE: u64 = 100;
/// The newest keys of a tenant that are listed, used up ones included.
const MAX_LISTED: u64 = 500;
pub(crate) const MAX_OVERLAP: Duration = Duration::from_hours(30 * 24);
/// Lines of the feed that are read at once.
const FEED_PAGE: u64 = 500;

/// A key as asked for.
#[derive(Clone, Debug)]
pub(crate) struct NewKey {
    pub(crate) name: KeyName,
    pub(crate) mode: Mode,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) expires_at: Option<Timestamp>,
}

/// A key that was just made, with its plain text for the one answer that shows it.
pub(crate) struct IssuedKey {
    pub(crate) row: KeyRow,
    pub(crate) plain: ApiKey,
}

#[derive(Debug, Error)]
pub(crate) enum ApiKeyError {
    #[error("there is no such key")]
    NotFound,
    #[error("the key is revoked, expired or rotated already")]
    NotActive,
    #[error("live keys need an active API")]
    ApiNotActive,
    #[error("a key needs at least one scope")]
    NoScope,
    #[error("the key would be expired from the start")]
    ExpiryInThePast,
    #[error("the overlap is too long")]
    OverlapTooLong,
    #[error("the tenant has as many keys as it may")]
    TooMany,
    #[error("the store failed while changing keys")]
    Store(#[from] StoreError),
}

/// The tenant's keys, newest first.
pub(crate) async fn list(
    ctx: &Context,
    tenant: TenantId,
    mode: Option<Mode>,
) -> Result<Vec<KeyRow>, StoreError> {
    api_keys::list(ctx.db.reader(), tenant, mode, MAX_LISTED).await
}

/// Makes a key. A live one needs an active API.
pub(crate) async fn create(
    ctx: &Context,
    actor: &Actor,
    new: NewKey,
) -> Result<IssuedKey, ApiKeyError> {
    let now = ctx.now();
    if new.scopes.is_empty() {
        return Err(ApiKeyError::NoScope);
    }
    if new.expires_at.is_some_and(|end| end <= now) {
        return Err(ApiKeyError::ExpiryInThePast);
    }
    let tx = ctx.db.begin().await?;
    // Locked, so that two creates at once cannot both be the last that is allowed.
    let tenant = tenants::lock(&*tx, actor.tenant)
        .await?
        .ok_or(ApiKeyError::NotFound)?;
    if new.mode == Mode::Live && tenant.api != ApiState::Active {
        return Err(ApiKeyError::ApiNotActive);
    }
    if MAX_USABLE <= api_keys::count_usable(&*tx, tenant.id, new.mode, now).await? {
        return Err(ApiKeyError::TooMany);
    }
    let plain = ApiKey::generate(new.mode);
    let row = row_of(ctx, tenant.id, &plain, &new);
    add(&tx, actor, row.clone(), now).await?;
    tx.commit().await?;
    Ok(IssuedKey { row, plain })
}

/// The row of a key of the tenant.
pub(crate) fn row_of(ctx: &Context, tenant: TenantId, plain: &ApiKey, new: &NewKey) -> KeyRow {
    KeyRow {
        id: ApiKeyId::generate(),
        tenant_id: tenant,
        name: new.name.clone().into_string(),
        public_id: plain.public_id().clone(),
        mode: plain.mode(),
        scopes: scopes_text(&new.scopes),
        hash: plain.hash(&ctx.pepper).to_hex(),
        pepper_version: ctx.pepper.version(),
        last_four: plain.last_four(),
        allow_list: String::new(),
        rate_per_second: None,
        burst: None,
        created_at: ctx.now(),
        expires_at: new.expires_at,
        revoked_at: None,
        rotated_to: None,
        last_used_at: None,
        last_used_from: None,
    }
}

/// Writes a new key, records it and feeds it; the caller commits.
pub(crate) async fn add(
    tx: &Tx,
    actor: &Actor,
    row: KeyRow,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (tenant, subject) = (row.tenant_id, subject(&row));
    api_keys::insert(&**tx, row).await?;
    audit::record(tx, actor, Act::ApiKeyCreated, &subject, now).await?;
    key_changes::append(&**tx, tenant, now).await
}

/// A new key with the same rights; the old one works until the overlap is over.
pub(crate) async fn rotate(
    ctx: &Context,
    actor: &Actor,
    key: ApiKeyId,
    overlap: Duration,
) -> Result<(IssuedKey, KeyRow), ApiKeyError> {
    if MAX_OVERLAP < overlap {
        return Err(ApiKeyError::OverlapTooLong);
    }
    let now = ctx.now();
    let tx = ctx.db.begin().await?;
    let old = api_keys::lock(&*tx, actor.tenant, key)
        .await?
        .ok_or(ApiKeyError::NotFound)?;
    if !old.usable(now) || old.rotated_to.is_some() {
        return Err(ApiKeyError::NotActive);
    }
    let plain = ApiKey::generate(old.mode);
    let row = KeyRow {
        id: ApiKeyId::generate(),
        public_id: plain.public_id().clone(),
        hash: plain.hash(&ctx.pepper).to_hex(),
        pepper_version: ctx.pepper.version(),
        last_four: plain.last_four(),
        created_at: now,
        last_used_at: None,
        last_used_from: None,
        ..old.clone()
    };
    // An overlap never prolongs a key that was to end earlier.
    let overlap_end = now.plus(overlap);
    let ends_at = old
        .expires_at
        .map_or(overlap_end, |end| end.min(overlap_end));
    api_keys::insert(&*tx, row.clone()).await?;
    api_keys::set_rotated(&*tx, actor.tenant, old.id, row.id, ends_at).await?;
    audit::record(&tx, actor, Act::ApiKeyRotated, &subject(&old), now).await?;
    key_changes::append(&*tx, actor.tenant, now).await?;
    tx.commit().await?;
    let old = KeyRow {
        rotated_to: Some(row.id),
        expires_at: Some(ends_at),
        ..old
    };
    Ok((IssuedKey { row, plain }, old))
}

/// Ends a key at once. One that is revoked already stays so.
pub(crate) async fn revoke(ctx: &Context, actor: &Actor, key: ApiKeyId) -> Result<(), ApiKeyError> {
    let now = ctx.now();
    let tx = ctx.db.begin().await?;
    let row = api_keys::lock(&*tx, actor.tenant, key)
        .await?
        .ok_or(ApiKeyError::NotFound)?;
    if row.revoked_at.is_some() {
        return Ok(());
    }
    api_keys::set_revoked(&*tx, actor.tenant, key, now).await?;
    audit::record(&tx, actor, Act::ApiKeyRevoked, &subject(&row), now).await?;
    key_changes::append(&*tx, actor.tenant, now).await?;
    Ok(tx.commit().await?)
}

/// What a gateway must know of a presented key.
pub(crate) async fn record(
    ctx: &Context,
    public_id: &PublicKeyId,
) -> Result<KeyRecord, ApiKeyError> {
    let db = ctx.db.reader();
    let row = all_tenants::key_by_public_id(db, public_id)
        .await?
        .ok_or(ApiKeyError::NotFound)?;
    let tenant = tenants::find(db, row.tenant_id)
        .await?
        .ok_or(ApiKeyError::NotFound)?;
    let settings = settings::of(db, tenant.id).await?;
    let own = |rate: Option<i32>| rate.and_then(|rate| u32::try_from(rate).ok());
    Ok(KeyRecord {
        key: row.id,
        scopes: row.scopes()?,
        public_id: row.public_id,
        tenant: tenant.id,
        slug: tenant.slug,
        mode: row.mode,
        hash: row.hash,
        pepper_version: row.pepper_version,
        expires_at: row.expires_at,
        revoked_at: row.revoked_at,
        api: tenant.api,
        allow_list: row
            .allow_list
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
        rate_per_second: own(row.rate_per_second).or(settings.rate_per_second()),
        burst: own(row.burst).or(settings.burst()),
        max_file_bytes: Some(settings.max_file.get()),
    })
}

/// The feed behind a position; a negative one asks for the head only.
pub(crate) async fn changes(ctx: &Context, after: i64) -> Result<KeyChanges, StoreError> {
    let db = ctx.db.reader();
    let head = key_changes::head(db).await?;
    if after < 0 {
        return Ok(KeyChanges {
            position: head,
            more: false,
            tenants: Vec::new(),
        });
    }
    let changes = key_changes::after(db, after, FEED_PAGE).await?;
    let position = changes.last().map_or(head, |change| change.position);
    let more = FEED_PAGE <= changes.len() as u64;
    let mut tenants = Vec::new();
    for change in changes {
        if !tenants.contains(&change.tenant_id) {
            tenants.push(change.tenant_id);
        }
    }
    Ok(KeyChanges {
        position,
        more,
        tenants,
    })
}

/// Notes when and where keys were last used; of two notes the later stays.
pub(crate) async fn record_uses(ctx: &Context, uses: Vec<KeyUse>) -> Result<(), StoreError> {
    let tx = ctx.db.begin().await?;
    for used in in_lock_order(uses) {
        all_tenants::record_use(&*tx, used.key, used.at, &used.address).await?;
    }
    tx.commit().await
}

/// Two gateways' batches lock rows in one order, or they would wait for each other.
fn in_lock_order(mut uses: Vec<KeyUse>) -> Vec<KeyUse> {
    uses.sort_by_key(|used| (used.key, used.at));
    uses
}

/// How the audit log names a key.
fn subject(row: &KeyRow) -> String {
    format!("{} ({}, {})", row.name, row.mode, row.public_id)
}
