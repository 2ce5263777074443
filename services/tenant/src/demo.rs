//! The demo tenant of the embedded default: made at the first start, found again at the next, whatever was changed put right.

use client_tenant::DemoTenant;
use domain::{
    ApiKey, ApiState, Email, InvalidApiKey, InvalidEmail, MemberId, Mode, Role, Scope, TenantSlug,
};
use secrecy::SecretString;
use store_kit::{StoreError, Tx};
use thiserror::Error;

use crate::api_keys::{self, NewKey};
use crate::audit::{self, Act, Actor, Who};
use crate::context::Context;
use crate::names::{DEMO_SLUG, KeyName};
use crate::passwords::HashingFailed;
use crate::public_key::{InvalidPublicKey, PublicKey};
use crate::store::members::{self, Member};
use crate::store::tenants::Tenant;
use crate::store::{all_tenants, key_changes, tenants as tenant_rows};
use crate::tenants::{self, Activation, TERMS_VERSION};

const NAME: &str = "Demo";
const KEY_NAME: &str = "Demo test key";

#[derive(Debug, Error)]
pub(crate) enum DemoError {
    #[error("the demo's address cannot be one")]
    Email(#[from] InvalidEmail),
    #[error("the demo's key is not a key")]
    Key(#[from] InvalidApiKey),
    #[error("the demo's key is not a test key")]
    LiveKey,
    #[error("the demo's key belongs to another tenant")]
    KeyTaken,
    #[error("the demo's public key cannot be used")]
    PublicKey(#[from] InvalidPublicKey),
    #[error("the demo's password was not hashed")]
    Hashing(#[from] HashingFailed),
    #[error("the store failed while making the demo tenant")]
    Store(#[from] StoreError),
}

/// The demo, read and checked.
struct Demo {
    email: Email,
    password_hash: Option<String>,
    key: ApiKey,
    public_key: PublicKey,
}

/// Makes the demo tenant, or puts it right. Twice is the same as once.
pub(crate) async fn put(ctx: &Context, wanted: DemoTenant) -> Result<(), DemoError> {
    let demo = read(ctx, wanted).await?;
    let tx = ctx.db.begin().await?;
    let tenant = match all_tenants::member_by_email(&*tx, &demo.email).await? {
        Some(owner) => known(&tx, &owner, &demo).await?,
        None => fresh(&tx, ctx, &demo).await?,
    };
    let actor = operator(&tenant);
    open(&tx, ctx, tenant, &demo).await?;
    add_key(&tx, ctx, &actor, &demo).await?;
    tx.commit().await?;
    ctx.wake.notify_one();
    Ok(())
}

async fn read(ctx: &Context, wanted: DemoTenant) -> Result<Demo, DemoError> {
    let email = Email::parse(&wanted.email)?;
    let key = ApiKey::parse(&wanted.test_key)?;
    if key.mode() != Mode::Test {
        return Err(DemoError::LiveKey);
    }
    let public_key = PublicKey::parse(&wanted.public_key)?;
    let password = SecretString::from(wanted.password);
    let known = all_tenants::member_by_email(ctx.db.reader(), &email).await?;
    let hash = known.map(|member| member.password_hash);
    let password_hash = if ctx.passwords.verify(password.clone(), hash).await? {
        None
    } else {
        Some(ctx.passwords.hash(password).await?)
    };
    Ok(Demo {
        email,
        password_hash,
        key,
        public_key,
    })
}

async fn known(tx: &Tx, owner: &Member, demo: &Demo) -> Result<Tenant, StoreError> {
    if let Some(hash) = &demo.password_hash {
        members::set_password_hash(&**tx, owner.tenant_id, owner.id, hash).await?;
    }
    tenant_rows::lock(&**tx, owner.tenant_id)
        .await?
        .ok_or_else(|| StoreError::corrupt("a member without a tenant"))
}

async fn fresh(tx: &Tx, ctx: &Context, demo: &Demo) -> Result<Tenant, StoreError> {
    let now = ctx.now();
    let slug = TenantSlug::parse(DEMO_SLUG).map_err(StoreError::corrupt)?;
    let tenant = tenants::create_as(tx, ctx, NAME.to_owned(), slug).await?;
    let owner = Member {
        id: MemberId::generate(),
        tenant_id: tenant.id,
        email: demo.email.clone(),
        email_folded: demo.email.folded(),
        password_hash: demo.password_hash.clone().unwrap_or_default(),
        role: Role::Owner,
        confirmed_at: now,
        created_at: now,
    };
    members::insert(&**tx, owner).await?;
    audit::record(tx, &operator(&tenant), Act::TenantCreated, NAME, now).await?;
    Ok(tenant)
}

/// Activates the demo's API unless it is active with this key.
async fn open(tx: &Tx, ctx: &Context, tenant: Tenant, demo: &Demo) -> Result<(), StoreError> {
    let activation = Activation {
        terms_version: TERMS_VERSION.to_owned(),
        // So that a newcomer can see it; the signing page says so.
        keep_raw_ink: true,
        public_key: demo.public_key.clone(),
    };
    if tenant.api == ApiState::Active && tenants::same(&tenant, &activation) {
        return Ok(());
    }
    let actor = operator(&tenant);
    tenants::open_api(tx, ctx, tenant, activation).await?;
    audit::record(tx, &actor, Act::ApiActivated, "API", ctx.now()).await?;
    key_changes::append(&**tx, actor.tenant, ctx.now()).await
}

/// Adds the demo's key unless it is there.
async fn add_key(tx: &Tx, ctx: &Context, actor: &Actor, demo: &Demo) -> Result<(), DemoError> {
    let known = all_tenants::key_by_public_id(&**tx, demo.key.public_id()).await?;
    if let Some(known) = known {
        let ours = known.tenant_id == actor.tenant;
        return if ours {
            Ok(())
        } else {
            Err(DemoError::KeyTaken)
        };
    }
    let new = NewKey {
        name: KeyName::of(KEY_NAME),
        mode: Mode::Test,
        scopes: Scope::ALL.to_vec(),
        expires_at: None,
    };
    let row = api_keys::row_of(ctx, actor.tenant, &demo.key, &new);
    Ok(api_keys::add(tx, actor, row, ctx.now()).await?)
}

fn operator(tenant: &Tenant) -> Actor {
    Actor {
        tenant: tenant.id,
        who: Who::Operator,
        from: None,
    }
}
