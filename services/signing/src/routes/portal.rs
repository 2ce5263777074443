//! What members see of signature requests in the portal.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use domain::Mode;
use http_kit::{Caller, Problem, ProblemBody, kind};
use serde::Deserialize;
use utoipa::IntoParams;

use super::documents;
use crate::desk::Desk;
use crate::document;
use crate::error::store_failed;
use crate::overview::{self, Overview, Wanted};
use crate::permission::SeeRequests;
use crate::store::Owner;

const DEFAULT_LIMIT: u64 = 50;
const MAX_LIMIT: u64 = 200;

/// Which requests to show.
#[derive(Deserialize, IntoParams)]
pub(crate) struct RequestsQuery {
    mode: Mode,
    /// `waiting`, `opened`, `sealing`, `signed`, `canceled`, `expired`, `deleted` or `callback_failing`; all when absent.
    state: Option<String>,
    /// 1 to 200; 50 when absent.
    limit: Option<u64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// The tenant's signature requests, newest first.
#[utoipa::path(
    operation_id = "list_signature_requests",
    tag = "portal",
    extensions(("x-okd-permission" = json!("SeeRequests"))),
    params(RequestsQuery),
    responses(
        (status = 200, body = Overview),
        (status = 400, body = ProblemBody, description = "The state, limit or cursor is wrong."),
    ),
    security(("session" = []))
)]
#[get("/api/signing/signature-requests")]
pub(crate) async fn list_signature_requests(
    caller: Caller<SeeRequests>,
    desk: Data<Desk>,
    query: Query<RequestsQuery>,
) -> Result<Json<Overview>, Problem> {
    let owner = Owner {
        tenant: caller.tenant,
        mode: query.mode,
    };
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(wrong("limit"));
    }
    let state = query.state.as_deref().filter(|state| !state.is_empty());
    let wanted = Wanted {
        shown: overview::shown(state).ok_or_else(|| wrong("state"))?,
        after: match query.cursor.as_deref() {
            None => None,
            Some(text) => Some(overview::read_cursor(text).ok_or_else(|| wrong("cursor"))?),
        },
        limit,
    };
    Ok(Json(
        overview::list(&desk, owner, wanted)
            .await
            .map_err(store_failed)?,
    ))
}

fn wrong(parameter: &str) -> Problem {
    Problem::new(&kind::INVALID_FIELD)
        .value(parameter)
        .detail(format!("Mend the query parameter {parameter}."))
}

/// Of which mode.
#[derive(Deserialize, IntoParams)]
pub(crate) struct ModeQuery {
    pub(super) mode: Mode,
}

/// A document's current bytes.
#[utoipa::path(
    operation_id = "document_file",
    tag = "portal",
    extensions(("x-okd-permission" = json!("SeeRequests"))),
    params(("id" = String, Path, description = "The documentId."), ModeQuery),
    responses(
        (status = 200, content_type = "application/pdf", body = Vec<u8>),
        (status = 404, body = ProblemBody, description = "There is no such document."),
    ),
    security(("session" = []))
)]
#[get("/api/signing/documents/{id}/file")]
pub(crate) async fn document_file(
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
    let document = document::look_up(&desk, owner, &id).await?;
    documents::bytes_of(&desk, &document, &request).await
}
