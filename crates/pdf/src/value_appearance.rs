//! What a filled field looks like: text in Helvetica (outlines where Helvetica lacks a letter),
//! check marks, and the field's own background and border.

use std::fmt::Write as _;

use lopdf::{Dictionary, Document, Object, Stream};

use super::form::{self, FormField, FormWidget};
use super::geometry::Turn;
use super::inspect::FieldKind;
use super::text::{Face, Line, Unwritable, line, short};
use super::{appearance, helvetica, place, read};

const PADDING: f32 = 2.0;
/// The size for "automatic", before it is made to fit.
const LARGEST_AUTOMATIC: f32 = 12.0;
const SMALLEST_AUTOMATIC: f32 = 4.0;
const LEADING: f32 = 1.16;

/// The appearance of a text or choice field that shows `text`.
pub(super) fn of(
    document: &Document,
    field: &FormField,
    widget: &FormWidget,
    text: &str,
) -> Result<Stream, Unwritable> {
    let setting = Setting::of(document, field, widget);
    let shown = if field.is(form::PASSWORD) && field.kind == FieldKind::Text {
        "*".repeat(text.chars().count())
    } else {
        text.to_owned()
    };
    let mut content = setting.frame.clone();
    let _infallible = write!(
        content,
        "/Tx BMC\nq\n1 1 {} {} re W n\n{}",
        short(setting.width - 2.0),
        short(setting.height - 2.0),
        setting.colour
    );
    content.push_str(&setting.body(&shown)?);
    content.push_str("Q\nEMC\n");
    let mut form = appearance::form(
        content.into_bytes(),
        (setting.width, setting.height),
        setting.turn,
    );
    let mut fonts = Dictionary::new();
    fonts.set("Helv", helvetica::font("Helvetica"));
    let mut resources = Dictionary::new();
    resources.set("Font", fonts);
    form.dict.set("Resources", resources);
    Ok(form)
}

/// The two states of a check box that brought none: a tick, and its frame alone.
pub(super) fn check_states(
    document: &Document,
    field: &FormField,
    widget: &FormWidget,
) -> (Stream, Stream) {
    let setting = Setting::of(document, field, widget);
    let (width, height) = (setting.width, setting.height);
    let side = width.min(height);
    let at = |x: f32, y: f32| {
        let x = (width - side) / 2.0 + x * side;
        let y = (height - side) / 2.0 + y * side;
        format!("{} {}", short(x), short(y))
    };
    let tick = format!(
        "{}q\n0.1 0.12 0.2 RG {} w 1 J 1 j\n{} m {} l {} l S\nQ\n",
        setting.frame,
        short(side * 0.11),
        at(0.22, 0.5),
        at(0.42, 0.28),
        at(0.78, 0.74)
    );
    let form =
        |content: String| appearance::form(content.into_bytes(), (width, height), setting.turn);
    (form(tick), form(setting.frame.clone()))
}

/// How a field wants its text: from its default appearance, its flags and its widget.
struct Setting {
    width: f32,
    height: f32,
    turn: Turn,
    /// 0 = automatic.
    size: f32,
    colour: String,
    /// 0 left, 1 middle, 2 right.
    quadding: i64,
    is_multi_line: bool,
    cells: Option<usize>,
    frame: String,
}

