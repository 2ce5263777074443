//! Writing values into form fields, each with an appearance that shows it.

use lopdf::{Dictionary, Object, ObjectId};
use serde::{Deserialize, Serialize};

use super::embedded::Subset;
use super::form::{self, FormField, FormWidget};
use super::inspect::FieldKind;
use super::read;
use super::revision::Revision;
use super::seal::SealError;
use super::value_appearance::{self, Look};
use super::{inspect, place};

/// A value for one field of the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldValue {
    pub name: String,
    /// Text as typed; for a check box `1` or nothing; for a radio group or a choice the option's value.
    pub value: String,
}

/// What is being written: values at once, looks when all letters of their font are known.
struct Writing<'w, 'a> {
    revision: &'w mut Revision<'a>,
    font: Subset,
    looks: Vec<Look>,
    /// What validators of earlier signatures do not expect to change stays as it is.
    is_signed: bool,
}

pub(super) fn write_values(
    revision: &mut Revision<'_>,
    fields: &[FormField],
    values: &[FieldValue],
    is_signed: bool,
) -> Result<(), SealError> {
    let mut writing = Writing {
        revision,
        font: Subset::new(),
        looks: Vec::new(),
        is_signed,
    };
    for value in values {
        let field = fields
            .iter()
            .find(|field| field.name == value.name)
            .ok_or_else(|| SealError::NoSuchField(value.name.clone()))?;
        match field.kind {
            FieldKind::Signature => return Err(refused(value)),
            FieldKind::Text => writing.text(field, value)?,
            FieldKind::ComboBox | FieldKind::ListBox => writing.choice(field, value)?,
            FieldKind::CheckBox => writing.check(field, value)?,
            FieldKind::Radio => writing.radio(field, value)?,
        }
    }
    writing.finish()
}

fn refused(value: &FieldValue) -> SealError {
    SealError::BadValue {
        name: value.name.clone(),
        value: value.value.clone(),
    }
}

impl Writing<'_, '_> {
    fn text(&mut self, field: &FormField, value: &FieldValue) -> Result<(), SealError> {
        let longest = field
            .attribute(self.revision.document(), b"MaxLen")
            .and_then(|length| usize::try_from(length.as_i64().ok()?).ok());
        if longest.is_some_and(|longest| value.value.chars().count() > longest) {
            return Err(refused(value));
        }
        self.set_text(field, &value.value, &value.value)
    }

    /// Sets the value and shows `shown` in every widget.
    fn set_text(&mut self, field: &FormField, value: &str, shown: &str) -> Result<(), SealError> {
        let document = self.revision.document();
        let looks = value_appearance::looks(document, field, shown, &mut self.font)?;
        self.looks.extend(looks);
        let id = field.id().ok_or(SealError::Structure)?;
        self.revision
            .dictionary_mut(id)?
            .set("V", place::text(value));
        if field.is(form::RICH_TEXT) {
            // The markup beside it still says the old value; as a plain field nobody reads that.
            let flags = form::plain(field.flags);
            self.revision.dictionary_mut(id)?.set("Ff", flags);
        }
        Ok(())
    }

    fn choice(&mut self, field: &FormField, value: &FieldValue) -> Result<(), SealError> {
        let options = inspect::choices(self.revision.document(), field);
        let chosen = options
            .iter()
            .position(|option| option.value == value.value)
            .or_else(|| {
                options
                    .iter()
                    .position(|option| option.label == value.value)
            });
        match chosen.and_then(|index| Some((index, options.get(index)?))) {
            Some((index, option)) => {
                self.set_text(field, &option.value, &option.label)?;
                self.set_index(field, Some(index))
            }
            None if value.value.is_empty() || field.is(form::EDITABLE) || options.is_empty() => {
                self.set_text(field, &value.value, &value.value)?;
                self.set_index(field, None)
            }
            None => Err(refused(value)),
        }
    }

