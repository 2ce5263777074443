//! Writing values into form fields, each with an appearance that shows it.

use lopdf::{Dictionary, Object, ObjectId};
use serde::{Deserialize, Serialize};

use super::form::{self, FormField, FormWidget};
use super::inspect::FieldKind;
use super::read;
use super::revision::Revision;
use super::seal::SealError;
use super::{inspect, place, value_appearance};

/// A value for one field of the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldValue {
    pub name: String,
    /// Text as typed; for a check box `1` or nothing; for a radio group or a choice the option's value.
    pub value: String,
}

/// Bit 19: a combo box that also takes what is not in its list.
const EDITABLE: i64 = 1 << 18;
/// The state of a check box whose form brought no appearance.
const CHECKED: &str = "Yes";

pub(super) fn write_values(
    revision: &mut Revision,
    fields: &[FormField],
    values: &[FieldValue],
) -> Result<(), SealError> {
    for value in values {
        let field = fields
            .iter()
            .find(|field| field.name == value.name)
            .ok_or_else(|| SealError::NoSuchField(value.name.clone()))?;
        match field.kind {
            FieldKind::Signature => return Err(refused(value)),
            FieldKind::Text => write_text(revision, field, value, &value.value)?,
            FieldKind::ComboBox | FieldKind::ListBox => write_choice(revision, field, value)?,
            FieldKind::CheckBox => write_check(revision, field, value)?,
            FieldKind::Radio => write_radio(revision, field, value)?,
        }
    }
    Ok(())
}

fn refused(value: &FieldValue) -> SealError {
    SealError::BadValue {
        name: value.name.clone(),
        value: value.value.clone(),
    }
}

/// Sets the value and shows `shown` in every widget.
fn write_text(
    revision: &mut Revision,
    field: &FormField,
    value: &FieldValue,
    shown: &str,
) -> Result<(), SealError> {
    let longest = field
        .attribute(revision.document(), b"MaxLen")
        .and_then(|length| usize::try_from(length.as_i64().ok()?).ok());
    if longest.is_some_and(|longest| value.value.chars().count() > longest) {
        return Err(refused(value));
    }
    for widget in &field.widgets {
        let look = value_appearance::of(revision.document(), field, widget, shown)?;
        let look = revision.add(look)?;
        let mut appearance = Dictionary::new();
        appearance.set("N", look);
        revision.dictionary_mut(widget.id)?.set("AP", appearance);
    }
    let id = field.id().ok_or(SealError::Structure)?;
    revision
        .dictionary_mut(id)?
        .set("V", place::text(&value.value));
    Ok(())
}

fn write_choice(
    revision: &mut Revision,
    field: &FormField,
    value: &FieldValue,
) -> Result<(), SealError> {
    let options = inspect::choices(revision.document(), field);
    let chosen = options
        .iter()
        .find(|option| option.value == value.value)
        .or_else(|| options.iter().find(|option| option.label == value.value));
    match chosen {
        Some(option) => {
            let stored = FieldValue {
                name: value.name.clone(),
                value: option.value.clone(),
            };
            write_text(revision, field, &stored, &option.label)
        }
        None if value.value.is_empty() || field.is(EDITABLE) || options.is_empty() => {
            write_text(revision, field, value, &value.value)
        }
        None => Err(refused(value)),
    }
}

fn write_check(
    revision: &mut Revision,
    field: &FormField,
    value: &FieldValue,
) -> Result<(), SealError> {
    let known: Vec<Vec<u8>> = field
        .widgets
        .iter()
        .flat_map(|widget| form::on_states(revision.document(), widget.id))
        .collect();
    let on = known.first().cloned().unwrap_or_else(|| CHECKED.into());
    let state = match value.value.trim().to_ascii_lowercase().as_str() {
        "1" | "true" | "on" | "yes" => on,
        "" | "0" | "false" | "off" | "no" => b"Off".to_vec(),
        _ => known
            .into_iter()
            .find(|state| state.as_slice() == value.value.as_bytes())
            .ok_or_else(|| refused(value))?,
    };
    for widget in &field.widgets {
        give_check_appearance(revision, field, widget)?;
    }
    switch(revision, field, &state)
}

fn write_radio(
    revision: &mut Revision,
    field: &FormField,
    value: &FieldValue,
) -> Result<(), SealError> {
    let state = if value.value.is_empty() {
        b"Off"
    } else {
        value.value.as_bytes()
    };
    let known = state == b"Off"
        || field.widgets.iter().any(|widget| {
            form::on_states(revision.document(), widget.id)
                .iter()
                .any(|name| name == state)
        });
    if !known {
        return Err(refused(value));
    }
    switch(revision, field, state)
}

/// Sets the value of a button and the state of each of its widgets.
fn switch(revision: &mut Revision, field: &FormField, state: &[u8]) -> Result<(), SealError> {
    for widget in &field.widgets {
        let has = form::on_states(revision.document(), widget.id)
            .iter()
            .any(|name| name == state);
        let shown = if has { state.to_vec() } else { b"Off".to_vec() };
        revision
            .dictionary_mut(widget.id)?
            .set("AS", Object::Name(shown));
    }
    let id = field.id().ok_or(SealError::Structure)?;
    revision
        .dictionary_mut(id)?
        .set("V", Object::Name(state.to_vec()));
    Ok(())
}

fn give_check_appearance(
    revision: &mut Revision,
    field: &FormField,
    widget: &FormWidget,
) -> Result<(), SealError> {
    if !form::on_states(revision.document(), widget.id).is_empty() {
        return Ok(());
    }
    let (on, off) = value_appearance::check_states(revision.document(), field, widget);
    let mut states = Dictionary::new();
    states.set(CHECKED, revision.add(on)?);
    states.set("Off", revision.add(off)?);
    let mut appearance = Dictionary::new();
    appearance.set("N", states);
    revision.dictionary_mut(widget.id)?.set("AP", appearance);
    Ok(())
}

/// The stream that a widget shows now, following its state.
pub(super) fn shown_appearance(revision: &Revision, widget: ObjectId) -> Option<ObjectId> {
    let document = revision.document();
    let dictionary = document.get_dictionary(widget).ok()?;
    let appearance = read::dictionary(document, dictionary, b"AP")?;
    let normal = appearance.get(b"N").ok()?;
    let is_stream = |id: &ObjectId| {
        document
            .get_object(*id)
            .is_ok_and(|object| matches!(object, Object::Stream(_)))
    };
    match normal {
        Object::Reference(id) if is_stream(id) => Some(*id),
        _ => {
            let states = read::resolve(document, normal).as_dict().ok()?;
            let state = read::name(document, dictionary, b"AS")?;
            states
                .get(state)
                .ok()?
                .as_reference()
                .ok()
                .filter(is_stream)
        }
    }
}
