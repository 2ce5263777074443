//! Signature requests after their creation: update, callback, deletion.

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpResponse, delete, patch, post};
use http_kit::{Caller, Problem};

use super::schema::{CallbackBody, ErrorBody, UpdateBody};
use super::{body, reply};
use crate::answer::SuccessBody;
use crate::desk::Desk;
use crate::order;
use crate::permission::WriteRequests;
use crate::signature_request;
use crate::store::Owner;

fn owner(caller: &Caller<WriteRequests>) -> Owner {
    Owner {
        tenant: caller.tenant,
        mode: caller.mode,
    }
}

/// Changes URLs at any time, the end and the rules while nobody has signed.
#[utoipa::path(
    operation_id = "update_signature_request",
    tag = "public",
    description = "Changes a signature request.",
    extensions(("x-okd-permission" = json!("WriteRequests"))),
    request_body = UpdateBody,
    responses(
        (status = 200, body = SuccessBody),
        (status = 400, body = ErrorBody, description = "Unknown, or a field is wrong."),
        (status = 409, body = ErrorBody, description = "Somebody has signed already."),
    ),
    security(("apiKey" = []))
)]
#[patch("/JSON/signatureRequest")]
pub(crate) async fn update_signature_request(
    caller: Caller<WriteRequests>,
    desk: Data<Desk>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let body = order::object(&body::without_a_file(payload).await?)?;
    let id = order::named_request(&body)?.to_owned();
    let change = order::change(&body)?;
    let updated = signature_request::update(&desk, owner(&caller), &id, change).await?;
    Ok(reply::success(&updated))
}

/// Sets where the end of the round is told.
#[utoipa::path(
    operation_id = "set_callback",
    tag = "public",
    description = "Sets the callback of a signature request.",
    extensions(("x-okd-permission" = json!("WriteRequests"))),
    params(("id" = String, Path, description = "The signatureRequestId.")),
    request_body = CallbackBody,
    responses(
        (status = 200, body = SuccessBody),
        (status = 400, body = ErrorBody, description = "Unknown, or the URL is wrong."),
    ),
    security(("apiKey" = []))
)]
#[post("/JSON/signatureRequest/{id}")]
pub(crate) async fn set_callback(
    caller: Caller<WriteRequests>,
    desk: Data<Desk>,
    id: Path<String>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let body = order::object(&body::without_a_file(payload).await?)?;
    let change = order::callback_change(&body)?;
    let updated = signature_request::update(&desk, owner(&caller), &id, change).await?;
    Ok(reply::success(&updated))
}

/// Ends the signer's link at once; the document stays, and the unit stays spent.
#[utoipa::path(
    operation_id = "delete_signature_request",
    tag = "public",
    description = "Deletes a signature request.",
    extensions(("x-okd-permission" = json!("WriteRequests"))),
    params(("id" = String, Path, description = "The signatureRequestId.")),
    responses(
        (status = 200, body = SuccessBody),
        (status = 400, body = ErrorBody, description = "There is no such signature request."),
        (status = 409, body = ErrorBody, description = "It is being sealed."),
    ),
    security(("apiKey" = []))
)]
#[delete("/JSON/signatureRequest/{id}")]
pub(crate) async fn delete_signature_request(
    caller: Caller<WriteRequests>,
    desk: Data<Desk>,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    signature_request::delete(&desk, owner(&caller), &id, reply::key_use(&caller)).await?;
    Ok(reply::success(&SuccessBody::deleted(&id)))
}
