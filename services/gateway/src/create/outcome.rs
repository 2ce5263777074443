//! What signing's answer to a create means for its charge. Only a verdict settles; a status alone never does.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use actix_web::{HttpResponse, http::header};
use awc::ClientResponse;
use bytes::Bytes;
use client_signing::{ChargeRecord, FIRST_CHARGE_HEADER, VERDICT_HEADER, WOULD_REGISTER};
use domain::charging::{self, Effect};
use domain::{ChargeId, Operation, Verdict};
use http_kit::{Problem, kind};

use super::receipt::Receipt;
use crate::forward::{self, ForwardError};

/// Answers to creates are small; a larger one is not signing's.
const MAX_ANSWER_BYTES: usize = 256 * 1024;
/// From an answer's head to its last byte: one that stands still must not keep a hold alive.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// An answer that arrived to its last byte.
pub(super) struct Whole {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    verdict: Option<Verdict>,
    pub(super) would_register: bool,
    pub(super) first_charge: Option<ChargeId>,
}

/// What the charge came to.
pub(super) enum Outcome {
    Registered(Whole),
    NotRegistered(Verdict, Whole),
    /// No verdict was heard; the problem is what the caller hears if none stands.
    Unknown(Problem),
}

pub(super) async fn read_whole(answer: ClientResponse) -> Result<Whole, ForwardError> {
    let mut answer = answer.timeout(BODY_TIMEOUT);
    let body = answer
        .body()
        .limit(MAX_ANSWER_BYTES)
        .await
        .map_err(|cause| ForwardError::Unanswered(cause.to_string()))?;
    let headers = answer.headers();
    let said = forward::text(headers, VERDICT_HEADER);
    Ok(Whole {
        status: answer.status(),
        verdict: said.and_then(|text| Verdict::parse(text).ok()),
        would_register: said == Some(WOULD_REGISTER),
        first_charge: forward::text(headers, FIRST_CHARGE_HEADER)
            .and_then(|text| ChargeId::parse(text).ok()),
        headers: headers.clone(),
        body,
    })
}

pub(super) fn judge(whole: Result<Whole, ForwardError>) -> Outcome {
    let whole = match whole {
        Ok(whole) => whole,
        Err(error) => return Outcome::Unknown(error.into()),
    };
    let heard = client_signing::heard(whole.status.as_u16(), whole.verdict);
    match (charging::effect(Operation::Create, heard), heard) {
        // Its own answer was not heard: the caller is told what a call is told that was ended.
        (_, charging::Outcome::Decided(Verdict::Tombstoned)) => Outcome::Unknown(ended()),
        (Effect::Commit, _) => Outcome::Registered(whole),
        (Effect::Release, charging::Outcome::Decided(verdict)) => {
            Outcome::NotRegistered(verdict, whole)
        }
        _ => Outcome::Unknown(without_verdict(&whole)),
    }
}

pub(super) fn ended() -> Problem {
    Problem::new(&kind::UNAVAILABLE)
        .detail(
            "The call took too long and was ended before it registered anything; send it again.",
        )
        .retry_after(1)
}

/// An answer that any layer of HTTP could have made: its word is passed on where it is a refusal, but it settles nothing.
fn without_verdict(whole: &Whole) -> Problem {
    let told: serde_json::Value = serde_json::from_slice(&whole.body).unwrap_or_default();
    let known = told["message"]
        .as_str()
        .and_then(|code| kind::ALL.iter().find(|kind| kind.code == code));
    match known {
        Some(known) => Problem::new(known)
            .detail(told["detail"].as_str().unwrap_or(known.title))
            .value(told["value"].clone()),
        None if whole.status == StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(&kind::FILE_TOO_LARGE)
        }
        None if whole.status.is_client_error() => Problem::new(&kind::INVALID_JSON)
            .detail("The body did not arrive whole; send it again."),
        None => Problem::new(&kind::UPSTREAM)
            .detail("The signing service failed; send the call again.")
            .retry_after(1),
    }
}

pub(super) fn answer(whole: &Whole, receipt: Receipt) -> HttpResponse {
    let mut answer = bare(whole);
    receipt.on_answer(&mut answer);
    answer
}

/// The answer to a repeat of a committed create: the first one, or why it does not fit.
pub(super) fn replay(whole: &Whole, receipt: Receipt) -> HttpResponse {
    answer(whole, receipt)
}

/// Nothing was charged: a refusal, a stored file, or a replay of what was answered before.
pub(super) fn without_charge(whole: &Whole) -> HttpResponse {
    bare(whole)
}

fn bare(whole: &Whole) -> HttpResponse {
    forward::head(whole.status, &whole.headers).body(whole.body.clone())
}

/// The registration had won though its answer was lost: the caller gets the answer that signing kept.
pub(super) fn registered_after_all(record: &ChargeRecord, receipt: Receipt) -> HttpResponse {
    let (status, body) =
        record
            .answer
            .as_ref()
            .map_or((StatusCode::OK, String::from("{}")), |kept| {
                (
                    StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK),
                    kept.body.clone(),
                )
            });
    let mut answer = HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .body(body);
    receipt.on_answer(&mut answer);
    answer
}
