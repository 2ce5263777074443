//! `/v1/verify` for integrators, `/verify` for everybody: a PDF in, what its signatures are worth out. Nothing is stored.

use actix_multipart::Multipart;
use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut, Data, Json, Payload};
use actix_web::{FromRequest as _, HttpRequest, HttpResponse, post, route};
use futures_util::StreamExt as _;
use http_kit::{Caller, Problem, ProblemBody, kind};
use pdf::Examination;
use utoipa::ToSchema;

use super::body::{self, BodyError};
use super::links;
use crate::desk::Desk;
use crate::error::too_large;
use crate::permission::{OpenLinks, VerifyFiles};
use crate::verification::{self, MAX_FILE_BYTES};

/// A form with the file in it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its shape is told")]
pub(crate) struct VerifyForm {
    /// The PDF.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Tells of every signature in a PDF who made it, when, over what, and whether what came after it was allowed.
#[utoipa::path(
    operation_id = "verify_file",
    tag = "public",
    description = "Verifies the signatures of any PDF. Free of charge; the file is not kept.",
    extensions(("x-okd-permission" = json!("VerifyFiles"))),
    request_body(content((Vec<u8> = "application/pdf"), (VerifyForm = "multipart/form-data"))),
    responses(
        (status = 200, body = Examination),
        (status = 400, body = ProblemBody, description = "The file is no PDF that can be read."),
        (status = 413, body = ProblemBody, description = "The file is too large."),
    ),
    security(("apiKey" = []))
)]
#[post("/v1/verify")]
pub(crate) async fn verify_file(
    _: Caller<VerifyFiles>,
    desk: Data<Desk>,
    request: HttpRequest,
    payload: Payload,
) -> Result<Json<Examination>, Problem> {
    let file = received(&request, payload).await?;
    Ok(Json(verification::verify(&desk, file).await?))
}

/// The same for anybody, behind a rate by address.
#[utoipa::path(
    operation_id = "verify_for_anybody",
    tag = "page",
    extensions(("x-okd-permission" = json!("OpenLinks"))),
    request_body(content = Vec<u8>, content_type = "application/pdf"),
    responses(
        (status = 200, body = Examination),
        (status = 400, body = ProblemBody, description = "The file is no PDF that can be read."),
        (status = 413, body = ProblemBody, description = "The file is too large."),
        (status = 429, body = ProblemBody, description = "Too many files from this address."),
    )
)]
#[post("/verify")]
pub(crate) async fn verify_for_anybody(
    _: Caller<OpenLinks>,
    desk: Data<Desk>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let file = received(&request, payload).await?;
    let told = verification::verify(&desk, file).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(told))
}

/// The page on which anybody has a PDF verified.
#[utoipa::path(
    get,
    path = "/verify",
    operation_id = "verify_page",
    tag = "page",
    extensions(("x-okd-permission" = json!("OpenLinks"))),
    responses((status = 200, content_type = "text/html", body = String))
)]
#[route("/verify", method = "GET", method = "HEAD")]
pub(crate) async fn verify_page(_: Caller<OpenLinks>) -> Result<HttpResponse, Problem> {
    links::built_page("verify.html", &[])
}

/// The file of a body that is one, or of a form that brings one.
async fn received(request: &HttpRequest, payload: Payload) -> Result<Bytes, Problem> {
    if request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(is_form)
    {
        let mut payload = payload.into_inner();
        let form = Multipart::from_request(request, &mut payload).await;
        return file_of(form.map_err(|why| misshapen(&why.to_string()))?).await;
    }
    match body::whole(payload, MAX_FILE_BYTES).await {
        Ok(file) => Ok(file),
        Err(BodyError::Cut) => Err(body::cut()),
        Err(BodyError::TooLarge) => Err(too_large(MAX_FILE_BYTES)),
    }
}

fn is_form(media: &header::HeaderValue) -> bool {
    media
        .to_str()
        .is_ok_and(|media| media.starts_with("multipart/form-data"))
}

async fn file_of(mut form: Multipart) -> Result<Bytes, Problem> {
    while let Some(part) = form.next().await {
        let mut part = part.map_err(|why| misshapen(&why.to_string()))?;
        if part.name() != Some("file") {
            continue;
        }
        let mut file = BytesMut::new();
        while let Some(chunk) = part.next().await {
            let chunk = chunk.map_err(|why| misshapen(&why.to_string()))?;
            if MAX_FILE_BYTES < file.len() + chunk.len() {
                return Err(too_large(MAX_FILE_BYTES));
            }
            file.extend_from_slice(&chunk);
        }
        return Ok(file.freeze());
    }
    Err(misshapen("it has no part named file"))
}

fn misshapen(why: &str) -> Problem {
    Problem::new(&kind::INVALID_FIELD)
        .value("multipart/form-data")
        .detail(format!(
            "Send the PDF as the body, or in a form's part \"file\": {why}."
        ))
}
