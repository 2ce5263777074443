//! Stored documents: download, metadata, list, deletion.

use actix_web::http::header;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse, delete, get, route};
use http_kit::{Caller, Problem, kind};
use serde::Deserialize;
use utoipa::IntoParams;

use super::download::{Download, PDF};
use super::schema::ErrorBody;
use super::{list, reply};
use crate::answer::{DocumentBody, SuccessBody};
use crate::audit::Actor;
use crate::blob::BlobKey;
use crate::desk::Desk;
use crate::document::{self, DocumentState};
use crate::error::store_failed;
use crate::permission::{ReadDocuments, WriteDocuments};
use crate::store::Owner;
use crate::store::documents::{self as rows, After};

fn owner(caller: &Caller<ReadDocuments>) -> Owner {
    Owner {
        tenant: caller.tenant,
        mode: caller.mode,
    }
}

/// The document's current bytes, in any state.
#[utoipa::path(
    get,
    path = "/JSON/document/{id}",
    operation_id = "download_document",
    tag = "public",
    description = "Downloads the PDF.",
    extensions(("x-okd-permission" = json!("ReadDocuments"))),
    params(("id" = String, Path, description = "The documentId.")),
    responses(
        (status = 200, content_type = "application/pdf", body = Vec<u8>),
        (status = 206, content_type = "application/pdf", body = Vec<u8>, description = "The asked-for range."),
        (status = 304, description = "The caller has these bytes already."),
        (status = 404, body = ErrorBody, description = "There is no such document."),
    ),
    security(("apiKey" = []))
)]
#[route("/JSON/document/{id}", method = "GET", method = "HEAD")]
pub(crate) async fn download_document(
    caller: Caller<ReadDocuments>,
    desk: Data<Desk>,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let document = document::look_up(&desk, owner(&caller), &id).await?;
    bytes_of(&desk, &document, &request).await
}

/// The same under the URL that list items carry.
#[utoipa::path(
    get,
    path = "/rest/document/{id}",
    operation_id = "download_document_rest",
    tag = "public",
    description = "Downloads the PDF.",
    extensions(("x-okd-permission" = json!("ReadDocuments"))),
    params(("id" = String, Path, description = "The documentId.")),
    responses(
        (status = 200, content_type = "application/pdf", body = Vec<u8>),
        (status = 404, body = ErrorBody, description = "There is no such document."),
    ),
    security(("apiKey" = []))
)]
#[route("/rest/document/{id}", method = "GET", method = "HEAD")]
pub(crate) async fn download_document_rest(
    caller: Caller<ReadDocuments>,
    desk: Data<Desk>,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let document = document::look_up(&desk, owner(&caller), &id).await?;
    bytes_of(&desk, &document, &request).await
}

/// Streams a document's current bytes, whole or the range that was asked for.
pub(super) async fn bytes_of(
    desk: &Desk,
    document: &rows::Model,
    request: &HttpRequest,
) -> Result<HttpResponse, Problem> {
    let file = Download {
        blob: BlobKey::stored(&document.blob),
        sha256: document.sha256.clone(),
        size_bytes: u64::try_from(document.size_bytes).unwrap_or(0),
        filename: document.filename.clone(),
        content_type: PDF,
    };
    file.answer(desk, request).await
}

/// What is known of a document.
#[utoipa::path(
    operation_id = "document_metadata",
    tag = "public",
    description = "Describes a document.",
    extensions(("x-okd-permission" = json!("ReadDocuments"))),
    params(("id" = String, Path, description = "The documentId.")),
    responses(
        (status = 200, body = DocumentBody),
        (status = 404, body = ErrorBody, description = "There is no such document."),
    ),
    security(("apiKey" = []))
)]
#[get("/JSON/document/metadata/{id}")]
pub(crate) async fn document_metadata(
    caller: Caller<ReadDocuments>,
    desk: Data<Desk>,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let document = document::look_up(&desk, owner(&caller), &id).await?;
    let url = desk.addresses.download(&document.id);
    Ok(HttpResponse::Ok().json(DocumentBody::metadata(document, url)))
}

