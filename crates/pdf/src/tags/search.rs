//! Finding tags in a run of placed glyphs.

use super::glyphs::Glyph;

/// Never change: documents out there carry these words.
const PREFIXES: [&str; 4] = ["SO", "SC", "S", "sig"];
const NUMBERS: std::ops::RangeInclusive<char> = '1'..='5';
const LONGEST_TAG: usize = 7;
/// Glyphs of one word stand no farther apart than this share of the font's height.
const WIDEST_GAP: f32 = 0.55;

/// A tag as it stands on the page, in the page's own coordinates.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tag {
    /// Without the underscores.
    pub(super) name: String,
    /// Where the baseline starts.
    pub(super) start: (f32, f32),
    /// Where it ends.
    end: (f32, f32),
    height: f32,
}

impl Tag {
    /// The corners of the text, counter-clockwise from below the start of the baseline.
    pub(super) fn outline(&self) -> [(f32, f32); 4] {
        let (dx, dy) = (self.end.0 - self.start.0, self.end.1 - self.start.1);
        let length = dx.hypot(dy).max(1e-3);
        let up = (-dy / length * self.height, dx / length * self.height);
        let along = (dx / length * self.height, dy / length * self.height);
        let at = |from: (f32, f32), rise: f32, forth: f32| {
            (
                from.0 + up.0 * rise + along.0 * forth,
                from.1 + up.1 * rise + along.1 * forth,
            )
        };
        [
            at(self.start, -0.3, -0.05),
            at(self.end, -0.3, 0.05),
            at(self.end, 0.95, 0.05),
            at(self.start, 0.95, -0.05),
        ]
    }
}

pub(super) fn tags(glyphs: &[Glyph]) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = glyphs.get(at..).filter(|rest| !rest.is_empty()) {
        match tag_at(rest) {
            Some((tag, length)) => {
                found.push(tag);
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

/// The tag that begins with the first glyph, and how many glyphs it takes.
fn tag_at(glyphs: &[Glyph]) -> Option<(Tag, usize)> {
    let first = glyphs.first().filter(|glyph| glyph.text.starts_with('_'))?;
    let mut word = String::new();
    let mut last = first;
    for (index, glyph) in glyphs.iter().enumerate() {
        if index > 0 && !glyph.follows(last) {
            return None;
        }
        word.push_str(&glyph.text);
        last = glyph;
        if word.chars().count() > LONGEST_TAG {
            return None;
        }
        if let Some(name) = name_of(&word) {
            let tag = Tag {
                name,
                start: first.start,
                end: glyph.end,
                height: first.height,
            };
            return Some((tag, index + 1));
        }
    }
    None
}

fn name_of(word: &str) -> Option<String> {
    let inner = word.strip_prefix('_')?.strip_suffix('_')?;
    PREFIXES
        .iter()
        .filter_map(|prefix| inner.strip_prefix(prefix))
        .any(|number| {
            let mut digits = number.chars();
            digits.next().is_some_and(|digit| NUMBERS.contains(&digit)) && digits.next().is_none()
        })
        .then(|| inner.to_owned())
}

impl Glyph {
    /// Whether this glyph stands where the text of `before` goes on.
    fn follows(&self, before: &Self) -> bool {
        let gap = (self.start.0 - before.end.0).hypot(self.start.1 - before.end.1);
        gap <= before.height.max(self.height) * WIDEST_GAP
    }
}
