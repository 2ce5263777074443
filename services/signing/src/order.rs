//! What a create or an upload asks for, read from its body. Knows the wire's words, no document and no store.

mod file;
mod sieve;

use bytes::Bytes;
use domain::SignatureRequestId;
use serde_json::{Map, Value};
use thiserror::Error;

use crate::blob::BlobKey;
use crate::round::{Misshapen, Round};
use crate::rules::{self, InvalidRule, Rules};
pub(crate) use sieve::{Body, Sieve};

/// Store the file, register nothing.
const OFF: &str = "off";

/// Why a body cannot be an order.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum OrderError {
    #[error("the body is not JSON: {0}")]
    Json(String),
    #[error(transparent)]
    Misshapen(#[from] Misshapen),
    #[error(transparent)]
    Rule(#[from] InvalidRule),
}

/// The state in which a new document starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum StartState {
    #[default]
    ToSign,
    Tags,
    ToStamp,
}

/// A file as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SentFile {
    pub(crate) filename: Option<String>,
    pub(crate) start: StartState,
    pub(crate) content: Bytes,
    /// Where the bytes are already, if they came as a part of a form.
    pub(crate) blob: Option<BlobKey>,
}

/// The file of a form.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) filename: Option<String>,
    pub(crate) content: Bytes,
    pub(crate) blob: BlobKey,
}

/// The document a create is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    New(SentFile),
    /// The id as it came: one that cannot be an id is as unknown as any other.
    Stored {
        id: String,
        reopens: bool,
    },
}

/// Under which id to register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Registration {
    Under(SignatureRequestId),
    /// The caller leaves the id to us.
    Fresh,
    /// `off`: store only.
    Off,
}

/// The body of a create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) source: Source,
    pub(crate) registration: Registration,
    pub(crate) result_url: Option<String>,
    pub(crate) send_info_url: Option<String>,
    pub(crate) round: Round,
    /// Epoch milliseconds.
    pub(crate) expiration_time: Option<i64>,
    pub(crate) rules: Rules,
    pub(crate) sig_data: Option<String>,
    /// Top-level fields that we do not know.
    pub(crate) unknown: Vec<String>,
}

const KNOWN: [&str; 18] = [
    "filedata",
    "file",
    "filename",
    "state",
    "preprocessing_tags",
    "id",
    "changeState",
    "signatureRequestId",
    "resulturl",
    "sendInfoURL",
    "sendInfoUrl",
    "allowedFields",
    "fieldConfig",
    "ignoreRequired",
    "fieldsBeforeSigning",
    "expirationTime",
    "rules",
    "sigData",
];

/// A body without a file as a JSON object.
pub(crate) fn object(body: &[u8]) -> Result<Map<String, Value>, OrderError> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(OrderError::Json("it is not an object".to_owned())),
        Err(error) => Err(OrderError::Json(error.to_string())),
    }
}

/// Reads a create. `part` is the file of a multipart body, where there is one.
pub(crate) fn create(mut body: Body, part: Option<Part>) -> Result<Order, OrderError> {
    let source = source(&mut body, part)?;
    let body = body.map;
    let mut rules = rules::parse(body.get("rules").unwrap_or(&Value::Null))?;
    let result_url = url(&body, &["resulturl"])?.or(rules.result_url.take());
    let send_info_url = url(&body, &["sendInfoURL", "sendInfoUrl"])?.or(rules.send_info.take());
    Ok(Order {
        source,
        registration: registration(&body)?,
        result_url,
        send_info_url,
        round: Round::parse(&body)?,
        expiration_time: expiration_time(&body)?,
        rules,
        sig_data: sig_data(&body)?,
        unknown: body
            .keys()
            .filter(|key| !KNOWN.contains(&key.as_str()))
            .cloned()
            .collect(),
    })
}

/// Reads an upload: the file alone.
pub(crate) fn upload(mut body: Body) -> Result<SentFile, OrderError> {
    file::read(&mut body, None)?.ok_or_else(|| {
        Misshapen::new("/file", "an object with the file's content in base64").into()
    })
}

/// What an update may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) result_url: Option<String>,
    pub(crate) send_info_url: Option<String>,
    pub(crate) expiration_time: Option<i64>,
    pub(crate) rules: Option<Rules>,
}

pub(crate) fn change(body: &Map<String, Value>) -> Result<Change, OrderError> {
    let mut rules = match body.get("rules").filter(|rules| !rules.is_null()) {
        Some(given) => Some(rules::parse(given)?),
        None => None,
    };
    let of_rules = rules
        .as_mut()
        .map(|rules| (rules.result_url.take(), rules.send_info.take()));
    let (rule_result, rule_info) = of_rules.unwrap_or_default();
    Ok(Change {
        result_url: url(body, &["resulturl"])?.or(rule_result),
        send_info_url: url(body, &["sendInfoURL", "sendInfoUrl"])?.or(rule_info),
        expiration_time: expiration_time(body)?,
        rules,
    })
}

