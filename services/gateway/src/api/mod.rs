//! The API's origin: integrators, signers, Stripe, readers of the reference. Every call walks the steps in this order, and no other:
//! route -> identify -> authorise -> gate -> body limits -> act. The order of refusals is the contract's (spec section 2).

pub(crate) mod route_table;

mod admission;

use actix_web::http::{Method, header};
use actix_web::web::{Data, Payload, ServiceConfig, to};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use client_tenant::KeyRecord;
use http_kit::answers::{RequestId, RouteName};
use http_kit::{Problem, kind};
use internal_auth::{Call, Caller, ServiceName};

use crate::counters::Account;
use crate::forward::{self, Forwarder, Outgoing};
use crate::state::State;
use crate::{create, reference, usage};
use route_table::{Access, Act, Found, Media, Route};

/// Wires the API's origin. One closure call a worker thread: the forwarder's connections belong to the thread.
pub(crate) fn configure(config: &mut ServiceConfig, state: &State) {
    config
        .app_data(Data::new(state.clone()))
        .app_data(Data::new(Forwarder::new(
            state.minter.clone(),
            state.services.clone(),
        )))
        .default_service(to(dispatch));
}

/// A call that was let in.
#[derive(Clone)]
pub(crate) struct Admitted {
    pub route: &'static Route,
    pub request_id: String,
    pub caller: Caller,
    pub address: Option<String>,
    /// The presented key, on routes that need one.
    pub key: Option<std::sync::Arc<KeyRecord>>,
}

impl Admitted {
    fn outgoing<'c>(&self, service: ServiceName, incoming: &'c HttpRequest) -> Outgoing<'c> {
        Outgoing {
            service,
            incoming,
            path: None,
            call: self.call(None),
        }
    }

    pub(crate) fn call(&self, ticket: Option<internal_auth::Ticket>) -> Call {
        Call {
            request_id: self.request_id.clone(),
            caller: self.caller.clone(),
            ticket,
            address: self.address.clone(),
        }
    }
}

async fn dispatch(
    state: Data<State>,
    forwarder: Data<Forwarder>,
    request: HttpRequest,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    let route = match route_table::find(request.method(), request.path()) {
        Found::Route(route) => route,
        Found::OtherMethods(methods) => return Err(other_methods(&methods)),
        Found::Nothing => {
            return Err(Problem::new(&kind::NOT_FOUND)
                .value(request.path())
                .detail("Check the path against the reference at /docs."));
        }
    };
    request.extensions_mut().insert(RouteName(route.path));
    let (admitted, admission) = admission::admit(&state, &request, route).await?;
    let answered = act(&state, &forwarder, request, body, admitted).await;
    answered
        .map(|answer| admission::tell(answer, admission))
        .map_err(|problem| admission::tell_problem(problem, admission))
}

async fn act(
    state: &Data<State>,
    forwarder: &Data<Forwarder>,
    request: HttpRequest,
    body: Payload,
    admitted: Admitted,
) -> Result<HttpResponse, Problem> {
    check_body(state, &request, &admitted)?;
    match admitted.route.act {
        Act::Forward(service) => {
            hand_on(state, forwarder, admitted.outgoing(service, &request), body).await
        }
        Act::Create => {
            create::create(state.clone(), forwarder.clone(), request, body, admitted).await
        }
        Act::Download => download(state, forwarder, &request, body, &admitted).await,
        Act::Counter => usage::counter(state, &admitted).await,
        Act::OpenApi => Ok(reference::openapi(state)),
        Act::Reference => reference::page(state, request.path()),
        Act::ErrorPage => reference::error_page(state, request.path()),
        Act::Home => Ok(HttpResponse::Found()
            .insert_header((header::LOCATION, "/docs"))
            .finish()),
    }
}

