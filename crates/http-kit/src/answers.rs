//! The look of every answer: request id, the caller's trace, errors in the path's form, one log line per fault, one measurement.

use std::error::Error;
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use tracing::Instrument as _;

use crate::{Problem, kind};

pub const REQUEST_ID: &str = "x-request-id";
/// Longer ids are replaced by one of ours: they would only fill logs.
const MAX_REQUEST_ID_LEN: usize = 128;

/// The id under which one call can be found in every log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub String);

/// The name of the service in metrics and logs.
#[derive(Clone, Copy, Debug)]
pub struct ServiceLabel(pub &'static str);

/// The pattern a call was dispatched by, where actix does not know it: the gateway's own route table.
#[derive(Clone, Copy, Debug)]
pub struct RouteName(pub &'static str);

/// Middleware, outermost in every server.
pub async fn look(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let id = request_id(&request);
    request.extensions_mut().insert(RequestId(id.clone()));
    let service = request
        .app_data::<ServiceLabel>()
        .map_or("unnamed", |label| label.0);
    let method = method_label(request.method());
    let envelope = speaks_envelope(request.path());
    let span = tracing::info_span!("http", service, method, route = tracing::field::Empty, request_id = %id, status = tracing::field::Empty);
    if let Some(parent) = request
        .headers()
        .get("traceparent")
        .and_then(|value| value.to_str().ok())
    {
        telemetry::continue_trace(&span, parent);
    }
    let started = Instant::now();
    let response = next
        .call(request)
        .instrument(span.clone())
        .await?
        .map_into_boxed_body();
    let route = route_of(response.request());
    // The pattern, never the path: a path holds ids and signers' links.
    span.record("route", &route);
    let response = span.in_scope(|| told(response, &id, envelope));
    span.record("status", response.status().as_u16());
    let labels = [
        ("service", service.to_owned()),
        ("method", method.to_owned()),
        ("route", route),
        ("status", response.status().as_u16().to_string()),
    ];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_duration_seconds", "service" => service)
        .record(started.elapsed().as_secs_f64());
    Ok(response)
}

/// Anybody may send any token as a method; only known ones become a label, or the series would never end.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn route_of(request: &HttpRequest) -> String {
    let named = request
        .extensions()
        .get::<RouteName>()
        .map(|name| name.0.to_owned());
    named
        .or_else(|| request.match_pattern())
        .unwrap_or_else(|| "unmatched".to_owned())
}

fn request_id(request: &ServiceRequest) -> String {
    request
        .headers()
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| {
            (1..=MAX_REQUEST_ID_LEN).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic())
        })
        .map_or_else(
            || {
                domain::EventId::generate()
                    .to_string()
                    .replacen("evt_", "req_", 1)
            },
            ToOwned::to_owned,
        )
}

/// Spec section 2 rules `/JSON` and `/rest`; RFC 9457 the rest.
pub fn speaks_envelope(path: &str) -> bool {
    ["/JSON", "/rest"].iter().any(|root| {
        path == *root
            || path
                .strip_prefix(root)
                .is_some_and(|rest| rest.starts_with('/'))
    })
}

fn told(response: ServiceResponse<BoxBody>, id: &str, envelope: bool) -> ServiceResponse<BoxBody> {
    let error_answer = response
        .response()
        .error()
        .map(|error| match error.as_error::<Problem>() {
            Some(problem) => render(problem, id, envelope),
            // One of actix's own errors that slipped past `malformed`: keep its status, give it our look.
            None => render(
                &Problem::new(kind_of(response.status())).detail(error.to_string()),
                id,
                envelope,
            ),
        });
    let mut response = match error_answer {
        Some(answer) => response.into_response(answer),
        None => response,
    };
    if let Ok(value) = HeaderValue::from_str(id) {
        response
            .headers_mut()
            .insert(HeaderName::from_static(REQUEST_ID), value);
    }
    response
}

/// The answer to `problem`; the one place where a fault of ours is logged.
pub fn render(problem: &Problem, id: &str, envelope: bool) -> HttpResponse {
    if problem.kind.status.is_server_error() {
        tracing::error!(
            code = problem.kind.code,
            error = problem as &(dyn Error + 'static),
            "answered with a fault"
        );
    } else {
        tracing::debug!(
            code = problem.kind.code,
            error = problem as &(dyn Error + 'static),
            "answered with a refusal"
        );
    }
    let mut answer = HttpResponse::build(problem.kind.status);
    for (name, value) in &problem.headers {
        answer.insert_header((name.clone(), value.clone()));
    }
    if envelope {
        answer.json(problem.envelope(id))
    } else {
        answer
            .content_type("application/problem+json")
            .json(problem.body(id))
    }
}

fn kind_of(status: actix_web::http::StatusCode) -> &'static crate::Kind {
    match status.as_u16() {
        404 => &kind::NOT_FOUND,
        405 => &kind::METHOD_NOT_ALLOWED,
        413 => &kind::FILE_TOO_LARGE,
        415 => &kind::UNSUPPORTED_MEDIA_TYPE,
        500.. => &kind::INTERNAL,
        _ => &kind::INVALID_FIELD,
    }
}