impl Setting {
    fn of(document: &Document, field: &FormField, widget: &FormWidget) -> Self {
        let dictionary = form::dictionary(document, widget.id);
        let own = |key: &[u8]| read::entry(document, dictionary?, key);
        let from_form = |key: &[u8]| read::entry(document, read::acro_form(document)?, key);
        let default = own(b"DA")
            .or_else(|| field.attribute(document, b"DA"))
            .or_else(|| from_form(b"DA"))
            .and_then(read::text_of)
            .unwrap_or_default();
        let (size, colour) = default_appearance(&default);
        let look = own(b"MK").and_then(|look| look.as_dict().ok());
        let turn = look
            .and_then(|look| read::integer(document, look, b"R"))
            .map_or_else(|| page_turn(document, widget), Turn::from_degrees);
        let (width, height) = turn.seen(widget.rect.width, widget.rect.height);
        let is_text = field.kind == FieldKind::Text;
        let length = field
            .attribute(document, b"MaxLen")
            .and_then(|length| length.as_i64().ok());
        Self {
            width,
            height,
            turn,
            size,
            colour,
            quadding: own(b"Q")
                .or_else(|| field.attribute(document, b"Q"))
                .or_else(|| from_form(b"Q"))
                .and_then(|quadding| quadding.as_i64().ok())
                .unwrap_or(0),
            is_multi_line: is_text && field.is(form::MULTI_LINE),
            cells: length
                .filter(|_| is_text && field.is(form::COMB))
                .and_then(|length| usize::try_from(length).ok())
                .filter(|length| *length > 0),
            frame: frame(document, dictionary, look, (width, height)),
        }
    }

    fn body(&self, text: &str) -> Result<String, Unwritable> {
        if let Some(cells) = self.cells {
            return self.comb(text, cells);
        }
        if self.is_multi_line {
            return self.paragraph(text);
        }
        let text = text.replace(['\r', '\n'], " ");
        let set = Set::new(&text)?;
        let room = (self.width - 2.0 * PADDING).max(1.0);
        let size = if self.size > 0.0 {
            self.size
        } else {
            ((self.height - 2.0 * PADDING) / LEADING)
                .min(LARGEST_AUTOMATIC)
                .min(room / set.width().max(0.01))
                .max(SMALLEST_AUTOMATIC)
        };
        // Capital letters in the middle of the box.
        let baseline = (self.height - 0.72 * size) / 2.0;
        Ok(set.draw(size, self.start(set.width() * size), baseline))
    }

    fn start(&self, length: f32) -> f32 {
        match self.quadding {
            1 => (self.width - length) / 2.0,
            2 => self.width - PADDING - length,
            _ => PADDING,
        }
    }

    fn comb(&self, text: &str, cells: usize) -> Result<String, Unwritable> {
        #[expect(clippy::cast_precision_loss, reason = "a count of cells")]
        let cell = self.width / cells as f32;
        let size = if self.size > 0.0 {
            self.size
        } else {
            (self.height * 0.7).min(cell * 1.2)
        };
        let baseline = (self.height - 0.72 * size) / 2.0;
        let mut middle = cell / 2.0;
        let mut out = String::new();
        for character in text.chars().take(cells) {
            let set = Set::new(&character.to_string())?;
            out.push_str(&set.draw(size, middle - set.width() * size / 2.0, baseline));
            middle += cell;
        }
        Ok(out)
    }

    fn paragraph(&self, text: &str) -> Result<String, Unwritable> {
        let room = (self.width - 2.0 * PADDING).max(1.0);
        let mut size = if self.size > 0.0 {
            self.size
        } else {
            LARGEST_AUTOMATIC
        };
        let mut lines = wrapped(text, room / size)?;
        while self.size <= 0.0 && size > SMALLEST_AUTOMATIC {
            #[expect(clippy::cast_precision_loss, reason = "a count of lines")]
            let needed = lines.len() as f32 * size * LEADING;
            if needed <= self.height - 2.0 * PADDING {
                break;
            }
            size -= 0.5;
            lines = wrapped(text, room / size)?;
        }
        let mut baseline = self.height - PADDING - size * 0.86;
        let mut out = String::new();
        for words in lines {
            let set = Set::new(&words)?;
            out.push_str(&set.draw(size, self.start(set.width() * size), baseline));
            baseline -= size * LEADING;
        }
        Ok(out)
    }
}

fn page_turn(document: &Document, widget: &FormWidget) -> Turn {
    widget
        .page
        .and_then(|index| document.page_iter().nth(index))
        .map_or(Turn::None, |page| read::turn(document, page))
}

/// Font size and colour operators of a default appearance such as `/Helv 10 Tf 0 0 1 rg`.
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
                    let numbers: Vec<String> = numbers.into_iter().map(short).collect();
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

