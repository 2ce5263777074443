//! Tags: words such as `_S1_` in the text of a page that become signature fields.
//!
//! Reads what fonts tell (`ToUnicode`, encodings, widths); text that is drawn as pictures or
//! outlines is not found.

mod font;
mod glyphs;
mod search;

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::geometry::{Rect, Turn};
use super::read::{self, Refusal};
use super::text::short;
use super::{contents, form, ingest, place};
use search::Tag;
use serde::{Deserialize, Serialize};

/// Size of the field that a tag becomes, as the viewer sees it.
const FIELD_WIDTH: f32 = 150.0;
const FIELD_HEIGHT: f32 = 50.0;
/// Annotation flag: the field is printed.
const PRINT: i64 = 4;

/// A document whose tags have become fields.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tagged {
    /// Never part of the serialised form: bytes travel beside it.
    #[serde(skip)]
    pub bytes: Vec<u8>,
    /// Names of the fields, in alphabetical order; none where the document holds no tag.
    pub fields: Vec<String>,
}

/// Turns every tag of an unsigned document into a signature field and covers its text.
///
/// A tag that occurs more than once becomes one field with several widgets. A document that
/// carries signatures is left as it is: its pages must not change any more.
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
    let mut widgets: BTreeMap<String, Vec<(ObjectId, Rect)>> = BTreeMap::new();
    let mut covers: Vec<(ObjectId, String)> = Vec::new();
    for page in &pages {
        let tags = search::tags(&glyphs::of_page(&document, *page));
        if tags.is_empty() {
            continue;
        }
        let shown = read::crop_box(&document, *page);
        let turn = read::turn(&document, *page);
        covers.push((*page, tags.iter().map(cover).collect()));
        for tag in tags {
            let rect = field_rect(tag.start, shown, turn);
            widgets.entry(tag.name).or_default().push((*page, rect));
        }
    }
    widgets.retain(|name, _| existing.iter().all(|field| field.name != *name));
    if covers.is_empty() {
        return Ok(unchanged());
    }
    let fields = widgets.keys().cloned().collect();
    write(&mut document, widgets, covers).map_err(|_| Refusal::Broken)?;
    Ok(Tagged {
        bytes: ingest::rewrite(document)?,
        fields,
    })
}

/// The field's lower left corner is where the tag's baseline starts; pushed inside the page.
fn field_rect((x, y): (f32, f32), shown: Rect, turn: Turn) -> Rect {
    let (width, height) = turn.seen(FIELD_WIDTH, FIELD_HEIGHT);
    let (width, height) = (width.min(shown.width), height.min(shown.height));
    let (left, bottom) = match turn {
        Turn::None => (x, y),
        Turn::Quarter => (x - width, y),
        Turn::Half => (x - width, y - height),
        Turn::ThreeQuarters => (x, y - height),
    };
    Rect::new(
        left.clamp(shown.x, shown.right() - width),
        bottom.clamp(shown.y, shown.top() - height),
        width,
        height,
    )
}

/// Operators that paint over the tag's text.
fn cover(tag: &Tag) -> String {
    let corners = tag
        .outline()
        .map(|(x, y)| format!("{} {}", short(x), short(y)));
    let [first, second, third, fourth] = corners;
    format!("q 1 1 1 rg {first} m {second} l {third} l {fourth} l h f Q\n")
}

fn write(
    document: &mut Document,
    widgets: BTreeMap<String, Vec<(ObjectId, Rect)>>,
    covers: Vec<(ObjectId, String)>,
) -> lopdf::Result<()> {
    for (page, operators) in covers {
        let mut streams = vec![Object::Reference(
            document.try_add_object(contents::before())?,
        )];
        streams.extend(contents::streams(document, page));
        let over = document.try_add_object(contents::after(&operators))?;
        streams.push(over.into());
        document.get_dictionary_mut(page)?.set("Contents", streams);
    }
    let mut made = Vec::new();
    for (name, places) in widgets {
        made.push(Object::Reference(add_field(document, &name, &places)?));
    }
    let root = document
        .trailer
        .get(b"Root")
        .and_then(Object::as_reference)?;
    let mut form = read::acro_form(document).cloned().unwrap_or_default();
    let mut fields = read::array(document, &form, b"Fields")
        .cloned()
        .unwrap_or_default();
    fields.extend(made);
    form.set("Fields", fields);
    let form = document.try_add_object(form)?;
    document.get_dictionary_mut(root)?.set("AcroForm", form);
    Ok(())
}

fn add_field(
    document: &mut Document,
    name: &str,
    places: &[(ObjectId, Rect)],
) -> lopdf::Result<ObjectId> {
    let mut field = Dictionary::new();
    field.set("FT", "Sig");
    field.set("T", place::text(name));
    let id = document.new_object_id();
    if let [(page, rect)] = places {
        field.extend(&widget(*page, *rect));
        annotate(document, *page, id)?;
    } else {
        let mut kids = Vec::new();
        for (page, rect) in places {
            let mut kid = widget(*page, *rect);
            kid.set("Parent", id);
            let kid = document.try_add_object(kid)?;
            annotate(document, *page, kid)?;
            kids.push(Object::Reference(kid));
        }
        field.set("Kids", kids);
    }
    document.set_object(id, field);
    Ok(id)
}

fn widget(page: ObjectId, rect: Rect) -> Dictionary {
    let mut widget = Dictionary::new();
    widget.set("Type", "Annot");
    widget.set("Subtype", "Widget");
    widget.set("F", PRINT);
    widget.set("Rect", place::corners(rect));
    widget.set("P", page);
    widget
}

fn annotate(document: &mut Document, page: ObjectId, widget: ObjectId) -> lopdf::Result<()> {
    let own = document.get_dictionary(page)?;
    let mut annotations = read::array(document, own, b"Annots")
        .cloned()
        .unwrap_or_default();
    annotations.push(widget.into());
    document
        .get_dictionary_mut(page)?
        .set("Annots", annotations);
    Ok(())
}
