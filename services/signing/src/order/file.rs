//! The file in a body: under either name, in base64, or as a part of a form.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::{Body, OrderError, Part, SentFile, StartState};
use crate::round::Misshapen;

const MAX_FILENAME_CHARS: usize = 255;

/// The file of the body, under either name; the part of a multipart body brings the content from outside.
pub(super) fn read(body: &mut Body, part: Option<Part>) -> Result<Option<SentFile>, OrderError> {
    let key = ["filedata", "file"]
        .into_iter()
        .find(|key| body.map.get(*key).is_some_and(|v| !v.is_null()));
    let mut inner = match key.map(|key| (key, body.map.get_mut(key))) {
        Some((_, Some(Value::Object(inner)))) => std::mem::take(inner),
        Some((key, _)) => return Err(Misshapen::new(format!("/{key}"), "an object").into()),
        None => Map::new(),
    };
    let key = key.unwrap_or("filedata");
    let content = match part {
        Some(part) => Some((part.filename, part.content, Some(part.blob))),
        None => content(&mut inner, key, body)?.map(|content| (None, content, None)),
    };
    let body = &body.map;
    let Some((part_name, content, blob)) = content else {
        if body.contains_key(key) {
            return Err(Misshapen::new(format!("/{key}/content"), "the file in base64").into());
        }
        return Ok(None);
    };
    let named = text(&inner, key, "filename")?.or(text(body, "", "filename")?);
    let state = inner.get("state").or(body.get("state"));
    Ok(Some(SentFile {
        filename: named
            .or(part_name)
            .map(|name| clean_filename(&name))
            .filter(|name| !name.is_empty()),
        start: start_state(state, body.get("preprocessing_tags"), key)?,
        content,
        blob,
    }))
}

fn content(
    inner: &mut Map<String, Value>,
    key: &str,
    body: &mut Body,
) -> Result<Option<Bytes>, OrderError> {
    let Some(name) = ["content", "$content"]
        .into_iter()
        .find(|name| inner.contains_key(*name))
    else {
        return Ok(None);
    };
    let pointer = format!("/{key}/{name}");
    match inner.remove(name) {
        Some(text @ Value::String(_)) => body.file(&text).map(Some).ok_or_else(|| {
            Misshapen::new(pointer, "the file in base64; this is not base64").into()
        }),
        _ => Err(Misshapen::new(pointer, "the file in base64").into()),
    }
}

/// A name without folders, control characters and excess.
fn clean_filename(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    last.chars()
        .filter(|c| !c.is_control())
        .take(MAX_FILENAME_CHARS)
        .collect::<String>()
        .trim()
        .to_owned()
}

fn start_state(
    state: Option<&Value>,
    preprocessing: Option<&Value>,
    key: &str,
) -> Result<StartState, OrderError> {
    if preprocessing.is_some_and(|value| !matches!(value, Value::Null | Value::Bool(false))) {
        return Ok(StartState::Tags);
    }
    match state {
        None | Some(Value::Null) => Ok(StartState::ToSign),
        Some(Value::String(text)) => match text.as_str() {
            "" | "tosign" => Ok(StartState::ToSign),
            "tags" | "preprocessing_tags" => Ok(StartState::Tags),
            "tostamp" => Ok(StartState::ToStamp),
            _ => Err(Misshapen::new(format!("/{key}/state"), "tosign, tags or tostamp").into()),
        },
        Some(_) => Err(Misshapen::new(format!("/{key}/state"), "tosign, tags or tostamp").into()),
    }
}

fn text(map: &Map<String, Value>, under: &str, name: &str) -> Result<Option<String>, OrderError> {
    match map.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => {
            let parent = if under.is_empty() {
                String::new()
            } else {
                format!("/{under}")
            };
            Err(Misshapen::new(format!("{parent}/{name}"), "a text").into())
        }
    }
}
