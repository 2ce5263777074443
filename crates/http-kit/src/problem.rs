//! What a handler returns instead of an answer: a kind, a sentence that says how to mend it, and the cause for our own log.

use std::error::Error;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Kind;
use crate::kind;

/// An error on its way to the caller. The cause goes to the log, never to the caller.
#[derive(Debug)]
pub struct Problem {
    pub(crate) kind: &'static Kind,
    pub(crate) detail: String,
    pub(crate) value: Option<serde_json::Value>,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<Box<dyn Error + Send + Sync + 'static>>,
}

/// RFC 9457 problem details, as told under `/v1` and in the portal.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProblemBody {
    /// The page that explains the code.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// Stable; the same string as `message` under `/JSON`.
    pub code: String,
    /// One plain English sentence that says how to mend it.
    pub detail: String,
    #[serde(default)]
    pub request_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<serde_json::Value>,
}

impl Problem {
    /// A problem whose title says enough; most deserve a [`Problem::detail`] too.
    pub fn new(kind: &'static Kind) -> Self {
        Self {
            kind,
            detail: kind.title.to_owned(),
            value: None,
            headers: Vec::new(),
            cause: None,
        }
    }

    /// A fault of ours: the caller hears the kind, the log hears the cause.
    pub fn because(kind: &'static Kind, cause: impl Error + Send + Sync + 'static) -> Self {
        Self {
            cause: Some(Box::new(cause)),
            ..Self::new(kind)
        }
    }

    /// The sentence that says how to mend it.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// The offending value, or the limit that was passed.
    #[must_use]
    pub fn value(mut self, value: impl Into<serde_json::Value>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// A header of the answer, such as `Retry-After`.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((HeaderName::from_static(name), value));
        }
        self
    }

    /// What must be tried again, and after how many seconds.
    #[must_use]
    pub fn retry_after(self, seconds: u32) -> Self {
        self.header("retry-after", &seconds.to_string())
    }

    pub const fn kind(&self) -> &'static Kind {
        self.kind
    }

    /// As RFC 9457 tells it.
    pub fn body(&self, request_id: &str) -> ProblemBody {
        ProblemBody {
            kind: format!("/docs/errors/{}", self.kind.code),
            title: self.kind.title.to_owned(),
            status: self.kind.status.as_u16(),
            code: self.kind.code.to_owned(),
            detail: self.detail.clone(),
            request_id: request_id.to_owned(),
            value: self.value.clone(),
        }
    }

    /// As spec section 2 tells it.
    pub fn envelope(&self, request_id: &str) -> serde_json::Value {
        serde_json::json!({
            "message": self.kind.code,
            "value": self.value.clone().unwrap_or_else(|| serde_json::Value::String(String::new())),
            "code": reason_code(self.kind.status),
            "statusCode": self.kind.status.as_u16(),
            "success": false,
            "detail": self.detail,
            "requestId": request_id,
        })
    }
}

/// `NOT_FOUND` of 404 Not Found.
fn reason_code(status: StatusCode) -> String {
    status
        .canonical_reason()
        .unwrap_or("ERROR")
        .to_ascii_uppercase()
        .replace([' ', '-'], "_")
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.code)
    }
}

impl Error for Problem {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause
            .as_deref()
            .map(|cause| cause as &(dyn Error + 'static))
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.kind.status
    }

    /// Only a fallback: [`crate::answers`] renders it again with the request's id and the path's look.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.kind.status)
            .content_type("application/problem+json")
            .json(self.body(""))
    }
}

impl From<internal_auth::InvalidToken> for Problem {
    fn from(cause: internal_auth::InvalidToken) -> Self {
        Self::because(&kind::UNAUTHORIZED, cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_envelope_has_the_shape_of_the_wire_contract() {
        let envelope = Problem::new(&kind::NOT_FOUND)
            .value("abc")
            .detail("check the id")
            .envelope("r1");
        assert_eq!(envelope["message"], "err.not.found");
        assert_eq!(envelope["code"], "NOT_FOUND");
        assert_eq!(envelope["statusCode"], 404);
        assert_eq!(envelope["success"], false);
        assert_eq!(envelope["value"], "abc");
    }
}
