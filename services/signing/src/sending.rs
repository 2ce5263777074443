//! Documents by e-mail: to those whom a tenant names (spec section 7, "Send document"), and to those whom the rule `emailFinal`
//! names once the document is signed. Costs nothing.

use ::mail::Address;
use domain::DocumentId;
use serde_json::{Map, Value};
use store_kit::{StoreError, Tx};
use thiserror::Error;

use crate::answer::SuccessBody;
use crate::confidential::Locked;
use crate::desk::Desk;
use crate::idempotency::{self, Attempt};
use crate::mail::{self, Cause, Letter, PostError};
use crate::round::Misshapen;
use crate::rules::{LANGUAGES, Rules};
use crate::store::{Owner, documents, requests};
use crate::tenant::Tenant;

/// One call writes to this many at most: it is for the parties of a document, not for a campaign.
pub(crate) const MAX_READERS: usize = 20;
const MAX_MESSAGE_CHARS: usize = 2_000;

/// To whom a document is to be sent, and with which words.
#[derive(Debug)]
pub(crate) struct Parcel {
    to: Vec<Address>,
    message: Option<String>,
    lang: Option<String>,
}

/// Why a document was not sent.
#[derive(Debug, Error)]
pub(crate) enum SendError {
    #[error("there is no such document")]
    NotFound(String),
    /// Another call with the same key was faster.
    #[error("the key was used at the same moment")]
    KeyTaken,
    #[error("what the letter says cannot be kept")]
    Locked(#[from] Locked),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<PostError> for SendError {
    fn from(error: PostError) -> Self {
        match error {
            PostError::Store(error) => Self::Store(error),
            PostError::Locked(error) => Self::Locked(error),
        }
    }
}

impl Parcel {
    /// Reads the body of a send.
    pub(crate) fn parse(body: &Map<String, Value>) -> Result<Self, Misshapen> {
        Ok(Self {
            to: readers(body.get("emailTo").unwrap_or(&Value::Null))?,
            message: message(body.get("emailMessage").unwrap_or(&Value::Null))?,
            lang: lang(body)?,
        })
    }
}

/// A list joined by `;` or `|`, or an array; each address once.
fn readers(value: &Value) -> Result<Vec<Address>, Misshapen> {
    let wrong = |wants| Misshapen::new("/emailTo", wants);
    let texts: Vec<&str> = match value {
        Value::String(text) => text.split([';', '|']).collect(),
        Value::Array(items) => items
            .iter()
            .map(|item| item.as_str().unwrap_or_default())
            .collect(),
        _ => return Err(wrong("e-mail addresses joined by ;")),
    };
    let mut readers: Vec<Address> = Vec::new();
    for text in texts {
        if text.trim().is_empty() {
            continue;
        }
        let address = Address::parse(text).map_err(|_| wrong("e-mail addresses joined by ;"))?;
        if readers.iter().all(|known| known.wire() != address.wire()) {
            readers.push(address);
        }
    }
    if readers.is_empty() {
        return Err(wrong("e-mail addresses joined by ;"));
    }
    if MAX_READERS < readers.len() {
        return Err(wrong("at most 20 addresses"));
    }
    Ok(readers)
}

fn message(value: &Value) -> Result<Option<String>, Misshapen> {
    let wrong = || Misshapen::new("/emailMessage", "a text of at most 2,000 characters");
    match value {
        Value::Null => Ok(None),
        Value::String(text) => {
            let text = text.trim();
            let is_plain = text.chars().all(|c| !c.is_control() || c.is_whitespace());
            if MAX_MESSAGE_CHARS < text.chars().count() || !is_plain {
                return Err(wrong());
            }
            Ok((!text.is_empty()).then(|| text.to_owned()))
        }
        _ => Err(wrong()),
    }
}

fn lang(body: &Map<String, Value>) -> Result<Option<String>, Misshapen> {
    match body.get("lang").or_else(|| body.get("language")) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let text = value.as_str().unwrap_or_default().to_ascii_lowercase();
            if LANGUAGES.contains(&text.as_str()) {
                Ok(Some(text))
            } else {
                Err(Misshapen::new("/lang", "one of sk cs en ro uk pl pt hu"))
            }
        }
    }
}

