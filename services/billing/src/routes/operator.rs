//! What the platform's operator does about money.

use actix_web::web::{Data, Form, Json};
use actix_web::{Either, HttpResponse, get, post};
use client_billing::{
    ReconcileIn, Reconciliation, Reconciliations, RefundIn, RefundView, RefundsView,
};
use http_kit::{Caller, Problem, ProblemBody};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::permission::Operate;
use crate::service::Books;
use crate::{reconcile, refund};

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(order_refund)
        .service(list_refunds)
        .service(reconcile_day)
        .service(list_reconciliations);
}

/// Gives money of a purchase back, with a reason. Also taken as a form, from the operator's page.
#[utoipa::path(
    operation_id = "order_refund", tag = "operator", request_body = RefundIn,
    responses((status = 201, body = RefundView), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)),
    extensions(("x-okd-permission" = json!("Operate"))),
)]
#[post("/internal/operator/refunds")]
async fn order_refund(
    _: Caller<Operate>,
    books: Data<Books>,
    wanted: Either<Json<RefundIn>, Form<RefundIn>>,
) -> Result<HttpResponse, Problem> {
    let wanted = match wanted {
        Either::Left(json) => json.into_inner(),
        Either::Right(form) => form.into_inner(),
    };
    Ok(HttpResponse::Created().json(refund::order(&books, wanted).await?))
}

/// The newest refunds that operators ordered, over all tenants.
#[utoipa::path(
    operation_id = "list_refunds", tag = "operator",
    responses((status = 200, body = RefundsView), (status = 403, body = ProblemBody)),
    extensions(("x-okd-permission" = json!("Operate"))),
)]
#[get("/internal/operator/refunds")]
async fn list_refunds(
    _: Caller<Operate>,
    books: Data<Books>,
) -> Result<Json<RefundsView>, Problem> {
    let items = refund::list(&books).await?;
    Ok(Json(RefundsView { items }))
}

/// Compares a UTC day with Stripe now, and keeps the report in place of the day's earlier one.
#[utoipa::path(
    operation_id = "reconcile_day", tag = "operator", request_body = ReconcileIn,
    responses((status = 200, body = Reconciliation), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody), (status = 503, body = ProblemBody)),
    extensions(("x-okd-permission" = json!("Operate"))),
)]
#[post("/internal/operator/reconciliations")]
async fn reconcile_day(
    _: Caller<Operate>,
    books: Data<Books>,
    wanted: Json<ReconcileIn>,
) -> Result<Json<Reconciliation>, Problem> {
    Ok(Json(reconcile::run(&books, wanted.day.as_deref()).await?))
}

/// What the latest days' comparisons with Stripe found.
#[utoipa::path(
    operation_id = "list_reconciliations", tag = "operator",
    responses((status = 200, body = Reconciliations), (status = 403, body = ProblemBody)),
    extensions(("x-okd-permission" = json!("Operate"))),
)]
#[get("/internal/operator/reconciliations")]
async fn list_reconciliations(
    _: Caller<Operate>,
    books: Data<Books>,
) -> Result<Json<Reconciliations>, Problem> {
    Ok(Json(reconcile::latest(&books).await?))
}
