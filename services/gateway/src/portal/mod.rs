//! The portal's origin: its files, and its calls on behalf of the signed-in member. Writes are taken from its own pages only.

mod doors;
mod files;

pub(crate) use doors::Doors;
pub(crate) use files::content_type;

use actix_web::http::Method;
use actix_web::web::{Data, Payload, ServiceConfig, to};
use actix_web::{HttpRequest, HttpResponse};
use domain::Clock as _;
use http_kit::{Problem, kind};
use internal_auth::portal_session::{AccessTokens, CookieNames};
use internal_auth::{Call, Caller, ServiceName};
use serde_json::json;

use crate::api::request_id;
use crate::forward::{self, Forwarder, Outgoing};
use crate::origin;
use crate::state::State;

/// Wires the portal's origin; one call a worker thread.
pub(crate) fn configure(config: &mut ServiceConfig, state: &State) {
    config
        .app_data(Data::new(state.clone()))
        .app_data(Data::new(AccessTokens::new(&state.config.master)))
        .app_data(Data::new(Forwarder::new(
            state.minter.clone(),
            state.services.clone(),
        )))
        .default_service(to(dispatch));
}

async fn dispatch(
    state: Data<State>,
    tokens: Data<AccessTokens>,
    forwarder: Data<Forwarder>,
    request: HttpRequest,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    let path = request.path();
    if path == "/api/config.json" {
        return Ok(settings(&state));
    }
    let Some(service) = service_of(path) else {
        return if path == "/api" || path.starts_with("/api/") {
            Err(Problem::new(&kind::NOT_FOUND).value(path))
        } else {
            files::serve(&state.config, request.method(), path).await
        };
    };
    check_origin(&state, &request)?;
    check_doors(&state, &request)?;
    let caller = member(&state, &tokens, &request).unwrap_or(Caller::Nobody);
    let address = origin::of(&request, &state.config.trusted_proxies).map(|ip| ip.to_string());
    let call = Call {
        request_id: request_id(&request),
        caller,
        ticket: None,
        address,
    };
    let outgoing = Outgoing {
        service,
        incoming: &request,
        path: None,
        call,
    };
    let answer = forwarder
        .send(outgoing, body, state.config.clock.now())
        .await?;
    Ok(forward::stream_back(answer))
}

/// `/api/<service>/…` belongs to that service.
fn service_of(path: &str) -> Option<ServiceName> {
    let (service, _) = path.strip_prefix("/api/")?.split_once('/')?;
    match service {
        "tenant" => Some(ServiceName::Tenant),
        "billing" => Some(ServiceName::Billing),
        "signing" => Some(ServiceName::Signing),
        _ => None,
    }
}

/// Another site's page can make a browser send cookies, but not our `Origin`.
fn check_origin(state: &State, request: &HttpRequest) -> Result<(), Problem> {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok(());
    }
    let own = state.config.portal_url.origin().ascii_serialization();
    match forward::text(request.headers(), "origin") {
        Some(origin) if origin == own => Ok(()),
        _ => Err(Problem::new(&kind::ORIGIN_REFUSED)
            .detail(format!("Open the portal at {own} and act there."))),
    }
}

fn check_doors(state: &State, request: &HttpRequest) -> Result<(), Problem> {
    let address = origin::of(request, &state.config.trusted_proxies);
    let wait = state.doors.refuse(
        request.method(),
        request.path(),
        address,
        state.config.clock.now(),
    );
    wait.map_or(Ok(()), |wait| {
        let seconds = u32::try_from(wait.as_secs())
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        Err(Problem::new(&kind::RATE_LIMITED)
            .detail("Wait a moment, then try again.")
            .retry_after(seconds))
    })
}

fn member(state: &State, tokens: &AccessTokens, request: &HttpRequest) -> Option<Caller> {
    let name = CookieNames::of(&state.config.portal_url).access;
    let cookies = forward::text(request.headers(), "cookie")?;
    let token = cookies
        .split(';')
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))?;
    tokens
        .verify(state.config.clock.now(), token)
        .ok()
        .map(|token| token.caller())
}

/// What the portal's pages must know of where they run.
fn settings(state: &State) -> HttpResponse {
    let docs = state
        .config
        .api_url
        .join("docs")
        .map(String::from)
        .unwrap_or_default();
    HttpResponse::Ok()
        .insert_header(("cache-control", "no-store"))
        .json(json!({
            "apiUrl": state.config.api_url.as_str().trim_end_matches('/'),
            "docsUrl": docs,
            "sandbox": state.config.sandbox,
        }))
}
