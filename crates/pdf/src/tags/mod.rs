//! Tags: words such as `_S1_` in the text of a page that become signature fields (spec section 9.1).
//!
//! Text is found wherever an interpreter of page contents finds it, whatever its fonts and
//! operators are; text that is drawn as pictures or outlines is not found.

mod fields;
mod glyphs;
mod search;

use std::collections::BTreeMap;

use lopdf::{Document, Object, ObjectId};

use super::form::{self, FormField};
use super::geometry::{Rect, Turn};
use super::inspect::FieldKind;
use super::read::{self, Refusal};
use super::text::short;
use super::{contents, ingest, unpacking};
use glyphs::Texts;
use search::Tag;
use serde::{Deserialize, Serialize};

/// Size of the field that a tag becomes, in points of the paper, as the viewer sees it.
const FIELD_WIDTH: f32 = 150.0;
const FIELD_HEIGHT: f32 = 50.0;

/// A document whose tags have become fields.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tagged {
    /// Never part of the serialised form: bytes travel beside it.
    #[serde(skip)]
    pub bytes: Vec<u8>,
    /// Names of the fields that the tags stand for, in alphabetical order; none where the document
    /// holds no tag.
    pub fields: Vec<String>,
}

/// Where the tags of one name stand.
type Places = Vec<(ObjectId, Rect)>;

/// Turns every tag of an unsigned document into a signature field and covers its text.
///
/// A tag that occurs more than once becomes one field with several widgets, and so does one whose
/// name a signature field of the form bears already. A tag that is named like a field of another
/// kind stays text. A document that carries signatures is left as it is: its pages must not change
/// any more.
pub fn place_tags(bytes: &[u8]) -> Result<Tagged, Refusal> {
    let mut document = read::open(bytes)?;
    let pages = read::page_ids(&document)?;
    let existing = form::fields(&document, &pages)?;
    let unchanged = || Tagged {
        bytes: bytes.to_vec(),
        fields: Vec::new(),
    };
    if existing.iter().any(|field| field.is_signed(&document)) {
        return Ok(unchanged());
    }
    unpacking::check_contents(&document, &pages)?;
    let mut places: BTreeMap<String, Places> = BTreeMap::new();
    let mut covers: Vec<(ObjectId, String)> = Vec::new();
    Texts::open(bytes)?.visit(|page, text| {
        let tags = search::tags(text);
        let tags: Vec<Tag> = tags
            .into_iter()
            .filter(|tag| can_be_a_field(&existing, &tag.name))
            .collect();
        if tags.is_empty() || !pages.contains(&page) {
            return;
        }
        let sheet = Sheet::of(&document, page);
        covers.push((page, tags.iter().map(cover).collect()));
        for tag in tags {
            let rect = sheet.field_rect((tag.start.x, tag.start.y));
            places.entry(tag.name).or_default().push((page, rect));
        }
    })?;
    if places.is_empty() {
        return Ok(unchanged());
    }
    let names = places.keys().cloned().collect();
    cover_all(&mut document, covers)
        .and_then(|()| fields::add(&mut document, &existing, places))
        .map_err(|_| Refusal::Broken)?;
    Ok(Tagged {
        bytes: ingest::rewrite(document)?,
        fields: names,
    })
}

fn can_be_a_field(existing: &[FormField], name: &str) -> bool {
    existing
        .iter()
        .all(|field| field.name != name || field.kind == FieldKind::Signature)
}

/// What decides where a field lies on a page.
struct Sheet {
    shown: Rect,
    turn: Turn,
    /// Points of the paper in one unit of the page's coordinates (`/UserUnit`).
    unit: f32,
}

impl Sheet {
    fn of(document: &Document, page: ObjectId) -> Self {
        let unit = document
            .get_dictionary(page)
            .ok()
            .and_then(|page| read::number(document, page, b"UserUnit"))
            .filter(|unit| *unit > 0.0);
        Self {
            shown: read::crop_box(document, page),
            turn: read::turn(document, page),
            unit: unit.unwrap_or(1.0),
        }
    }

    /// The field's lower left corner is where the tag's baseline starts; pushed inside the page.
    fn field_rect(&self, (x, y): (f64, f64)) -> Rect {
        #[expect(clippy::cast_possible_truncation, reason = "the precision of a page")]
        let (x, y) = (x as f32, y as f32);
        let shown = self.shown;
        let (width, height) = self
            .turn
            .seen(FIELD_WIDTH / self.unit, FIELD_HEIGHT / self.unit);
        let (width, height) = (width.min(shown.width), height.min(shown.height));
        let (left, bottom) = match self.turn {
            Turn::None => (x, y),
            Turn::Quarter => (x - width, y),
            Turn::Half => (x - width, y - height),
            Turn::ThreeQuarters => (x, y - height),
        };
        Rect::new(
            left.clamp(shown.x, (shown.right() - width).max(shown.x)),
            bottom.clamp(shown.y, (shown.top() - height).max(shown.y)),
            width,
            height,
        )
    }
}

/// Operators that paint over the tag's text with what it stands on.
fn cover(tag: &Tag) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "the precision of a page")]
    let corners = tag
        .outline
        .map(|point| format!("{} {}", short(point.x as f32), short(point.y as f32)));
    let [first, second, third, fourth] = corners;
    let [red, green, blue] = tag.background.map(|part| format!("{part:.4}"));
    format!("q {red} {green} {blue} rg {first} m {second} l {third} l {fourth} l h f Q\n")
}

fn cover_all(document: &mut Document, covers: Vec<(ObjectId, String)>) -> lopdf::Result<()> {
    for (page, operators) in covers {
        let mut streams = vec![Object::Reference(
            document.try_add_object(contents::before())?,
        )];
        streams.extend(contents::streams(document, page));
        let over = document.try_add_object(contents::after(&operators))?;
        streams.push(over.into());
        document.get_dictionary_mut(page)?.set("Contents", streams);
    }
    Ok(())
}
