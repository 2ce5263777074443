//! The overview: the newest sessions, refunds, disputes and events, with a button for what people do at Stripe.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpResponse, get, post};

use crate::api_error::ApiError;
use crate::cashier::Cashier;
use crate::pages::overview as page;
use crate::params::Params;
use crate::reversal::DisputeStatus;
use crate::routes::page_of;
use crate::routes::pay::{failed, see_other};
use crate::session::Money;
use crate::webhook::blocking;

#[get("/")]
pub(crate) async fn show(cashier: Data<Cashier>) -> HttpResponse {
    let endpoint = cashier.endpoint().map(ToString::to_string);
    match blocking(move || cashier.overview()).await {
        Ok(overview) => page_of(StatusCode::OK, page::render(&overview, endpoint.as_deref())),
        Err(error) => failed(&error),
    }
}

#[post("/sandbox/events/{id}/resend")]
pub(crate) async fn resend(id: Path<String>, cashier: Data<Cashier>) -> HttpResponse {
    match blocking(move || cashier.resend(&id)).await {
        Ok(()) => see_other("/#events"),
        Err(error) => failed(&error),
    }
}

#[post("/sandbox/events/{id}/drop")]
pub(crate) async fn drop_event(id: Path<String>, cashier: Data<Cashier>) -> HttpResponse {
    match blocking(move || cashier.drop_event(&id)).await {
        Ok(()) => see_other("/#events"),
        Err(error) => failed(&error),
    }
}

/// Ends a bank debit: its money arrives, or never will.
#[post("/sandbox/sessions/{id}/{end}")]
pub(crate) async fn end_debit(
    path: Path<(String, String)>,
    cashier: Data<Cashier>,
) -> HttpResponse {
    let (id, end) = path.into_inner();
    let money = match end.as_str() {
        "arrive" => Money::Arrived,
        "fail" => Money::Failed,
        _ => return failed(&ApiError::no_such("end of a payment", "end", &end)),
    };
    match blocking(move || cashier.end_debit(&id, money)).await {
        Ok(()) => see_other("/#sessions"),
        Err(error) => failed(&error),
    }
}

/// Refunds `amount` minor units of a payment, else all that is left of it.
#[post("/sandbox/payments/{intent}/refund")]
pub(crate) async fn refund(
    intent: Path<String>,
    body: Bytes,
    cashier: Data<Cashier>,
) -> HttpResponse {
    let minor = Params::parse(&body).take_integer("amount");
    after(blocking(move || cashier.refund_by_hand(&intent, minor?)).await)
}

#[post("/sandbox/refunds/{id}/fail")]
pub(crate) async fn fail_refund(id: Path<String>, cashier: Data<Cashier>) -> HttpResponse {
    after(blocking(move || cashier.fail_refund(&id)).await)
}

#[post("/sandbox/payments/{intent}/dispute")]
pub(crate) async fn dispute(intent: Path<String>, cashier: Data<Cashier>) -> HttpResponse {
    after(blocking(move || cashier.dispute(&intent)).await)
}

#[post("/sandbox/disputes/{id}/{end}")]
pub(crate) async fn close_dispute(
    path: Path<(String, String)>,
    cashier: Data<Cashier>,
) -> HttpResponse {
    let (id, end) = path.into_inner();
    let status = match end.as_str() {
        "win" => DisputeStatus::Won,
        "lose" => DisputeStatus::Lost,
        _ => return failed(&ApiError::no_such("end of a dispute", "end", &end)),
    };
    after(blocking(move || cashier.close_dispute(&id, status)).await)
}

fn after(done: Result<(), ApiError>) -> HttpResponse {
    match done {
        Ok(()) => see_other("/#reversals"),
        Err(error) => failed(&error),
    }
}
