//! What other services tell, and whether this one is well.

use actix_web::web::{Data, Json};
use actix_web::{get, post};
use client_signing::Done;
use domain::TenantChanged;
use http_kit::{Caller, Problem, ProblemBody};
use serde::Serialize;
use utoipa::ToSchema;

use crate::desk::Desk;
use crate::error::store_failed;
use crate::permission::TellEvents;
use crate::tenant;

/// Takes a tenant as it now is.
#[utoipa::path(
    operation_id = "take_event",
    tag = "internal",
    extensions(("x-okd-permission" = json!("TellEvents"))),
    request_body = TenantChanged,
    responses((status = 200, body = Done))
)]
#[post("/internal/events")]
pub(crate) async fn take_event(
    _: Caller<TellEvents>,
    desk: Data<Desk>,
    told: Json<TenantChanged>,
) -> Result<Json<Done>, Problem> {
    tenant::keep(&desk, &told).await.map_err(store_failed)?;
    Ok(Json(Done {}))
}

/// The service that answers, and its version.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    service: &'static str,
    version: &'static str,
}

/// Whether the store answers.
#[utoipa::path(
    operation_id = "signing_health",
    tag = "internal",
    extensions(("x-okd-permission" = json!("nobody's: it says nothing of anybody"))),
    responses(
        (status = 200, body = Health),
        (status = 503, body = ProblemBody, description = "The store does not answer."),
    )
)]
#[get("/internal/health")]
pub(crate) async fn health(desk: Data<Desk>) -> Result<Json<Health>, Problem> {
    desk.db.ping().await.map_err(store_failed)?;
    Ok(Json(Health {
        service: "signing",
        version: env!("CARGO_PKG_VERSION"),
    }))
}
