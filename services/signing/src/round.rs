//! What one round of signing may touch: which fields, with which values, and which must be filled (spec sections 3 and 9).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A kind of field as `allowedFields` and `ignoreRequired` name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum FieldGroup {
    Text,
    Checkbox,
    Signature,
    Radio,
    Combobox,
}

impl FieldGroup {
    const ALL: [Self; 5] = [
        Self::Text,
        Self::Checkbox,
        Self::Signature,
        Self::Radio,
        Self::Combobox,
    ];

    fn parse(text: &str) -> Option<Self> {
        match text.trim().to_ascii_uppercase().as_str() {
            "TEXT" => Some(Self::Text),
            "CHECKBOX" => Some(Self::Checkbox),
            "SIGNATURE" => Some(Self::Signature),
            "RADIO" => Some(Self::Radio),
            "COMBOBOX" => Some(Self::Combobox),
            _ => None,
        }
    }
}

/// A value that the sender wrote into a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FieldConfig {
    pub(crate) name: String,
    pub(crate) value: Option<String>,
    pub(crate) read_only: bool,
}

/// What happens to form fields once signing starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum BeforeSigning {
    #[default]
    Flatten,
    ReadOnly,
    Keep,
}

/// One round, as the request keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Round {
    /// `None`: all fields. A group that is absent allows no field of its kind.
    pub(crate) allowed: Option<BTreeMap<FieldGroup, BTreeSet<String>>>,
    pub(crate) config: Vec<FieldConfig>,
    pub(crate) ignore_required: BTreeSet<FieldGroup>,
    pub(crate) before_signing: BeforeSigning,
}

/// A field of the body that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {wants}")]
pub(crate) struct Misshapen {
    /// JSON pointer into the body.
    pub(crate) pointer: String,
    pub(crate) wants: &'static str,
}

impl Misshapen {
    pub(crate) fn new(pointer: impl Into<String>, wants: &'static str) -> Self {
        Self {
            pointer: pointer.into(),
            wants,
        }
    }
}

impl Round {
    /// A round as a row keeps it; what no row of ours can hold reads as a round over all fields.
    pub(crate) fn stored(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    pub(crate) fn to_stored(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| "{}".to_owned())
    }

    /// Whether a field belongs to this round.
    pub(crate) fn allows(&self, group: FieldGroup, name: &str) -> bool {
        self.allowed.as_ref().is_none_or(|allowed| {
            allowed
                .get(&group)
                .is_some_and(|listed| listed.iter().any(|one| names(one, name)))
        })
    }

    pub(crate) fn configured(&self, name: &str) -> Option<&FieldConfig> {
        self.config.iter().find(|one| names(&one.name, name))
    }

    /// A name the sender used that is none of the document's.
    pub(crate) fn unknown_name<'a>(&'a self, known: &BTreeSet<&str>) -> Option<&'a str> {
        let allowed = self.allowed.iter().flat_map(BTreeMap::values).flatten();
        let configured = self.config.iter().map(|one| &one.name);
        allowed
            .chain(configured)
            .map(String::as_str)
            .find(|given| !known.iter().any(|field| names(given, field)))
    }

    /// Reads the round's fields of a create's body.
    pub(crate) fn parse(body: &serde_json::Map<String, Value>) -> Result<Self, Misshapen> {
        Ok(Self {
            allowed: allowed_fields(body.get("allowedFields"))?,
            config: field_config(body.get("fieldConfig"))?,
            ignore_required: ignore_required(body.get("ignoreRequired"))?,
            before_signing: before_signing(body.get("fieldsBeforeSigning"))?,
        })
    }
}

/// Whether a name as the sender gave it means a field: its full name, or the tag that it came from.
pub(crate) fn names(given: &str, field: &str) -> bool {
    let tag = given
        .strip_prefix('_')
        .and_then(|inner| inner.strip_suffix('_'));
    given == field || tag == Some(field)
}

fn allowed_fields(
    value: Option<&Value>,
) -> Result<Option<BTreeMap<FieldGroup, BTreeSet<String>>>, Misshapen> {
    const WANTS: &str = "an object keyed TEXT, CHECKBOX, SIGNATURE, RADIO, COMBOBOX";
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(list)) if list.is_empty() => Ok(None),
        Some(Value::Object(map)) if map.is_empty() => Ok(None),
        Some(Value::Object(map)) => map
            .iter()
            .map(|(key, names)| {
                let pointer = format!("/allowedFields/{key}");
                let group =
                    FieldGroup::parse(key).ok_or_else(|| Misshapen::new(&pointer, WANTS))?;
                Ok((group, field_names(names, &pointer)?))
            })
            .collect::<Result<_, _>>()
            .map(Some),
        // Some clients send the object as text.
        Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
        Some(Value::String(text)) => match serde_json::from_str::<Value>(text) {
            Ok(inner @ (Value::Object(_) | Value::Array(_))) => allowed_fields(Some(&inner)),
            Ok(_) => Err(Misshapen::new("/allowedFields", WANTS)),
            // Names alone: whatever kind the fields are of.
            Err(_) => {
                let listed = field_names(&Value::String(text.clone()), "/allowedFields")?;
                Ok(Some(
                    FieldGroup::ALL.map(|group| (group, listed.clone())).into(),
                ))
            }
        },
        Some(_) => Err(Misshapen::new("/allowedFields", WANTS)),
    }
}

