//! The sandbox over HTTP: Stripe's API under `/v1`, the hosted page under `/c/pay`, the overview at `/`.

mod api;
mod overview;
mod pay;

use actix_web::http::{StatusCode, header};
use actix_web::middleware::DefaultHeaders;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, get};

/// No script, no frame, nothing from elsewhere; forms may lead away, since success pages live on other origins.
const PAGE_POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";

pub(crate) fn configure(services: &mut ServiceConfig) {
    services
        .configure(api::configure)
        .service(stylesheet)
        .service(
            web::scope("")
                .wrap(
                    DefaultHeaders::new()
                        .add((header::CONTENT_SECURITY_POLICY, PAGE_POLICY))
                        .add((header::REFERRER_POLICY, "no-referrer"))
                        .add((header::CACHE_CONTROL, "no-store")),
                )
                .service(pay::show)
                .service(pay::pay)
                .service(overview::show)
                .service(overview::resend)
                .service(overview::drop_event)
                .service(overview::end_debit)
                .service(overview::refund)
                .service(overview::fail_refund)
                .service(overview::dispute)
                .service(overview::close_dispute)
                .default_service(web::to(pay::not_found)),
        );
}

#[get("/sandbox/style.css")]
async fn stylesheet() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .body(crate::pages::STYLE)
}

fn page_of(status: StatusCode, html: String) -> HttpResponse {
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .body(html)
}
