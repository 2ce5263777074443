//! Time stamps from the operator's authority (RFC 3161). There is no other source: without its answer nothing is sealed,
//! and the job is tried again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::Clock;
use pki::{Call, CallFailed, Certificate, Chain, TimeStampError, TimeStampRequest, TimeStampToken};
use reqwest::header::{self, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use url::Url;

use super::http::AuthorityHttp;

/// For a token that nobody has seen yet. One with two RSA certificates takes 4 to 6 kB.
const FIRST_ROOM: usize = 10 * 1024;
/// The next token may be a little longer than the longest so far.
const SPARE: usize = 1024;

/// Where time stamps come from, as the operator said.
#[derive(Clone)]
pub struct TimeStampConfig {
    pub url: Url,
    /// `user:password` for HTTP Basic, or a whole `Name: value` header.
    pub credentials: Option<SecretString>,
    /// Certificates, DER, at which the authority's chain has to end. Empty: whoever answers at the address is believed.
    pub roots: Vec<Vec<u8>>,
}

/// Why there is no time stamp now.
#[derive(Debug, Error)]
pub(crate) enum StampingError {
    #[error("the time-stamping authority does not answer")]
    Call(#[from] CallFailed),
    #[error("the time stamp is not taken")]
    Token(#[from] TimeStampError),
    #[error("there is no signature to stamp")]
    Sign(#[from] pki::PkiError),
    #[error("the signature cannot take a time stamp")]
    Cms(#[from] pki::CmsError),
    #[error(
        "the time-stamping authority's certificates do not end at a root that the settings name"
    )]
    Untrusted,
}

/// Why the settings of the authority cannot be used.
#[derive(Debug, Error)]
pub enum TimeStampConfigError {
    #[error("the credentials are neither `user:password` nor `Header: value`")]
    Credentials,
    #[error("a root certificate cannot be read")]
    Root(#[from] pki::PkiError),
}

/// Asks the authority.
#[derive(Clone)]
pub(crate) struct TimeStamper {
    http: AuthorityHttp,
    url: Url,
    headers: HeaderMap,
    roots: Vec<Certificate>,
    clock: Arc<dyn Clock>,
    longest: Arc<AtomicUsize>,
}

impl TimeStamper {
    pub(crate) fn new(
        config: &TimeStampConfig,
        http: AuthorityHttp,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, TimeStampConfigError> {
        let headers = match &config.credentials {
            Some(credentials) => headers(credentials.expose_secret())?,
            None => HeaderMap::new(),
        };
        Ok(Self {
            http,
            url: config.url.clone(),
            headers,
            roots: pki::certificates_from_der(&config.roots)?,
            clock,
            longest: Arc::default(),
        })
    }

    /// How many bytes a token takes.
    pub(crate) fn room(&self) -> usize {
        match self.longest.load(Ordering::Relaxed) {
            0 => FIRST_ROOM,
            longest => longest.saturating_add(SPARE),
        }
    }

    /// Whose answers these are.
    pub(crate) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// The certificates of roots that the settings name.
    pub(crate) fn roots(&self) -> &[Certificate] {
        &self.roots
    }

    /// A time stamp of a SHA-256 digest, verified.
    pub(crate) async fn stamp(&self, digest: [u8; 32]) -> Result<TimeStampToken, StampingError> {
        let request = TimeStampRequest::new(digest, rand::random())?;
        let call = Call {
            url: self.url.to_string(),
            body: Some(("application/timestamp-query", request.to_der()?)),
        };
        let answer = self.http.call(call, &self.headers).await?;
        let token = request.accept(&answer, self.clock.now())?;
        self.check_trust(&token)?;
        self.longest.fetch_max(token.der.len(), Ordering::Relaxed);
        Ok(token)
    }

    fn check_trust(&self, token: &TimeStampToken) -> Result<(), StampingError> {
        if self.roots.is_empty() {
            return Ok(());
        }
        let at_hand = [token.certificates.as_slice(), &self.roots].concat();
        Chain::of(&token.certificate, &at_hand)
            .ends_at(&self.roots)
            .then_some(())
            .ok_or(StampingError::Untrusted)
    }
}

/// `Name: value` as it stands, else HTTP Basic.
fn headers(credentials: &str) -> Result<HeaderMap, TimeStampConfigError> {
    let (name, value) = match credentials.split_once(": ") {
        Some((name, value)) => (
            header::HeaderName::try_from(name).map_err(|_| TimeStampConfigError::Credentials)?,
            value.to_owned(),
        ),
        None if credentials.contains(':') => {
            use base64::Engine as _;
            let encoded = base64::engine::general_purpose::STANDARD.encode(credentials);
            (header::AUTHORIZATION, format!("Basic {encoded}"))
        }
        None => return Err(TimeStampConfigError::Credentials),
    };
    let mut value = HeaderValue::try_from(value).map_err(|_| TimeStampConfigError::Credentials)?;
    value.set_sensitive(true);
    Ok(HeaderMap::from_iter([(name, value)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_basic_or_a_whole_header() {
        let basic = headers("user:secret").unwrap();
        assert_eq!(basic["authorization"], "Basic dXNlcjpzZWNyZXQ=");
        let whole = headers("X-Key: abc").unwrap();
        assert_eq!(whole["x-key"], "abc");
        assert!(headers("nothing").is_err());
        assert!(headers("bad name: x").is_err());
    }
}
