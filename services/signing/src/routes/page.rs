//! The API of the signer's page. The bearer's token says which round of which document; nobody needs an account.

use actix_web::http::header;
use actix_web::web::{Bytes, Data, Json, Path, Payload};
use actix_web::{HttpRequest, HttpResponse, get, post};
use http_kit::{Caller, Problem, ProblemBody, kind};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{self, BodyError};
use super::documents;
use crate::audit::{Device, Visit};
use crate::codes;
use crate::desk::Desk;
use crate::error::too_large;
use crate::failpoint;
use crate::link::Outcome;
use crate::opening::{self, Opening};
use crate::permission::OpenLinks;
use crate::signer::{self, LinkError, Signer};
use crate::submission::{self, CancellationBody, SubmissionBody};

/// Ink at a full digitiser's rate, many times over.
const MAX_SUBMISSION_BYTES: usize = 8 * 1024 * 1024;

/// What the code to open gave to the browser that knew it.
const CODE_PASS: &str = "code-pass";

/// Whose token the call bears, once the code to open was proven where one is asked for. Everything of the page but that code
/// itself is behind this.
pub(super) async fn bearer(
    desk: &Desk,
    document: &str,
    request: &HttpRequest,
) -> Result<Signer, Problem> {
    let signer = holder(desk, document, request).await?;
    let pass = request.headers().get(CODE_PASS);
    let pass = pass.and_then(|value| value.to_str().ok());
    codes::admit(desk, &signer, pass).await?;
    Ok(signer)
}

/// Whose token the call bears, whatever codes are asked for.
pub(super) async fn holder(
    desk: &Desk,
    document: &str,
    request: &HttpRequest,
) -> Result<Signer, Problem> {
    let token = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .ok_or(LinkError::Invalid)?;
    Ok(signer::identify(desk, document, token.trim()).await?)
}

pub(super) async fn read<T: DeserializeOwned>(payload: Payload) -> Result<T, Problem> {
    parsed(&whole(payload).await?)
}

/// As [`read`]; no body at all says as much as an empty one.
async fn read_or_default<T: DeserializeOwned + Default>(payload: Payload) -> Result<T, Problem> {
    let bytes = whole(payload).await?;
    if bytes.is_empty() {
        return Ok(T::default());
    }
    parsed(&bytes)
}

async fn whole(payload: Payload) -> Result<Bytes, Problem> {
    match body::whole(payload, MAX_SUBMISSION_BYTES).await {
        Ok(bytes) => Ok(bytes),
        Err(BodyError::Cut) => Err(body::cut()),
        Err(BodyError::TooLarge) => Err(too_large(MAX_SUBMISSION_BYTES)),
    }
}

fn parsed<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|why| {
        let kind = if why.is_data() {
            &kind::INVALID_FIELD
        } else {
            &kind::INVALID_JSON
        };
        Problem::new(kind).detail(format!("Mend the body: {why}."))
    })
}

/// What the connection and the browser's headers tell of a signer.
pub(super) fn visit(caller: &Caller<OpenLinks>, request: &HttpRequest) -> Visit {
    let text = |name| {
        let value = request.headers().get(name);
        value.and_then(|value| value.to_str().ok())
    };
    let language = text(header::ACCEPT_LANGUAGE)
        .and_then(|list| list.split([',', ';']).next())
        .map(|first| submission::shortened(first, submission::MAX_LOCALE_CHARS));
    Visit {
        address: caller.address().map(str::to_owned),
        device: Device::of(text(header::USER_AGENT).unwrap_or_default()),
        language: language.filter(|language| !language.is_empty()),
        zone: None,
    }
}

/// What the page tells when it opens the document.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OpeningBody {
    /// The browser's, such as `Europe/Bratislava`.
    #[serde(default)]
    time_zone: Option<String>,
}

/// Where the browser may go, and how far the act has come.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Submitted {
    /// The seal is being made.
    sealing: bool,
    result_url: String,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StandingBody {
    /// `tosign`, `sealing`, `signed` or `canceled`.
    state: &'static str,
    result_url: String,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Canceled {
    result_url: String,
}

/// Opens the document: what counts as *opened*.
#[utoipa::path(
    operation_id = "open_for_signing",
    tag = "page",
    extensions(("x-okd-permission" = json!("OpenLinks"))),
    params(("id" = String, Path, description = "The documentId of the page's address.")),
    request_body = Option<OpeningBody>,
    responses(
        (status = 200, body = Opening),
        (status = 401, body = ProblemBody, description = "The link is not valid."),
        (status = 403, body = ProblemBody, description = "A verification code is needed first."),
        (status = 409, body = ProblemBody, description = "It is being sealed."),
        (status = 410, body = ProblemBody, description = "The link has ended: `value` says how."),
    ),
    security(("signerToken" = []))
)]
#[post("/page/documents/{id}/openings")]
pub(crate) async fn open_for_signing(
    caller: Caller<OpenLinks>,
    desk: Data<Desk>,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let signer = bearer(&desk, &id, &request).await?;
    let body: OpeningBody = read_or_default(payload).await?;
    let visit = Visit {
        zone: body
            .time_zone
            .map(|zone| submission::shortened(&zone, submission::MAX_ZONE_CHARS)),
        ..visit(&caller, &request)
    };
    let opening = opening::open(&desk, signer, visit).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(opening))
}

