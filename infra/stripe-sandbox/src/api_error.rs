//! Refusals in the words and the shape of Stripe's API: `{"error": {type, code, message, param}}`.

use std::io;

use serde_json::{Value, json};
use thiserror::Error;

/// One refusal of the API.
#[derive(Debug, Error)]
#[error("{message}")]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    kind: &'static str,
    code: Option<&'static str>,
    message: String,
    pub(crate) param: Option<String>,
    #[source]
    cause: Option<io::Error>,
}

impl ApiError {
    pub(crate) fn missing(param: &str) -> Self {
        Self::request(
            400,
            Some("parameter_missing"),
            format!("Missing required param: {param}."),
        )
        .about(param)
    }

    pub(crate) fn unknown_parameter(param: &str) -> Self {
        Self::request(
            400,
            Some("parameter_unknown"),
            format!("Received unknown parameter: {param}"),
        )
        .about(param)
    }

    pub(crate) fn invalid(param: &str, message: impl Into<String>) -> Self {
        Self::request(400, None, message.into()).about(param)
    }

    pub(crate) fn not_an_integer(param: &str, given: &str) -> Self {
        Self::request(
            400,
            Some("parameter_invalid_integer"),
            format!("Invalid integer: {given}"),
        )
        .about(param)
    }

    pub(crate) fn not_a_url(param: &str) -> Self {
        Self::request(400, Some("url_invalid"), "Not a valid URL".to_owned()).about(param)
    }

    pub(crate) fn amount_too_small(message: String) -> Self {
        Self::request(400, Some("amount_too_small"), message)
    }

    pub(crate) fn not_expandable(property: &str) -> Self {
        Self::request(
            400,
            None,
            format!("This property cannot be expanded ({property})."),
        )
        .about("expand")
    }

    pub(crate) fn no_such(object: &str, param: &str, id: &str) -> Self {
        Self::request(
            404,
            Some("resource_missing"),
            format!("No such {object}: '{id}'"),
        )
        .about(param)
    }

    pub(crate) fn unrecognized(method: &str, path: &str) -> Self {
        Self::request(
            404,
            None,
            format!(
                "Unrecognized request URL ({method}: {path}). The sandbox speaks the part of Stripe that OKdokument calls."
            ),
        )
    }

    pub(crate) fn no_key() -> Self {
        let message = "You did not provide an API key. You need to provide your API key in the Authorization header, \
                       using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').";
        Self::request(401, None, message.to_owned())
    }

    /// The key itself never comes back: it may be a live one, sent here by mistake.
    pub(crate) fn not_a_test_key() -> Self {
        let message = "Invalid API Key provided: the sandbox takes keys that start with sk_test_ and no other.";
        Self::request(401, None, message.to_owned())
    }

    pub(crate) fn key_used_otherwise(key: &str) -> Self {
        Self {
            kind: "idempotency_error",
            ..Self::request(
                400,
                None,
                format!(
                    "Keys for idempotent requests can only be used with the same parameters they were first used with. \
                     Try using a key other than '{key}' if you meant to execute a different request."
                ),
            )
        }
    }

    pub(crate) fn key_too_long() -> Self {
        Self {
            kind: "idempotency_error",
            ..Self::request(
                400,
                None,
                "Idempotency keys can have up to 255 characters.".to_owned(),
            )
        }
    }

    pub(crate) fn not_open(status: &str) -> Self {
        let message = format!(
            "Only Checkout Sessions with a status in [\"open\"] can be expired. This one is {status}."
        );
        Self::request(400, None, message)
    }

    /// What the state of an object forbids.
    pub(crate) fn refused(code: &'static str, message: String) -> Self {
        Self::request(400, Some(code), message)
    }

    pub(crate) fn body_too_large() -> Self {
        Self::request(413, None, "The request body is too large.".to_owned())
    }

    pub(crate) fn disk(cause: io::Error) -> Self {
        Self {
            kind: "api_error",
            cause: Some(cause),
            ..Self::request(
                500,
                None,
                "The sandbox could not write to its data directory.".to_owned(),
            )
        }
    }

    pub(crate) fn interrupted() -> Self {
        Self {
            kind: "api_error",
            ..Self::request(500, None, "The sandbox is shutting down.".to_owned())
        }
    }

    pub(crate) fn body(&self) -> Value {
        let mut error = json!({ "message": self.message, "type": self.kind });
        if let Some(code) = self.code {
            error["code"] = json!(code);
            error["doc_url"] = json!(format!(
                "https://docs.stripe.com/error-codes/{}",
                code.replace('_', "-")
            ));
        }
        if let Some(param) = &self.param {
            error["param"] = json!(param);
        }
        json!({ "error": error })
    }

    fn request(status: u16, code: Option<&'static str>, message: String) -> Self {
        Self {
            status,
            kind: "invalid_request_error",
            code,
            message,
            param: None,
            cause: None,
        }
    }

    fn about(self, param: &str) -> Self {
        Self {
            param: Some(param.to_owned()),
            ..self
        }
    }
}
