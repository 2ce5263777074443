//! Calls to time-stamping authorities, OCSP responders and lists of revocation: bounded in time and size.

use std::time::Duration;

use futures_util::StreamExt as _;
use pki::{Call, CallFailed, Fetch};
use reqwest::header;

const TIMEOUT: Duration = Duration::from_secs(15);
/// Lists of large authorities have some megabytes; a time stamp has a few kilobytes.
const MAX_ANSWER_BYTES: usize = 16 * 1024 * 1024;

/// One client for all of them.
#[derive(Clone)]
pub(crate) struct AuthorityHttp(reqwest::Client);

impl AuthorityHttp {
    pub(crate) fn new() -> Result<Self, reqwest::Error> {
        // Installed once a process; a second call only finds it there.
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::limited(3))
            .user_agent("OKdokument")
            .build()?;
        Ok(Self(client))
    }

    /// The body of a 200; `headers` go with the call.
    pub(super) async fn call(
        &self,
        call: Call,
        headers: &header::HeaderMap,
    ) -> Result<Vec<u8>, CallFailed> {
        let request = match call.body {
            Some((kind, body)) => self
                .0
                .post(&call.url)
                .header(header::CONTENT_TYPE, kind)
                .body(body),
            None => self.0.get(&call.url),
        };
        let answer = request.headers(headers.clone()).send().await;
        // The URL may hold credentials: it is never told.
        let failed = |error: reqwest::Error| CallFailed(super::chain(&error.without_url()));
        let answer = answer.map_err(failed)?;
        if !answer.status().is_success() {
            return Err(CallFailed(format!("it answered {}", answer.status())));
        }
        let mut body = Vec::new();
        let mut parts = answer.bytes_stream();
        while let Some(part) = parts.next().await {
            let part = part.map_err(failed)?;
            if MAX_ANSWER_BYTES < body.len().saturating_add(part.len()) {
                return Err(CallFailed(format!(
                    "its answer is longer than {MAX_ANSWER_BYTES} bytes"
                )));
            }
            body.extend_from_slice(&part);
        }
        Ok(body)
    }
}

impl Fetch for AuthorityHttp {
    async fn fetch(&self, call: Call) -> Result<Vec<u8>, CallFailed> {
        self.call(call, &header::HeaderMap::new()).await
    }
}
