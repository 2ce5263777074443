//! A form made whole before anybody signs: every field that shows something gets a look that all
//! readers draw alike, and every font that the form names is there.

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::embedded::Subset;
use super::form::{self, FormField};
use super::inspect::{self, FieldKind};
use super::value_appearance::{self, Look, button_states};
use super::{helvetica, read};

/// What fields without a default appearance get: automatic size, black.
const DEFAULT_APPEARANCE: &str = "/Helv 0 Tf 0 g";

/// Completes the form of a document without signatures.
///
/// `/NeedAppearances` makes readers redraw fields when the file opens, which looks like a change
/// after signing: what they would draw is drawn here and the flag goes. A text that our font cannot
/// show keeps the look it came with.
pub(super) fn complete(document: &mut Document, fields: &[FormField]) -> lopdf::Result<()> {
    let must_redraw = form_mut(document)
        .and_then(|form| form.remove(b"NeedAppearances"))
        .is_some_and(|flag| matches!(flag, Object::Boolean(true)));
    for field in fields {
        make_plain(document, field);
    }
    let mut font = Subset::new();
    let mut looks: Vec<Look> = Vec::new();
    for field in fields {
        match field.kind {
            FieldKind::Text | FieldKind::ComboBox | FieldKind::ListBox => {
                looks.extend(text_looks(document, field, must_redraw, &mut font));
            }
            FieldKind::CheckBox | FieldKind::Radio => give_states(document, field)?,
            FieldKind::Signature => {}
        }
    }
    write_looks(document, looks, &font)?;
    name_fonts(document, fields);
    Ok(())
}

/// The form's dictionary for changing, wherever it stands.
pub(super) fn form_mut(document: &mut Document) -> Option<&mut Dictionary> {
    let own = match read::catalog(document)?.get(b"AcroForm").ok()? {
        Object::Reference(id) => Some(*id),
        _ => None,
    };
    if let Some(id) = own {
        return document.get_dictionary_mut(id).ok();
    }
    let root = document
        .trailer
        .get(b"Root")
        .and_then(Object::as_reference)
        .ok()?;
    document
        .get_dictionary_mut(root)
        .ok()?
        .get_mut(b"AcroForm")
        .and_then(Object::as_dict_mut)
        .ok()
}

/// Rich text says its value a second time, as markup; the plain value is what is filled in.
fn make_plain(document: &mut Document, field: &FormField) {
    if field.kind != FieldKind::Text || !field.is(form::RICH_TEXT) {
        return;
    }
    for id in &field.lineage {
        if let Ok(node) = document.get_dictionary_mut(*id) {
            node.remove(b"RV");
            node.remove(b"DS");
        }
    }
    let own = field
        .id()
        .and_then(|id| document.get_dictionary_mut(id).ok());
    if let Some(own) = own {
        own.set("Ff", form::plain(field.flags));
    }
}

fn text_looks(
    document: &Document,
    field: &FormField,
    must_redraw: bool,
    font: &mut Subset,
) -> Vec<Look> {
    let shown = inspect::shown_text(document, field).unwrap_or_default();
    let lacks_look = |widget: &form::FormWidget| {
        document
            .get_dictionary(widget.id)
            .is_ok_and(|widget| !widget.has(b"AP"))
    };
    let is_list = field.kind == FieldKind::ListBox;
    let has_something_to_show = is_list || !shown.is_empty();
    let is_wanted = must_redraw || has_something_to_show && field.widgets.iter().any(lacks_look);
    if !is_wanted {
        return Vec::new();
    }
    value_appearance::looks(document, field, &shown, font).unwrap_or_default()
}

fn write_looks(document: &mut Document, looks: Vec<Look>, font: &Subset) -> lopdf::Result<()> {
    if looks.is_empty() {
        return Ok(());
    }
    let font = if font.is_empty() {
        None
    } else {
        font.write(|object| document.try_add_object(object))?
    };
    for look in looks {
        let widget = look.widget;
        let look = document.try_add_object(look.into_stream(font))?;
        document
            .get_dictionary_mut(widget)?
            .set("AP", value_appearance::normal(look));
    }
    Ok(())
}