    /// The place of the chosen option in the list, which some readers go by. After a signature only
    /// the value may change; it rules where the two differ.
    fn set_index(&mut self, field: &FormField, index: Option<usize>) -> Result<(), SealError> {
        if self.is_signed {
            return Ok(());
        }
        let id = field.id().ok_or(SealError::Structure)?;
        let own = self.revision.dictionary_mut(id)?;
        match index.and_then(|index| i64::try_from(index).ok()) {
            Some(index) => own.set("I", vec![Object::Integer(index)]),
            None => {
                own.remove(b"I");
            }
        }
        Ok(())
    }

    fn check(&mut self, field: &FormField, value: &FieldValue) -> Result<(), SealError> {
        for widget in &field.widgets {
            self.give_states(field, widget)?;
        }
        let known = form::states(self.revision.document(), field);
        let first = || known.first().map(|state| state.name.clone());
        let state = match value.value.trim().to_ascii_lowercase().as_str() {
            "" | "0" | "false" | "off" | "no" => b"Off".to_vec(),
            "1" | "true" | "on" | "yes" => first().unwrap_or_else(|| form::CHECKED.into()),
            _ => named(&known, &value.value).ok_or_else(|| refused(value))?,
        };
        self.switch(field, &state)
    }

    fn radio(&mut self, field: &FormField, value: &FieldValue) -> Result<(), SealError> {
        let known = form::states(self.revision.document(), field);
        let state = if value.value.is_empty() || value.value == "Off" {
            b"Off".to_vec()
        } else {
            named(&known, &value.value).ok_or_else(|| refused(value))?
        };
        self.switch(field, &state)
    }

    /// Sets the value of a button and the state of each of its widgets.
    fn switch(&mut self, field: &FormField, state: &[u8]) -> Result<(), SealError> {
        for widget in &field.widgets {
            let has = form::on_states(self.revision.document(), widget.id)
                .iter()
                .any(|name| name == state);
            let shown = if has { state.to_vec() } else { b"Off".to_vec() };
            self.revision
                .dictionary_mut(widget.id)?
                .set("AS", Object::Name(shown));
        }
        let id = field.id().ok_or(SealError::Structure)?;
        self.revision
            .dictionary_mut(id)?
            .set("V", Object::Name(state.to_vec()));
        Ok(())
    }

    /// States for a check box whose form brought none.
    fn give_states(&mut self, field: &FormField, widget: &FormWidget) -> Result<(), SealError> {
        if !form::on_states(self.revision.document(), widget.id).is_empty() {
            return Ok(());
        }
        let looks = value_appearance::button_states(self.revision.document(), field, widget);
        let mut states = Dictionary::new();
        states.set(form::CHECKED, self.revision.add(looks.on)?);
        states.set("Off", self.revision.add(looks.off)?);
        let mut appearance = Dictionary::new();
        appearance.set("N", states);
        self.revision
            .dictionary_mut(widget.id)?
            .set("AP", appearance);
        Ok(())
    }

    /// Writes the font of all looks, then the looks.
    fn finish(self) -> Result<(), SealError> {
        let revision = self.revision;
        let font = if self.font.is_empty() {
            None
        } else {
            self.font.write(|object| revision.add(object))?
        };
        for look in self.looks {
            let widget = look.widget;
            let look = revision.add(look.into_stream(font))?;
            revision
                .dictionary_mut(widget)?
                .set("AP", value_appearance::normal(look));
        }
        Ok(())
    }
}

/// The state that a value means: by its name, or by what the form says it stands for.
fn named(states: &[form::State], value: &str) -> Option<Vec<u8>> {
    states
        .iter()
        .find(|state| state.value() == value)
        .or_else(|| states.iter().find(|state| state.label == value))
        .map(|state| state.name.clone())
}

/// The stream that a widget shows now, following its state.
pub(super) fn shown_appearance(revision: &Revision<'_>, widget: ObjectId) -> Option<ObjectId> {
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
