//! How a field wants its text: from its default appearance, its flags and its widget.

use lopdf::Document;

use super::frame;
use crate::form::{self, FormField, FormWidget};
use crate::geometry::Turn;
use crate::inspect::FieldKind;
use crate::read;
use crate::text::short;

pub(super) struct Setting {
    /// Width and height of the text's own upright box.
    pub(super) size: (f32, f32),
    pub(super) turn: Turn,
    /// 0 = automatic.
    pub(super) font_size: f32,
    /// An operator that sets the colour of the text.
    pub(super) colour: String,
    /// 0 left, 1 middle, 2 right.
    pub(super) quadding: i64,
    pub(super) is_multi_line: bool,
    /// Equal cells, one a character.
    pub(super) cells: Option<usize>,
    /// Operators that draw background and border.
    pub(super) frame: String,
    /// Width of the border, nothing where there is none.
    pub(super) border: f32,
    /// The first option that a list shows.
    pub(super) top_index: usize,
}

impl Setting {
    pub(super) fn of(document: &Document, field: &FormField, widget: &FormWidget) -> Self {
        let dictionary = form::dictionary(document, widget.id);
        let own = |key: &[u8]| read::entry(document, dictionary?, key);
        let from_form = |key: &[u8]| read::entry(document, read::acro_form(document)?, key);
        let inherited = |key: &[u8]| {
            own(key)
                .or_else(|| field.attribute(document, key))
                .or_else(|| from_form(key))
        };
        let default = inherited(b"DA").and_then(read::text_of).unwrap_or_default();
        let (font_size, colour) = default_appearance(&default);
        let turn = turn(document, widget);
        let size = turn.seen(widget.rect.width, widget.rect.height);
        let (frame, border) = frame::of(document, dictionary, size, frame::Shape::of(field.kind));
        let is_text = field.kind == FieldKind::Text;
        let number = |key: &[u8]| {
            field
                .attribute(document, key)
                .and_then(|number| usize::try_from(number.as_i64().ok()?).ok())
        };
        Self {
            size,
            turn,
            font_size,
            colour,
            quadding: inherited(b"Q")
                .and_then(|quadding| quadding.as_i64().ok())
                .unwrap_or(0),
            is_multi_line: is_text && field.is(form::MULTI_LINE),
            cells: number(b"MaxLen").filter(|length| {
                is_text
                    && *length > 0
                    && field.is(form::COMB)
                    && !field.is(form::MULTI_LINE)
                    && !field.is(form::PASSWORD)
            }),
            frame,
            border,
            top_index: number(b"TI").unwrap_or(0),
        }
    }
}

/// How the text is turned against the page: as the widget says. Where it says nothing on a turned
/// page, the text is upright for the viewer if it is a line there, else it runs with the page.
fn turn(document: &Document, widget: &FormWidget) -> Turn {
    let said = form::dictionary(document, widget.id)
        .and_then(|widget| read::dictionary(document, widget, b"MK"))
        .and_then(|look| read::integer(document, look, b"R"));
    if let Some(degrees) = said {
        return Turn::from_degrees(degrees);
    }
    let of_page = widget
        .page
        .and_then(|index| document.page_iter().nth(index))
        .map_or(Turn::None, |page| read::turn(document, page));
    let (width, height) = of_page.seen(widget.rect.width, widget.rect.height);
    if height <= width { of_page } else { Turn::None }
}

/// Font size and colour operator of a default appearance such as `/Helv 10 Tf 0 0 1 rg`.
fn default_appearance(text: &str) -> (f32, String) {
    let mut operands: Vec<&str> = Vec::new();
    let (mut size, mut colour) = (0.0, String::from("0 g\n"));
    for token in text.split_ascii_whitespace() {
        match token {
            "Tf" => {
                size = operands
                    .last()
                    .and_then(|size| size.parse().ok())
                    .unwrap_or(0.0);
                operands.clear();
            }
            "g" | "rg" | "k" => {
                let numbers: Vec<f32> = operands
                    .iter()
                    .filter_map(|number| number.parse().ok())
                    .collect();
                let wanted = match token {
                    "g" => 1,
                    "rg" => 3,
                    _ => 4,
                };
                if numbers.len() == wanted {
                    let numbers: Vec<String> = numbers
                        .into_iter()
                        .map(|number| short(number).to_string())
                        .collect();
                    colour = format!("{} {token}\n", numbers.join(" "));
                }
                operands.clear();
            }
            operand => operands.push(operand),
        }
    }
    let usable = |size: f32| size.is_finite() && (0.5..=300.0).contains(&size);
    (if usable(size) { size } else { 0.0 }, colour)
}
