//! `POST /JSON/signatureRequest`: the one call that is sold.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, post};
use http_kit::{Caller, Problem};

use super::body::{self, BodyError};
use super::reply;
use super::schema::{CreateBody, ErrorBody};
use crate::answer::SuccessBody;
use crate::desk::Desk;
use crate::error::{store_failed, too_large};
use crate::idempotency::{Attempt, Operation};
use crate::order::{self, Order};
use crate::permission::WriteRequests;
use crate::register::{self, Create, CreateError};
use crate::store::Owner;
use crate::tenant;

/// Creates a signature request on a new or a stored document; one is consumed when, and only when, its id is registered.
#[utoipa::path(
    operation_id = "create_signature_request",
    tag = "public",
    description = "Creates a signature request.",
    extensions(("x-okd-permission" = json!("WriteRequests"))),
    params(("Idempotency-Key" = Option<String>, Header, description = "Replays the first answer for 24 h.")),
    request_body = CreateBody,
    responses(
        (status = 200, body = SuccessBody, description = "Registered and charged, or stored (`off`)."),
        (status = 400, body = ErrorBody, description = "The body, file, rule or field is wrong."),
        (status = 402, body = ErrorBody, description = "No signature request is left."),
        (status = 404, body = ErrorBody, description = "There is no such document."),
        (status = 409, body = ErrorBody, description = "The id was registered before, or the document's state forbids it."),
        (status = 413, body = ErrorBody, description = "The file is too large."),
        (status = 503, body = ErrorBody, description = "Not registered; try again."),
    ),
    security(("apiKey" = []))
)]
#[post("/JSON/signatureRequest")]
pub(crate) async fn create_signature_request(
    caller: Caller<WriteRequests>,
    desk: Data<Desk>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let mut attempt = attempt(&caller);
    let tenant = tenant::look_up(&desk.db, caller.tenant)
        .await
        .map_err(store_failed)?;
    let limit = tenant.max_file_bytes();
    let sieve = match body::sifted(&request, payload, limit).await {
        Ok((sieve, fingerprint)) => {
            attempt.fingerprint = fingerprint;
            sieve
        }
        Err(BodyError::Cut) => return Err(body::cut()),
        Err(BodyError::TooLarge) => {
            return reply::refused(&desk, &attempt, &request, too_large(limit)).await;
        }
    };
    // Not before the body was read: a caller who still writes would find the line closed instead of the answer.
    match reply::idempotency_key(&request) {
        Ok(key) => attempt.key = key,
        Err(problem) => return reply::refused(&desk, &attempt, &request, problem).await,
    }
    if let Some(answer) = reply::replayed(&desk, &attempt).await? {
        return Ok(answer);
    }
    match sieve.finish().and_then(|body| order::create(body, None)) {
        Ok(order) => {
            carried_out(&desk, &caller, (&attempt, &request), order)
                .await
                .0
        }
        Err(error) => reply::refused(&desk, &attempt, &request, error.into()).await,
    }
}

/// An attempt to create, before its body is known.
pub(crate) fn attempt(caller: &Caller<WriteRequests>) -> Attempt {
    Attempt {
        owner: Owner {
            tenant: caller.tenant,
            mode: caller.mode,
        },
        by: reply::key_use(caller),
        operation: Operation::Create,
        ticket: caller.ticket(),
        key: None,
        fingerprint: String::new(),
    }
}

/// Carries out an order that could be read. Also tells whether its file is, or may be, stored.
pub(crate) async fn carried_out(
    desk: &Desk,
    caller: &Caller<WriteRequests>,
    (attempt, request): (&Attempt, &HttpRequest),
    order: Order,
) -> (Result<HttpResponse, Problem>, bool) {
    let unknown = order.unknown.clone();
    let create = Create {
        attempt,
        slug: &caller.slug,
        order,
    };
    let outcome = register::create(desk, create).await;
    let stored = !outcome.as_ref().is_err_and(CreateError::left_nothing);
    let answer = reply::concluded(desk, attempt, request, outcome).await;
    let answer = answer.map(|mut answer| {
        reply::warn(&mut answer, &unknown);
        answer
    });
    (answer, stored)
}
