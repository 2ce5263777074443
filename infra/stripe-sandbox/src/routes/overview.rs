//! The overview: the newest sessions and events, and a button that sends an event again.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get, post};

use crate::cashier::Cashier;
use crate::pages::overview as page;
use crate::routes::page_of;
use crate::routes::pay::{failed, see_other};
use crate::webhook::blocking;

#[get("/")]
pub(crate) async fn show(cashier: Data<Cashier>) -> HttpResponse {
    let endpoint = cashier.endpoint().map(ToString::to_string);
    match blocking(move || cashier.overview()).await {
        Ok((sessions, events)) => page_of(
            StatusCode::OK,
            page::render(&sessions, &events, endpoint.as_deref()),
        ),
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