/// Buttons whose form brought no looks: they get a state to be switched to, and its look.
fn give_states(document: &mut Document, field: &FormField) -> lopdf::Result<()> {
    for (index, widget) in field.widgets.iter().enumerate() {
        if !form::on_states(document, widget.id).is_empty() {
            continue;
        }
        let states = button_states(document, field, widget);
        let own = document.get_dictionary(widget.id)?;
        let was_on = read::name(document, own, b"AS").filter(|state| *state != b"Off");
        let name = match (was_on, field.kind) {
            (Some(state), _) => state.to_vec(),
            (None, FieldKind::Radio) => index.to_string().into_bytes(),
            (None, _) => form::CHECKED.as_bytes().to_vec(),
        };
        let is_on = field
            .attribute(document, b"V")
            .and_then(|value| value.as_name().ok())
            == Some(name.as_slice());
        let shown = if is_on { name.clone() } else { b"Off".to_vec() };
        let mut looks = Dictionary::new();
        looks.set(name, document.try_add_object(states.on)?);
        looks.set("Off", document.try_add_object(states.off)?);
        let mut appearance = Dictionary::new();
        appearance.set("N", looks);
        let own = document.get_dictionary_mut(widget.id)?;
        own.set("AP", appearance);
        own.set("AS", Object::Name(shown));
    }
    Ok(())
}

/// A program that writes a field anew looks its font up in the form's resources: whatever name a
/// field uses is there, at least as one of the fonts that every reader has.
fn name_fonts(document: &mut Document, fields: &[FormField]) {
    let writes = |field: &&FormField| {
        !matches!(
            field.kind,
            FieldKind::Signature | FieldKind::CheckBox | FieldKind::Radio
        )
    };
    let mut used: Vec<Vec<u8>> = fields
        .iter()
        .filter(writes)
        .flat_map(|field| {
            let of_widgets = field.widgets.iter().map(|widget| widget.id);
            let own = |id: ObjectId| {
                let node = document.get_dictionary(id).ok()?;
                font_name(&read::text(document, node, b"DA")?)
            };
            of_widgets
                .chain(field.lineage.iter().copied())
                .filter_map(own)
                .collect::<Vec<_>>()
        })
        .collect();
    if !fields.iter().any(|field| writes(&field)) {
        return;
    }
    let of_form = read::acro_form(document).and_then(|form| read::text(document, form, b"DA"));
    let default = of_form.as_deref().unwrap_or(DEFAULT_APPEARANCE);
    used.extend(font_name(default));
    let mut resources = read::acro_form(document)
        .and_then(|form| read::dictionary(document, form, b"DR"))
        .cloned()
        .unwrap_or_default();
    let mut fonts = read::dictionary(document, &resources, b"Font")
        .cloned()
        .unwrap_or_default();
    let missing: Vec<Vec<u8>> = used.into_iter().filter(|name| !fonts.has(name)).collect();
    if missing.is_empty() && of_form.is_some() {
        return;
    }
    for name in missing {
        fonts.set(name, helvetica::font("Helvetica"));
    }
    resources.set("Font", fonts);
    if let Some(form) = form_mut(document) {
        form.set("DR", resources);
        if of_form.is_none() {
            form.set("DA", Object::string_literal(DEFAULT_APPEARANCE));
        }
    }
}

/// The font's name in a default appearance such as `/Helv 10 Tf 0 g`.
fn font_name(default_appearance: &str) -> Option<Vec<u8>> {
    let mut tokens = default_appearance.split_ascii_whitespace();
    let mut before = ("", "");
    tokens.find_map(|token| {
        let name = (token == "Tf")
            .then(|| before.0.strip_prefix('/'))
            .flatten()
            .filter(|name| !name.is_empty());
        before = (before.1, token);
        name.map(|name| name.as_bytes().to_vec())
    })
}
