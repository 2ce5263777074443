//! Signing up: an address, a password and a tenant's name wait until the address is confirmed; only then is there a tenant.
//!
//! Neither the answer nor its time tells whether an address has an account: both cases hash a password and write the same
//! rows; only the mail differs.

use std::time::Duration;

use domain::{Email, MemberId, Role};
use secrecy::SecretString;
use store_kit::{StoreError, Tx};
use thiserror::Error;
use url::Url;

use crate::audit::{self, Act, Actor, Who};
use crate::context::Context;
use crate::mail;
use crate::names::TenantName;
use crate::passwords::{self, HashingFailed, WeakPassword};
use crate::store::members::{self, Member};
use crate::store::sign_ups::{self, SignUp};
use crate::store::{all_tenants, messages};
use crate::tenants;
use crate::tokens::{self, Token};

/// The mail says it, too.
const CONFIRMATION_LIFETIME: Duration = Duration::from_hours(24);
/// More sign-ups of one address within an hour send no mail: nobody fills a stranger's inbox through us.
const MAILS_AN_HOUR: u64 = 5;
const HOUR: Duration = Duration::from_hours(1);
/// Two confirmations may choose the same slug at once; the second chooses again.
const TRIES: u32 = 3;

/// A sign-up as asked for. Has no `Debug`: it holds a password.
pub(crate) struct NewSignUp {
    pub(crate) email: Email,
    pub(crate) password: SecretString,
    pub(crate) tenant_name: TenantName,
}

#[derive(Debug, Error)]
pub(crate) enum SignUpError {
    #[error("the password is too weak")]
    WeakPassword(#[source] WeakPassword),
    #[error("the password was not hashed")]
    Hashing(#[from] HashingFailed),
    #[error("the store failed while signing up")]
    Store(#[from] StoreError),
}

#[derive(Debug, Error)]
pub(crate) enum ConfirmationError {
    #[error("there is no sign-up behind this link")]
    Invalid,
    #[error("the link is too old")]
    Expired,
    #[error("the address got an account meanwhile")]
    AddressTaken,
    #[error("the password is not the one of the sign-up")]
    WrongPassword,
    #[error("the password was not verified")]
    Hashing(#[from] HashingFailed),
    #[error("the store failed while confirming")]
    Store(#[from] StoreError),
}

/// Notes a sign-up and mails its link; an address with an account gets a mail that says so.
pub(crate) async fn sign_up(ctx: &Context, new: NewSignUp) -> Result<(), SignUpError> {
    passwords::check(&new.password, &new.email).map_err(SignUpError::WeakPassword)?;
    let password_hash = ctx.passwords.hash(new.password).await?;
    let now = ctx.now();
    let tx = ctx.db.begin().await?;
    if MAILS_AN_HOUR <= messages::count_since(&*tx, &new.email, now.minus(HOUR)).await? {
        return Ok(());
    }
    let token = Token::generate();
    let tenant_name = new.tenant_name.into_string();
    let sign_up = SignUp {
        token_hash: token.hash(),
        email_folded: new.email.folded(),
        email: new.email.clone(),
        password_hash,
        tenant_name: tenant_name.clone(),
        created_at: now,
        expires_at: now.plus(CONFIRMATION_LIFETIME),
        confirmed_at: None,
    };
    let member = all_tenants::member_by_email(&*tx, &new.email).await?;
    // Also where the address is taken, so that both take the same time: nobody is told that token.
    sign_ups::insert(&*tx, sign_up).await?;
    if member.is_some() {
        let link = page(&ctx.portal_url, "/sign-in", None);
        mail::send_address_taken(ctx, &tx, &new.email, link).await?;
    } else {
        let link = page(&ctx.portal_url, "/confirm-email", Some(&token));
        mail::send_confirmation(ctx, &tx, &new.email, &tenant_name, link).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// A page of the portal. The token stands in the fragment: no server and no referrer sees it.
fn page(portal: &Url, path: &str, token: Option<&Token>) -> Url {
    let mut link = portal.clone();
    link.set_path(path);
    let fragment = token.map(|token| format!("token={}", token.reveal()));
    link.set_fragment(fragment.as_deref());
    link
}

/// Makes the tenant and its owner, for whoever has the mailed link *and* knows the password; answers the address. The
/// same again changes nothing, and says so with success.
///
/// Anybody can sign up with a stranger's address: the link alone would let the stranger confirm an account that
/// somebody else knows the password of.
pub(crate) async fn confirm(
    ctx: &Context,
    token: &str,
    password: SecretString,
    from: Option<String>,
) -> Result<Email, ConfirmationError> {
    let token_hash = tokens::hash_of(token);
    let sign_up = sign_ups::find(ctx.db.reader(), &token_hash)
        .await?
        .ok_or(ConfirmationError::Invalid)?;
    let hash = Some(sign_up.password_hash);
    if !ctx.passwords.verify(password, hash).await? {
        return Err(ConfirmationError::WrongPassword);
    }
    for _ in 1..TRIES {
        match confirm_once(ctx, &token_hash, from.clone()).await {
            Err(ConfirmationError::Store(failure)) if failure.is_unique_violation() => {}
            done => return done.map(|()| sign_up.email),
        }
    }
    confirm_once(ctx, &token_hash, from).await?;
    Ok(sign_up.email)
}

async fn confirm_once(
    ctx: &Context,
    token_hash: &str,
    from: Option<String>,
) -> Result<(), ConfirmationError> {
    let now = ctx.now();
    let tx = ctx.db.begin().await?;
    let sign_up = sign_ups::lock(&*tx, token_hash)
        .await?
        .ok_or(ConfirmationError::Invalid)?;
    if sign_up.confirmed_at.is_some() {
        return Ok(());
    }
    if sign_up.expires_at <= now {
        return Err(ConfirmationError::Expired);
    }
    let taken = all_tenants::member_by_email(&*tx, &sign_up.email).await?;
    if taken.is_some() {
        return Err(ConfirmationError::AddressTaken);
    }
    sign_ups::mark_confirmed(&*tx, token_hash, now).await?;
    create_tenant(&tx, ctx, sign_up, from).await?;
    tx.commit().await?;
    ctx.wake.notify_one();
    Ok(())
}

async fn create_tenant(
    tx: &Tx,
    ctx: &Context,
    sign_up: SignUp,
    from: Option<String>,
) -> Result<(), StoreError> {
    let now = ctx.now();
    let tenant = tenants::create(tx, ctx, sign_up.tenant_name).await?;
    let owner = Member {
        id: MemberId::generate(),
        tenant_id: tenant.id,
        email: sign_up.email,
        email_folded: sign_up.email_folded,
        password_hash: sign_up.password_hash,
        role: Role::Owner,
        confirmed_at: now,
        created_at: now,
    };
    let actor = Actor {
        tenant: tenant.id,
        who: Who::Member(owner.id),
        from,
    };
    members::insert(&**tx, owner).await?;
    audit::record(tx, &actor, Act::TenantCreated, &tenant.name, now).await
}