/// Deletes the bytes for good.
#[utoipa::path(
    operation_id = "delete_document",
    tag = "public",
    description = "Deletes a document.",
    extensions(("x-okd-permission" = json!("WriteDocuments"))),
    params(("id" = String, Path, description = "The documentId.")),
    responses(
        (status = 200, body = SuccessBody),
        (status = 404, body = ErrorBody, description = "There is no such document."),
        (status = 409, body = ErrorBody, description = "It is being sealed."),
    ),
    security(("apiKey" = []))
)]
#[delete("/JSON/document/{id}")]
pub(crate) async fn delete_document(
    caller: Caller<WriteDocuments>,
    desk: Data<Desk>,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let owner = Owner {
        tenant: caller.tenant,
        mode: caller.mode,
    };
    document::delete(&desk, owner, &id, &Actor::Key(reply::key_use(&caller))).await?;
    Ok(reply::success(&SuccessBody::deleted(&id)))
}

/// Which documents to list.
#[derive(Deserialize, IntoParams)]
pub(crate) struct ListQuery {
    /// A state, or `*` for all.
    state: Option<String>,
    /// 1 to 1,000; the whole list when absent.
    limit: Option<u64>,
    /// From the `Link` header of the page before.
    cursor: Option<String>,
}

const MAX_LIMIT: u64 = 1_000;

/// The tenant's documents, newest first.
#[utoipa::path(
    operation_id = "list_documents",
    tag = "public",
    description = "Lists documents.",
    extensions(("x-okd-permission" = json!("ReadDocuments"))),
    params(ListQuery),
    responses(
        (status = 200, body = Vec<DocumentBody>),
        (status = 400, body = ErrorBody, description = "The state, limit or cursor is wrong."),
    ),
    security(("apiKey" = []))
)]
#[get("/JSON/list/flat")]
pub(crate) async fn list_documents(
    caller: Caller<ReadDocuments>,
    desk: Data<Desk>,
    query: Query<ListQuery>,
) -> Result<HttpResponse, Problem> {
    let owner = owner(&caller);
    let state = match query.state.as_deref() {
        None | Some("" | "*") => None,
        Some(text) => {
            Some(DocumentState::parse(text).ok_or_else(|| wrong("state", "a state or *"))?)
        }
    };
    let after = match query.cursor.as_deref() {
        None => None,
        Some(text) => {
            Some(list::read_cursor(text).ok_or_else(|| wrong("cursor", "a cursor of ours"))?)
        }
    };
    match query.limit {
        None => Ok(list::whole(desk.into_inner(), owner, state, after)),
        Some(limit @ 1..=MAX_LIMIT) => page(&desk, owner, state, (after, limit)).await,
        Some(_) => Err(wrong("limit", "a number from 1 to 1,000")),
    }
}

fn wrong(parameter: &str, wants: &str) -> Problem {
    Problem::new(&kind::INVALID_FIELD)
        .value(format!("/{parameter}: {wants}"))
        .detail(format!("Send {wants} in the query parameter {parameter}."))
}

async fn page(
    desk: &Desk,
    owner: Owner,
    state: Option<DocumentState>,
    (after, limit): (Option<After>, u64),
) -> Result<HttpResponse, Problem> {
    let rows = rows::list(desk.db.reader(), owner, state, after.as_ref(), limit)
        .await
        .map_err(store_failed)?;
    let is_full = u64::try_from(rows.len()).unwrap_or(0) == limit;
    let next = rows.last().filter(|_| is_full).map(list::cursor);
    let items: Vec<_> = rows.into_iter().map(|row| list::item(desk, row)).collect();
    let mut answer = HttpResponse::Ok();
    if let Some(next) = next {
        let state = state.map_or("*", DocumentState::as_str);
        let target = format!("/JSON/list/flat?state={state}&limit={limit}&cursor={next}");
        answer.insert_header((header::LINK, format!("<{target}>; rel=\"next\"")));
    }
    Ok(answer.json(items))
}