/// The bytes of the current revision.
#[utoipa::path(
    operation_id = "file_for_signing",
    tag = "page",
    extensions(("x-okd-permission" = json!("OpenLinks"))),
    params(("id" = String, Path, description = "The documentId of the page's address.")),
    responses(
        (status = 200, content_type = "application/pdf", body = Vec<u8>),
        (status = 401, body = ProblemBody, description = "The link is not valid."),
        (status = 403, body = ProblemBody, description = "A verification code is needed first."),
        (status = 410, body = ProblemBody, description = "The link has ended: `value` says how."),
    ),
    security(("signerToken" = []))
)]
#[get("/page/documents/{id}/file")]
pub(crate) async fn file_for_signing(
    _: Caller<OpenLinks>,
    desk: Data<Desk>,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let signer = bearer(&desk, &id, &request).await?;
    opening::check_open(&desk, &signer)?;
    failpoint::reach("signing::page_file").await;
    let answer = documents::bytes_of(&desk, &signer.document, &request).await;
    unless_deleted(&desk, &signer, answer).await
}

/// The answer, or that the document was deleted: whoever deletes it takes its bytes away after his commit, so that a signer who
/// was let in before it hears of the deletion and not of a fault.
pub(super) async fn unless_deleted(
    desk: &Desk,
    signer: &Signer,
    answer: Result<HttpResponse, Problem>,
) -> Result<HttpResponse, Problem> {
    if answer.is_err() {
        opening::check_kept(desk, &signer.document).await?;
    }
    answer
}

/// Submits what was signed; the seal follows by itself.
#[utoipa::path(
    operation_id = "submit",
    tag = "page",
    extensions(("x-okd-permission" = json!("OpenLinks"))),
    params(("id" = String, Path, description = "The documentId of the page's address.")),
    request_body = SubmissionBody,
    responses(
        (status = 202, body = Submitted),
        (status = 400, body = ProblemBody, description = "Something is missing or not allowed."),
        (status = 401, body = ProblemBody, description = "The link is not valid."),
        (status = 403, body = ProblemBody, description = "A verification code is needed first."),
        (status = 409, body = ProblemBody, description = "The document has changed or is being sealed."),
        (status = 410, body = ProblemBody, description = "The link has ended: `value` says how."),
    ),
    security(("signerToken" = []))
)]
#[post("/page/documents/{id}/submission")]
pub(crate) async fn submit(
    caller: Caller<OpenLinks>,
    desk: Data<Desk>,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let signer = bearer(&desk, &id, &request).await?;
    let body: SubmissionBody = read(payload).await?;
    let result_url = submission::submit(&desk, signer, body, visit(&caller, &request)).await?;
    Ok(HttpResponse::Accepted().json(Submitted {
        sealing: true,
        result_url,
    }))
}

/// How far it has come.
#[utoipa::path(
    operation_id = "submission_standing",
    tag = "page",
    extensions(("x-okd-permission" = json!("OpenLinks"))),
    params(("id" = String, Path, description = "The documentId of the page's address.")),
    responses(
        (status = 200, body = StandingBody),
        (status = 401, body = ProblemBody, description = "The link is not valid."),
        (status = 403, body = ProblemBody, description = "A verification code is needed first."),
        (status = 410, body = ProblemBody, description = "The link has ended: `value` says how."),
    ),
    security(("signerToken" = []))
)]
#[get("/page/documents/{id}/submission")]
pub(crate) async fn submission_standing(
    _: Caller<OpenLinks>,
    desk: Data<Desk>,
    id: Path<String>,
    request: HttpRequest,
) -> Result<Json<StandingBody>, Problem> {
    let signer = bearer(&desk, &id, &request).await?;
    let (standing, result_url) = submission::standing(&desk, &signer, Outcome::Success)?;
    Ok(Json(StandingBody {
        state: standing.as_str(),
        result_url,
    }))
}

/// Declines to sign.
#[utoipa::path(
    operation_id = "cancel",
    tag = "page",
    extensions(("x-okd-permission" = json!("OpenLinks"))),
    params(("id" = String, Path, description = "The documentId of the page's address.")),
    request_body = CancellationBody,
    responses(
        (status = 200, body = Canceled),
        (status = 401, body = ProblemBody, description = "The link is not valid."),
        (status = 403, body = ProblemBody, description = "A verification code is needed first."),
        (status = 409, body = ProblemBody, description = "It is being sealed."),
        (status = 410, body = ProblemBody, description = "The link has ended: `value` says how."),
    ),
    security(("signerToken" = []))
)]
#[post("/page/documents/{id}/cancellation")]
pub(crate) async fn cancel(
    caller: Caller<OpenLinks>,
    desk: Data<Desk>,
    id: Path<String>,
    request: HttpRequest,
    body: Json<CancellationBody>,
) -> Result<Json<Canceled>, Problem> {
    let signer = bearer(&desk, &id, &request).await?;
    let visit = visit(&caller, &request);
    let result_url = submission::cancel(&desk, signer, body.into_inner(), visit).await?;
    Ok(Json(Canceled { result_url }))
}