/// Writes the letters and keeps the answer, which is returned, in one transaction.
pub(crate) async fn send(
    desk: &Desk,
    attempt: &Attempt,
    tenant: &Tenant,
    (id, parcel): (&str, &Parcel),
) -> Result<String, SendError> {
    let owner = attempt.owner;
    let unknown = || SendError::NotFound(id.to_owned());
    let parsed = DocumentId::parse(id).map_err(|_| unknown())?;
    let now = desk.clock.now();
    let tx = desk.db.begin().await?;
    let document = documents::lock(&*tx, owner, &parsed).await?;
    let document = document.ok_or_else(unknown)?;
    let rules = Rules {
        lang: parcel.lang.clone(),
        ..Rules::default()
    };
    let letter = Letter::DocumentSent {
        enclosure: mail::enclose(desk, &document),
        message: parcel.message.clone(),
    };
    let cause = Cause {
        owner,
        tenant,
        document: &document.id,
        filename: &document.filename,
        request: None,
        rules: &rules,
    };
    for to in &parcel.to {
        mail::post(desk, &tx, &cause, to, &letter).await?;
    }
    let body = SuccessBody::sent(&document.id).to_text();
    if !idempotency::keep(&*tx, attempt, 202, &body, now).await? {
        return Err(SendError::KeyTaken);
    }
    tx.commit().await?;
    Ok(body)
}

/// Writes to whom the rule `emailFinal` names, in the transaction that makes the signed revision; `document` is as that left it.
pub(crate) async fn tell_readers(
    desk: &Desk,
    tx: &Tx,
    tenant: &Tenant,
    document: &documents::Model,
    request: &requests::Model,
) -> Result<(), PostError> {
    let rules = Rules::stored(&request.rules);
    let readers = rules.readers();
    if readers.is_empty() {
        return Ok(());
    }
    let letter = Letter::SignedDocument(mail::enclose(desk, document));
    let cause = Cause {
        owner: Owner {
            tenant: document.tenant,
            mode: document.mode,
        },
        tenant,
        document: &document.id,
        filename: &document.filename,
        request: Some(&request.id),
        rules: &rules,
    };
    for to in readers
        .into_iter()
        .filter_map(|text| Address::parse(text).ok())
    {
        mail::post(desk, tx, &cause, &to, &letter).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parsed(body: &Value) -> Result<Parcel, String> {
        let map = body.as_object().cloned().unwrap();
        Parcel::parse(&map).map_err(|wrong| wrong.pointer)
    }

    #[test]
    fn addresses_come_as_a_list_or_an_array_and_count_once() {
        for to in [
            json!("a@x.sk; b@y.sk;a@x.sk;"),
            json!("a@x.sk|b@y.sk"),
            json!(["a@x.sk", "b@y.sk"]),
        ] {
            let parcel = parsed(&json!({"emailTo": to, "lang": "EN"})).unwrap();
            let names: Vec<_> = parcel.to.iter().map(Address::as_str).collect();
            assert_eq!(
                (names, parcel.lang.as_deref()),
                (vec!["a@x.sk", "b@y.sk"], Some("en"))
            );
        }
    }

    #[test]
    fn each_wrong_field_is_pointed_at() {
        let many: Vec<String> = (0..=MAX_READERS).map(|at| format!("a{at}@x.sk")).collect();
        for (body, pointer) in [
            (json!({}), "/emailTo"),
            (json!({"emailTo": ";"}), "/emailTo"),
            (json!({"emailTo": 7}), "/emailTo"),
            (json!({"emailTo": [7]}), "/emailTo"),
            (json!({"emailTo": "a@x.sk;nobody"}), "/emailTo"),
            (json!({"emailTo": many}), "/emailTo"),
            (
                json!({"emailTo": "a@x.sk", "emailMessage": "x".repeat(2_001)}),
                "/emailMessage",
            ),
            (
                json!({"emailTo": "a@x.sk", "emailMessage": 7}),
                "/emailMessage",
            ),
            (json!({"emailTo": "a@x.sk", "lang": "de"}), "/lang"),
        ] {
            assert_eq!(parsed(&body).unwrap_err(), pointer, "{body}");
        }
    }
}
