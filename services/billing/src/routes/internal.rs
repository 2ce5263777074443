//! What our own services ask: reserve, settle, doubt, lease, balances, events, exactness, health.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{get, post};
use client_billing::{
    Done, Exactness, Health, Leased, Reservation, Reserved, Settled, Settlement, Standing,
};
use domain::{ChargeId, Mode, TenantChanged, TenantId};
use http_kit::{Caller, Problem, ProblemBody};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::permission::{InspectBooks, MeterCharges, TellTenants};
use crate::service::Books;
use crate::store::AccountKey;
use crate::{balance, charge, error, exactness, tenant_event};

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(reserve_unit)
        .service(settle_charge)
        .service(doubt_charge)
        .service(renew_lease)
        .service(read_standing)
        .service(take_event)
        .service(read_exactness)
        .service(health);
}

/// Holds one unit, or says what stands in the way. Idempotent by charge id.
#[utoipa::path(
    operation_id = "reserve_unit", tag = "internal",
    request_body = Reservation,
    responses((status = 200, body = Reserved), (status = 400, body = ProblemBody), (status = 503, body = ProblemBody)),
    extensions(("x-okd-permission" = json!("MeterCharges"))),
)]
#[post("/internal/reservations")]
async fn reserve_unit(
    _: Caller<MeterCharges>,
    books: Data<Books>,
    asked: Json<Reservation>,
) -> Result<Json<Reserved>, Problem> {
    Ok(Json(books.judge.reserve(asked.into_inner()).await?))
}

/// Ends a charge by signing's verdict. Idempotent.
#[utoipa::path(
    operation_id = "settle_charge", tag = "internal",
    params(("id" = String, Path)), request_body = Settlement,
    responses((status = 200, body = Settled), (status = 404, body = ProblemBody), (status = 503, body = ProblemBody)),
    extensions(("x-okd-permission" = json!("MeterCharges"))),
)]
#[post("/internal/charges/{id}/settlement")]
async fn settle_charge(
    _: Caller<MeterCharges>,
    books: Data<Books>,
    id: Path<ChargeId>,
    told: Json<Settlement>,
) -> Result<Json<Settled>, Problem> {
    Ok(Json(books.judge.settle(*id, told.verdict).await?))
}

/// Says that nobody knows what became of a charge; the sweeper asks signing.
#[utoipa::path(
    operation_id = "doubt_charge", tag = "internal",
    params(("id" = String, Path)),
    responses((status = 200, body = Settled), (status = 404, body = ProblemBody), (status = 503, body = ProblemBody)),
    extensions(("x-okd-permission" = json!("MeterCharges"))),
)]
#[post("/internal/charges/{id}/doubt")]
async fn doubt_charge(
    _: Caller<MeterCharges>,
    books: Data<Books>,
    id: Path<ChargeId>,
) -> Result<Json<Settled>, Problem> {
    let doubted = charge::doubt(&books.db, &*books.clock, *id).await?;
    books.wake_sweeper.notify_one();
    Ok(Json(doubted))
}

/// Lets the lease of a running charge run on for 30 s more.
#[utoipa::path(
    operation_id = "renew_lease", tag = "internal",
    params(("id" = String, Path)),
    responses((status = 200, body = Leased), (status = 404, body = ProblemBody), (status = 503, body = ProblemBody)),
    extensions(("x-okd-permission" = json!("MeterCharges"))),
)]
#[post("/internal/charges/{id}/lease")]
async fn renew_lease(
    _: Caller<MeterCharges>,
    books: Data<Books>,
    id: Path<ChargeId>,
) -> Result<Json<Leased>, Problem> {
    Ok(Json(
        charge::renew_lease(&books.db, &*books.clock, *id).await?,
    ))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct StandingQuery {
    /// The request id of a create: is there a hold under it?
    request_id: Option<String>,
}

/// An account's balance, with the hold that binds a request id.
#[utoipa::path(
    operation_id = "read_standing", tag = "internal",
    params(("tenant" = String, Path), ("mode" = String, Path), StandingQuery),
    responses((status = 200, body = Standing), (status = 503, body = ProblemBody)),
    extensions(("x-okd-permission" = json!("MeterCharges"))),
)]
#[get("/internal/balances/{tenant}/{mode}")]
async fn read_standing(
    _: Caller<MeterCharges>,
    books: Data<Books>,
    path: Path<(TenantId, Mode)>,
    query: Query<StandingQuery>,
) -> Result<Json<Standing>, Problem> {
    let (tenant, mode) = path.into_inner();
    let account = AccountKey { tenant, mode };
    let asked = query.request_id.as_deref();
    Ok(Json(
        balance::standing((&books.db, &*books.clock), books.debt, account, asked).await?,
    ))
}

/// Takes a tenant as it now is. Told twice or late, it changes nothing.
#[utoipa::path(
    operation_id = "take_event", tag = "internal",
    request_body = TenantChanged,
    responses((status = 200, body = Done), (status = 400, body = ProblemBody), (status = 503, body = ProblemBody)),
    extensions(("x-okd-permission" = json!("TellTenants"))),
)]
#[post("/internal/events")]
async fn take_event(
    _: Caller<TellTenants>,
    books: Data<Books>,
    told: Json<TenantChanged>,
) -> Result<Json<Done>, Problem> {
    tenant_event::take(&books.db, &*books.clock, &told).await?;
    Ok(Json(Done {}))
}

/// What the last complete check of the books found, over all accounts.
#[utoipa::path(
    operation_id = "read_exactness", tag = "internal",
    responses((status = 200, body = Exactness), (status = 503, body = ProblemBody)),
    extensions(("x-okd-permission" = json!("InspectBooks"))),
)]
#[get("/internal/exactness")]
async fn read_exactness(
    _: Caller<InspectBooks>,
    books: Data<Books>,
) -> Result<Json<Exactness>, Problem> {
    Ok(Json(exactness::last(&books.db).await?))
}

/// Whether the store answers.
#[utoipa::path(
    operation_id = "billing_health", tag = "internal",
    responses((status = 200, body = Health), (status = 503, body = ProblemBody)),
    extensions(("x-okd-permission" = json!("nobody's: it says nothing of anybody"))),
)]
#[get("/internal/health")]
async fn health(books: Data<Books>) -> Result<Json<Health>, Problem> {
    books.db.ping().await.map_err(error::store)?;
    Ok(Json(Health {
        service: "billing".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }))
}
