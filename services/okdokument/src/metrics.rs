//! The page that Prometheus reads, on a port of its own.

use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, get};
use telemetry::MetricsPage;

#[get("/metrics")]
pub(crate) async fn metrics(page: Data<MetricsPage>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(page.render())
}

pub(crate) fn configure(config: &mut ServiceConfig, page: MetricsPage) {
    config.app_data(Data::new(page)).service(metrics);
}
