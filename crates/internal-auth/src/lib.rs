//! Who is calling, carried between our services as a short-lived signed token. Knows callers, not permissions and not HTTP.

pub mod portal_session;

use std::time::Duration;

use domain::{
    ApiKeyId, ChargeId, MasterSecret, MemberId, Mode, PublicKeyId, Role, Scope, TenantId,
    TenantSlug, Timestamp,
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The header that carries the token; the gateway strips it, like every `x-okd-` header, from what comes from outside.
pub const HEADER: &str = "x-okd-internal";
/// How long a token is good for; a streamed body may take longer, since it is checked when the head arrives.
const LIFETIME: Duration = Duration::from_mins(1);
/// How far two machines' clocks may differ.
const LEEWAY_SECONDS: u64 = 15;

/// The token is missing a valid signature, is meant for another service or has expired.
#[derive(Debug, Error)]
#[error("the internal token is not valid")]
pub struct InvalidToken(#[source] jsonwebtoken::errors::Error);

/// The token could not be signed.
#[derive(Debug, Error)]
#[error("the internal token could not be signed")]
pub struct SigningFailed(#[source] jsonwebtoken::errors::Error);

/// Our services by name, as issuers and audiences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceName {
    Gateway,
    Tenant,
    Billing,
    Signing,
}

impl ServiceName {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Tenant => "tenant",
            Self::Billing => "billing",
            Self::Signing => "signing",
        }
    }
}

/// Who makes a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Caller {
    /// Somebody without credentials: a signer, a visitor, Stripe.
    Nobody,
    /// An integrator, by API key.
    ApiKey {
        tenant: TenantId,
        slug: TenantSlug,
        mode: Mode,
        key: ApiKeyId,
        /// The part of the key that may be shown.
        public_id: PublicKeyId,
        scopes: Vec<Scope>,
    },
    /// A person in the portal.
    Member {
        tenant: TenantId,
        member: MemberId,
        role: Role,
    },
    /// One of our services on its own behalf.
    Service { name: ServiceName },
    /// The platform's operator.
    Operator,
}

impl Caller {
    pub const fn tenant(&self) -> Option<TenantId> {
        match self {
            Self::ApiKey { tenant, .. } | Self::Member { tenant, .. } => Some(*tenant),
            Self::Nobody | Self::Service { .. } | Self::Operator => None,
        }
    }
}

/// What a create may do with its charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TicketKind {
    /// A unit is held under this charge: register.
    Held,
    /// The charge is committed already: answer what was answered, register nothing.
    ReplayOnly,
    /// Nothing is held: replay, store or refuse, but never register.
    NoCharge,
}

/// The charge a create carries from the gateway to signing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    pub charge: ChargeId,
    pub kind: TicketKind,
}

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    iss: ServiceName,
    aud: ServiceName,
    exp: i64,
    pub request_id: String,
    pub caller: Caller,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<Ticket>,
    /// Where the call came from, for audit records and allow lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

impl Claims {
    pub const fn issuer(&self) -> ServiceName {
        self.iss
    }
}

/// Signs tokens of one service.
#[derive(Clone)]
pub struct Minter {
    issuer: ServiceName,
    key: EncodingKey,
}

/// What a token is to say beside its issuer, audience and expiry.
#[derive(Clone, Debug)]
pub struct Call {
    pub request_id: String,
    pub caller: Caller,
    pub ticket: Option<Ticket>,
    pub address: Option<String>,
}

impl Minter {
    pub fn new(issuer: ServiceName, master: &MasterSecret) -> Self {
        Self {
            issuer,
            key: EncodingKey::from_secret(&derived(master)),
        }
    }

    /// A token for `audience`, good from `now` for one minute.
    pub fn mint(
        &self,
        now: Timestamp,
        audience: ServiceName,
        call: Call,
    ) -> Result<String, SigningFailed> {
        let claims = Claims {
            iss: self.issuer,
            aud: audience,
            exp: now.plus(LIFETIME).seconds(),
            request_id: call.request_id,
            caller: call.caller,
            ticket: call.ticket,
            address: call.address,
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.key)
            .map_err(SigningFailed)
    }

    /// A token for a call that a service makes on its own behalf.
    pub fn mint_own(
        &self,
        now: Timestamp,
        audience: ServiceName,
        request_id: &str,
    ) -> Result<String, SigningFailed> {
        let caller = Caller::Service { name: self.issuer };
        self.mint(
            now,
            audience,
            Call {
                request_id: request_id.to_owned(),
                caller,
                ticket: None,
                address: None,
            },
        )
    }
}

/// Checks tokens that are meant for one service.
#[derive(Clone)]
pub struct Verifier {
    key: DecodingKey,
    rules: Validation,
}

impl Verifier {
    pub fn new(audience: ServiceName, master: &MasterSecret) -> Self {
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_audience(&[audience.as_str()]);
        rules.set_required_spec_claims(&["exp", "aud", "iss"]);
        rules.leeway = LEEWAY_SECONDS;
        Self {
            key: DecodingKey::from_secret(&derived(master)),
            rules,
        }
    }

    pub fn verify(&self, token: &str) -> Result<Claims, InvalidToken> {
        jsonwebtoken::decode::<Claims>(token, &self.key, &self.rules)
            .map(|data| data.claims)
            .map_err(InvalidToken)
    }
}

fn derived(master: &MasterSecret) -> [u8; 32] {
    master.derive("okdokument 2026 internal token v1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Clock, SystemClock};

    fn master(text: &str) -> MasterSecret {
        MasterSecret::new(text.repeat(32).into()).unwrap()
    }

    fn token(audience: ServiceName) -> String {
        Minter::new(ServiceName::Gateway, &master("a"))
            .mint_own(SystemClock.now(), audience, "r1")
            .unwrap()
    }

    #[test]
    fn a_token_for_one_service_is_refused_by_another() {
        let token = token(ServiceName::Billing);
        let caller = Verifier::new(ServiceName::Billing, &master("a"))
            .verify(&token)
            .unwrap()
            .caller;
        assert_eq!(
            caller,
            Caller::Service {
                name: ServiceName::Gateway
            }
        );
        assert!(
            Verifier::new(ServiceName::Signing, &master("a"))
                .verify(&token)
                .is_err()
        );
    }

    #[test]
    fn a_token_under_another_master_secret_is_refused() {
        assert!(
            Verifier::new(ServiceName::Billing, &master("b"))
                .verify(&token(ServiceName::Billing))
                .is_err()
        );
    }

    #[test]
    fn an_old_token_is_refused() {
        let minter = Minter::new(ServiceName::Gateway, &master("a"));
        let old = SystemClock.now().minus(Duration::from_mins(2));
        let token = minter.mint_own(old, ServiceName::Tenant, "r1").unwrap();
        assert!(
            Verifier::new(ServiceName::Tenant, &master("a"))
                .verify(&token)
                .is_err()
        );
    }
}
