//! Text as vector outlines, in fonts that we carry: it looks the same in every reader, needs no
//! embedded font, and covers Latin, Greek and Cyrillic letters.

use std::fmt::{self, Write as _};

use ttf_parser::{GlyphId, OutlineBuilder};
use unicode_normalization::UnicodeNormalization;

/// Caveat and Inter, cut down to Latin, Greek and Cyrillic; the licences lie beside them.
const SCRIPT: &[u8] = include_bytes!("fonts/Caveat.ttf");
pub(super) const SANS: &[u8] = include_bytes!("fonts/Inter.ttf");

/// Which hand a text is set in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    /// Like handwriting, for typed signatures.
    Script,
    /// For captions and everything else.
    Sans,
}

/// A character that none of our fonts can draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unwritable(pub(super) char);

/// The letters of a text as fonts have them: an accent that comes as a character of its own joins
/// its letter, and what nobody sees (controls, zero-width joints, soft hyphens) is left out.
pub(super) fn letters(text: &str) -> impl Iterator<Item = char> {
    text.nfc().filter(|character| !is_unseen(*character))
}

fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}

/// The first character of `text` that a signature, a caption or a field cannot show, if any.
///
/// Ask before a text is accepted; [`seal`](super::seal) refuses such a text.
pub fn unwritable_character(text: &str) -> Option<char> {
    line(Face::Sans, text).err().map(|missing| missing.0)
}

/// One line of text, measured at font size 1.
pub(super) struct Line {
    glyphs: Vec<(&'static [u8], GlyphId, f32)>,
    pub(super) width: f32,
}

/// Lays out a line. Letters that the face lacks are taken from the sans face.
pub(super) fn line(face: Face, text: &str) -> Result<Line, Unwritable> {
    let mut laid = Line {
        glyphs: Vec::new(),
        width: 0.0,
    };
    for character in letters(text) {
        let (font, glyph, advance) = match face {
            Face::Script => find(SCRIPT, character).or_else(|| find(SANS, character)),
            Face::Sans => find(SANS, character),
        }
        .ok_or(Unwritable(character))?;
        laid.glyphs.push((font, glyph, laid.width));
        laid.width += advance;
    }
    Ok(laid)
}

fn find(font: &'static [u8], character: char) -> Option<(&'static [u8], GlyphId, f32)> {
    let face = ttf_parser::Face::parse(font, 0).ok()?;
    let glyph = face.glyph_index(character)?;
    let advance = f32::from(face.glyph_hor_advance(glyph)?);
    Some((font, glyph, advance / f32::from(face.units_per_em())))
}

impl Line {
    /// Path operators that draw the line with its baseline starting at `(x, y)`, then `f`.
    pub(super) fn draw(&self, size: f32, x: f32, y: f32) -> String {
        let mut path = Outline {
            operators: String::new(),
            scale: size,
            x,
            y,
            last: (0.0, 0.0),
        };
        for (font, glyph, offset) in &self.glyphs {
            if let Ok(face) = ttf_parser::Face::parse(font, 0) {
                path.scale = size / f32::from(face.units_per_em());
                path.x = x + offset * size;
                face.outline_glyph(*glyph, &mut path);
            }
        }
        path.operators.push_str("f\n");
        path.operators
    }
}

struct Outline {
    operators: String,
    scale: f32,
    x: f32,
    y: f32,
    last: (f32, f32),
}

impl Outline {
    fn place(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.scale, self.y + y * self.scale)
    }
}

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.last = (x, y);
        let (x, y) = self.place(x, y);
        let _infallible = writeln!(self.operators, "{} {} m", short(x), short(y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.last = (x, y);
        let (x, y) = self.place(x, y);
        let _infallible = writeln!(self.operators, "{} {} l", short(x), short(y));
    }

    /// PDF has cubic curves only: each control point moves two thirds of the way to the quadratic one.
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let toward = |end: f32, control: f32| end + (control - end) * 2.0 / 3.0;
        let (last_x, last_y) = self.last;
        self.curve_to(
            toward(last_x, x1),
            toward(last_y, y1),
            toward(x, x1),
            toward(y, y1),
            x,
            y,
        );
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.last = (x, y);
        for (x, y) in [(x1, y1), (x2, y2), (x, y)] {
            let (x, y) = self.place(x, y);
            let _infallible = write!(self.operators, "{} {} ", short(x), short(y));
        }
        self.operators.push_str("c\n");
    }

    fn close(&mut self) {
        self.operators.push_str("h\n");
    }
}

/// A number as content streams want it: two decimals at most, no exponent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Short(f32);

pub(super) const fn short(number: f32) -> Short {
    Short(number)
}

impl fmt::Display for Short {
    /// An outline has thousands of numbers: whole ones are written several times faster than broken ones.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "exact up to there: a double holds a hundred times a single; `as` saturates"
        )]
        let hundredths = (f64::from(self.0) * 100.0).round_ties_even() as i64;
        let sign = if hundredths < 0 { "-" } else { "" };
        let hundredths = hundredths.unsigned_abs();
        let whole = hundredths / 100;
        match (hundredths / 10 % 10, hundredths % 10) {
            (0, 0) => write!(out, "{sign}{whole}"),
            (tenths, 0) => write!(out, "{sign}{whole}.{tenths}"),
            (tenths, last) => write!(out, "{sign}{whole}.{tenths}{last}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::short;

    proptest! {
        #[test]
        fn a_short_number_is_the_number_to_two_decimals(number in -1e9_f32..1e9) {
            let long = format!("{number:.2}");
            let trimmed = long.trim_end_matches('0').trim_end_matches('.');
            prop_assert_eq!(short(number).to_string(), if trimmed == "-0" { "0" } else { trimmed });
        }

        #[test]
        fn halves_are_rounded_as_everywhere(eighths in any::<i16>()) {
            let number = f32::from(eighths) / 8.0;
            let long = format!("{number:.2}");
            let trimmed = long.trim_end_matches('0').trim_end_matches('.');
            prop_assert_eq!(short(number).to_string(), if trimmed == "-0" { "0" } else { trimmed });
        }
    }
}
