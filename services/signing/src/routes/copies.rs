//! The signer's own copy, once the document is signed.

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse, get, post};
use http_kit::{Caller, Problem, ProblemBody};
use mail::Address;

use super::download::{Download, PDF};
use super::page::{bearer, read, unless_deleted, visit};
use crate::blob::BlobKey;
use crate::copies::{self, CopyBody};
use crate::desk::Desk;
use crate::link;
use crate::permission::OpenLinks;
use crate::round::Misshapen;

/// The signed document, for an hour after its seal.
#[utoipa::path(
    operation_id = "signed_copy",
    tag = "page",
    extensions(("x-okd-permission" = json!("OpenLinks"))),
    params(("id" = String, Path, description = "The documentId of the page's address.")),
    responses(
        (status = 200, content_type = "application/pdf", body = Vec<u8>),
        (status = 401, body = ProblemBody, description = "The link is not valid."),
        (status = 403, body = ProblemBody, description = "A verification code is needed first."),
        (status = 409, body = ProblemBody, description = "It is not signed and sealed yet."),
        (status = 410, body = ProblemBody, description = "The link has ended: `value` says how."),
    ),
    security(("signerToken" = []))
)]
#[get("/page/documents/{id}/copy")]
pub(crate) async fn signed_copy(
    _: Caller<OpenLinks>,
    desk: Data<Desk>,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let signer = bearer(&desk, &id, &request).await?;
    let revision = copies::signed(&desk, &signer).await?;
    let file = Download {
        blob: BlobKey::stored(&revision.blob),
        sha256: revision.sha256,
        size_bytes: u64::try_from(revision.size_bytes).unwrap_or(0),
        filename: link::pdf_name(&signer.document.filename),
        content_type: PDF,
    };
    let answer = file.answer(&desk, &request).await;
    unless_deleted(&desk, &signer, answer).await
}

/// Has the signed document mailed, for an hour after its seal. The answer is the same whatever becomes of the letter.
#[utoipa::path(
    operation_id = "mail_copy",
    tag = "page",
    extensions(("x-okd-permission" = json!("OpenLinks"))),
    params(("id" = String, Path, description = "The documentId of the page's address.")),
    request_body = CopyBody,
    responses(
        (status = 202, description = "The letter is written and leaves at once."),
        (status = 400, body = ProblemBody, description = "This is no e-mail address."),
        (status = 401, body = ProblemBody, description = "The link is not valid."),
        (status = 403, body = ProblemBody, description = "A verification code is needed first."),
        (status = 409, body = ProblemBody, description = "It is not signed and sealed yet."),
        (status = 410, body = ProblemBody, description = "The link has ended: `value` says how."),
        (status = 429, body = ProblemBody, description = "Too often: `Retry-After` says until when."),
    ),
    security(("signerToken" = []))
)]
#[post("/page/documents/{id}/copies")]
pub(crate) async fn mail_copy(
    caller: Caller<OpenLinks>,
    desk: Data<Desk>,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let signer = bearer(&desk, &id, &request).await?;
    let body: CopyBody = read(payload).await?;
    let to = Address::parse(&body.email_to)
        .map_err(|_| Misshapen::new("/emailTo", "an e-mail address"))?;
    copies::mail(&desk, signer, &to, visit(&caller, &request)).await?;
    Ok(HttpResponse::Accepted().finish())
}
