//! The verification codes of the signer's page: how one stands, have one sent, try one. A GET sends nothing.

use actix_web::http::header;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse, get, post};
use http_kit::{Caller, Problem, ProblemBody, kind};

use super::page;
use crate::audit::Visit;
use crate::codes::{self, CheckBody, CodePass, CodeStatus, Step};
use crate::desk::Desk;
use crate::permission::OpenLinks;
use crate::signer::Signer;
use crate::submission;

/// Whose token the call bears, and which of the request's codes it is about. The code to sign belongs to what the code to
/// open opens.
async fn meant(
    desk: &Desk,
    (document, step): (&str, &str),
    request: &HttpRequest,
) -> Result<(Signer, Step), Problem> {
    match step {
        "open" => {
            let signer = page::holder(desk, document, request).await?;
            Ok((signer, Step::Open))
        }
        "sign" => {
            let signer = page::bearer(desk, document, request).await?;
            Ok((signer, Step::Sign))
        }
        _ => Err(Problem::new(&kind::NOT_FOUND)
            .value(step)
            .detail("There are the steps open and sign.")),
    }
}

/// How a code stands.
#[utoipa::path(
    operation_id = "code_status",
    tag = "page",
    extensions(("x-okd-permission" = json!("OpenLinks"))),
    params(
        ("id" = String, Path, description = "The documentId of the page's address."),
        ("step" = String, Path, description = "`open` or `sign`: what the code is asked before."),
    ),
    responses(
        (status = 200, body = CodeStatus),
        (status = 401, body = ProblemBody, description = "The link is not valid."),
        (status = 403, body = ProblemBody, description = "The code to open is needed first."),
        (status = 404, body = ProblemBody, description = "No such code is asked for."),
        (status = 410, body = ProblemBody, description = "The link has ended: `value` says how."),
    ),
    security(("signerToken" = []))
)]
#[get("/page/documents/{id}/codes/{step}")]
pub(crate) async fn code_status(
    _: Caller<OpenLinks>,
    desk: Data<Desk>,
    path: Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (signer, step) = meant(&desk, (&path.0, &path.1), &request).await?;
    Ok(fresh(&codes::status(&desk, &signer, step).await?))
}

/// Sends a code. The answer tells nothing of whether it arrived.
#[utoipa::path(
    operation_id = "send_code",
    tag = "page",
    extensions(("x-okd-permission" = json!("OpenLinks"))),
    params(
        ("id" = String, Path, description = "The documentId of the page's address."),
        ("step" = String, Path, description = "`open` or `sign`: what the code is asked before."),
    ),
    responses(
        (status = 202, body = CodeStatus, description = "It is on its way."),
        (status = 401, body = ProblemBody, description = "The link is not valid."),
        (status = 403, body = ProblemBody, description = "The code to open is needed first."),
        (status = 404, body = ProblemBody, description = "No code is sent for this step."),
        (status = 409, body = ProblemBody, description = "It is being sealed."),
        (status = 410, body = ProblemBody, description = "The link has ended: `value` says how."),
        (status = 429, body = ProblemBody, description = "Too soon, too often, or locked: `Retry-After` says until when."),
    ),
    security(("signerToken" = []))
)]
#[post("/page/documents/{id}/codes/{step}/sends")]
pub(crate) async fn send_code(
    caller: Caller<OpenLinks>,
    desk: Data<Desk>,
    path: Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (signer, step) = meant(&desk, (&path.0, &path.1), &request).await?;
    let status = codes::send(&desk, signer, step, page::visit(&caller, &request)).await?;
    Ok(HttpResponse::Accepted()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(status))
}

/// Tries a code.
#[utoipa::path(
    operation_id = "check_code",
    tag = "page",
    extensions(("x-okd-permission" = json!("OpenLinks"))),
    params(
        ("id" = String, Path, description = "The documentId of the page's address."),
        ("step" = String, Path, description = "`open` or `sign`: what the code is asked before."),
    ),
    request_body = CheckBody,
    responses(
        (status = 200, body = CodePass),
        (status = 400, body = ProblemBody, description = "It is wrong, or none is valid."),
        (status = 401, body = ProblemBody, description = "The link is not valid."),
        (status = 403, body = ProblemBody, description = "The code to open is needed first."),
        (status = 404, body = ProblemBody, description = "No such code is asked for."),
        (status = 409, body = ProblemBody, description = "It is being sealed, or was opened otherwise."),
        (status = 410, body = ProblemBody, description = "The link has ended: `value` says how."),
        (status = 429, body = ProblemBody, description = "Locked: `Retry-After` says until when."),
    ),
    security(("signerToken" = []))
)]
#[post("/page/documents/{id}/codes/{step}/checks")]
pub(crate) async fn check_code(
    caller: Caller<OpenLinks>,
    desk: Data<Desk>,
    path: Path<(String, String)>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let (signer, step) = meant(&desk, (&path.0, &path.1), &request).await?;
    let body: CheckBody = page::read(payload).await?;
    let zone = body.time_zone.as_deref();
    let visit = Visit {
        zone: zone.map(|zone| submission::shortened(zone, submission::MAX_ZONE_CHARS)),
        ..page::visit(&caller, &request)
    };
    let pass: CodePass = codes::check(&desk, signer, (step, body), visit).await?;
    Ok(fresh(&pass))
}

/// An answer that no cache keeps.
fn fresh(body: &impl serde::Serialize) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(body)
}
