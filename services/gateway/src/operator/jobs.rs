//! Documents that wait for their seal: listed with their reasons, and tried now where the operator says so.

use actix_web::http::{Method, StatusCode, header};
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use client_signing::{SealingJob, SealingJobs, SelfCheck, SelfTest};
use domain::EventId;
use http_kit::{Problem, kind};
use internal_auth::ServiceName;
use serde::de::DeserializeOwned;

use super::page::moment;
use super::{ask, whole};
use crate::forward::Forwarder;
use crate::reference::escaped;
use crate::state::State;

const JOBS: &str = "/internal/operator/jobs";

pub(super) async fn list(
    state: &State,
    forwarder: &Forwarder,
    call: (&HttpRequest, Payload),
) -> Result<SealingJobs, Problem> {
    read(state, forwarder, call, JOBS).await
}

/// What signing's self-test found; nothing where signing does not answer, which the page says by itself.
pub(super) async fn self_test(
    state: &State,
    forwarder: &Forwarder,
    call: (&HttpRequest, Payload),
) -> Vec<SelfCheck> {
    let path = "/internal/operator/self-test";
    let found: Result<SelfTest, _> = read(state, forwarder, call, path).await;
    found.map(|found| found.checks).unwrap_or_default()
}

async fn read<T: DeserializeOwned>(
    state: &State,
    forwarder: &Forwarder,
    call: (&HttpRequest, Payload),
    path: &str,
) -> Result<T, Problem> {
    let mut answer = ask(state, forwarder, call, (ServiceName::Signing, path)).await?;
    let bytes = whole(&mut answer).await?;
    serde_json::from_slice(&bytes).map_err(|e| Problem::because(&kind::UPSTREAM, e))
}

/// `POST /jobs/{id}/tries`, then back to the list.
pub(super) async fn act(
    state: &State,
    forwarder: &Forwarder,
    (request, body): (&HttpRequest, Payload),
) -> Result<HttpResponse, Problem> {
    let job = request
        .path()
        .strip_prefix("/jobs/")
        .and_then(|rest| rest.strip_suffix("/tries"))
        .and_then(|id| EventId::parse(id).ok())
        .filter(|_| *request.method() == Method::POST)
        .ok_or_else(|| Problem::new(&kind::METHOD_NOT_ALLOWED).header("allow", "GET"))?;
    let path = format!("{JOBS}/{job}/tries");
    let signing = (ServiceName::Signing, path.as_str());
    let answer = ask(state, forwarder, (request, body), signing).await?;
    match answer.status() {
        // Done meanwhile is what was wanted: the list shows it.
        status if status.is_success() || status == StatusCode::NOT_FOUND => {
            Ok(HttpResponse::SeeOther()
                .insert_header((header::LOCATION, "/jobs"))
                .finish())
        }
        _ => Err(Problem::new(&kind::UPSTREAM).detail("Try again in a moment.")),
    }
}

pub(super) fn page(jobs: &SealingJobs) -> String {
    if jobs.items.is_empty() {
        return "<main><h1>Seals</h1><p>Every submitted document is sealed.</p></main>".to_owned();
    }
    let rows: String = jobs.items.iter().map(row).collect();
    let oldest = jobs
        .oldest_submitted_at
        .map(|at| format!(", the oldest since {}", moment(at)))
        .unwrap_or_default();
    format!(
        "<main><h1>Seals</h1><p>{} waiting{oldest}. Each is tried again by itself, at the latest every ten minutes.</p>\
         <table><thead><tr><th>Document</th><th>State</th><th>Tries</th><th>Why</th><th>Next try</th><th></th></tr></thead>\
         <tbody>{rows}</tbody></table></main>",
        jobs.waiting
    )
}

fn row(job: &SealingJob) -> String {
    let why = match (&job.reason, &job.detail) {
        (Some(reason), detail) => format!(
            "<span class=\"bad\">{}</span><small>{}</small>",
            in_words(reason),
            escaped(detail.as_deref().unwrap_or_default())
        ),
        (None, _) => "–".to_owned(),
    };
    format!(
        "<tr><td><code>{}</code><small>{} · {} · submitted {}</small></td><td data-of=\"State\">{}</td><td data-of=\"Tries\">{}</td>\
         <td>{why}</td><td data-of=\"Next try\">{}</td>\
         <td><form method=\"post\" action=\"/jobs/{}/tries\"><button>Try now</button></form></td></tr>",
        escaped(job.document_id.as_str()),
        job.tenant,
        job.mode.as_str(),
        moment(job.submitted_at),
        job.state.as_str(),
        job.tries,
        moment(job.next_try_at),
        job.id,
    )
}

/// What each reason means for the one who can mend it; the runbook says more.
fn in_words(reason: &str) -> &'static str {
    match reason {
        "store" => "The store of rows or of document bytes does not answer.",
        "key" => "The seal's key or certificate cannot be had or does not sign.",
        "engine" => "The work took too much time or memory, or its worker died.",
        "evidence" => {
            "The tenant's public key, to which the evidence is encrypted, is not known here."
        }
        "document" => "The engine cannot seal this document.",
        "check" => "What was sealed failed its check and was not given out.",
        "authority" => {
            "The time stamp or the revocation data could not be had or cannot be trusted."
        }
        "altered" => "The stored bytes are not those that were signed.",
        _ => "It failed for a reason that this version does not know.",
    }
}
