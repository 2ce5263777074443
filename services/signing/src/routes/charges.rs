//! The witness for gateway and billing: what stands on a charge.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{get, post};
use client_signing::{ChargeIds, ChargeRecord, Tombstone, Verdicts};
use domain::{ChargeId, Mode, SignatureRequestId, TenantId};
use http_kit::{Caller, Problem, ProblemBody};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::charge;
use crate::desk::Desk;
use crate::permission::WitnessCharges;

/// The verdict on a charge.
#[utoipa::path(
    operation_id = "look_up_charge",
    tag = "internal",
    extensions(("x-okd-permission" = json!("WitnessCharges"))),
    params(("id" = ChargeId, Path)),
    responses(
        (status = 200, body = ChargeRecord),
        (status = 404, body = ProblemBody, description = "No verdict stands on it."),
    )
)]
#[get("/internal/charges/{id}")]
pub(crate) async fn look_up_charge(
    _: Caller<WitnessCharges>,
    desk: Data<Desk>,
    id: Path<ChargeId>,
) -> Result<Json<ChargeRecord>, Problem> {
    Ok(Json(charge::look_up(&desk.db, *id).await?))
}

/// Which request is asked about.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OfRequest {
    tenant: TenantId,
    mode: Mode,
    signature_request_id: SignatureRequestId,
}

/// The charge under which a signature request was registered.
#[utoipa::path(
    operation_id = "look_up_charge_of_request",
    tag = "internal",
    extensions(("x-okd-permission" = json!("WitnessCharges"))),
    params(OfRequest),
    responses(
        (status = 200, body = ChargeRecord),
        (status = 404, body = ProblemBody, description = "It was never registered."),
    )
)]
#[get("/internal/charges")]
pub(crate) async fn look_up_charge_of_request(
    _: Caller<WitnessCharges>,
    desk: Data<Desk>,
    of: Query<OfRequest>,
) -> Result<Json<ChargeRecord>, Problem> {
    let id = &of.signature_request_id;
    Ok(Json(
        charge::of_request(&desk.db, of.tenant, of.mode, id).await?,
    ))
}

/// Ends a charge on which nothing stands yet.
#[utoipa::path(
    operation_id = "tombstone_charge",
    tag = "internal",
    extensions(("x-okd-permission" = json!("WitnessCharges"))),
    params(("id" = ChargeId, Path)),
    request_body = Tombstone,
    responses((status = 200, body = ChargeRecord, description = "Whatever verdict stands now."))
)]
#[post("/internal/charges/{id}/tombstone")]
pub(crate) async fn tombstone_charge(
    _: Caller<WitnessCharges>,
    desk: Data<Desk>,
    id: Path<ChargeId>,
    of: Json<Tombstone>,
) -> Result<Json<ChargeRecord>, Problem> {
    Ok(Json(charge::tombstone(&desk, *id, *of).await?))
}

/// The verdicts on many charges.
#[utoipa::path(
    operation_id = "look_up_verdicts",
    tag = "internal",
    extensions(("x-okd-permission" = json!("WitnessCharges"))),
    request_body = ChargeIds,
    responses((status = 200, body = Verdicts))
)]
#[post("/internal/charges/verdicts")]
pub(crate) async fn look_up_verdicts(
    _: Caller<WitnessCharges>,
    desk: Data<Desk>,
    ids: Json<ChargeIds>,
) -> Result<Json<Verdicts>, Problem> {
    Ok(Json(
        charge::among(&desk.db, ids.into_inner().charges).await?,
    ))
}

/// A page of registered charges.
#[derive(Deserialize, IntoParams)]
pub(crate) struct RegisteredAfter {
    after: Option<ChargeId>,
    limit: Option<usize>,
}

const DEFAULT_LIMIT: usize = 500;

/// Registered charges in id order.
#[utoipa::path(
    operation_id = "registered_charges",
    tag = "internal",
    extensions(("x-okd-permission" = json!("WitnessCharges"))),
    params(RegisteredAfter),
    responses((status = 200, body = Verdicts))
)]
#[get("/internal/charges/registered")]
pub(crate) async fn registered_charges(
    _: Caller<WitnessCharges>,
    desk: Data<Desk>,
    page: Query<RegisteredAfter>,
) -> Result<Json<Verdicts>, Problem> {
    let limit = page.limit.unwrap_or(DEFAULT_LIMIT);
    Ok(Json(
        charge::registered_after(&desk.db, page.after, limit).await?,
    ))
}
