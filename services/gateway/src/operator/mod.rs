//! The operator surface: what left the house by mail, which documents wait for their seal, tenants' settings,
//! refunds, and whether every service answers. HTTP Basic; no cookie is set or read. Writes are taken from its own pages only.

mod billing;
mod jobs;
mod page;
mod settings;

use actix_web::http::{Method, header};
use actix_web::web::{Data, Payload, ServiceConfig, to};
use actix_web::{FromRequest as _, HttpRequest, HttpResponse, dev};
use awc::ClientResponse;
use base64::Engine as _;
use domain::Clock as _;
use http_kit::{Problem, kind};
use internal_auth::{Call, Caller, ServiceName};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use crate::api::request_id;
use crate::forward::{self, Forwarder, Outgoing};
use crate::origin;
use crate::state::State;

/// The user name of HTTP Basic; the password is made at first start.
pub const USER: &str = "operator";
const MAX_ANSWER_BYTES: usize = 8 * 1024 * 1024;

/// Wires the operator surface; one call a worker thread.
pub(crate) fn configure(config: &mut ServiceConfig, state: &State) {
    config
        .app_data(Data::new(state.clone()))
        .app_data(Data::new(Forwarder::new(
            state.minter.clone(),
            state.services.clone(),
        )))
        .default_service(to(dispatch));
}

/// A letter or text message as the services keep it; what only signing tells is absent from tenant's.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Message {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) html: String,
    #[serde(default = "email")]
    pub(crate) channel: String,
    #[serde(default = "kept")]
    pub(crate) state: String,
    #[serde(default)]
    pub(crate) tries: i32,
    #[serde(default)]
    pub(crate) last_error: Option<String>,
    pub(crate) created_at: i64,
}

fn email() -> String {
    "email".to_owned()
}

