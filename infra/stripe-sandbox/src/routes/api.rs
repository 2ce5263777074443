//! Stripe's API: keys, headers and shapes as Stripe has them; what the product does not call is refused by name.

use std::error::Error;
use std::future::{Ready, ready};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Bytes, Data, Path, PayloadConfig, ServiceConfig};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, ResponseError, get, post};
use serde_json::Value;

use crate::api_error::ApiError;
use crate::cashier::{Answer, Call, Cashier};
use crate::event::API_VERSION;
use crate::id::RequestId;
use crate::listing;
use crate::params::Params;
use crate::webhook::blocking;

const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const STRIPE_VERSION: HeaderName = HeaderName::from_static("stripe-version");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const ORIGINAL_REQUEST: HeaderName = HeaderName::from_static("original-request");

const LONGEST_KEY: usize = 255;
const BODY_BYTES: usize = 256 * 1024;

pub(super) fn configure(services: &mut ServiceConfig) {
    services.service(
        web::scope("/v1")
            .wrap(from_fn(stripe_headers))
            .app_data(PayloadConfig::new(BODY_BYTES))
            .service(create_session)
            .service(list_sessions)
            .service(expire_session)
            .service(show_session)
            .service(list_intents)
            .service(show_intent)
            .service(create_refund)
            .service(list_refunds)
            .service(list_disputes)
            .service(list_events)
            .service(show_event)
            .default_service(web::to(unrecognized)),
    );
}

#[post("/checkout/sessions")]
async fn create_session(
    _: TestKey,
    writing: Writing,
    cashier: Data<Cashier>,
) -> Result<HttpResponse, ApiError> {
    let Writing { call, params } = writing;
    blocking(move || cashier.open_session(&call, params))
        .await
        .map(|answer| written(&answer))
}

#[post("/checkout/sessions/{id}/expire")]
async fn expire_session(
    _: TestKey,
    writing: Writing,
    id: Path<String>,
    cashier: Data<Cashier>,
) -> Result<HttpResponse, ApiError> {
    let Writing { call, params } = writing;
    blocking(move || cashier.expire_session(&call, &id, params))
        .await
        .map(|answer| written(&answer))
}

#[get("/checkout/sessions/{id}")]
async fn show_session(
    _: TestKey,
    query: Query,
    id: Path<String>,
    cashier: Data<Cashier>,
) -> Result<HttpResponse, ApiError> {
    blocking(move || cashier.read_session(&id, query.0))
        .await
        .map(|session| json(&session))
}

#[get("/checkout/sessions")]
async fn list_sessions(
    _: TestKey,
    query: Query,
    cashier: Data<Cashier>,
) -> Result<HttpResponse, ApiError> {
    blocking(move || cashier.list(listing::sessions, query.0))
        .await
        .map(|page| json(&page))
}

#[get("/payment_intents/{id}")]
async fn show_intent(
    _: TestKey,
    query: Query,
    id: Path<String>,
    cashier: Data<Cashier>,
) -> Result<HttpResponse, ApiError> {
    blocking(move || cashier.read_intent(&id, query.0))
        .await
        .map(|intent| json(&intent))
}

#[get("/payment_intents")]
async fn list_intents(
    _: TestKey,
    query: Query,
    cashier: Data<Cashier>,
) -> Result<HttpResponse, ApiError> {
    blocking(move || cashier.list(listing::intents, query.0))
        .await
        .map(|page| json(&page))
}

#[post("/refunds")]
async fn create_refund(
    _: TestKey,
    writing: Writing,
    cashier: Data<Cashier>,
) -> Result<HttpResponse, ApiError> {
    let Writing { call, params } = writing;
    blocking(move || cashier.refund(&call, params))
        .await
        .map(|answer| written(&answer))
}

#[get("/refunds")]
async fn list_refunds(
    _: TestKey,
    query: Query,
    cashier: Data<Cashier>,
) -> Result<HttpResponse, ApiError> {
    blocking(move || cashier.list(listing::refunds, query.0))
        .await
        .map(|page| json(&page))
}

