//! What is in a file: pages, form fields and signatures, told in plain types.

use lopdf::{Document, Object, ObjectId};
use serde::{Deserialize, Serialize};

use super::form::{self, FormField, FormWidget};
use super::geometry::{Rect, Turn};
use super::locks;
use super::read::{self, Refusal};

/// Smaller than this, in points, a widget is a hidden one: nobody can be asked to fill it.
const VISIBLE_FROM: f32 = 1.0;

/// A readable, unencrypted file within our limits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inspected {
    pub pages: Vec<Page>,
    pub fields: Vec<Field>,
    /// How many signatures the file carries; any makes it a file that only grows by updates.
    pub signatures: usize,
    /// A certification that allows no further signature field to be added.
    pub is_certified: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page {
    pub media_box: Rect,
    /// The visible part: inside the media box, which it equals where the file names none.
    pub crop_box: Rect,
    pub turn: Turn,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent flags of the file format"
)]
pub struct Field {
    /// Fully qualified.
    pub name: String,
    pub kind: FieldKind,
    /// The file's own Required flag; what the name's prefix demands is not for us to say.
    pub required: bool,
    /// By its own flag, or locked by an earlier signature.
    pub read_only: bool,
    pub multi_line: bool,
    /// A choice that also takes what is not among its options.
    pub takes_other_values: bool,
    pub max_length: Option<usize>,
    /// Text as stored; for a check box `1` (on) or none; for a radio group, and for check boxes of
    /// several states, the chosen state.
    pub value: Option<String>,
    /// What a choice or a radio group can be set to, and the states of a check box that mean more
    /// than on.
    pub options: Vec<FieldOption>,
    /// Where a viewer sees the field; none for one that is hidden.
    pub widgets: Vec<Widget>,
    pub is_signed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum FieldKind {
    Signature,
    Text,
    CheckBox,
    Radio,
    ComboBox,
    ListBox,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldOption {
    /// What is stored.
    pub value: String,
    /// What is shown.
    pub label: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Widget {
    /// Counted from 1.
    pub page: usize,
    pub rect: Rect,
    /// Which of the field's options this one switches on: of radio buttons and check boxes.
    pub state: Option<String>,
}

/// Reads a file and tells what is in it, or refuses it.
pub fn inspect(bytes: &[u8]) -> Result<Inspected, Refusal> {
    describe(&read::open(bytes)?)
}

pub(super) fn describe(document: &Document) -> Result<Inspected, Refusal> {
    let pages = read::page_ids(document)?;
    let fields = form::fields(document, &pages)?;
    let locks = locks::in_force(document, &fields);
    let pages: Vec<Page> = pages.iter().map(|id| page(document, *id)).collect();
    let told = |field: &FormField| {
        let is_locked = locks.iter().any(|lock| lock.covers(&field.name));
        told(document, field, &pages, is_locked)
    };
    Ok(Inspected {
        signatures: signature_count(document, &fields),
        fields: fields.iter().map(told).collect(),
        pages,
        is_certified: locks::certification(document).is_some(),
    })
}

fn page(document: &Document, id: ObjectId) -> Page {
    Page {
        media_box: read::media_box(document, id),
        crop_box: read::crop_box(document, id),
        turn: read::turn(document, id),
    }
}

pub(super) fn signature_count(document: &Document, fields: &[FormField]) -> usize {
    fields
        .iter()
        .filter(|field| field.is_signed(document))
        .count()
}

fn told(document: &Document, field: &FormField, pages: &[Page], is_locked: bool) -> Field {
    let options = options(document, field);
    Field {
        name: field.name.clone(),
        kind: field.kind,
        required: field.is(form::REQUIRED),
        read_only: field.is(form::READ_ONLY) || is_locked,
        multi_line: field.kind == FieldKind::Text && field.is(form::MULTI_LINE),
        takes_other_values: field.kind == FieldKind::ComboBox && field.is(form::EDITABLE),
        max_length: field
            .attribute(document, b"MaxLen")
            .and_then(|length| usize::try_from(length.as_i64().ok()?).ok()),
        value: value(document, field),
        widgets: field
            .widgets
            .iter()
            .filter_map(|widget| {
                Some(Widget {
                    state: state(document, widget, &options),
                    ..seen(document, widget, pages)?
                })
            })
            .collect(),
        options,
        is_signed: field.is_signed(document),
    }
}

/// Which of the options a button's widget switches on.
fn state(document: &Document, widget: &FormWidget, options: &[FieldOption]) -> Option<String> {
    let own = form::on_states(document, widget.id).into_iter().next()?;
    let own = String::from_utf8_lossy(&own).into_owned();
    options
        .iter()
        .any(|option| option.value == own)
        .then_some(own)
}

/// A widget as a viewer sees it: on the visible part of a page, of some size, and not hidden.
fn seen(document: &Document, widget: &FormWidget, pages: &[Page]) -> Option<Widget> {
    let page = widget.page?;
    let dictionary = document.get_dictionary(widget.id).ok()?;
    let flags = read::integer(document, dictionary, b"F").unwrap_or(0);
    let rect = widget.rect;
    let part = rect.within(pages.get(page)?.crop_box)?;
    let is_hidden = flags & form::NOT_SHOWN != 0;
    let is_large_enough = VISIBLE_FROM <= part.width && VISIBLE_FROM <= part.height;
    (!is_hidden && is_large_enough).then(|| Widget {
        page: page + 1,
        rect,
        state: None,
    })
}

fn value(document: &Document, field: &FormField) -> Option<String> {
    let value = field.attribute(document, b"V")?;
    match field.kind {
        FieldKind::Signature => None,
        FieldKind::CheckBox if value.as_name().ok()? == b"Off" => None,
        FieldKind::CheckBox if form::states(document, field).len() < 2 => Some("1".to_owned()),
        FieldKind::CheckBox => read::text_of(value),
        FieldKind::Radio => read::text_of(value).filter(|state| state != "Off"),
        FieldKind::Text | FieldKind::ComboBox | FieldKind::ListBox => match value {
            Object::Array(chosen) => chosen.first().and_then(read::text_of),
            single => read::text_of(single),
        },
    }
}

fn options(document: &Document, field: &FormField) -> Vec<FieldOption> {
    match field.kind {
        FieldKind::ComboBox | FieldKind::ListBox => choices(document, field),
        FieldKind::CheckBox if form::states(document, field).len() < 2 => Vec::new(),
        FieldKind::Radio | FieldKind::CheckBox => form::states(document, field)
            .into_iter()
            .map(|state| FieldOption {
                value: state.value(),
                label: state.label,
            })
            .collect(),
        FieldKind::Signature | FieldKind::Text => Vec::new(),
    }
}

/// What a text or choice field shows: its value, or the label of the chosen option.
pub(super) fn shown_text(document: &Document, field: &FormField) -> Option<String> {
    let value = value(document, field)?;
    let label = choices(document, field)
        .into_iter()
        .find(|option| option.value == value)
        .map(|option| option.label);
    Some(label.unwrap_or(value))
}

pub(super) fn choices(document: &Document, field: &FormField) -> Vec<FieldOption> {
    let listed = field
        .attribute(document, b"Opt")
        .and_then(|list| list.as_array().ok());
    listed
        .into_iter()
        .flatten()
        .filter_map(|item| match read::resolve(document, item) {
            Object::Array(pair) => Some(FieldOption {
                value: read::text_of(read::resolve(document, pair.first()?))?,
                label: read::text_of(read::resolve(document, pair.get(1)?))?,
            }),
            single => {
                let text = read::text_of(single)?;
                Some(FieldOption {
                    value: text.clone(),
                    label: text,
                })
            }
        })
        .collect()
}
