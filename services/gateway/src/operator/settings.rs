//! Settings of tenants and keys, for `okdokument operator`: what tenant says and does, behind the operator's password.

use actix_web::http::Method;
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use domain::{PublicKeyId, TenantSlug};
use http_kit::{Problem, kind};
use internal_auth::ServiceName;

use super::ask;
use crate::forward::{self, Forwarder};
use crate::state::State;

/// Where tenant has the settings that a path is about: `/tenants/{slug}/settings.json` or `/keys/{publicId}/settings.json`.
pub(super) fn place_of(path: &str) -> Option<String> {
    let whose = path.strip_suffix("/settings.json")?;
    if let Some(slug) = whose.strip_prefix("/tenants/") {
        let slug = TenantSlug::parse(slug).ok()?;
        return Some(format!("/internal/operator/tenants/{slug}/settings"));
    }
    let key = PublicKeyId::parse(whose.strip_prefix("/keys/")?).ok()?;
    Some(format!("/internal/operator/api-keys/{key}/settings"))
}

/// Shows or changes them.
pub(super) async fn act(
    state: &State,
    forwarder: &Forwarder,
    call: (&HttpRequest, Payload),
    place: &str,
) -> Result<HttpResponse, Problem> {
    if ![Method::GET, Method::PATCH].contains(call.0.method()) {
        return Err(Problem::new(&kind::METHOD_NOT_ALLOWED).header("allow", "GET, PATCH"));
    }
    let answer = ask(state, forwarder, call, (ServiceName::Tenant, place)).await?;
    Ok(forward::stream_back(answer))
}