fn kept() -> String {
    "kept".to_owned()
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Messages {
    pub(crate) items: Vec<Message>,
    /// Services that did not tell what they wrote.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) away: Vec<String>,
}

async fn dispatch(
    state: Data<State>,
    forwarder: Data<Forwarder>,
    request: HttpRequest,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    if !knows_password(&state, &request) {
        return Ok(HttpResponse::Unauthorized()
            .insert_header((
                header::WWW_AUTHENTICATE,
                "Basic realm=\"OKdokument operator\", charset=\"UTF-8\"",
            ))
            .body(
                "Sign in as operator with the password that the program showed at its start.\n",
            ));
    }
    if *request.method() != Method::GET {
        check_origin(&request)?;
    }
    if let Some(place) = settings::place_of(request.path()) {
        return settings::act(&state, &forwarder, (&request, body), &place).await;
    }
    if let Some(place) = billing::Place::of(request.path()) {
        return billing::act(&state, &forwarder, (&request, body), &place).await;
    }
    if *request.method() != Method::GET {
        return jobs::act(&state, &forwarder, (&request, body)).await;
    }
    match request.path() {
        "/" => {
            let checks = jobs::self_test(&state, &forwarder, (&request, body)).await;
            Ok(page::html(&page::home(&health(&state).await, &checks)))
        }
        "/jobs" => {
            let jobs = jobs::list(&state, &forwarder, (&request, body)).await?;
            Ok(page::html(&jobs::page(&jobs)))
        }
        "/jobs.json" => {
            Ok(HttpResponse::Ok().json(jobs::list(&state, &forwarder, (&request, body)).await?))
        }
        "/outbox" => {
            let messages = messages(&state, &forwarder, &request).await?;
            Ok(page::html(&page::outbox(&messages)))
        }
        "/outbox.json" => {
            Ok(HttpResponse::Ok().json(messages(&state, &forwarder, &request).await?))
        }
        path => Err(Problem::new(&kind::NOT_FOUND)
            .value(path)
            .detail("Go to /, /jobs, /outbox or /billing.")),
    }
}

/// Another site's page can make a browser send the password, but not our `Origin`: that is the host we were called by.
fn check_origin(request: &HttpRequest) -> Result<(), Problem> {
    let host = forward::text(request.headers(), "host");
    let origin = forward::text(request.headers(), "origin")
        .and_then(|origin| origin.split_once("://"))
        .map(|(_, host)| host);
    if host.is_some() && host == origin {
        return Ok(());
    }
    Err(Problem::new(&kind::ORIGIN_REFUSED).detail("Open the operator's pages and act there."))
}

fn knows_password(state: &State, request: &HttpRequest) -> bool {
    let sent = forward::text(request.headers(), "authorization")
        .and_then(|value| value.strip_prefix("Basic "))
        .and_then(|encoded| {
            base64::engine::general_purpose::STANDARD
                .decode(encoded.trim())
                .ok()
        });
    let wanted = format!("{USER}:{}", state.config.operator_password.expose_secret());
    sent.is_some_and(|sent| sent.ct_eq(wanted.as_bytes()).into())
}

/// What tenant and signing wrote to people lately, newest first. One that is away hides nothing of the other.
async fn messages(
    state: &State,
    forwarder: &Forwarder,
    request: &HttpRequest,
) -> Result<Messages, Problem> {
    let mut all = Messages::default();
    for (name, service) in [
        ("tenant", ServiceName::Tenant),
        ("signing", ServiceName::Signing),
    ] {
        let nothing = Payload::from_request(request, &mut dev::Payload::None);
        let call = (
            request,
            nothing
                .await
                .map_err(|_never| Problem::new(&kind::INTERNAL))?,
        );
        match messages_of(state, forwarder, call, service).await {
            Ok(told) => all.items.extend(told),
            Err(problem) => {
                tracing::warn!(service = name, problem = ?problem, "what was written cannot be told");
                all.away.push(name.to_owned());
            }
        }
    }
    all.items
        .sort_by_key(|message| std::cmp::Reverse(message.created_at));
    Ok(all)
}

async fn messages_of(
    state: &State,
    forwarder: &Forwarder,
    call: (&HttpRequest, Payload),
    service: ServiceName,
) -> Result<Vec<Message>, Problem> {
    let path = "/internal/operator/messages";
    let mut answer = ask(state, forwarder, call, (service, path)).await?;
    if !answer.status().is_success() {
        return Err(Problem::new(&kind::UPSTREAM));
    }
    let told: Messages = serde_json::from_slice(&whole(&mut answer).await?)
        .map_err(|e| Problem::because(&kind::UPSTREAM, e))?;
    Ok(told.items)
}

/// The answer of a service to the operator.
async fn ask(
    state: &State,
    forwarder: &Forwarder,
    (request, body): (&HttpRequest, Payload),
    (service, path): (ServiceName, &str),
) -> Result<ClientResponse, Problem> {
    let call = Call {
        request_id: request_id(request),
        caller: Caller::Operator,
        ticket: None,
        address: origin::of(request, &state.config.trusted_proxies).map(|ip| ip.to_string()),
    };
    let outgoing = Outgoing {
        service,
        incoming: request,
        path: Some(path),
        call,
    };
    let now = state.config.clock.now();
    Ok(forwarder.send(outgoing, body, now).await?)
}

async fn whole(answer: &mut ClientResponse) -> Result<bytes::Bytes, Problem> {
    answer
        .body()
        .limit(MAX_ANSWER_BYTES)
        .await
        .map_err(|e| Problem::because(&kind::UPSTREAM, e))
}

/// Each service and whether it answers.
async fn health(state: &State) -> Vec<(&'static str, bool)> {
    let services = [
        ("tenant", &state.services.tenant),
        ("billing", &state.services.billing),
        ("signing", &state.services.signing),
    ];
    let mut answers = Vec::with_capacity(services.len());
    for (name, url) in services {
        let up = match url.join("internal/health") {
            Ok(url) => state
                .http
                .get(url)
                .send()
                .await
                .is_ok_and(|answer| answer.status().is_success()),
            Err(_) => false,
        };
        answers.push((name, up));
    }
    answers
}
