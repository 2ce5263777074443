//! Callbacks for members in the portal: how each fares, the secret that they are signed with, and sending one once more.

use actix_web::http::header;
use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpResponse, get, post};
use domain::Mode;
use http_kit::{Caller, Problem, ProblemBody};
use serde::Deserialize;
use utoipa::IntoParams;

use super::callbacks::{CallbackSecret, page, wanted};
use super::portal::ModeQuery;
use crate::callback::deliveries::{self, CallbackView, Callbacks};
use crate::desk::Desk;
use crate::error::store_failed;
use crate::permission::{SeeRequests, TendCallbacks};
use crate::store::Owner;

/// Which callbacks to show.
#[derive(Deserialize, IntoParams)]
pub(crate) struct MemberCallbacksQuery {
    mode: Mode,
    /// `waiting`, `taken` or `givenUp`; all when absent.
    delivery: Option<String>,
    /// 1 to 200; 50 when absent.
    limit: Option<u64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// The tenant's callbacks, newest first; addresses without their queries.
#[utoipa::path(
    operation_id = "list_callbacks_for_members",
    tag = "portal",
    extensions(("x-okd-permission" = json!("SeeRequests"))),
    params(MemberCallbacksQuery),
    responses(
        (status = 200, body = Callbacks),
        (status = 400, body = ProblemBody, description = "A parameter is wrong."),
    ),
    security(("session" = []))
)]
#[get("/api/signing/callbacks")]
pub(crate) async fn list_callbacks_for_members(
    caller: Caller<SeeRequests>,
    desk: Data<Desk>,
    query: Query<MemberCallbacksQuery>,
) -> Result<Json<Callbacks>, Problem> {
    let query = query.into_inner();
    let owner = Owner {
        tenant: caller.tenant,
        mode: query.mode,
    };
    let limit = page(query.limit)?;
    let wanted = wanted(query.delivery.as_deref(), query.cursor)?;
    let callbacks = deliveries::list(&desk, owner, wanted, limit).await;
    Ok(Json(callbacks.map_err(store_failed)?.without_queries()))
}

/// Sends a callback now, under the same id.
#[utoipa::path(
    operation_id = "resend_callback_for_members",
    tag = "portal",
    extensions(("x-okd-permission" = json!("TendCallbacks"))),
    params(("id" = String, Path, description = "Its `webhook-id`."), ModeQuery),
    responses(
        (status = 202, body = CallbackView, description = "It is on its way."),
        (status = 403, body = ProblemBody, description = "The member's role does not allow this."),
        (status = 404, body = ProblemBody, description = "There is no such callback."),
    ),
    security(("session" = []))
)]
#[post("/api/signing/callbacks/{id}/resend")]
pub(crate) async fn resend_callback_for_members(
    caller: Caller<TendCallbacks>,
    desk: Data<Desk>,
    id: Path<String>,
    query: Query<ModeQuery>,
) -> Result<HttpResponse, Problem> {
    let owner = Owner {
        tenant: caller.tenant,
        mode: query.mode,
    };
    let sent = deliveries::resend(&desk, owner, &id).await?;
    Ok(HttpResponse::Accepted().json(sent))
}

/// The secret that the tenant's callbacks of both modes are signed with.
#[utoipa::path(
    operation_id = "callback_secret_for_members",
    tag = "portal",
    extensions(("x-okd-permission" = json!("TendCallbacks"))),
    responses(
        (status = 200, body = CallbackSecret),
        (status = 403, body = ProblemBody, description = "The member's role does not allow this."),
    ),
    security(("session" = []))
)]
#[get("/api/signing/callback-secret")]
pub(crate) async fn callback_secret_for_members(
    caller: Caller<TendCallbacks>,
    desk: Data<Desk>,
) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(CallbackSecret::of(&desk, caller.tenant))
}
