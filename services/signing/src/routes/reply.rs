//! Answers that may be kept and given again: bodies of section 2, the charge's verdict beside them.

use actix_web::http::StatusCode;
use actix_web::http::header::{ContentType, HeaderName, HeaderValue};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use client_signing::{FIRST_CHARGE_HEADER, VERDICT_HEADER, WOULD_REGISTER};
use domain::Verdict;
use http_kit::answers::RequestId;
use http_kit::caller::{Integrator, Permission};
use http_kit::{Caller, Problem, kind};

use crate::answer::SuccessBody;
use crate::audit::KeyUse;
use crate::desk::Desk;
use crate::error::store_failed;
use crate::idempotency::{self, Attempt, Replay, ReplayError};
use crate::register::{self, CreateError, Created};

const IDEMPOTENCY_KEY: &str = "idempotency-key";
const MAX_KEY_CHARS: usize = 255;

/// A success that is not kept.
pub(crate) fn success(body: &SuccessBody) -> HttpResponse {
    HttpResponse::Ok().json(body)
}

/// The caller's `Idempotency-Key`.
pub(crate) fn idempotency_key(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let Some(value) = request.headers().get(IDEMPOTENCY_KEY) else {
        return Ok(None);
    };
    let key = String::from_utf8_lossy(value.as_bytes()).into_owned();
    if (1..=MAX_KEY_CHARS).contains(&key.chars().count()) {
        return Ok(Some(key));
    }
    Err(Problem::new(&kind::INVALID_FIELD)
        .value("/Idempotency-Key: 1 to 255 characters")
        .detail("Send an Idempotency-Key of 1 to 255 characters, or none."))
}

/// Which key acts from where, for the audit record.
pub(crate) fn key_use<P: Permission<Subject = Integrator>>(caller: &Caller<P>) -> KeyUse {
    KeyUse {
        key: caller.public_id.clone(),
        address: caller.address().map(str::to_owned),
    }
}

pub(crate) fn request_id(request: &HttpRequest) -> String {
    request
        .extensions()
        .get::<RequestId>()
        .map(|id| id.0.clone())
        .unwrap_or_default()
}

/// The answer of an earlier call, byte for byte; `None`: this call is the first under its key.
pub(crate) async fn replayed(
    desk: &Desk,
    attempt: &Attempt,
) -> Result<Option<HttpResponse>, Problem> {
    match idempotency::replay(desk, attempt).await {
        Ok(replay) => Ok(replay.as_ref().map(replay_answer)),
        Err(error @ ReplayError::Mismatch) => {
            let verdict = idempotency::release(desk, attempt)
                .await
                .map_err(store_failed)?;
            Err(with_verdict(error.into(), verdict))
        }
        Err(error) => Err(error.into()),
    }
}

fn replay_answer(replay: &Replay) -> HttpResponse {
    let status = StatusCode::from_u16(replay.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = HttpResponse::build(status);
    answer.insert_header(("idempotent-replayed", "true"));
    if let Some(charge) = replay.first_charge {
        answer.insert_header((FIRST_CHARGE_HEADER, charge.to_string()));
    }
    if let Some(verdict) = replay.verdict {
        answer.insert_header((VERDICT_HEADER, released(verdict).as_str()));
    }
    answer
        .insert_header(ContentType::json())
        .body(replay.body.clone())
}

/// What a create or upload came to, as the answer to it. Refusals of a whole body are kept under the key, and give back
/// the unit that was held.
pub(crate) async fn concluded(
    desk: &Desk,
    attempt: &Attempt,
    request: &HttpRequest,
    outcome: Result<Created, CreateError>,
) -> Result<HttpResponse, Problem> {
    match outcome {
        Ok(created) => Ok(told(StatusCode::OK, created.body, created.verdict)),
        Err(CreateError::Decided(Verdict::Registered)) => told_before(desk, attempt).await,
        Err(CreateError::Decided(verdict)) => Err(with_verdict(
            CreateError::Decided(verdict).into(),
            Some(verdict),
        )),
        Err(CreateError::NoUnit) => {
            Err(Problem::from(CreateError::NoUnit).header(VERDICT_HEADER, WOULD_REGISTER))
        }
        Err(CreateError::KeyTaken) => match replayed(desk, attempt).await? {
            Some(answer) => Ok(answer),
            None => Err(CreateError::KeyTaken.into()),
        },
        Err(error) => refused(desk, attempt, request, error.into()).await,
    }
}

/// A refusal: kept where the wire contract says so, and never where it is a fault of ours.
pub(crate) async fn refused(
    desk: &Desk,
    attempt: &Attempt,
    request: &HttpRequest,
    problem: Problem,
) -> Result<HttpResponse, Problem> {
    let status = problem.kind().status;
    if status.is_server_error() {
        return Err(problem);
    }
    if !matches!(status.as_u16(), 400 | 404 | 409 | 422) {
        let verdict = idempotency::release(desk, attempt)
            .await
            .map_err(store_failed)?;
        return Err(with_verdict(problem, verdict.or(Some(Verdict::Refused))));
    }
    let body = problem.envelope(&request_id(request)).to_string();
    let verdict = idempotency::refuse(desk, attempt, status.as_u16(), &body)
        .await
        .map_err(store_failed)?;
    let verdict = verdict
        .or(attempt.ticket.map(|_| Verdict::Refused))
        .map(released);
    Ok(told(status, body, verdict))
}

/// A charge that was ended from outside is as released as one that we refuse: the answer is good either way.
const fn released(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Tombstoned => Verdict::Refused,
        other => other,
    }
}

fn told(status: StatusCode, body: String, verdict: Option<Verdict>) -> HttpResponse {
    let mut answer = HttpResponse::build(status);
    if let Some(verdict) = verdict {
        answer.insert_header((VERDICT_HEADER, verdict.as_str()));
    }
    answer.insert_header(ContentType::json()).body(body)
}

fn with_verdict(problem: Problem, verdict: Option<Verdict>) -> Problem {
    match verdict {
        Some(verdict) => problem.header(VERDICT_HEADER, verdict.as_str()),
        None => problem,
    }
}

/// A create that came twice under one charge hears what the first was told.
async fn told_before(desk: &Desk, attempt: &Attempt) -> Result<HttpResponse, Problem> {
    let lost = || Problem::from(CreateError::Decided(Verdict::Registered));
    let charge = attempt.held().ok_or_else(lost)?;
    let answer = register::told_before(desk, charge)
        .await
        .map_err(store_failed)?
        .ok_or_else(lost)?;
    Ok(told(StatusCode::OK, answer.body, Some(Verdict::Registered)))
}

/// Tells which fields of the body had no effect.
pub(crate) fn warn(answer: &mut HttpResponse, unknown: &[String]) {
    let unknown = unknown.iter().map(|name| format!("unknown field: {name}"));
    for text in unknown {
        let quoted: String = text
            .chars()
            .filter(|c| c.is_ascii_graphic() && !"\"\\".contains(*c) || *c == ' ')
            .collect();
        if let Ok(value) = HeaderValue::from_str(&format!("299 - \"{quoted}\"")) {
            answer
                .headers_mut()
                .append(HeaderName::from_static("warning"), value);
        }
    }
}
