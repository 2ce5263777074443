//! Usage that the gateway counted, and the counters it answers `GET /JSON/counter` from.

use actix_web::web::{Data, Json, Path};
use actix_web::{get, post};
use client_signing::{Counters, Done, UsageDrain};
use domain::{Mode, TenantId};
use http_kit::{Caller, Problem};

use crate::desk::Desk;
use crate::error::store_failed;
use crate::permission::CountUsage;
use crate::store::Owner;
use crate::usage;

/// Adds downloads that a gateway counted, once a drain.
#[utoipa::path(
    operation_id = "drain_usage",
    tag = "internal",
    extensions(("x-okd-permission" = json!("CountUsage"))),
    request_body = UsageDrain,
    responses((status = 200, body = Done))
)]
#[post("/internal/usage-drains")]
pub(crate) async fn drain_usage(
    _: Caller<CountUsage>,
    desk: Data<Desk>,
    drain: Json<UsageDrain>,
) -> Result<Json<Done>, Problem> {
    usage::drain(&desk, &drain).await.map_err(store_failed)?;
    Ok(Json(Done {}))
}

/// What was created, used, downloaded and deleted.
#[utoipa::path(
    operation_id = "counters",
    tag = "internal",
    extensions(("x-okd-permission" = json!("CountUsage"))),
    params(("tenant" = TenantId, Path), ("mode" = Mode, Path)),
    responses((status = 200, body = Counters))
)]
#[get("/internal/counters/{tenant}/{mode}")]
pub(crate) async fn counters(
    _: Caller<CountUsage>,
    desk: Data<Desk>,
    of: Path<(TenantId, Mode)>,
) -> Result<Json<Counters>, Problem> {
    let (tenant, mode) = of.into_inner();
    let counters = usage::counters(&desk, Owner { tenant, mode })
        .await
        .map_err(store_failed)?;
    Ok(Json(counters))
}
