//! `tenant` over HTTP: one file a resource.

mod activation;
mod api_keys;
mod audit_log;
mod cookies;
mod internal;
mod me;
mod operator;
mod sessions;
mod settings;
mod sign_ups;

use actix_web::App;
use utoipa_actix_web::AppExt as _;
use utoipa_actix_web::service_config::ServiceConfig;

/// Every route, for the server and for the document.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .configure(sign_ups::configure)
        .configure(sessions::configure)
        .configure(me::configure)
        .configure(activation::configure)
        .configure(api_keys::configure)
        .configure(audit_log::configure)
        .configure(internal::configure)
        .configure(operator::configure)
        .configure(settings::configure);
}

/// The service's contract.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut document = App::new()
        .into_utoipa_app()
        .configure(configure)
        .split_for_parts()
        .1;
    "OKdokument tenant".clone_into(&mut document.info.title);
    env!("CARGO_PKG_VERSION").clone_into(&mut document.info.version);
    document.info.description = None;
    // utoipa would name its own author and licence.
    document.info.contact = None;
    document.info.license = None;
    document
}
