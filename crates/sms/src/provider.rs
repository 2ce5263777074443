//! One provider: a POST for each message, judged by the status of its answer.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use thiserror::Error;
use url::{Host, Url};

use crate::BodyTemplate;

/// One message to one number.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    /// As E.164 writes it: `+421905123456`.
    pub to: &'a str,
    pub text: &'a str,
}

/// The line is no header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("wants a header such as Authorization: Bearer …")]
pub struct WrongHeader;

/// A header that proves to the provider who we are.
#[derive(Clone)]
pub struct Header {
    name: HeaderName,
    value: SecretString,
}

impl Header {
    /// Reads `Name: value`.
    pub fn parse(line: &str) -> Result<Self, WrongHeader> {
        let (name, value) = line.split_once(':').ok_or(WrongHeader)?;
        let value = value.trim();
        if value.is_empty() || HeaderValue::from_str(value).is_err() {
            return Err(WrongHeader);
        }
        Ok(Self {
            name: name.trim().parse().map_err(|_| WrongHeader)?,
            value: value.into(),
        })
    }
}

impl std::fmt::Debug for Header {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: ..", self.name)
    }
}

/// A provider, and as whom we send.
#[derive(Clone, Debug)]
pub struct ProviderConfig {
    /// Where each message is posted.
    pub url: Url,
    pub header: Option<Header>,
    pub body: BodyTemplate,
    /// The sender's name or number as the provider knows it.
    pub from: String,
    /// For a whole call.
    pub timeout: Duration,
}

/// Whether messages and the secret may go there: over TLS, or not past this machine.
pub fn is_sound_url(url: &Url) -> bool {
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback)
}

/// Why a message was not taken.
#[derive(Debug, Error)]
pub enum SendError {
    #[error("the SMS provider refused the message with {0}")]
    Refused(StatusCode),
    #[error("the SMS provider answered {0}")]
    NotNow(StatusCode),
    #[error("the SMS provider cannot be reached")]
    Unreachable(#[source] reqwest::Error),
}

impl SendError {
    /// Whether no later try can succeed.
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Refused(_))
    }

    fn of(status: StatusCode) -> Self {
        let for_now = [
            StatusCode::REQUEST_TIMEOUT,
            StatusCode::TOO_EARLY,
            StatusCode::TOO_MANY_REQUESTS,
        ];
        if status.is_client_error() && !for_now.contains(&status) {
            Self::Refused(status)
        } else {
            Self::NotNow(status)
        }
    }
}

/// Sends messages through one provider.
#[derive(Clone)]
pub struct Provider {
    config: ProviderConfig,
    http: reqwest::Client,
}

impl Provider {
    pub fn new(config: ProviderConfig) -> Result<Self, reqwest::Error> {
        // Installed once a process; a second call only finds it there.
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let mut headers = HeaderMap::new();
        if let Some(header) = &config.header
            && let Ok(mut value) = HeaderValue::from_str(header.value.expose_secret())
        {
            value.set_sensitive(true);
            headers.insert(header.name.clone(), value);
        }
        let http = reqwest::Client::builder()
            .timeout(config.timeout)
            // The secret goes to the configured address and to no other.
            .redirect(reqwest::redirect::Policy::none())
            .default_headers(headers)
            .user_agent("OKdokument")
            .build()?;
        Ok(Self { config, http })
    }

    /// Hands a message over. Only an answer of 2xx says that the provider has it.
    pub async fn send(&self, message: &Text<'_>) -> Result<(), SendError> {
        let body = self.config.body.filled(message, &self.config.from);
        let answer = self
            .http
            .post(self.config.url.clone())
            .json(&body)
            .send()
            .await
            // The address may hold the provider's secret.
            .map_err(|error| SendError::Unreachable(error.without_url()))?;
        if answer.status().is_success() {
            Ok(())
        } else {
            Err(SendError::of(answer.status()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_keeps_its_secret() {
        let header = Header::parse("Authorization: Bearer s3cret").unwrap();
        assert_eq!(format!("{header:?}"), "authorization: ..");
        for bad in [
            "",
            "Authorization",
            "Authorization:",
            "A b: c",
            "A: b\nC: d",
        ] {
            assert!(Header::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_status_says_whether_to_try_again() {
        for (status, is_final) in [
            (400, true),
            (401, true),
            (422, true),
            (429, false),
            (500, false),
            (302, false),
        ] {
            let error = SendError::of(StatusCode::from_u16(status).unwrap());
            assert_eq!(error.is_final(), is_final, "{status}");
        }
    }

    #[test]
    fn nothing_leaves_the_machine_in_clear() {
        let sound = |text| is_sound_url(&Url::parse(text).unwrap());
        assert!(
            sound("https://api.example.com/sms")
                && sound("http://127.0.0.1:9/x")
                && sound("http://[::1]/x")
        );
        assert!(
            !sound("http://api.example.com/sms")
                && !sound("ftp://127.0.0.1/")
                && !sound("http://10.0.0.1/")
        );
    }
}
