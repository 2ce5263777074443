//! Hands a call to a service and its answer back, streaming both ways. Nothing is sent twice: a call that got as far as its
//! first byte may have acted.

use std::time::Duration;

use actix_web::body::SizedStream;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use awc::ClientResponse;
use awc::error::SendRequestError;
use domain::Timestamp;
use futures_util::StreamExt as _;
use http_kit::{Problem, answers, kind};
use internal_auth::{Call, Minter, ServiceName, SigningFailed};
use thiserror::Error;
use url::Url;

/// A service may take this long to answer a call; the time its body needs on a slow line comes on top.
const HEAD_TIMEOUT: Duration = Duration::from_mins(2);
/// The slowest line that an upload is waited for, in bytes a second.
const SLOWEST_LINE: u64 = 8 * 1024;
/// What a body without a declared length is taken for.
const UNDECLARED_BYTES: u64 = 16 * 1024 * 1024;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// Shorter than a server's own keep-alive, so that we never write into a connection it is closing.
const IDLE_CONNECTION: Duration = Duration::from_secs(15);

/// The call was not answered.
#[derive(Debug, Error)]
pub enum ForwardError {
    #[error("the service did not answer")]
    Unanswered(String),
    #[error("the service did not answer in time")]
    Slow,
    #[error("the call could not be signed")]
    Unsigned(#[from] SigningFailed),
}

impl From<ForwardError> for Problem {
    fn from(error: ForwardError) -> Self {
        match error {
            ForwardError::Unanswered(_) => Self::because(&kind::UPSTREAM, error).retry_after(1),
            ForwardError::Slow => Self::because(&kind::TIMEOUT, error).retry_after(1),
            ForwardError::Unsigned(_) => Self::because(&kind::INTERNAL, error),
        }
    }
}

/// Where the services are and how calls to them are signed; one a worker thread, since the client's pool is.
#[derive(Clone)]
pub(crate) struct Forwarder {
    client: awc::Client,
    minter: Minter,
    services: Services,
}

/// Base addresses of the services.
#[derive(Clone, Debug)]
pub(crate) struct Services {
    pub tenant: Url,
    pub billing: Url,
    pub signing: Url,
}

impl Services {
    const fn url(&self, service: ServiceName) -> &Url {
        match service {
            ServiceName::Tenant => &self.tenant,
            ServiceName::Billing => &self.billing,
            // The gateway calls itself never; signing is the data plane.
            ServiceName::Signing | ServiceName::Gateway => &self.signing,
        }
    }
}

/// A call on its way to a service.
pub(crate) struct Outgoing<'c> {
    pub service: ServiceName,
    /// As it came in; method and headers are taken from it.
    pub incoming: &'c HttpRequest,
    /// None: the path that was called.
    pub path: Option<&'c str>,
    pub call: Call,
}

impl Forwarder {
    pub(crate) fn new(minter: Minter, services: Services) -> Self {
        let connector = awc::Connector::new()
            .timeout(CONNECT_TIMEOUT)
            .conn_keep_alive(IDLE_CONNECTION)
            .limit(0);
        let client = awc::Client::builder()
            .connector(connector)
            .timeout(HEAD_TIMEOUT)
            .disable_redirects()
            .no_default_headers()
            .finish();
        Self {
            client,
            minter,
            services,
        }
    }

    /// Sends the call on behalf of the caller that it names.
    pub(crate) async fn send(
        &self,
        outgoing: Outgoing<'_>,
        body: Payload,
        now: Timestamp,
    ) -> Result<ClientResponse, ForwardError> {
        let Outgoing {
            service,
            incoming,
            path,
            call,
        } = outgoing;
        let path = path.map_or_else(|| path_and_query(incoming.uri()), ToOwned::to_owned);
        let target = format!(
            "{}{path}",
            self.services.url(service).as_str().trim_end_matches('/')
        );
        let request_id = call.request_id.clone();
        let token = self.minter.mint(now, service, call)?;
        let mut request = self
            .client
            .request(incoming.method().clone(), target)
            .no_decompress();
        for (name, value) in incoming
            .headers()
            .iter()
            .filter(|(name, _)| passes_in(name, service))
        {
            request.headers_mut().append(name.clone(), value.clone());
        }
        request = request
            .insert_header((internal_auth::HEADER, token))
            .insert_header((answers::REQUEST_ID, request_id));
        if let Some(traceparent) = telemetry::current_traceparent() {
            request = request.insert_header(("traceparent", traceparent));
        }
        let length = declared_length(incoming.headers());
        let is_chunked = incoming.headers().contains_key(header::TRANSFER_ENCODING);
        let bytes = length.unwrap_or(if is_chunked { UNDECLARED_BYTES } else { 0 });
        let on_the_line = Duration::from_secs(bytes / SLOWEST_LINE);
        let request = request.timeout(HEAD_TIMEOUT + on_the_line);
        let sent = match length {
            Some(0) => request.send(),
            Some(length) => request.send_body(SizedStream::new(length, body)),
            None if is_chunked => request.send_stream(body),
            None => request.send(),
        };
        sent.await.map_err(|cause| match cause {
            SendRequestError::Timeout => ForwardError::Slow,
            other => ForwardError::Unanswered(other.to_string()),
        })
    }
}

/// The service's answer as it goes to the caller, body streaming.
pub(crate) fn stream_back(answer: ClientResponse) -> HttpResponse {
    let mut response = head(answer.status(), answer.headers());
    match declared_length(answer.headers()) {
        Some(length) => response.body(SizedStream::new(
            length,
            answer.map(|chunk| chunk.map_err(actix_web::Error::from)),
        )),
        None => response.streaming(answer),
    }
}

/// Status and headers of an answer, without its body.
pub(crate) fn head(
    status: actix_web::http::StatusCode,
    headers: &HeaderMap,
) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    for (name, value) in headers.iter().filter(|(name, _)| passes_out(name)) {
        response.append_header((name.clone(), value.clone()));
    }
    response
}

/// Without the trailing slash that is tolerated (spec section 12).
fn path_and_query(uri: &actix_web::http::Uri) -> String {
    let path = uri.path();
    let path = if path.len() > 1 {
        path.trim_end_matches('/')
    } else {
        path
    };
    uri.query()
        .map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"))
}

pub(crate) fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse().ok())
}

/// Hop-by-hop headers (RFC 9110 section 7.6.1) end here; ours from outside are forgeries; a key is not told to those who need only its result.
fn passes_in(name: &HeaderName, service: ServiceName) -> bool {
    let name = name.as_str();
    let cookie_of_others = name == "cookie" && service != ServiceName::Tenant;
    !is_hop_by_hop(name)
        && !name.starts_with("x-okd-")
        && !cookie_of_others
        && !matches!(
            name,
            "host"
                | "content-length"
                | "x-api-key"
                | "x-request-id"
                | "traceparent"
                | "tracestate"
                | "accept-encoding"
        )
}

fn passes_out(name: &HeaderName) -> bool {
    !is_hop_by_hop(name.as_str())
        && !name.as_str().starts_with("x-okd-")
        && name != header::CONTENT_LENGTH
        && name != answers::REQUEST_ID
}

fn is_hop_by_hop(name: &str) -> bool {
    matches!(
        name,
        "connection"
            | "keep-alive"
            | "proxy-authenticate"
            | "proxy-authorization"
            | "te"
            | "trailer"
            | "transfer-encoding"
            | "upgrade"
            | "expect"
    )
}

/// A header's text, where it is text.
pub(crate) fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get(name)
        .and_then(|value: &HeaderValue| value.to_str().ok())
}
