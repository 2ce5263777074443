//! Hands messages to a mail server (RFC 5321): over TLS from the first byte, or after STARTTLS, which then must be offered;
//! in clear only on the machine itself.

use std::error::Error as StdError;
use std::net::IpAddr;
use std::time::Duration;

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters, TlsParametersBuilder,
};
use lettre::transport::smtp::extension::ClientId;
use secrecy::{ExposeSecret as _, SecretString};
use thiserror::Error;
use url::{Host, Url};

use crate::message::Unsendable;
use crate::{Address, Message};

/// For each answer of the server.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
/// For a whole delivery: less than the minute after which another worker would try the same message.
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(50);
/// Of what is told of a failure.
const MAX_REASON_CHARS: usize = 300;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Security {
    /// From the first byte (RFC 8314).
    Tls,
    /// STARTTLS, or nothing is sent (RFC 3207).
    StartTls,
    /// In clear: loopback only.
    Clear,
}

/// Which mail server, as an address says it: `smtps://user@host`, `smtp://user@host:587` (STARTTLS), or in clear
/// `smtp+clear://127.0.0.1:25`.
#[derive(Clone)]
pub struct Server {
    host: String,
    port: u16,
    security: Security,
    user: Option<String>,
    password: Option<SecretString>,
}

/// Why an address names no mail server that we would talk to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum WrongServer {
    #[error(
        "wants smtps://user@host (TLS), smtp://user@host (STARTTLS) or smtp+clear://127.0.0.1 (in clear)"
    )]
    Form,
    #[error(
        "smtp+clear is for a mail server on this machine only: elsewhere letters and passwords would go in clear"
    )]
    InClear,
    #[error("a password needs a user beside it, and a user needs a password")]
    HalfLogin,
}

impl Server {
    /// Reads the address. A password may stand in it or, better, be given by itself.
    pub fn parse(text: &str, password: Option<SecretString>) -> Result<Self, WrongServer> {
        let url = Url::parse(text).map_err(|_| WrongServer::Form)?;
        let (security, default_port) = match url.scheme() {
            "smtps" => (Security::Tls, 465),
            "smtp" => (Security::StartTls, 587),
            "smtp+clear" => (Security::Clear, 25),
            _ => return Err(WrongServer::Form),
        };
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or(WrongServer::Form)?;
        let host = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned();
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(WrongServer::Form);
        }
        if security == Security::Clear && !is_loopback(&host) {
            return Err(WrongServer::InClear);
        }
        let decoded = |text: &str| {
            let bytes = percent_decoded(text);
            String::from_utf8(bytes).map_err(|_| WrongServer::Form)
        };
        let user = Some(url.username()).filter(|user| !user.is_empty());
        let user = user.map(decoded).transpose()?;
        let in_url = url.password().map(decoded).transpose()?;
        let password = password.or_else(|| in_url.map(SecretString::from));
        if user.is_some() != password.is_some() {
            return Err(WrongServer::HalfLogin);
        }
        Ok(Self {
            port: url.port().unwrap_or(default_port),
            host,
            security,
            user,
            password,
        })
    }

    /// Where it is, for those who read logs; no secret in it.
    pub fn name(&self) -> String {
        let how = match self.security {
            Security::Tls => "TLS",
            Security::StartTls => "STARTTLS",
            Security::Clear => "in clear",
        };
        format!("{}:{} ({how})", self.host, self.port)
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Server").field(&self.name()).finish()
    }
}

fn is_loopback(host: &str) -> bool {
    match Host::parse(host) {
        Ok(Host::Domain(name)) => name
            .parse::<IpAddr>()
            .map_or(name == "localhost", |ip| ip.is_loopback()),
        Ok(Host::Ipv4(ip)) => ip.is_loopback(),
        Ok(Host::Ipv6(ip)) => ip.is_loopback(),
        // Without its brackets.
        Err(_) => host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()),
    }
}

/// `%40` and its like, as user names with an `@` need them.
fn percent_decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = after
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() {
            after.get(2..).unwrap_or_default()
        } else {
            after
        };
    }
    bytes
}

/// A mail server, and as whom we send.
#[derive(Clone, Debug)]
pub struct SmtpConfig {
    pub server: Server,
    /// Stands in `From` of every message and takes bounces.
    pub from: Address,
    /// Certificates to trust beside the public ones, DER.
    pub roots: Vec<Vec<u8>>,
}

/// Why a message was not taken.
#[derive(Debug, Error)]
pub enum SendError {
    #[error("the mail server cannot be reached: {0}")]
    Unreachable(String),
    #[error("the mail server offers no STARTTLS")]
    NoTls,
    #[error("the mail server refuses our login: {0}")]
    Login(String),
    #[error("the mail server did not answer in time")]
    TooSlow,
    #[error("not now, says the mail server: {0}")]
    NotNow(String),
    #[error("refused by the mail server: {0}")]
    Refused(String),
    #[error("the message cannot be written")]
    Unsendable(#[from] Unsendable),
}

impl SendError {
    /// Whether the same message would fail in the same way again. A wrong login is not: the operator can mend it.
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Unsendable(_))
    }
}