async fn download(
    state: &State,
    forwarder: &Forwarder,
    request: &HttpRequest,
    body: Payload,
    admitted: &Admitted,
) -> Result<HttpResponse, Problem> {
    let outgoing = admitted.outgoing(ServiceName::Signing, request);
    let answer = hand_on(state, forwarder, outgoing, body).await?;
    // A HEAD carries no bytes away.
    let is_download = answer.status().is_success() && *request.method() == Method::GET;
    if let Some(key) = admitted.key.as_ref().filter(|_| is_download) {
        usage::count_download(
            state,
            Account {
                tenant: key.tenant,
                mode: key.mode,
            },
        )
        .await;
    }
    Ok(answer)
}

async fn hand_on(
    state: &State,
    forwarder: &Forwarder,
    outgoing: Outgoing<'_>,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    let answer = forwarder
        .send(outgoing, body, state.config.clock.now())
        .await?;
    Ok(forward::stream_back(answer))
}

/// 413 and 415 where the head alone shows them (spec section 2, order of refusals).
fn check_body(state: &State, request: &HttpRequest, admitted: &Admitted) -> Result<(), Problem> {
    let route = admitted.route;
    let limit = match route.path {
        // A file as it is, larger than one that is to be signed.
        "/verify" | "/v1/verify" => state.config.limits.max_verified_bytes,
        _ => body_limit(state, admitted.key.as_deref()),
    };
    if forward::declared_length(request.headers()).is_some_and(|length| limit < length) {
        return Err(Problem::new(&kind::FILE_TOO_LARGE)
            .value(limit)
            .detail(format!(
                "The body may have at most {limit} bytes; send a smaller file."
            )));
    }
    let media = request.content_type();
    let fits = match route.media {
        Media::Any => true,
        Media::Json => {
            media.is_empty()
                || media == "application/json"
                || media.ends_with("+json")
                || media == "text/plain"
        }
        Media::Multipart => media == "multipart/form-data",
    };
    if fits {
        return Ok(());
    }
    let wanted = if route.media == Media::Multipart {
        "multipart/form-data"
    } else {
        "application/json"
    };
    Err(Problem::new(&kind::UNSUPPORTED_MEDIA_TYPE)
        .value(media)
        .detail(format!("Send the body as {wanted}.")))
}

/// A larger file than most tenants may send needs a larger body: a third more in base64, line breaks, and the fields around it.
fn body_limit(state: &State, key: Option<&KeyRecord>) -> u64 {
    const AROUND_THE_FILE: u64 = 1024 * 1024;
    let file = key.and_then(|key| key.max_file_bytes).map_or(0, u64::from);
    let around = file / 3 * 4 + file / 16 + AROUND_THE_FILE;
    state.config.limits.max_body_bytes.max(around)
}

fn other_methods(methods: &[&'static str]) -> Problem {
    let allow = methods.join(", ");
    Problem::new(&kind::METHOD_NOT_ALLOWED)
        .detail(format!("Use {allow}."))
        .header("allow", &allow)
}

/// The id that [`http_kit::answers`] gave the call.
pub(crate) fn request_id(request: &HttpRequest) -> String {
    request
        .extensions()
        .get::<RequestId>()
        .map(|id| id.0.clone())
        .unwrap_or_default()
}

/// Whether a route may be called by this key; the table says what it needs.
pub(crate) fn caller_of(access: Access, key: Option<&KeyRecord>) -> Result<Caller, Problem> {
    match (access, key) {
        (Access::Open | Access::OpenAtARate, _) => Ok(Caller::Nobody),
        (Access::Key(scope), Some(key)) if key.scopes.contains(&scope) => Ok(Caller::ApiKey {
            tenant: key.tenant,
            slug: key.slug.clone(),
            mode: key.mode,
            key: key.key,
            public_id: key.public_id.clone(),
            scopes: key.scopes.clone(),
        }),
        (Access::Key(scope), Some(_)) => Err(Problem::new(&kind::FORBIDDEN)
            .value(scope.as_str())
            .detail(format!("Use a key that has the scope {scope}."))),
        (Access::Key(_), None) => Err(admission::unauthorized()),
    }
}
