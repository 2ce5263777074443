//! What stands beside a document: its audit record, as a page or as data, and the file as it was sent.

use actix_web::http::header;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get, route};
use http_kit::{Caller, Problem, ProblemBody};

use super::download::{Download, PDF};
use super::portal::ModeQuery;
use crate::audit::{self, Record};
use crate::desk::Desk;
use crate::original;
use crate::permission::{ReadDocuments, SeeRequests};
use crate::store::Owner;

/// The audit record of a document: a sealed PDF, or JSON where the caller accepts only that.
#[utoipa::path(
    get,
    path = "/v1/documents/{id}/audit",
    operation_id = "audit_page",
    tag = "public",
    description = "Tells who did what when to a document: as a sealed PDF made when a round ends, or with `Accept: application/json` as data, at any time. It outlives the document's bytes.",
    extensions(("x-okd-permission" = json!("ReadDocuments"))),
    params(("id" = String, Path, description = "The documentId.")),
    responses(
        (status = 200, description = "The page, or the record.", content(
            (Vec<u8> = "application/pdf"),
            (Record = "application/json"),
        )),
        (status = 404, body = ProblemBody, description = "There is no such document."),
        (status = 409, body = ProblemBody, description = "No round has ended yet, so that there is no page."),
    ),
    security(("apiKey" = []))
)]
#[route("/v1/documents/{id}/audit", method = "GET", method = "HEAD")]
pub(crate) async fn audit_page(
    caller: Caller<ReadDocuments>,
    desk: Data<Desk>,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let owner = Owner {
        tenant: caller.tenant,
        mode: caller.mode,
    };
    audit_of(&desk, owner, &id, &request).await
}

/// The bytes as they were sent.
#[utoipa::path(
    get,
    path = "/v1/documents/{id}/original",
    operation_id = "original_file",
    tag = "public",
    description = "Downloads the file as it was uploaded, before it was prepared for signing or converted.",
    extensions(("x-okd-permission" = json!("ReadDocuments"))),
    params(("id" = String, Path, description = "The documentId.")),
    responses(
        (status = 200, content_type = "application/octet-stream", body = Vec<u8>),
        (status = 206, content_type = "application/octet-stream", body = Vec<u8>, description = "The asked-for range."),
        (status = 304, description = "The caller has these bytes already."),
        (status = 404, body = ProblemBody, description = "There is no such document."),
    ),
    security(("apiKey" = []))
)]
#[route("/v1/documents/{id}/original", method = "GET", method = "HEAD")]
pub(crate) async fn original_file(
    caller: Caller<ReadDocuments>,
    desk: Data<Desk>,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let owner = Owner {
        tenant: caller.tenant,
        mode: caller.mode,
    };
    original_of(&desk, owner, &id, &request).await
}

/// As [`audit_page`], for members.
#[utoipa::path(
    operation_id = "request_audit",
    tag = "portal",
    extensions(("x-okd-permission" = json!("SeeRequests"))),
    params(("id" = String, Path, description = "The documentId."), ModeQuery),
    responses(
        (status = 200, description = "The page, or the record.", content(
            (Vec<u8> = "application/pdf"),
            (Record = "application/json"),
        )),
        (status = 404, body = ProblemBody, description = "There is no such document."),
        (status = 409, body = ProblemBody, description = "No round has ended yet."),
    ),
    security(("session" = []))
)]
#[get("/api/signing/documents/{id}/audit")]
pub(crate) async fn request_audit(
    caller: Caller<SeeRequests>,
    desk: Data<Desk>,
    id: Path<String>,
    query: Query<ModeQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let owner = Owner {
        tenant: caller.tenant,
        mode: query.mode,
    };
    audit_of(&desk, owner, &id, &request).await
}

/// As [`original_file`], for members.
#[utoipa::path(
    operation_id = "request_original",
    tag = "portal",
    extensions(("x-okd-permission" = json!("SeeRequests"))),
    params(("id" = String, Path, description = "The documentId."), ModeQuery),
    responses(
        (status = 200, content_type = "application/octet-stream", body = Vec<u8>),
        (status = 404, body = ProblemBody, description = "There is no such document."),
    ),
    security(("session" = []))
)]
#[get("/api/signing/documents/{id}/original")]
pub(crate) async fn request_original(
    caller: Caller<SeeRequests>,
    desk: Data<Desk>,
    id: Path<String>,
    query: Query<ModeQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let owner = Owner {
        tenant: caller.tenant,
        mode: query.mode,
    };
    original_of(&desk, owner, &id, &request).await
}

async fn audit_of(
    desk: &Desk,
    owner: Owner,
    id: &str,
    request: &HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut answer = if wants_json(request) {
        let record = audit::record_of(desk, owner, id).await?;
        HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "private, no-cache"))
            .json(record)
    } else {
        let page = audit::page_of(desk, owner, id).await?;
        let file = Download {
            blob: page.blob,
            sha256: page.sha256,
            size_bytes: page.size_bytes,
            filename: page.filename,
            content_type: PDF,
        };
        file.answer(desk, request).await?
    };
    let vary = header::HeaderValue::from_static("accept");
    answer.headers_mut().insert(header::VARY, vary);
    Ok(answer)
}

/// Whether the caller takes JSON and no PDF; one who says nothing gets the page.
fn wants_json(request: &HttpRequest) -> bool {
    let accept = request.headers().get(header::ACCEPT);
    let accept = accept.and_then(|value| value.to_str().ok()).unwrap_or("");
    accept.contains("application/json") && !accept.contains(PDF)
}

async fn original_of(
    desk: &Desk,
    owner: Owner,
    id: &str,
    request: &HttpRequest,
) -> Result<HttpResponse, Problem> {
    let original = original::of(desk, owner, id).await?;
    let file = Download {
        blob: original.blob,
        sha256: original.sha256,
        size_bytes: original.size_bytes,
        filename: original.filename,
        content_type: original.content_type,
    };
    file.answer(desk, request).await
}
