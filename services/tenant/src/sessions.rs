//! Signing in and staying signed in: a short access token, and a refresh token that is replaced at each use.
//!
//! A refresh token that was replaced and comes again was copied: its session ends. Only within a short grace it is taken
//! for a second tab that asked at the same time.

use std::time::Duration;

use domain::{Email, Role, SessionId};
use internal_auth::SigningFailed;
use internal_auth::portal_session::{AccessToken, REFRESH_LIFETIME};
use secrecy::SecretString;
use store_kit::StoreError;
use thiserror::Error;

use crate::audit::{self, Act, Actor, Who};
use crate::context::Context;
use crate::me::{self, Me};
use crate::passwords::HashingFailed;
use crate::store::members::Member;
use crate::store::sessions::{self, EndReason, RefreshToken, Session};
use crate::store::{all_tenants, members, sign_ups};
use crate::throttle;
use crate::tokens::{self, Token};

/// How long a replaced token is taken for a second tab's.
const GRACE: Duration = Duration::from_secs(10);

/// What a browser gets when it is signed in. Has no `Debug`: it holds tokens.
pub(crate) struct SignedIn {
    pub(crate) me: Me,
    pub(crate) access: String,
    pub(crate) refresh: Token,
}

#[derive(Debug, Error)]
pub(crate) enum SignInError {
    /// No account, or another password: never told apart.
    #[error("address and password do not match")]
    Failed,
    #[error("the address is not confirmed")]
    NotConfirmed,
    #[error("too many failures; locked for {seconds} s")]
    Locked { seconds: u32 },
    #[error("the password was not checked")]
    Hashing(#[from] HashingFailed),
    #[error("the access token was not signed")]
    Signing(#[from] SigningFailed),
    #[error("the store failed while signing in")]
    Store(#[from] StoreError),
}

#[derive(Debug, Error)]
pub(crate) enum RefreshError {
    #[error("the session has ended")]
    Ended,
    #[error("the access token was not signed")]
    Signing(#[from] SigningFailed),
    #[error("the store failed while refreshing")]
    Store(#[from] StoreError),
}

/// Starts a session for whoever knows the password.
pub(crate) async fn sign_in(
    ctx: &Context,
    email: &Email,
    password: SecretString,
    from: Option<String>,
) -> Result<SignedIn, SignInError> {
    if let Some(locked) = throttle::take(ctx, email).await? {
        let wait = locked.until.since(ctx.now()).as_secs() + 1;
        return Err(SignInError::Locked {
            seconds: u32::try_from(wait).unwrap_or(u32::MAX),
        });
    }
    let member = all_tenants::member_by_email(ctx.db.reader(), email).await?;
    let sign_up = sign_ups::latest(ctx.db.reader(), &email.folded()).await?;
    // One verification in each case: member, sign-up that waits for its confirmation, nobody.
    let hash = match (&member, sign_up) {
        (Some(member), _) => Some(member.password_hash.clone()),
        (None, Some(sign_up)) => Some(sign_up.password_hash),
        (None, None) => None,
    };
    if !ctx.passwords.verify(password, hash).await? {
        return Err(SignInError::Failed);
    }
    throttle::forgive(ctx, email).await?;
    let member = member.ok_or(SignInError::NotConfirmed)?;
    start(ctx, &member, from).await
}

async fn start(
    ctx: &Context,
    member: &Member,
    from: Option<String>,
) -> Result<SignedIn, SignInError> {
    let now = ctx.now();
    let tx = ctx.db.begin().await?;
    let session = Session {
        id: SessionId::generate(),
        tenant_id: member.tenant_id,
        member_id: member.id,
        created_at: now,
        last_used_at: now,
        expires_at: now.plus(REFRESH_LIFETIME),
        ended_at: None,
        end_reason: None,
    };
    let refresh = Token::generate();
    sessions::insert(&*tx, session.clone()).await?;
    sessions::insert_token(&*tx, session.id, refresh.hash(), now).await?;
    let actor = actor(&session, from);
    audit::record(&tx, &actor, Act::SignedIn, member.email.as_str(), now).await?;
    tx.commit().await?;
    let access = sign(ctx, &session, member.role)?;
    let me = me::find(ctx, member.tenant_id, member.id)
        .await?
        .ok_or(SignInError::Failed)?;
    Ok(SignedIn {
        me,
        access,
        refresh,
    })
}

/// Replaces the refresh token and gives a new access token.
pub(crate) async fn refresh(
    ctx: &Context,
    token: &str,
    from: Option<String>,
) -> Result<SignedIn, RefreshError> {
    let now = ctx.now();
    let token_hash = tokens::hash_of(token);
    let tx = ctx.db.begin().await?;
    let (known, session) = sessions::lock_by_token(&*tx, &token_hash)
        .await?
        .ok_or(RefreshError::Ended)?;
    if session.ended_at.is_some() || session.expires_at <= now {
        return Err(RefreshError::Ended);
    }
    if copied(&known, ctx) {
        let (tenant, id) = (session.tenant_id, session.id);
        sessions::end(&*tx, tenant, id, EndReason::Reused, now).await?;
        audit::record(
            &tx,
            &actor(&session, from),
            Act::SessionReused,
            "session",
            now,
        )
        .await?;
        tx.commit().await?;
        return Err(RefreshError::Ended);
    }
    // The role as it is now: a demoted member is demoted with the next refresh.
    let member = members::find(&*tx, session.tenant_id, session.member_id)
        .await?
        .ok_or(RefreshError::Ended)?;
    let refresh = Token::generate();
    if known.replaced_at.is_none() {
        sessions::mark_replaced(&*tx, &token_hash, now).await?;
    }
    sessions::insert_token(&*tx, session.id, refresh.hash(), now).await?;
    let expires_at = now.plus(REFRESH_LIFETIME);
    sessions::prolong(&*tx, session.tenant_id, session.id, now, expires_at).await?;
    tx.commit().await?;
    let access = sign(ctx, &session, member.role)?;
    let me = me::find(ctx, session.tenant_id, session.member_id)
        .await?
        .ok_or(RefreshError::Ended)?;
    Ok(SignedIn {
        me,
        access,
        refresh,
    })
}

fn copied(token: &RefreshToken, ctx: &Context) -> bool {
    token
        .replaced_at
        .is_some_and(|replaced_at| replaced_at.plus(GRACE) < ctx.now())
}

/// Ends the session of a refresh token; one that is unknown or has ended is ended enough.
pub(crate) async fn sign_out(
    ctx: &Context,
    token: &str,
    from: Option<String>,
) -> Result<(), StoreError> {
    let now = ctx.now();
    let tx = ctx.db.begin().await?;
    let found = sessions::lock_by_token(&*tx, &tokens::hash_of(token)).await?;
    let Some((_, session)) = found.filter(|(_, session)| session.ended_at.is_none()) else {
        return Ok(());
    };
    let (tenant, id) = (session.tenant_id, session.id);
    sessions::end(&*tx, tenant, id, EndReason::SignedOut, now).await?;
    audit::record(&tx, &actor(&session, from), Act::SignedOut, "session", now).await?;
    tx.commit().await
}

fn sign(ctx: &Context, session: &Session, role: Role) -> Result<String, SigningFailed> {
    let token = AccessToken::new(
        ctx.now(),
        session.tenant_id,
        session.member_id,
        role,
        session.id,
    );
    ctx.access.sign(&token)
}

fn actor(session: &Session, from: Option<String>) -> Actor {
    Actor {
        tenant: session.tenant_id,
        who: Who::Member(session.member_id),
        from,
    }
}
