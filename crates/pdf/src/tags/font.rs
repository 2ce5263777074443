//! What a font says of its codes: which text they stand for and how wide they are.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Encoding, Object};

use crate::{helvetica, read};

/// What a `ToUnicode` map may unpack to.
const MAX_MAP_BYTES: usize = 4 * 1024 * 1024;

pub(super) struct Font<'a> {
    encoding: Option<Encoding<'a>>,
    is_composite: bool,
    widths: BTreeMap<u32, f32>,
    default_width: Option<f32>,
    /// From width units to text space.
    unit: f32,
}

impl<'a> Font<'a> {
    pub(super) fn read(document: &'a Document, font: &'a Dictionary) -> Self {
        let is_composite = read::name(document, font, b"Subtype") == Some(b"Type0");
        let descendant = read::array(document, font, b"DescendantFonts")
            .and_then(|fonts| read::resolve(document, fonts.first()?).as_dict().ok());
        let unit = read::array(document, font, b"FontMatrix")
            .and_then(|matrix| matrix.first()?.as_float().ok())
            .unwrap_or(0.001);
        let (widths, default_width) = match descendant {
            Some(descendant) => (
                composite_widths(document, descendant),
                Some(read::number(document, descendant, b"DW").unwrap_or(1000.0)),
            ),
            None => (simple_widths(document, font), missing_width(document, font)),
        };
        Self {
            encoding: font
                .get_font_encoding_with_limit(document, MAX_MAP_BYTES)
                .ok(),
            is_composite,
            widths,
            default_width,
            unit,
        }
    }

    /// The codes of a shown string: the code itself, its bytes' text, its width at font size 1.
    pub(super) fn codes(&self, shown: &[u8]) -> Vec<Code> {
        let length = if self.is_composite { 2 } else { 1 };
        shown
            .chunks(length)
            .map(|bytes| {
                let code = bytes
                    .iter()
                    .fold(0, |code, byte| (code << 8) | u32::from(*byte));
                let text = self.text(bytes);
                let width = match (self.widths.get(&code), self.default_width) {
                    (Some(width), _) => *width * self.unit,
                    (None, Some(width)) => width * self.unit,
                    // One of the fonts that every reader has: they are about as wide as this one.
                    (None, None) => helvetica::width(&text),
                };
                Code {
                    text,
                    width,
                    is_space: bytes == b" ",
                }
            })
            .collect()
    }

    fn text(&self, bytes: &[u8]) -> String {
        self.encoding
            .as_ref()
            .and_then(|encoding| Document::decode_text(encoding, bytes).ok())
            .unwrap_or_default()
    }
}

pub(super) struct Code {
    pub(super) text: String,
    pub(super) width: f32,
    /// Word spacing applies to the single byte 32 only.
    pub(super) is_space: bool,
}

fn simple_widths(document: &Document, font: &Dictionary) -> BTreeMap<u32, f32> {
    let first =
        read::integer(document, font, b"FirstChar").and_then(|first| u32::try_from(first).ok());
    let widths = read::array(document, font, b"Widths").into_iter().flatten();
    (first.unwrap_or(0)..=255)
        .zip(widths)
        .filter_map(|(code, width)| Some((code, read::resolve(document, width).as_float().ok()?)))
        .collect()
}

fn missing_width(document: &Document, font: &Dictionary) -> Option<f32> {
    let descriptor = read::dictionary(document, font, b"FontDescriptor")?;
    Some(read::number(document, descriptor, b"MissingWidth").unwrap_or(0.0))
}

/// `/W`: runs of either `first [width …]` or `first last width`.
fn composite_widths(document: &Document, font: &Dictionary) -> BTreeMap<u32, f32> {
    /// Codes have two bytes.
    const LAST_CODE: u32 = 0xffff;
    let mut widths = BTreeMap::new();
    let mut items = read::array(document, font, b"W").into_iter().flatten();
    let code = |object: &Object| u32::try_from(read::resolve(document, object).as_i64().ok()?).ok();
    while let (Some(first), Some(second)) = (items.next(), items.next()) {
        let Some(first) = code(first) else { break };
        if let Object::Array(each) = read::resolve(document, second) {
            let numbers = each
                .iter()
                .filter_map(|width| read::resolve(document, width).as_float().ok());
            widths.extend((first..=LAST_CODE).zip(numbers));
            continue;
        }
        let width = items
            .next()
            .and_then(|width| read::resolve(document, width).as_float().ok());
        let (Some(last), Some(width)) = (code(second), width) else {
            break;
        };
        widths.extend((first..=last.min(LAST_CODE)).map(|code| (code, width)));
    }
    widths
}
