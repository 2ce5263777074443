//! Background and border of a field as its widget's `/MK`, `/BS` and `/Border` want them.

use std::fmt::Write as _;

use lopdf::{Dictionary, Document};

use crate::inspect::FieldKind;
use crate::read;
use crate::text::short;

/// Of a circle's radius: how far its curves' control points stand from their ends.
const ARC: f32 = 0.5523;

/// What a frame goes round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Box,
    /// Radio buttons.
    Circle,
}

impl Shape {
    pub(super) fn of(kind: FieldKind) -> Self {
        match kind {
            FieldKind::Radio => Self::Circle,
            FieldKind::Signature
            | FieldKind::Text
            | FieldKind::CheckBox
            | FieldKind::ComboBox
            | FieldKind::ListBox => Self::Box,
        }
    }

    /// The path at `inset` from the edges.
    fn path(self, (width, height): (f32, f32), inset: f32) -> String {
        match self {
            Self::Box => format!(
                "{} {} {} {} re",
                short(inset),
                short(inset),
                short((width - 2.0 * inset).max(0.0)),
                short((height - 2.0 * inset).max(0.0))
            ),
            Self::Circle => {
                let radius = (width.min(height) / 2.0 - inset).max(0.0);
                circle((width / 2.0, height / 2.0), radius)
            }
        }
    }
}

pub(super) fn circle((x, y): (f32, f32), radius: f32) -> String {
    let at = |right: f32, up: f32| format!("{} {}", short(x + right), short(y + up));
    let (r, c) = (radius, radius * ARC);
    format!(
        "{} m {} {} {} c {} {} {} c {} {} {} c {} {} {} c h",
        at(r, 0.0),
        at(r, c),
        at(c, r),
        at(0.0, r),
        at(-c, r),
        at(-r, c),
        at(-r, 0.0),
        at(-r, -c),
        at(-c, -r),
        at(0.0, -r),
        at(c, -r),
        at(r, -c),
        at(r, 0.0),
    )
}

/// Operators, and the width of the border.
pub(super) fn of(
    document: &Document,
    widget: Option<&Dictionary>,
    size: (f32, f32),
    shape: Shape,
) -> (String, f32) {
    let look = widget.and_then(|widget| read::dictionary(document, widget, b"MK"));
    let colour = |key: &[u8], operators| colour(document, look?, key, operators);
    let mut out = String::new();
    if let Some(colour) = colour(b"BG", ["g", "rg", "k"]) {
        let _infallible = writeln!(out, "q {colour} {} f Q", shape.path(size, 0.0));
    }
    let Some(colour) = colour(b"BC", ["G", "RG", "K"]) else {
        return (out, 0.0);
    };
    let line = border_width(document, widget);
    if line <= 0.0 {
        return (out, 0.0);
    }
    let (dash, is_underline) = style(document, widget);
    let path = if is_underline {
        format!(
            "0 {} m {} {} l",
            short(line / 2.0),
            short(size.0),
            short(line / 2.0)
        )
    } else {
        shape.path(size, line / 2.0)
    };
    let _infallible = writeln!(out, "q {colour} {} w {dash}{path} S Q", short(line));
    (out, line)
}

fn colour(
    document: &Document,
    look: &Dictionary,
    key: &[u8],
    operators: [&str; 3],
) -> Option<String> {
    let numbers: Vec<String> = read::array(document, look, key)?
        .iter()
        .filter_map(|number| read::resolve(document, number).as_float().ok())
        .map(|number| format!("{number:.4}"))
        .collect();
    let operator = match numbers.len() {
        1 => operators.first(),
        3 => operators.get(1),
        4 => operators.get(2),
        _ => None,
    }?;
    Some(format!("{} {operator}", numbers.join(" ")))
}

fn border_width(document: &Document, widget: Option<&Dictionary>) -> f32 {
    let style = widget
        .and_then(|widget| read::dictionary(document, widget, b"BS"))
        .map(|style| read::number(document, style, b"W").unwrap_or(1.0));
    let old = widget
        .and_then(|widget| read::array(document, widget, b"Border"))
        .and_then(|border| read::resolve(document, border.get(2)?).as_float().ok());
    style.or(old).unwrap_or(1.0)
}

/// The dash operator, if it is dashed, and whether only the lower edge is drawn.
fn style(document: &Document, widget: Option<&Dictionary>) -> (String, bool) {
    let style = widget.and_then(|widget| read::dictionary(document, widget, b"BS"));
    match style.and_then(|style| read::name(document, style, b"S")) {
        Some(b"D") => {
            let lengths: Vec<String> = style
                .and_then(|style| read::array(document, style, b"D"))
                .into_iter()
                .flatten()
                .filter_map(|length| length.as_float().ok())
                .filter(|length| *length > 0.0)
                .map(|length| short(length).to_string())
                .collect();
            let lengths = if lengths.is_empty() {
                "3".to_owned()
            } else {
                lengths.join(" ")
            };
            (format!("[{lengths}] 0 d "), false)
        }
        Some(b"U") => (String::new(), true),
        _ => (String::new(), false),
    }
}