/// A certificate among those to trust cannot be used.
#[derive(Debug, Error)]
#[error("a certificate that the mail server's is to be checked with cannot be used")]
pub struct SetUpError(#[from] SmtpError);

/// Sends messages.
#[derive(Clone)]
pub struct Smtp {
    config: SmtpConfig,
    tls: Option<TlsParameters>,
    hello: ClientId,
}

impl Smtp {
    /// Fails where a root is no certificate.
    pub fn new(config: SmtpConfig) -> Result<Self, SetUpError> {
        let tls = match config.server.security {
            Security::Clear => None,
            Security::Tls | Security::StartTls => {
                let builder = TlsParameters::builder(config.server.host.clone())
                    .certificate_store(CertificateStore::WebpkiRoots);
                let roots = config.roots.iter().cloned().map(Certificate::from_der);
                let roots = roots.collect::<Result<Vec<_>, _>>()?;
                let with_roots = roots
                    .into_iter()
                    .fold(builder, TlsParametersBuilder::add_root_certificate);
                Some(with_roots.build_rustls()?)
            }
        };
        let hello = ClientId::Domain(config.from.host().to_owned());
        Ok(Self { config, tls, hello })
    }

    /// The address in `From`.
    pub const fn from(&self) -> &Address {
        &self.config.from
    }

    /// Hands one message over. Once the server has said yes it is the server's.
    pub async fn send(&self, message: &Message) -> Result<(), SendError> {
        let (envelope, bytes) = message.written(&self.config.from)?;
        let delivery = async {
            let mut connection = self.connect().await?;
            let taken = connection.send(&envelope, &bytes).await;
            if taken.is_ok() {
                // It has taken the message: how it parts changes nothing.
                let _parted = connection.quit().await;
            } else {
                connection.abort().await;
            }
            taken.map(|_| ()).map_err(|error| judged(&error))
        };
        tokio::time::timeout(DELIVERY_TIMEOUT, delivery)
            .await
            .map_err(|_| SendError::TooSlow)?
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, SendError> {
        let server = &self.config.server;
        let unreachable = |error: SmtpError| SendError::Unreachable(reason(&error));
        let at_once = self
            .tls
            .clone()
            .filter(|_| server.security == Security::Tls);
        let mut connection = AsyncSmtpConnection::connect_tokio1(
            (server.host.as_str(), server.port),
            Some(ANSWER_TIMEOUT),
            &self.hello,
            at_once,
            None,
        )
        .await
        .map_err(unreachable)?;
        if server.security == Security::StartTls
            && let Some(tls) = &self.tls
        {
            if !connection.can_starttls() {
                connection.abort().await;
                return Err(SendError::NoTls);
            }
            let upgraded = connection.starttls(tls.clone(), &self.hello).await;
            upgraded.map_err(unreachable)?;
        }
        if let (Some(user), Some(password)) = (&server.user, &server.password) {
            let password = password.expose_secret().to_owned();
            let credentials = Credentials::new(user.clone(), password);
            let known = connection
                .auth(&[Mechanism::Plain, Mechanism::Login], &credentials)
                .await;
            if let Err(error) = known {
                connection.abort().await;
                return Err(SendError::Login(reason(&error)));
            }
        }
        Ok(connection)
    }
}

/// What the answer to a message means (RFC 5321, section 4.2.1).
fn judged(error: &SmtpError) -> SendError {
    match error.status().map(u16::from) {
        // The server wants another login or TLS first: no fault of the message.
        Some(code @ (530 | 534 | 535 | 538)) => {
            SendError::Login(format!("{code} {}", reason(error)))
        }
        _ if error.is_permanent() => SendError::Refused(reason(error)),
        _ if error.is_transient() => SendError::NotNow(reason(error)),
        _ => SendError::Unreachable(reason(error)),
    }
}

/// The error and its causes in one bounded line, each once.
fn reason(error: &SmtpError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let told = inner.to_string();
        if !text.contains(&told) {
            text.push_str(": ");
            text.push_str(&told);
        }
        cause = inner.source();
    }
    let line = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(line).take(MAX_REASON_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_how_the_server_is_talked_to() {
        let server = |text| Server::parse(text, None).unwrap().name();
        assert_eq!(
            server("smtps://mail.example.com"),
            "mail.example.com:465 (TLS)"
        );
        assert_eq!(
            server("smtp://mail.example.com"),
            "mail.example.com:587 (STARTTLS)"
        );
        assert_eq!(
            server("smtp+clear://localhost:1025/"),
            "localhost:1025 (in clear)"
        );
        assert_eq!(server("smtp+clear://[::1]"), "::1:25 (in clear)");
        let server = Server::parse("smtps://a%40b.sk:p%3Aw@mail.b.sk", None).unwrap();
        assert_eq!(server.user.as_deref(), Some("a@b.sk"));
        assert_eq!(server.password.as_ref().unwrap().expose_secret(), "p:w");
        assert!(!format!("{server:?}").contains("p:w"));
    }

    #[test]
    fn nothing_goes_in_clear_beyond_this_machine() {
        let wrong = |text| Server::parse(text, None).unwrap_err();
        assert_eq!(wrong("smtp+clear://mail.example.com"), WrongServer::InClear);
        assert_eq!(wrong("smtp+clear://10.0.0.5:25"), WrongServer::InClear);
        assert_eq!(
            wrong("smtp://user@mail.example.com"),
            WrongServer::HalfLogin
        );
        for form in [
            "mail.example.com:25",
            "http://mail.example.com",
            "smtp://",
            "smtps://a.sk/x?y",
        ] {
            assert_eq!(wrong(form), WrongServer::Form, "{form}");
        }
    }
}
