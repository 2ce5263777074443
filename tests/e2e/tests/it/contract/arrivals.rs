//! What reaches people and programs outside: callbacks, letters and text messages. They are no answers, but are looked at like one,
//! with the status 202.

use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use e2e::{Answer, OPERATOR_PASSWORD};
use reqwest::{Client, StatusCode};
use test_kit::Receiver;

use super::world::{PATIENCE, STEP};

/// Waits for a callback to this path.
pub(super) async fn callback(receiver: &Receiver, target: &str) -> Result<Answer, String> {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        let callbacks = receiver.callbacks();
        if let Some(found) = callbacks.into_iter().find(|one| one.target == target) {
            let mut answer = empty(StatusCode::ACCEPTED, "none");
            for (name, value) in &found.headers {
                let name: reqwest::header::HeaderName = name.parse().expect("a header");
                answer
                    .headers
                    .insert(name, value.parse().expect("a header"));
            }
            let method = found.method.parse().expect("a header");
            answer.headers.insert("method", method);
            answer.body = found.body;
            return Ok(answer);
        }
        tokio::time::sleep(STEP).await;
    }
    Err(format!("nothing arrived at {target}"))
}

/// Waits for a letter or text message to this recipient, and answers the newest as the operator's outbox shows it.
pub(super) async fn letter(http: &Client, operator: &str, to: &str) -> Result<Answer, String> {
    let credentials = STANDARD.encode(format!("operator:{OPERATOR_PASSWORD}"));
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        let request = http
            .get(format!("{operator}/outbox.json"))
            .header("authorization", format!("Basic {credentials}"));
        let outbox = Answer::of(request).await.json();
        let letters = outbox["items"].as_array().expect("the outbox");
        if let Some(newest) = letters.iter().find(|letter| letter["to"] == to) {
            let mut answer = empty(StatusCode::ACCEPTED, "none");
            answer.body = newest.to_string().into_bytes();
            return Ok(answer);
        }
        tokio::time::sleep(STEP).await;
    }
    Err(format!("nothing was written to {to}"))
}

pub(super) fn empty(status: StatusCode, request: &str) -> Answer {
    let mut headers = reqwest::header::HeaderMap::new();
    headers.insert("x-request-id", request.parse().expect("a header"));
    Answer {
        status,
        headers,
        body: Vec::new(),
    }
}

/// The first run of six digits: a verification code in the text of a letter.
pub(super) fn code_in(text: &str) -> String {
    let mut runs = text.split(|c: char| !c.is_ascii_digit());
    runs.find(|run| run.len() == 6)
        .unwrap_or_default()
        .to_owned()
}
