//! `POST /JSON/document`: a file alone, in base64. Costs nothing.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, post};
use http_kit::{Caller, Problem};

use super::body::{self, BodyError};
use super::reply;
use super::schema::{ErrorBody, UploadBody};
use crate::answer::SuccessBody;
use crate::desk::Desk;
use crate::error::{store_failed, too_large};
use crate::idempotency::{Attempt, Operation};
use crate::order;
use crate::permission::WriteDocuments;
use crate::store::Owner;
use crate::{tenant, upload};

/// Stores a document without a signature request.
#[utoipa::path(
    operation_id = "upload_document",
    tag = "public",
    description = "Stores a document.",
    extensions(("x-okd-permission" = json!("WriteDocuments"))),
    params(("Idempotency-Key" = Option<String>, Header, description = "Replays the first answer for 24 h.")),
    request_body = UploadBody,
    responses(
        (status = 200, body = SuccessBody),
        (status = 400, body = ErrorBody, description = "The body or file is wrong."),
        (status = 413, body = ErrorBody, description = "The file is too large."),
    ),
    security(("apiKey" = []))
)]
#[post("/JSON/document")]
pub(crate) async fn upload_document(
    caller: Caller<WriteDocuments>,
    desk: Data<Desk>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let mut attempt = Attempt {
        owner: Owner {
            tenant: caller.tenant,
            mode: caller.mode,
        },
        by: reply::key_use(&caller),
        operation: Operation::Upload,
        ticket: None,
        key: None,
        fingerprint: String::new(),
    };
    let tenant = tenant::look_up(&desk.db, caller.tenant)
        .await
        .map_err(store_failed)?;
    let tenant = tenant.named(&caller.slug);
    let limit = tenant.max_file_bytes();
    let sieve = match body::sifted(&request, payload, limit).await {
        Ok((sieve, fingerprint)) => {
            attempt.fingerprint = fingerprint;
            sieve
        }
        Err(BodyError::Cut) => return Err(body::cut()),
        Err(BodyError::TooLarge) => return Err(too_large(limit)),
    };
    // Not before the body was read: a caller who still writes would find the line closed instead of the answer.
    attempt.key = reply::idempotency_key(&request)?;
    if let Some(answer) = reply::replayed(&desk, &attempt).await? {
        return Ok(answer);
    }
    match sieve.finish().and_then(order::upload) {
        Ok(file) => {
            let outcome = upload::upload(&desk, &attempt, &tenant, file).await;
            reply::concluded(&desk, &attempt, &request, outcome).await
        }
        Err(error) => reply::refused(&desk, &attempt, &request, error.into()).await,
    }
}
