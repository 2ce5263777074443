//! Two weights of one typeface, and how wide a text is in them.

use krilla::text::Font;
use ttf_parser::Face;

use crate::DrawError;

static REGULAR: &[u8] = include_bytes!("../fonts/Inter-Regular.ttf");
static SEMI_BOLD: &[u8] = include_bytes!("../fonts/Inter-SemiBold.ttf");
/// Stands for a character that the typeface lacks.
const REPLACEMENT: char = '?';

/// A weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    SemiBold,
}

/// A weight, to measure and to draw with.
pub(crate) struct Typeface {
    face: Face<'static>,
    pub(crate) font: Font,
}

/// All that is drawn with.
pub(crate) struct Faces {
    regular: Typeface,
    semi_bold: Typeface,
}

impl Faces {
    pub(crate) fn load() -> Result<Self, DrawError> {
        Ok(Self {
            regular: Typeface::load(REGULAR)?,
            semi_bold: Typeface::load(SEMI_BOLD)?,
        })
    }

    pub(crate) const fn of(&self, weight: Weight) -> &Typeface {
        match weight {
            Weight::Regular => &self.regular,
            Weight::SemiBold => &self.semi_bold,
        }
    }
}

impl Typeface {
    fn load(bytes: &'static [u8]) -> Result<Self, DrawError> {
        Ok(Self {
            face: Face::parse(bytes, 0).map_err(|_| DrawError::Font)?,
            font: Font::new(bytes.into(), 0).ok_or(DrawError::Font)?,
        })
    }

    /// The text in characters that can be drawn: control characters gone, unknown ones replaced.
    pub(crate) fn drawable(&self, text: &str) -> String {
        text.chars()
            .filter(|c| !c.is_control())
            .map(|c| match self.face.glyph_index(c) {
                Some(_) => c,
                None if c.is_whitespace() => ' ',
                None => REPLACEMENT,
            })
            .collect()
    }

    /// In points. Kerning, which only tightens the texts in question, is left out.
    pub(crate) fn width(&self, text: &str, size: f32) -> f32 {
        let advance = |c| {
            let glyph = self.face.glyph_index(c)?;
            self.face.glyph_hor_advance(glyph)
        };
        let units: u32 = text.chars().filter_map(advance).map(u32::from).sum();
        #[expect(
            clippy::cast_precision_loss,
            reason = "widths of a line are far below 2^24 units"
        )]
        let units = units as f32;
        units * size / f32::from(self.face.units_per_em())
    }

    /// Lines of at most `width` points: broken at spaces, and inside of words that are longer than a line.
    pub(crate) fn wrap(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = String::new();
        for word in self.drawable(text).split_whitespace() {
            let longer = if line.is_empty() {
                word.to_owned()
            } else {
                format!("{line} {word}")
            };
            if self.width(&longer, size) <= width {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for letter in word.chars() {
                let longer = format!("{line}{letter}");
                if !line.is_empty() && width < self.width(&longer, size) {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(letter);
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_longer_than_the_line_is_broken_and_nothing_is_lost() {
        let faces = Faces::load().unwrap();
        let face = faces.of(Weight::Regular);
        let hash = "0123456789abcdef".repeat(8);
        let lines = face.wrap(&hash, 9.0, 150.0);
        assert!(1 < lines.len() && lines.iter().all(|line| face.width(line, 9.0) <= 150.0));
        assert_eq!(lines.concat(), hash);
    }

    #[test]
    fn letters_of_all_eight_languages_are_there() {
        let faces = Faces::load().unwrap();
        let letters = "ľščťžýáíéúäňôďĺŕ ěřů ąćęłńśźż ăâîșț őűö ґєії юя ãçõ „“«»–—’…€№·";
        for weight in [Weight::Regular, Weight::SemiBold] {
            assert_eq!(faces.of(weight).drawable(letters), letters);
        }
    }

    #[test]
    fn what_cannot_be_drawn_is_replaced() {
        let faces = Faces::load().unwrap();
        assert_eq!(faces.of(Weight::Regular).drawable("契約\u{7}a"), "??a");
    }
}
