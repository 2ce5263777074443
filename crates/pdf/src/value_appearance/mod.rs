//! What a filled field looks like: its text in the embedded font, check marks, and the field's own
//! background and border.

mod buttons;
mod frame;
mod layout;
mod setting;

use std::fmt::Write as _;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::appearance;
use super::embedded::{self, Subset};
use super::form::{self, FormField, FormWidget};
use super::geometry::Turn;
use super::inspect::{self, FieldKind};
use super::text::{Unwritable, short};

pub(super) use buttons::button_states;
use setting::Setting;

/// How a widget shall look, before the font that it needs is written.
pub(super) struct Look {
    pub(super) widget: ObjectId,
    content: String,
    size: (f32, f32),
    turn: Turn,
}

impl Look {
    /// The appearance stream; `font` is the embedded font, where there is one.
    pub(super) fn into_stream(self, font: Option<ObjectId>) -> Stream {
        let mut form = appearance::form(self.content.into_bytes(), self.size, self.turn);
        let mut resources = Dictionary::new();
        if let Some(font) = font {
            let mut fonts = Dictionary::new();
            fonts.set(embedded::RESOURCE, font);
            resources.set("Font", fonts);
        }
        form.dict.set("Resources", resources);
        form
    }
}

/// The looks of a text or choice field whose value is `text` and shows as such.
pub(super) fn looks(
    document: &Document,
    field: &FormField,
    text: &str,
    font: &mut Subset,
) -> Result<Vec<Look>, Unwritable> {
    field
        .widgets
        .iter()
        .map(|widget| of(document, field, widget, text, font))
        .collect()
}

fn of(
    document: &Document,
    field: &FormField,
    widget: &FormWidget,
    text: &str,
    font: &mut Subset,
) -> Result<Look, Unwritable> {
    let setting = Setting::of(document, field, widget);
    let body = match field.kind {
        FieldKind::ListBox => {
            let options = inspect::choices(document, field);
            let labels: Vec<&str> = options.iter().map(|one| one.label.as_str()).collect();
            layout::list(&setting, &labels, text, font)?
        }
        FieldKind::Text if field.is(form::PASSWORD) => {
            let hidden = "*".repeat(text.chars().count());
            layout::body(&setting, &hidden, font)?
        }
        _ => layout::body(&setting, text, font)?,
    };
    let (width, height) = setting.size;
    let inset = setting.border.max(1.0);
    let mut content = setting.frame.clone();
    let _infallible = write!(
        content,
        "/Tx BMC\nq\n{} {} {} {} re W n\n{}{body}Q\nEMC\n",
        short(inset),
        short(inset),
        short((width - 2.0 * inset).max(0.0)),
        short((height - 2.0 * inset).max(0.0)),
        setting.colour,
    );
    Ok(Look {
        widget: widget.id,
        content,
        size: setting.size,
        turn: setting.turn,
    })
}

/// The dictionary that makes a stream the normal look of a widget.
pub(super) fn normal(look: ObjectId) -> Dictionary {
    let mut appearance = Dictionary::new();
    appearance.set("N", Object::Reference(look));
    appearance
}
