//! Who makes a call, as a handler's argument: `Caller<RevokeApiKeys>` is a caller who may revoke API keys.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use domain::{ApiKeyId, MemberId, Mode, PublicKeyId, Role, Scope, TenantId, TenantSlug};
use internal_auth::{Claims, ServiceName, Ticket, Verifier};

use crate::{Problem, kind};

/// A right to call something. Implemented by the unit types in a service's `permission.rs`.
pub trait Permission: 'static {
    /// As it stands in the permission table.
    const NAME: &'static str;
    /// What the handler learns of the caller.
    type Subject;
    fn check(claims: &Claims) -> Result<Self::Subject, Denied>;
}

/// Why a caller may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// An integrator's call without a valid key.
    NoKey,
    /// A portal call without a session.
    NoSession,
    /// Known, but not allowed.
    Forbidden,
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::NoKey => Self::new(&kind::UNAUTHORIZED)
                .detail("Send a valid API key in the header x-api-key."),
            Denied::NoSession => Self::new(&kind::SESSION_ENDED).detail("Sign in to the portal."),
            Denied::Forbidden => Self::new(&kind::FORBIDDEN)
                .detail("Use a key with this scope, or ask an owner or admin for the role."),
        }
    }
}

/// A caller that holds permission `P`.
pub struct Caller<P: Permission> {
    subject: P::Subject,
    claims: Claims,
    permission: PhantomData<P>,
}

impl<P: Permission> Caller<P> {
    pub fn request_id(&self) -> &str {
        &self.claims.request_id
    }

    /// The charge of a create, where the gateway sent one.
    pub const fn ticket(&self) -> Option<Ticket> {
        self.claims.ticket
    }

    /// Where the call came from.
    pub fn address(&self) -> Option<&str> {
        self.claims.address.as_deref()
    }

    pub const fn caller(&self) -> &internal_auth::Caller {
        &self.claims.caller
    }
}

impl<P: Permission> Deref for Caller<P> {
    type Target = P::Subject;
    fn deref(&self) -> &P::Subject {
        &self.subject
    }
}

impl<P: Permission> FromRequest for Caller<P> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(identify::<P>(request))
    }
}

fn identify<P: Permission>(request: &HttpRequest) -> Result<Caller<P>, Problem> {
    let verifier = request.app_data::<Data<Verifier>>().ok_or_else(|| {
        Problem::new(&kind::INTERNAL).detail("The service was started without its verifier.")
    })?;
    let token = request
        .headers()
        .get(internal_auth::HEADER)
        .and_then(|value| value.to_str().ok());
    // A service's port is not public: a call without a token is a mistake of ours or somebody inside the network.
    let claims = verifier.verify(token.unwrap_or_default())?;
    let subject = P::check(&claims)?;
    Ok(Caller {
        subject,
        claims,
        permission: PhantomData,
    })
}

/// An integrator's key.
#[derive(Clone, Debug)]
pub struct Integrator {
    pub tenant: TenantId,
    pub slug: TenantSlug,
    pub mode: Mode,
    pub key: ApiKeyId,
    pub public_id: PublicKeyId,
}

/// A person in the portal.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    pub tenant: TenantId,
    pub member: MemberId,
    pub role: Role,
}

/// One of our own services.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub ServiceName);

/// The key of an integrator that has `scope`.
pub fn integrator(claims: &Claims, scope: Scope) -> Result<Integrator, Denied> {
    match &claims.caller {
        internal_auth::Caller::ApiKey {
            tenant,
            slug,
            mode,
            key,
            public_id,
            scopes,
        } if scopes.contains(&scope) => Ok(Integrator {
            tenant: *tenant,
            slug: slug.clone(),
            mode: *mode,
            key: *key,
            public_id: public_id.clone(),
        }),
        internal_auth::Caller::ApiKey { .. } => Err(Denied::Forbidden),
        _ => Err(Denied::NoKey),
    }
}

/// A member in one of `roles`.
pub fn person(claims: &Claims, roles: &[Role]) -> Result<Person, Denied> {
    match claims.caller {
        internal_auth::Caller::Member {
            tenant,
            member,
            role,
        } if roles.contains(&role) => Ok(Person {
            tenant,
            member,
            role,
        }),
        internal_auth::Caller::Member { .. } => Err(Denied::Forbidden),
        _ => Err(Denied::NoSession),
    }
}

/// One of `names` on its own behalf.
pub fn peer(claims: &Claims, names: &[ServiceName]) -> Result<Peer, Denied> {
    match claims.caller {
        internal_auth::Caller::Service { name } if names.contains(&name) => Ok(Peer(name)),
        _ => Err(Denied::Forbidden),
    }
}

/// The platform's operator.
pub fn operator(claims: &Claims) -> Result<(), Denied> {
    match claims.caller {
        internal_auth::Caller::Operator => Ok(()),
        _ => Err(Denied::Forbidden),
    }
}

/// Anybody who comes through the gateway: signers, visitors, Stripe.
pub fn anybody(_: &Claims) -> Result<(), Denied> {
    Ok(())
}

/// Declares a permission: `permission!(/// What it allows. RevokeApiKeys: Person = |claims| person(claims, MANAGERS));`
#[macro_export]
macro_rules! permission {
    ($(#[$meta:meta])* $name:ident: $subject:ty = $check:expr) => {
        $(#[$meta])*
        pub(crate) struct $name;
        impl $crate::Permission for $name {
            const NAME: &'static str = stringify!($name);
            type Subject = $subject;
            fn check(claims: &internal_auth::Claims) -> Result<$subject, $crate::caller::Denied> {
                let check: fn(&internal_auth::Claims) -> Result<$subject, $crate::caller::Denied> = $check;
                check(claims)
            }
        }
    };
}
