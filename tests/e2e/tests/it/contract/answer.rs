//! What a row wants for an answer, and whether one is that.

use e2e::Answer;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::pattern;

/// The answer's lines, with their names filled in.
pub(super) struct Wanted {
    status: u16,
    body: Body,
    headers: Vec<(String, String)>,
}

enum Body {
    Any,
    Empty,
    /// Fields exact, unless the pattern holds `...`.
    Json(Value),
    /// The text as it came: shape and order to the character.
    Text(String),
    /// A refusal in the form of its path, with the offending value where the row names it.
    Refusal(String, Option<Value>),
    /// A page for people that holds this.
    Page(String),
    Pdf,
    /// The very bytes kept under a name.
    Same(String),
}

impl Wanted {
    pub(super) fn parse(lines: &[String]) -> Self {
        let (status, first) = split(&lines[0]);
        let mut headers = Vec::new();
        let mut body = first.to_owned();
        for line in &lines[1..] {
            match line.split_once(": ") {
                Some((name, value)) if is_header(name) => {
                    headers.push((name.to_owned(), value.to_owned()));
                }
                _ => body.push_str(line.trim_start()),
            }
        }
        Self {
            status: status.parse().expect("a status"),
            body: Body::parse(&body),
            headers,
        }
    }

    /// Why the answer is not the wanted one; `kept` gives the bytes of an earlier one.
    pub(super) fn judge(
        &self,
        answer: &Answer,
        kept: &dyn Fn(&str) -> Vec<u8>,
    ) -> Result<(), String> {
        if answer.status.as_u16() != self.status {
            return Err(format!(
                "the status is {}, not {}",
                answer.status, self.status
            ));
        }
        for (name, wanted) in &self.headers {
            let told = answer.header(name);
            let is_absent = wanted == "-" && !answer.headers.contains_key(name.as_str());
            let all = answer.headers.get_all(name.as_str()).iter();
            let mut texts = all.filter_map(|value| value.to_str().ok());
            if !is_absent && !texts.any(|told| pattern::text(wanted, told)) {
                return Err(format!("the header {name} is {told:?}, not {wanted:?}"));
            }
        }
        if answer.header("x-request-id").is_empty() {
            return Err("x-request-id is missing".to_owned());
        }
        self.body.judge(answer, kept)
    }
}

fn split(text: &str) -> (&str, &str) {
    text.split_once(' ').unwrap_or((text, ""))
}

fn is_header(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

impl Body {
    fn parse(text: &str) -> Self {
        let (word, rest) = split(text);
        match word {
            "" => Self::Any,
            "empty" => Self::Empty,
            "pdf" => Self::Pdf,
            "page" => Self::Page(rest.to_owned()),
            "text" => Self::Text(rest.to_owned()),
            "same" => Self::Same(rest.to_owned()),
            code if code.starts_with("err.") => {
                let value = (!rest.is_empty()).then(|| read(rest));
                Self::Refusal(code.to_owned(), value)
            }
            _ => Self::Json(read(text)),
        }
    }

    fn judge(&self, answer: &Answer, kept: &dyn Fn(&str) -> Vec<u8>) -> Result<(), String> {
        let told = String::from_utf8_lossy(&answer.body);
        let is = |fits: bool| {
            let shown: String = told.chars().take(400).collect();
            if fits {
                Ok(())
            } else {
                Err(format!("the body is {shown}"))
            }
        };
        match self {
            Self::Any => Ok(()),
            Self::Empty => is(answer.body.is_empty()),
            Self::Pdf => is(answer.body.starts_with(b"%PDF-")),
            Self::Same(name) => is(answer.body == kept(name)),
            Self::Text(wanted) => is(pattern::text(wanted, &told)),
            Self::Page(words) => page(answer).and_then(|()| is(told.contains(words))),
            Self::Json(wanted) => {
                let value = serde_json::from_slice(&answer.body);
                let value: Value = value.map_err(|_| format!("no JSON: {told}"))?;
                pattern::json(wanted, &value).map_err(|why| format!("{why}\nin {value}"))
            }
            Self::Refusal(code, value) => refusal(answer, code, value.as_ref()),
        }
    }
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|why| panic!("{why}: {text}"))
}

/// The headers that every plain page bears (section 5).
fn page(answer: &Answer) -> Result<(), String> {
    for (name, wanted) in [
        ("content-type", "text/html; charset=utf-8"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
    ] {
        if answer.header(name) != wanted {
            return Err(format!("the page's {name} is {:?}", answer.header(name)));
        }
    }
    Ok(())
}

/// The exact envelope of section 2 under `/JSON` and `/rest`, RFC 9457 elsewhere; which of both, the content type says.
fn refusal(answer: &Answer, code: &str, value: Option<&Value>) -> Result<(), String> {
    let told: Value = serde_json::from_slice(&answer.body)
        .map_err(|_| format!("no JSON: {}", String::from_utf8_lossy(&answer.body)))?;
    let status = answer.status.as_u16();
    let request = answer.header("x-request-id");
    let any = json!("<any>");
    let wanted = match answer.header("content-type") {
        "application/problem+json" => {
            let mut wanted = json!({
                "type": format!("/docs/errors/{code}"), "title": "<text>", "status": status, "code": code,
                "detail": "<text>", "requestId": request,
            });
            if let Some(value) = value.or_else(|| told.get("value").map(|_| &any)) {
                wanted["value"] = value.clone();
            }
            wanted
        }
        "application/json" => json!({
            "message": code, "value": value.unwrap_or(&any), "code": words(answer.status), "statusCode": status,
            "success": false, "detail": "<text>", "requestId": request,
        }),
        other => return Err(format!("a refusal of the type {other:?}")),
    };
    pattern::json(&wanted, &told).map_err(|why| format!("{why}\nin {told}"))
}

/// `NOT_FOUND` of 404 Not Found.
fn words(status: StatusCode) -> String {
    let reason = status.canonical_reason().unwrap_or_default();
    reason.to_uppercase().replace([' ', '-'], "_")
}