/// A name, names joined by `;`, or an array of either.
fn field_names(value: &Value, pointer: &str) -> Result<BTreeSet<String>, Misshapen> {
    const WANTS: &str = "a name, names joined by ; or an array of names";
    let texts = match value {
        Value::Null => vec![],
        Value::String(text) => vec![text.as_str()],
        Value::Array(items) => items
            .iter()
            .map(|item| item.as_str().ok_or_else(|| Misshapen::new(pointer, WANTS)))
            .collect::<Result<_, _>>()?,
        _ => return Err(Misshapen::new(pointer, WANTS)),
    };
    let names = texts.iter().flat_map(|text| text.split(';'));
    Ok(names
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect())
}

fn field_config(value: Option<&Value>) -> Result<Vec<FieldConfig>, Misshapen> {
    const WANTS: &str = "an array of {name, value, readOnly}";
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return Ok(vec![]);
    };
    let items = value
        .as_array()
        .ok_or_else(|| Misshapen::new("/fieldConfig", WANTS))?;
    items
        .iter()
        .enumerate()
        .map(|(at, item)| {
            let wrong =
                |field: &str, wants| Misshapen::new(format!("/fieldConfig/{at}{field}"), wants);
            let name = item
                .get("name")
                .and_then(Value::as_str)
                .filter(|name| !name.is_empty());
            let value = match item.get("value") {
                None | Some(Value::Null) => None,
                Some(Value::String(text)) => Some(text.clone()),
                Some(Value::Bool(on)) => Some(if *on { "1" } else { "0" }.to_owned()),
                Some(Value::Number(number)) => Some(number.to_string()),
                Some(_) => return Err(wrong("/value", "a text")),
            };
            Ok(FieldConfig {
                name: name
                    .ok_or_else(|| wrong("/name", "the name of a field"))?
                    .to_owned(),
                value,
                read_only: flag(item.get("readOnly"))
                    .ok_or_else(|| wrong("/readOnly", "true or false"))?,
            })
        })
        .collect()
}

/// `false` when absent; `None` when it is neither true nor false.
fn flag(value: Option<&Value>) -> Option<bool> {
    match value {
        None | Some(Value::Null) => Some(false),
        Some(Value::Bool(on)) => Some(*on),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(_) => None,
    }
}

fn ignore_required(value: Option<&Value>) -> Result<BTreeSet<FieldGroup>, Misshapen> {
    let wrong = || {
        Misshapen::new(
            "/ignoreRequired",
            "an array of TEXT, CHECKBOX, SIGNATURE, RADIO, COMBOBOX",
        )
    };
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return Ok(BTreeSet::new());
    };
    field_names(value, "/ignoreRequired")
        .map_err(|_| wrong())?
        .iter()
        .map(|name| FieldGroup::parse(name).ok_or_else(wrong))
        .collect()
}

fn before_signing(value: Option<&Value>) -> Result<BeforeSigning, Misshapen> {
    match value {
        None | Some(Value::Null) => Ok(BeforeSigning::default()),
        Some(Value::String(text)) if text == "flatten" => Ok(BeforeSigning::Flatten),
        Some(Value::String(text)) if text == "readOnly" => Ok(BeforeSigning::ReadOnly),
        Some(Value::String(text)) if text == "keep" => Ok(BeforeSigning::Keep),
        Some(_) => Err(Misshapen::new(
            "/fieldsBeforeSigning",
            "flatten, readOnly or keep",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn round(body: &Value) -> Result<Round, Misshapen> {
        Round::parse(body.as_object().unwrap())
    }

    #[test]
    fn absent_or_empty_allows_all_and_one_key_excludes_the_others() {
        for all in [
            json!({}),
            json!({"allowedFields": []}),
            json!({"allowedFields": {}}),
        ] {
            assert!(round(&all).unwrap().allows(FieldGroup::Text, "T1"));
        }
        let some =
            round(&json!({"allowedFields": {"SIGNATURE": "S1;S2", "TEXT": ["T1", "T2;T3"]}}))
                .unwrap();
        assert!(some.allows(FieldGroup::Signature, "S2"));
        assert!(some.allows(FieldGroup::Text, "T3"));
        assert!(!some.allows(FieldGroup::Checkbox, "C1"));
        assert_eq!(Round::stored(&some.to_stored()), some);
    }

    #[test]
    fn a_name_that_the_document_lacks_is_found() {
        let some = round(&json!({"allowedFields": {"TEXT": "A"}, "fieldConfig": [{"name": "B"}]}))
            .unwrap();
        assert_eq!(some.unknown_name(&BTreeSet::from(["A"])), Some("B"));
        assert_eq!(some.unknown_name(&BTreeSet::from(["A", "B"])), None);
    }

    #[test]
    fn a_wrong_shape_is_told_by_its_pointer() {
        let wrong = round(&json!({"fieldConfig": [{"name": "A"}, {"value": "x"}]})).unwrap_err();
        assert_eq!(wrong.pointer, "/fieldConfig/1/name");
        assert!(round(&json!({"ignoreRequired": ["FOO"]})).is_err());
        assert!(round(&json!({"allowedFields": {"FOO": "x"}})).is_err());
    }
}
