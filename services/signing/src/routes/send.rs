//! Documents by e-mail: sent by an integrator, and downloaded by whoever holds the link of such a mail.

use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use actix_web::web::{Data, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse, post, route};
use http_kit::{Caller, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use super::body::{self, BodyError};
use super::download::{Download, PDF};
use super::links::{browser_language, plain};
use super::reply;
use super::schema::{ErrorBody, SendBody};
use crate::answer::SuccessBody;
use crate::blob::BlobKey;
use crate::desk::Desk;
use crate::error::{store_failed, too_large};
use crate::idempotency::{Attempt, Operation};
use crate::mail::{self, Shared};
use crate::permission::{OpenLinks, WriteDocuments};
use crate::plain_page::Message;
use crate::sending::{self, Parcel, SendError};
use crate::store::Owner;
use crate::{link, order, tenant};

/// Addresses and a message.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// E-mails the current PDF.
#[utoipa::path(
    operation_id = "send_document",
    tag = "public",
    description = "Sends a document by e-mail.",
    extensions(("x-okd-permission" = json!("WriteDocuments"))),
    params(
        ("id" = String, Path, description = "The documentId."),
        ("Idempotency-Key" = Option<String>, Header, description = "Replays the first answer for 24 h."),
    ),
    request_body = SendBody,
    responses(
        (status = 202, body = SuccessBody, description = "The letters are written and leave at once."),
        (status = 400, body = ErrorBody, description = "The body is wrong."),
        (status = 404, body = ErrorBody, description = "There is no such document."),
        (status = 413, body = ErrorBody, description = "The body is too large."),
    ),
    security(("apiKey" = []))
)]
#[post("/JSON/document/{id}/send")]
pub(crate) async fn send_document(
    caller: Caller<WriteDocuments>,
    desk: Data<Desk>,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let body = match body::whole(payload, MAX_BODY_BYTES).await {
        Ok(body) => body,
        Err(BodyError::Cut) => return Err(body::cut()),
        Err(BodyError::TooLarge) => return Err(too_large(MAX_BODY_BYTES)),
    };
    let mut fingerprint = blake3::Hasher::new();
    // One key, one document: the path is part of what was asked.
    fingerprint
        .update(id.as_bytes())
        .update(b"\n")
        .update(&body);
    let attempt = Attempt {
        owner: Owner {
            tenant: caller.tenant,
            mode: caller.mode,
        },
        by: reply::key_use(&caller),
        operation: Operation::Send,
        ticket: None,
        key: reply::idempotency_key(&request)?,
        fingerprint: fingerprint.finalize().to_hex().to_string(),
    };
    if let Some(answer) = reply::replayed(&desk, &attempt).await? {
        return Ok(answer);
    }
    let parcel = match order::object(&body).and_then(|body| Ok(Parcel::parse(&body)?)) {
        Ok(parcel) => parcel,
        Err(error) => return reply::refused(&desk, &attempt, &request, error.into()).await,
    };
    let tenant = tenant::look_up(&desk.db, caller.tenant)
        .await
        .map_err(store_failed)?
        .named(&caller.slug);
    match sending::send(&desk, &attempt, &tenant, (&id, &parcel)).await {
        Ok(body) => Ok(accepted(body)),
        Err(SendError::KeyTaken) => match reply::replayed(&desk, &attempt).await? {
            Some(answer) => Ok(answer),
            None => Err(SendError::KeyTaken.into()),
        },
        Err(error) => reply::refused(&desk, &attempt, &request, error.into()).await,
    }
}

fn accepted(body: String) -> HttpResponse {
    HttpResponse::build(StatusCode::ACCEPTED)
        .insert_header(ContentType::json())
        .body(body)
}

/// The secret of a download link.
#[derive(Deserialize, IntoParams)]
pub(crate) struct DownloadKey {
    k: Option<String>,
}

/// Downloads what a mail links to.
#[utoipa::path(
    get,
    path = "/downloadDocument/{id}",
    operation_id = "download_shared_document",
    tag = "page",
    extensions(("x-okd-permission" = json!("OpenLinks"))),
    params(("id" = String, Path, description = "The documentId."), DownloadKey),
    responses(
        (status = 200, content_type = "application/pdf", body = Vec<u8>),
        (status = 400, content_type = "text/html", body = String, description = "The link opens nothing."),
        (status = 410, content_type = "text/html", body = String, description = "The document was deleted."),
    )
)]
#[route("/downloadDocument/{id}", method = "GET", method = "HEAD")]
pub(crate) async fn download_shared_document(
    _: Caller<OpenLinks>,
    desk: Data<Desk>,
    id: Path<String>,
    key: Query<DownloadKey>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let key = key.k.as_deref().unwrap_or_default();
    match mail::follow(&desk, &id, key).await.map_err(store_failed)? {
        Shared::File { revision, filename } => {
            let file = Download {
                blob: BlobKey::stored(&revision.blob),
                sha256: revision.sha256,
                size_bytes: u64::try_from(revision.size_bytes).unwrap_or(0),
                filename: link::pdf_name(&filename),
                content_type: PDF,
            };
            file.answer(&desk, &request).await
        }
        Shared::Gone { lang } => Ok(plain(StatusCode::GONE, Message::Deleted, (&lang, &[]))),
        Shared::Unknown => Ok(plain(
            StatusCode::BAD_REQUEST,
            Message::UnknownLink,
            (browser_language(&request), &[]),
        )),
    }
}
