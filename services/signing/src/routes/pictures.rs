//! Pictures of a document's pages: for integrators, for members in the portal, for the signer's page.

use actix_web::http::header;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use domain::Mode;
use http_kit::{Caller, Problem, ProblemBody, kind};
use serde::Deserialize;
use utoipa::IntoParams;

use super::page::{bearer, unless_deleted};
use super::range;
use crate::desk::Desk;
use crate::document;
use crate::opening;
use crate::permission::{OpenLinks, ReadDocuments, SeeRequests};
use crate::picture::{self, DEFAULT_WIDTH, WIDTHS, Wanted};
use crate::store::Owner;
use crate::store::documents;

/// How large a picture is wanted.
#[derive(Deserialize, IntoParams)]
pub(crate) struct WidthQuery {
    /// In pixels, 1 to 1,920; 640 when absent. The picture is as wide as the next larger of 160, 320, 640, 960, 1,280 and
    /// 1,920, or narrower where the page is very high.
    width: Option<u32>,
}

/// Of which mode, and how large.
#[derive(Deserialize, IntoParams)]
pub(crate) struct MemberQuery {
    mode: Mode,
    /// In pixels, 1 to 1,920; 640 when absent.
    width: Option<u32>,
}

/// A page of a document as a picture.
#[utoipa::path(
    operation_id = "page_picture",
    tag = "public",
    description = "Shows a page of the current revision as a picture.",
    extensions(("x-okd-permission" = json!("ReadDocuments"))),
    params(
        ("id" = String, Path, description = "The documentId."),
        ("page" = usize, Path, description = "Counts from 1."),
        WidthQuery,
    ),
    responses(
        (status = 200, content_type = "image/png", body = Vec<u8>),
        (status = 304, description = "The caller has this picture already."),
        (status = 400, body = ProblemBody, description = "The width is wrong."),
        (status = 404, body = ProblemBody, description = "There is no such document or page."),
        (status = 422, body = ProblemBody, description = "The page cannot be drawn."),
    ),
    security(("apiKey" = []))
)]
#[get("/v1/documents/{id}/pages/{page}")]
pub(crate) async fn page_picture(
    caller: Caller<ReadDocuments>,
    desk: Data<Desk>,
    path: Path<(String, usize)>,
    query: Query<WidthQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let owner = Owner {
        tenant: caller.tenant,
        mode: caller.mode,
    };
    let (id, page) = path.into_inner();
    let document = document::look_up(&desk, owner, &id).await?;
    answer(&desk, &document, (page, query.width), &request).await
}

/// The same for a member in the portal.
#[utoipa::path(
    operation_id = "document_page_picture",
    tag = "portal",
    extensions(("x-okd-permission" = json!("SeeRequests"))),
    params(
        ("id" = String, Path, description = "The documentId."),
        ("page" = usize, Path, description = "Counts from 1."),
        MemberQuery,
    ),
    responses(
        (status = 200, content_type = "image/png", body = Vec<u8>),
        (status = 304, description = "The browser has this picture already."),
        (status = 400, body = ProblemBody, description = "The width is wrong."),
        (status = 404, body = ProblemBody, description = "There is no such document or page."),
        (status = 422, body = ProblemBody, description = "The page cannot be drawn."),
    ),
    security(("session" = []))
)]
#[get("/api/signing/documents/{id}/pages/{page}")]
pub(crate) async fn document_page_picture(
    caller: Caller<SeeRequests>,
    desk: Data<Desk>,
    path: Path<(String, usize)>,
    query: Query<MemberQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let owner = Owner {
        tenant: caller.tenant,
        mode: query.mode,
    };
    let (id, page) = path.into_inner();
    let document = document::look_up(&desk, owner, &id).await?;
    answer(&desk, &document, (page, query.width), &request).await
}

/// The same for the signer, to be shown until the page's own renderer is loaded.
#[utoipa::path(
    operation_id = "page_picture_for_signing",
    tag = "page",
    extensions(("x-okd-permission" = json!("OpenLinks"))),
    params(
        ("id" = String, Path, description = "The documentId of the page's address."),
        ("page" = usize, Path, description = "Counts from 1."),
        WidthQuery,
    ),
    responses(
        (status = 200, content_type = "image/png", body = Vec<u8>),
        (status = 304, description = "The browser has this picture already."),
        (status = 400, body = ProblemBody, description = "The width is wrong."),
        (status = 401, body = ProblemBody, description = "The link is not valid."),
        (status = 403, body = ProblemBody, description = "A verification code is needed first."),
        (status = 404, body = ProblemBody, description = "There is no such page."),
        (status = 410, body = ProblemBody, description = "The link has ended: `value` says how."),
        (status = 422, body = ProblemBody, description = "The page cannot be drawn."),
    ),
    security(("signerToken" = []))
)]
#[get("/page/documents/{id}/pages/{page}")]
pub(crate) async fn page_picture_for_signing(
    _: Caller<OpenLinks>,
    desk: Data<Desk>,
    path: Path<(String, usize)>,
    query: Query<WidthQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (id, page) = path.into_inner();
    let signer = bearer(&desk, &id, &request).await?;
    opening::check_open(&desk, &signer)?;
    let picture = answer(&desk, &signer.document, (page, query.width), &request).await;
    unless_deleted(&desk, &signer, picture).await
}

async fn answer(
    desk: &Desk,
    document: &documents::Model,
    (page, width): (usize, Option<u32>),
    request: &HttpRequest,
) -> Result<HttpResponse, Problem> {
    let width = width.unwrap_or(DEFAULT_WIDTH);
    let widest = WIDTHS.into_iter().max().unwrap_or(DEFAULT_WIDTH);
    if !(1..=widest).contains(&width) {
        return Err(Problem::new(&kind::INVALID_FIELD)
            .value("width")
            .detail(format!("Send a width from 1 to {widest}.")));
    }
    let wanted = Wanted::of(document, page, width);
    let etag = wanted.etag(document);
    if range::is_known(request, &etag) {
        return Ok(HttpResponse::NotModified()
            .insert_header((header::ETAG, etag))
            .finish());
    }
    let png = picture::png(desk, document, wanted).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "image/png"))
        .insert_header((header::ETAG, etag))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(png))
}
