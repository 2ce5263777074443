//! How one of our services calls another: JSON over HTTP, signed by the caller, inside the caller's trace. Knows no endpoint.

use std::sync::Arc;
use std::time::Duration;

use domain::Clock;
use internal_auth::{Minter, ServiceName};
use reqwest::{Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;
use url::Url;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const CALL_TIMEOUT: Duration = Duration::from_secs(10);

/// Why a call brought no answer of the agreed form.
#[derive(Debug, Error)]
pub enum CallError {
    /// Whether the other side acted is unknown.
    #[error("{service} cannot be reached")]
    Unreachable {
        service: &'static str,
        #[source]
        cause: reqwest::Error,
    },
    #[error("{service} refused with {status} {code}")]
    Refused {
        service: &'static str,
        status: u16,
        code: String,
    },
    #[error("{service} answered in a form we do not know")]
    Malformed {
        service: &'static str,
        #[source]
        cause: reqwest::Error,
    },
    #[error("the call could not be signed")]
    Unsigned(#[from] internal_auth::SigningFailed),
    #[error("the path cannot be joined to the service's address")]
    Path(#[from] url::ParseError),
}

/// Chooses the process's TLS implementation; whatever speaks HTTP needs it chosen first.
pub fn choose_tls() {
    // A second call only finds the first one's choice.
    let _chosen_before = rustls::crypto::ring::default_provider().install_default();
}

/// A pooled HTTP client, one a process.
pub fn http_client() -> Result<reqwest::Client, reqwest::Error> {
    choose_tls();
    reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(CALL_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
}

/// One service to be called by another.
#[derive(Clone)]
pub struct Transport {
    http: reqwest::Client,
    base: Url,
    minter: Minter,
    audience: ServiceName,
    clock: Arc<dyn Clock>,
}

impl Transport {
    pub fn new(
        http: reqwest::Client,
        base: Url,
        minter: Minter,
        audience: ServiceName,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            http,
            base,
            minter,
            audience,
            clock,
        }
    }

    pub const fn base(&self) -> &Url {
        &self.base
    }

    pub async fn get<A: DeserializeOwned>(
        &self,
        request_id: &str,
        path: &str,
    ) -> Result<A, CallError> {
        self.read(
            self.send(request_id, Method::GET, path, None::<&()>)
                .await?,
        )
        .await
    }

    /// As [`Transport::get`]; what the other side does not know is `None`.
    pub async fn find<A: DeserializeOwned>(
        &self,
        request_id: &str,
        path: &str,
    ) -> Result<Option<A>, CallError> {
        let response = self
            .send(request_id, Method::GET, path, None::<&()>)
            .await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        self.read(response).await.map(Some)
    }

    pub async fn post<A: DeserializeOwned>(
        &self,
        request_id: &str,
        path: &str,
        body: &(impl Serialize + Sync),
    ) -> Result<A, CallError> {
        self.read(
            self.send(request_id, Method::POST, path, Some(body))
                .await?,
        )
        .await
    }

    pub async fn put<A: DeserializeOwned>(
        &self,
        request_id: &str,
        path: &str,
        body: &(impl Serialize + Sync),
    ) -> Result<A, CallError> {
        self.read(self.send(request_id, Method::PUT, path, Some(body)).await?)
            .await
    }

    async fn send(
        &self,
        request_id: &str,
        method: Method,
        path: &str,
        body: Option<&(impl Serialize + Sync)>,
    ) -> Result<reqwest::Response, CallError> {
        let token = self
            .minter
            .mint_own(self.clock.now(), self.audience, request_id)?;
        let mut request = self
            .http
            .request(method, self.base.join(path)?)
            .header(internal_auth::HEADER, token)
            .header("x-request-id", request_id);
        if let Some(traceparent) = telemetry::current_traceparent() {
            request = request.header("traceparent", traceparent);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let service = self.audience.as_str();
        request
            .send()
            .await
            .map_err(|cause| CallError::Unreachable {
                service,
                cause: cause.without_url(),
            })
    }

    async fn read<A: DeserializeOwned>(&self, response: reqwest::Response) -> Result<A, CallError> {
        let service = self.audience.as_str();
        let status = response.status();
        if !status.is_success() {
            let body: serde_json::Value = response.json().await.unwrap_or_default();
            let code = body["code"].as_str().unwrap_or("without a code").to_owned();
            return Err(CallError::Refused {
                service,
                status: status.as_u16(),
                code,
            });
        }
        response.json().await.map_err(|cause| CallError::Malformed {
            service,
            cause: cause.without_url(),
        })
    }
}
