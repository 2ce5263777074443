//! The states of check boxes and radio buttons whose form brought no looks for them.

use lopdf::{Document, Stream};

use super::frame;
use super::setting::Setting;
use crate::appearance;
use crate::form::{self, FormField, FormWidget};
use crate::inspect::FieldKind;
use crate::read;
use crate::text::short;

const MARK: &str = "0.1 0.12 0.2";

/// On, and its frame alone.
pub(crate) struct ButtonStates {
    pub(crate) on: Stream,
    pub(crate) off: Stream,
}

pub(crate) fn button_states(
    document: &Document,
    field: &FormField,
    widget: &FormWidget,
) -> ButtonStates {
    let setting = Setting::of(document, field, widget);
    let mark = mark(wanted(document, field, widget), setting.size);
    let look = |content: String| appearance::form(content.into_bytes(), setting.size, setting.turn);
    ButtonStates {
        on: look(format!("{}q\n{mark}Q\n", setting.frame)),
        off: look(setting.frame.clone()),
    }
}

/// The character of the dingbats font that the widget wants as its mark.
fn wanted(document: &Document, field: &FormField, widget: &FormWidget) -> char {
    let usual = if field.kind == FieldKind::Radio {
        'l'
    } else {
        '4'
    };
    form::dictionary(document, widget.id)
        .and_then(|widget| read::dictionary(document, widget, b"MK"))
        .and_then(|look| read::text(document, look, b"CA"))
        .and_then(|caption| caption.chars().next())
        .unwrap_or(usual)
}

/// The mark as a drawing: no reader needs a font for it.
fn mark(kind: char, (width, height): (f32, f32)) -> String {
    let side = width.min(height);
    let at = |x: f32, y: f32| {
        let x = (width - side) / 2.0 + x * side;
        let y = (height - side) / 2.0 + y * side;
        format!("{} {}", short(x), short(y))
    };
    let line = short(side * 0.11);
    match kind {
        'l' => {
            let middle = (width / 2.0, height / 2.0);
            format!("{MARK} rg {} f\n", frame::circle(middle, side * 0.25))
        }
        'n' => format!(
            "{MARK} rg {} m {} l {} l {} l h f\n",
            at(0.25, 0.25),
            at(0.75, 0.25),
            at(0.75, 0.75),
            at(0.25, 0.75)
        ),
        'u' => format!(
            "{MARK} rg {} m {} l {} l {} l h f\n",
            at(0.5, 0.2),
            at(0.8, 0.5),
            at(0.5, 0.8),
            at(0.2, 0.5)
        ),
        '8' => format!(
            "{MARK} RG {line} w 1 J {} m {} l {} m {} l S\n",
            at(0.25, 0.25),
            at(0.75, 0.75),
            at(0.25, 0.75),
            at(0.75, 0.25)
        ),
        _ => format!(
            "{MARK} RG {line} w 1 J 1 j {} m {} l {} l S\n",
            at(0.22, 0.5),
            at(0.42, 0.28),
            at(0.78, 0.74)
        ),
    }
}
