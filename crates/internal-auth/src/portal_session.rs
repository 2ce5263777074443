//! A member's portal session as the browser carries it: the cookies' names and the short-lived access token inside one of
//! them. `tenant` signs the tokens, the gateway checks them; both take names and form from here.

use std::time::Duration;

use domain::{MasterSecret, MemberId, Role, SessionId, TenantId, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{InvalidToken, SigningFailed};

/// How long an access token is good for. What a member may do is at most this stale.
pub const ACCESS_LIFETIME: Duration = Duration::from_mins(5);
/// How long a session lives without being used; each refresh starts it anew.
pub const REFRESH_LIFETIME: Duration = Duration::from_hours(30 * 24);

/// What the two cookies are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CookieNames {
    pub access: &'static str,
    pub refresh: &'static str,
    /// Whether the cookies are sent over TLS only.
    pub secure: bool,
}

impl CookieNames {
    const PLAIN: Self = Self {
        access: "okd_access",
        refresh: "okd_refresh",
        secure: false,
    };
    /// The prefix makes browsers refuse a cookie that another host or path of the same site tries to plant.
    const HOST_BOUND: Self = Self {
        access: "__Host-okd_access",
        refresh: "__Host-okd_refresh",
        secure: true,
    };

    /// The names for a portal at this address.
    pub fn of(portal_url: &Url) -> Self {
        if portal_url.scheme() == "https" {
            Self::HOST_BOUND
        } else {
            Self::PLAIN
        }
    }
}

/// What an access token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessToken {
    #[serde(rename = "sub")]
    pub member: MemberId,
    #[serde(rename = "ten")]
    pub tenant: TenantId,
    #[serde(rename = "rol")]
    pub role: Role,
    #[serde(rename = "sid")]
    pub session: SessionId,
    /// Seconds since the epoch.
    exp: i64,
}

impl AccessToken {
    /// A token that is good from `now` for [`ACCESS_LIFETIME`].
    pub fn new(
        now: Timestamp,
        tenant: TenantId,
        member: MemberId,
        role: Role,
        session: SessionId,
    ) -> Self {
        Self {
            member,
            tenant,
            role,
            session,
            exp: now.plus(ACCESS_LIFETIME).seconds(),
        }
    }

    /// The caller that the gateway names to the services behind it.
    pub const fn caller(&self) -> crate::Caller {
        crate::Caller::Member {
            tenant: self.tenant,
            member: self.member,
            role: self.role,
        }
    }
}

/// Signs and checks access tokens.
#[derive(Clone)]
pub struct AccessTokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    rules: Validation,
}

impl AccessTokens {
    pub fn new(master: &MasterSecret) -> Self {
        let key = master.derive("okdokument 2026 portal session v1");
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_required_spec_claims(&["exp", "sub"]);
        // Checked in `verify` against the clock that is passed in.
        rules.validate_exp = false;
        Self {
            encoding: EncodingKey::from_secret(&key),
            decoding: DecodingKey::from_secret(&key),
            rules,
        }
    }

    pub fn sign(&self, token: &AccessToken) -> Result<String, SigningFailed> {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), token, &self.encoding)
            .map_err(SigningFailed)
    }

    /// The token's content, if we signed it and it has not expired.
    pub fn verify(&self, now: Timestamp, token: &str) -> Result<AccessToken, InvalidToken> {
        let token = jsonwebtoken::decode::<AccessToken>(token, &self.decoding, &self.rules)
            .map_err(InvalidToken)?
            .claims;
        if token.exp <= now.seconds() {
            return Err(InvalidToken(
                jsonwebtoken::errors::ErrorKind::ExpiredSignature.into(),
            ));
        }
        Ok(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> AccessTokens {
        AccessTokens::new(&MasterSecret::new(text.repeat(32).into()).unwrap())
    }

    fn token(now: Timestamp) -> AccessToken {
        AccessToken::new(
            now,
            TenantId::generate(),
            MemberId::generate(),
            Role::Owner,
            SessionId::generate(),
        )
    }

    #[test]
    fn an_access_token_ends_after_its_lifetime() {
        let now = Timestamp::from_millis(1_000_000);
        let token = token(now);
        let text = tokens("a").sign(&token).unwrap();
        assert_eq!(tokens("a").verify(now, &text).unwrap(), token);
        assert!(
            tokens("a")
                .verify(now.plus(ACCESS_LIFETIME), &text)
                .is_err()
        );
    }

    #[test]
    fn an_access_token_under_another_master_secret_is_refused() {
        let now = Timestamp::from_millis(1_000_000);
        let text = tokens("a").sign(&token(now)).unwrap();
        assert!(tokens("b").verify(now, &text).is_err());
    }

    #[test]
    fn an_internal_token_is_no_access_token() {
        let master = MasterSecret::new("a".repeat(32).into()).unwrap();
        let now = Timestamp::from_millis(1_000_000);
        let internal = crate::Minter::new(crate::ServiceName::Gateway, &master)
            .mint_own(now, crate::ServiceName::Tenant, "r1")
            .unwrap();
        assert!(AccessTokens::new(&master).verify(now, &internal).is_err());
    }

    #[test]
    fn cookies_are_bound_to_the_host_on_https() {
        let plain = CookieNames::of(&Url::parse("http://localhost:8081").unwrap());
        assert_eq!((plain.access, plain.secure), ("okd_access", false));
        let bound = CookieNames::of(&Url::parse("https://portal.example").unwrap());
        assert_eq!((bound.refresh, bound.secure), ("__Host-okd_refresh", true));
    }
}
