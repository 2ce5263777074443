//! What readers of a sealed document need to check it: our root certificate and the list of revoked seals.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use http_kit::{Caller, Problem};

use crate::desk::Desk;
use crate::permission::OpenLinks;
use crate::sealing::StampError;

/// Readers may keep either for an hour.
const AN_HOUR: &str = "public, max-age=3600";

/// The root certificate, DER.
#[utoipa::path(
    operation_id = "root_certificate",
    tag = "public",
    extensions(("x-okd-permission" = json!("OpenLinks"))),
    responses((status = 200, content_type = "application/pkix-cert", body = Vec<u8>))
)]
#[get("/pki/root.crt")]
pub(crate) async fn root_certificate(_: Caller<OpenLinks>, desk: Data<Desk>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/pkix-cert"))
        .insert_header((header::CACHE_CONTROL, AN_HOUR))
        .body(desk.authority.root_der())
}

/// The revocation list, DER.
#[utoipa::path(
    operation_id = "revocation_list",
    tag = "public",
    extensions(("x-okd-permission" = json!("OpenLinks"))),
    responses((status = 200, content_type = "application/pkix-crl", body = Vec<u8>))
)]
#[get("/pki/root.crl")]
pub(crate) async fn revocation_list(
    _: Caller<OpenLinks>,
    desk: Data<Desk>,
) -> Result<HttpResponse, Problem> {
    let list = desk
        .authority
        .revocation_list(&desk.db, desk.clock.now())
        .await
        .map_err(StampError::from)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/pkix-crl"))
        .insert_header((header::CACHE_CONTROL, AN_HOUR))
        .body(list))
}
