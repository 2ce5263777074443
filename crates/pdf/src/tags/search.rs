//! Finding tags in a run of placed glyphs.

use hayro::hayro_interpret::kurbo::{Point, Vec2};

use super::glyphs::{Fill, Glyph, PageText};

/// Never change: documents out there carry these words.
const PREFIXES: [&str; 4] = ["SO", "SC", "S", "sig"];
const NUMBERS: std::ops::RangeInclusive<char> = '1'..='5';
const LETTERS: &str = "_SOCsig12345";
const LONGEST_TAG: usize = 7;
/// Glyphs of one word stand no farther apart than this share of the font's height.
const WIDEST_GAP: f64 = 0.55;
/// How far beyond its outlines a glyph is covered, in points: readers soften edges.
const MARGIN: f64 = 0.6;
/// What a glyph without outlines of its own covers, as shares of the font's height.
const BELOW: f64 = -0.3;
const ABOVE: f64 = 0.95;
const PAPER: [f32; 3] = [1.0, 1.0, 1.0];

/// A tag as it stands on the page, in the page's own coordinates.
#[derive(Clone, Debug)]
pub(super) struct Tag {
    /// Without the underscores.
    pub(super) name: String,
    /// Where the baseline starts.
    pub(super) start: Point,
    /// The corners of its text, counter-clockwise from below the start of the baseline.
    pub(super) outline: [Point; 4],
    /// What it stands on: red, green, blue from 0 to 1.
    pub(super) background: [f32; 3],
}

/// Whether a piece of text consists of what tags are made of.
pub(super) fn may_be_of_a_tag(text: &str) -> bool {
    text.chars().all(|character| LETTERS.contains(character))
}

pub(super) fn tags(page: &PageText) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = page.glyphs.get(at..).filter(|rest| !rest.is_empty()) {
        match tag_at(rest) {
            Some((name, length)) => {
                found.extend(
                    rest.get(..length)
                        .and_then(|its| made(name, its, &page.fills)),
                );
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

/// The name of the tag that begins with the first glyph, and how many glyphs it takes.
fn tag_at(glyphs: &[Glyph]) -> Option<(String, usize)> {
    let mut last = glyphs.first().filter(|glyph| glyph.text.starts_with('_'))?;
    let mut word = String::new();
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
            return Some((name, index + 1));
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
        (self.start - before.end).hypot() <= before.height.max(self.height) * WIDEST_GAP
    }

    /// The corners of what it covers.
    fn extent(&self, along: Vec2, up: Vec2) -> [Point; 4] {
        self.corners.unwrap_or_else(|| {
            let (below, above) = (up * self.height * BELOW, up * self.height * ABOVE);
            let end = self.start + along * (self.end - self.start).hypot();
            [
                self.start + below,
                end + below,
                end + above,
                self.start + above,
            ]
        })
    }
}

fn made(name: String, glyphs: &[Glyph], fills: &[Fill]) -> Option<Tag> {
    let (first, last) = (glyphs.first()?, glyphs.last()?);
    let line = last.end - first.start;
    let along = if line.hypot() > 1e-6 {
        line / line.hypot()
    } else {
        Vec2::new(1.0, 0.0)
    };
    let up = Vec2::new(-along.y, along.x);
    let (mut left, mut right) = (0.0_f64, line.hypot());
    let (mut bottom, mut top) = (f64::MAX, f64::MIN);
    for corner in glyphs.iter().flat_map(|glyph| glyph.extent(along, up)) {
        let from = corner - first.start;
        let (forth, rise) = (from.dot(along), from.dot(up));
        (left, right) = (left.min(forth), right.max(forth));
        (bottom, top) = (bottom.min(rise), top.max(rise));
    }
    let at = |forth: f64, rise: f64| first.start + along * forth + up * rise;
    let (left, right) = (left - MARGIN, right + MARGIN);
    let (bottom, top) = (bottom - MARGIN, top + MARGIN);
    let middle = at(f64::midpoint(left, right), f64::midpoint(bottom, top));
    let under = fills.get(..first.fills).unwrap_or_default();
    let background = under.iter().rev().find(|fill| fill.area.contains(middle));
    Some(Tag {
        name,
        start: first.start,
        outline: [
            at(left, bottom),
            at(right, bottom),
            at(right, top),
            at(left, top),
        ],
        background: background.map_or(PAPER, |fill| fill.colour),
    })
}