/// Background and border as the widget's `/MK` and `/BS` want them.
fn frame(
    document: &Document,
    widget: Option<&Dictionary>,
    look: Option<&Dictionary>,
    (width, height): (f32, f32),
) -> String {
    let colour = |key: &[u8], operators: [&str; 3]| {
        let numbers: Vec<String> = read::array(document, look?, key)?
            .iter()
            .filter_map(|number| number.as_float().ok())
            .map(short)
            .collect();
        let operator = match numbers.len() {
            1 => operators.first(),
            3 => operators.get(1),
            4 => operators.get(2),
            _ => None,
        }?;
        Some(format!("{} {operator}", numbers.join(" ")))
    };
    let mut out = String::new();
    if let Some(colour) = colour(b"BG", ["g", "rg", "k"]) {
        let _infallible = writeln!(
            out,
            "q {colour} 0 0 {} {} re f Q",
            short(width),
            short(height)
        );
    }
    if let Some(colour) = colour(b"BC", ["G", "RG", "K"]) {
        let line = widget
            .and_then(|widget| read::dictionary(document, widget, b"BS"))
            .and_then(|style| read::number(document, style, b"W"))
            .unwrap_or(1.0);
        if line > 0.0 {
            let _infallible = writeln!(
                out,
                "q {colour} {} w {} {} {} {} re S Q",
                short(line),
                short(line / 2.0),
                short(line / 2.0),
                short(width - line),
                short(height - line)
            );
        }
    }
    out
}

/// Text ready to be drawn: as Helvetica, or as outlines where Helvetica lacks a letter.
enum Set {
    Helvetica { bytes: Vec<u8>, width: f32 },
    Outlined { text: String, line: Line },
}

impl Set {
    fn new(text: &str) -> Result<Self, Unwritable> {
        match helvetica::encode(text) {
            Some(bytes) => Ok(Self::Helvetica {
                bytes,
                width: helvetica::width(text),
            }),
            None => Ok(Self::Outlined {
                text: text.to_owned(),
                line: line(Face::Sans, text)?,
            }),
        }
    }

    fn width(&self) -> f32 {
        match self {
            Self::Helvetica { width, .. } => *width,
            Self::Outlined { line, .. } => line.width,
        }
    }

    fn draw(&self, size: f32, x: f32, y: f32) -> String {
        match self {
            Self::Helvetica { bytes, .. } => format!(
                "BT /Helv {} Tf {} {} Td <{}> Tj ET\n",
                short(size),
                short(x),
                short(y),
                hex::encode(bytes)
            ),
            Self::Outlined { text, line } => {
                // What the outlines say, for those who copy or listen.
                let Object::String(spoken, _) = place::text(text) else {
                    return line.draw(size, x, y);
                };
                format!(
                    "/Span <</ActualText <{}>>> BDC\n{}EMC\n",
                    hex::encode(spoken),
                    line.draw(size, x, y)
                )
            }
        }
    }
}

/// Breaks text into lines no wider than `room` (at font size 1); words that are wider are cut.
fn wrapped(text: &str, room: f32) -> Result<Vec<String>, Unwritable> {
    let mut lines = Vec::new();
    for paragraph in text.replace("\r\n", "\n").split(['\n', '\r']) {
        let mut current = String::new();
        for word in paragraph.split(' ') {
            let candidate = if current.is_empty() {
                word.to_owned()
            } else {
                format!("{current} {word}")
            };
            if Set::new(&candidate)?.width() <= room {
                current = candidate;
                continue;
            }
            if !current.is_empty() {
                lines.push(std::mem::take(&mut current));
            }
            for character in word.chars() {
                current.push(character);
                if current.chars().count() > 1 && Set::new(&current)?.width() > room {
                    current.pop();
                    lines.push(std::mem::take(&mut current));
                    current.push(character);
                }
            }
        }
        lines.push(current);
    }
    Ok(lines)
}