#[get("/disputes")]
async fn list_disputes(
    _: TestKey,
    query: Query,
    cashier: Data<Cashier>,
) -> Result<HttpResponse, ApiError> {
    blocking(move || cashier.list(listing::disputes, query.0))
        .await
        .map(|page| json(&page))
}

#[get("/events/{id}")]
async fn show_event(
    _: TestKey,
    query: Query,
    id: Path<String>,
    cashier: Data<Cashier>,
) -> Result<HttpResponse, ApiError> {
    blocking(move || cashier.read_event(&id, query.0))
        .await
        .map(|event| json(&event))
}

#[get("/events")]
async fn list_events(
    _: TestKey,
    query: Query,
    cashier: Data<Cashier>,
) -> Result<HttpResponse, ApiError> {
    blocking(move || cashier.list(listing::events, query.0))
        .await
        .map(|page| json(&page))
}

async fn unrecognized(_: TestKey, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    Err(ApiError::unrecognized(
        request.method().as_str(),
        request.path(),
    ))
}

/// The caller presented a key of test mode; which one makes no difference.
struct TestKey;

impl FromRequest for TestKey {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let presented = request
            .headers()
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        ready(
            match presented.and_then(|value| value.strip_prefix("Bearer ")) {
                Some(key) if is_test_key(key.trim()) => Ok(Self),
                Some(_) => Err(ApiError::not_a_test_key()),
                None => Err(ApiError::no_key()),
            },
        )
    }
}

fn is_test_key(key: &str) -> bool {
    key.strip_prefix("sk_test_")
        .is_some_and(|rest| !rest.is_empty())
}

/// The query of a reading request.
struct Query(Params);

impl FromRequest for Query {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(Params::parse(request.query_string().as_bytes()))))
    }
}

/// A writing request: its parameters, and its identity for idempotency.
struct Writing {
    call: Call,
    params: Params,
}

impl FromRequest for Writing {
    type Error = ApiError;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = Bytes::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let body = body.await.map_err(|_| ApiError::body_too_large())?;
            let key = request
                .headers()
                .get(IDEMPOTENCY_KEY)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned);
            if key.as_ref().is_some_and(|key| LONGEST_KEY < key.len()) {
                return Err(ApiError::key_too_long());
            }
            let params = Params::parse(&body);
            let fingerprint = params.fingerprint(request.method().as_str(), request.path());
            let id = request
                .extensions()
                .get::<RequestId>()
                .cloned()
                .unwrap_or_else(RequestId::generate);
            Ok(Self {
                call: Call {
                    id,
                    idempotency_key: key,
                    fingerprint,
                },
                params,
            })
        })
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        if self.status_code().is_server_error() {
            tracing::error!(error = self as &dyn Error, "the sandbox failed");
        }
        answer(self.status_code(), &self.body())
    }
}

fn written(answered: &Answer) -> HttpResponse {
    match answered {
        Answer::Fresh(body) => json(body),
        Answer::Replayed {
            body,
            original_request,
        } => {
            let mut response = json(body);
            response
                .headers_mut()
                .insert(REPLAYED, HeaderValue::from_static("true"));
            if let Ok(original) = HeaderValue::from_str(original_request) {
                response.headers_mut().insert(ORIGINAL_REQUEST, original);
            }
            response
        }
    }
}

fn json(body: &Value) -> HttpResponse {
    answer(StatusCode::OK, body)
}

/// Stripe indents its JSON; people read it in logs.
fn answer(status: StatusCode, body: &Value) -> HttpResponse {
    HttpResponse::build(status)
        .content_type("application/json")
        .body(format!("{body:#}\n"))
}

/// Every answer bears a request id and the version that was asked for; the key of a writing request comes back too.
async fn stripe_headers<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let id = RequestId::generate();
    request.extensions_mut().insert(id.clone());
    let version = request.headers().get(STRIPE_VERSION).cloned();
    let key = request.headers().get(IDEMPOTENCY_KEY).cloned();
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(id.as_ref()) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(
        STRIPE_VERSION,
        version.unwrap_or(HeaderValue::from_static(API_VERSION)),
    );
    if let Some(key) = key {
        headers.insert(IDEMPOTENCY_KEY, key);
    }
    Ok(response)
}