/// The body that sets a callback: only that.
pub(crate) fn callback_change(body: &Map<String, Value>) -> Result<Change, OrderError> {
    let send_info_url = url(body, &["sendInfoURL", "sendInfoUrl"])?
        .ok_or_else(|| Misshapen::new("/sendInfoURL", "an http or https URL"))?;
    Ok(Change {
        result_url: None,
        send_info_url: Some(send_info_url),
        expiration_time: None,
        rules: None,
    })
}

/// The id an update names; one that cannot be an id is as unknown as any other.
pub(crate) fn named_request(body: &Map<String, Value>) -> Result<&str, OrderError> {
    body.get("signatureRequestId")
        .and_then(Value::as_str)
        .ok_or_else(|| {
            Misshapen::new("/signatureRequestId", "the id of the signature request").into()
        })
}

fn source(body: &mut Body, part: Option<Part>) -> Result<Source, OrderError> {
    let file = file::read(body, part)?;
    let body = &body.map;
    let reopens = match body.get("changeState").filter(|value| !value.is_null()) {
        None => false,
        Some(Value::String(state)) if state == "tosign" => true,
        Some(_) => return Err(Misshapen::new("/changeState", "tosign").into()),
    };
    let stored = match body.get("id").filter(|value| !value.is_null()) {
        None => None,
        Some(Value::String(id)) if id.is_empty() => None,
        Some(Value::String(id)) => Some(id.clone()),
        Some(_) => return Err(Misshapen::new("/id", "the id of a stored document").into()),
    };
    match (file, stored) {
        (Some(file), None) => Ok(Source::New(file)),
        (None, Some(id)) => Ok(Source::Stored { id, reopens }),
        (Some(_), Some(_)) => Err(Misshapen::new("/id", "either id or filedata, not both").into()),
        (None, None) => {
            Err(Misshapen::new("/filedata", "a file, or the id of a stored document in id").into())
        }
    }
}

fn registration(body: &Map<String, Value>) -> Result<Registration, OrderError> {
    const WANTS: &str = "1 to 128 of A-Z a-z 0-9 . _ ~ -, or off";
    match body.get("signatureRequestId") {
        None | Some(Value::Null) => Ok(Registration::Fresh),
        Some(Value::String(text)) if text.is_empty() => Ok(Registration::Fresh),
        Some(Value::String(text)) if text == OFF => Ok(Registration::Off),
        Some(Value::String(text)) => SignatureRequestId::parse(text)
            .map(Registration::Under)
            .map_err(|_| Misshapen::new("/signatureRequestId", WANTS).into()),
        Some(_) => Err(Misshapen::new("/signatureRequestId", WANTS).into()),
    }
}

fn url(body: &Map<String, Value>, names: &[&str]) -> Result<Option<String>, OrderError> {
    const WANTS: &str = "an http or https URL";
    for name in names {
        match body.get(*name) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) if text.trim().is_empty() => {}
            Some(Value::String(text)) if rules::is_web_url(text.trim()) => {
                return Ok(Some(text.trim().to_owned()));
            }
            Some(_) => return Err(Misshapen::new(format!("/{name}"), WANTS).into()),
        }
    }
    Ok(None)
}

fn expiration_time(body: &Map<String, Value>) -> Result<Option<i64>, OrderError> {
    let millis = match body.get("expirationTime") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => return Ok(None),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(Value::Number(number)) => number.as_i64(),
        Some(_) => None,
    };
    millis
        .map(Some)
        .ok_or_else(|| Misshapen::new("/expirationTime", "epoch milliseconds").into())
}

/// `sigData` goes into every signature of the round, encrypted: as JSON, in bytes.
const MAX_SIG_DATA_BYTES: usize = 16 * 1024;

fn sig_data(body: &Map<String, Value>) -> Result<Option<String>, OrderError> {
    const WANTS: &str = "an object of texts: RecipientEmail, InternalDocumentID, AdditionalInfo";
    match body.get("sigData") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(map)) if map.is_empty() => Ok(None),
        Some(data @ Value::Object(map)) if map.values().all(Value::is_string) => {
            let json = data.to_string();
            if json.len() > MAX_SIG_DATA_BYTES {
                return Err(Misshapen::new("/sigData", "at most 16 kB").into());
            }
            Ok(Some(json))
        }
        Some(_) => Err(Misshapen::new("/sigData", WANTS).into()),
    }
}

#[cfg(test)]
mod tests;
