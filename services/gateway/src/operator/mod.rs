//! The operator surface: what left the house by mail, which documents wait for their seal, and whether every service
//! answers. HTTP Basic; no cookie is set or read. Writes are taken from its own pages only.

mod jobs;
mod page;

use actix_web::http::{Method, header};
use actix_web::web::{Data, Payload, ServiceConfig, to};
use actix_web::{HttpRequest, HttpResponse};
use awc::ClientResponse;
use base64::Engine as _;
use domain::Clock as _;
use http_kit::{Problem, kind};
use internal_auth::{Call, Caller, ServiceName};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

use crate::api::request_id;
use crate::forward::{self, Forwarder, Outgoing};
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

/// A message as tenant keeps it in the local outbox.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Message {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) created_at: i64,
}

#[derive(Debug, Deserialize)]
struct Messages {
    items: Vec<Message>,
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
            let answer = messages(&state, &forwarder, &request, body).await?;
            let messages: Messages = serde_json::from_slice(&answer)
                .map_err(|e| Problem::because(&kind::UPSTREAM, e))?;
            Ok(page::html(&page::outbox(&messages.items)))
        }
        "/outbox.json" => {
            let answer = messages(&state, &forwarder, &request, body).await?;
            Ok(HttpResponse::Ok()
                .content_type("application/json")
                .body(answer))
        }
        path => Err(Problem::new(&kind::NOT_FOUND)
            .value(path)
            .detail("Go to /, /jobs or /outbox.")),
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

async fn messages(
    state: &State,
    forwarder: &Forwarder,
    request: &HttpRequest,
    body: Payload,
) -> Result<bytes::Bytes, Problem> {
    let path = "/internal/operator/messages";
    let mut answer = ask(
        state,
        forwarder,
        (request, body),
        (ServiceName::Tenant, path),
    )
    .await?;
    whole(&mut answer).await
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
        address: None,
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
