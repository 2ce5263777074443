//! A one-page sample contract, for a newcomer's first request and for tests.

use std::fmt::Write as _;

use lopdf::xref::XrefType;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::geometry::Rect;
use super::text::{Face, line, short};
use super::{helvetica, place};

const PAGE: Rect = Rect::new(0.0, 0.0, 595.0, 842.0);
const LEFT: f32 = 64.0;
const RIGHT: f32 = 531.0;
/// Where the signature fields are: the customer must sign, the supplier may.
const CUSTOMER: Rect = Rect::new(64.0, 150.0, 200.0, 66.0);
const SUPPLIER: Rect = Rect::new(331.0, 150.0, 200.0, 66.0);

const PARAGRAPHS: [(&str, &str); 5] = [
    (
        "1. Subject",
        "The supplier delivers the services described in the attached order to the \
      customer. Both parties confirm that they have read this agreement and that they agree to it.",
    ),
    (
        "2. Term",
        "This agreement begins on the day of the last signature and runs for twelve months. \
      It continues month by month afterwards unless one party ends it with thirty days' notice.",
    ),
    (
        "3. Price and payment",
        "The customer pays the price named in the order within fourteen days of \
      the invoice. Prices are net of value added tax.",
    ),
    (
        "4. Confidentiality",
        "Each party keeps secret what it learns of the other's business and uses it \
      for the purpose of this agreement only. This duty outlasts the agreement by three years.",
    ),
    (
        "5. Electronic form",
        "The parties agree to sign this document electronically. Each signature is \
      sealed, so that any later change to the document can be detected.",
    ),
];

/// A contract with a mandatory signature field `S1` and an optional one `SO1`.
pub fn contract(title: &str) -> Vec<u8> {
    build(title, &[("S1", CUSTOMER), ("SO1", SUPPLIER)])
}

/// The same contract without fields, to be signed anywhere.
pub fn contract_without_fields(title: &str) -> Vec<u8> {
    build(title, &[])
}

fn build(title: &str, fields: &[(&str, Rect)]) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    document.reference_table.cross_reference_type = XrefType::CrossReferenceTable;
    let pages = document.new_object_id();
    let content = document.add_object(Stream::new(Dictionary::new(), content(title).into_bytes()));
    let page = document.add_object(page(pages, content));
    let widgets: Vec<Object> = fields
        .iter()
        .map(|(name, rect)| Object::Reference(document.add_object(field(name, *rect, page))))
        .collect();
    let mut catalog = Dictionary::new();
    catalog.set("Type", "Catalog");
    catalog.set("Pages", pages);
    catalog.set("Lang", Object::string_literal("en"));
    if !widgets.is_empty() {
        let mut form = Dictionary::new();
        form.set("Fields", widgets.clone());
        form.set("SigFlags", 1);
        catalog.set("AcroForm", document.add_object(form));
        if let Ok(page) = document.get_dictionary_mut(page) {
            page.set("Annots", widgets);
        }
    }
    let mut tree = Dictionary::new();
    tree.set("Type", "Pages");
    tree.set("Kids", vec![Object::Reference(page)]);
    tree.set("Count", 1);
    document.set_object(pages, tree);
    let mut info = Dictionary::new();
    info.set("Title", place::text(title));
    info.set("Producer", Object::string_literal("OKdokument"));
    let info = document.add_object(info);
    document.trailer.set("Info", info);
    let catalog = document.add_object(catalog);
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    // Writing to memory cannot fail.
    if document.save_to(&mut bytes).is_err() {
        bytes.clear();
    }
    bytes
}

fn page(pages: ObjectId, content: ObjectId) -> Dictionary {
    let mut fonts = Dictionary::new();
    fonts.set("Body", helvetica::font("Helvetica"));
    fonts.set("Head", helvetica::font("Helvetica-Bold"));
    let mut resources = Dictionary::new();
    resources.set("Font", fonts);
    let mut page = Dictionary::new();
    page.set("Type", "Page");
    page.set("Parent", pages);
    page.set("MediaBox", place::corners(PAGE));
    page.set("Resources", resources);
    page.set("Contents", content);
    page
}

fn field(name: &str, rect: Rect, page: ObjectId) -> Dictionary {
    let mut field = Dictionary::new();
    field.set("Type", "Annot");
    field.set("Subtype", "Widget");
    field.set("FT", "Sig");
    field.set("T", Object::string_literal(name));
    field.set("F", 4);
    field.set("Rect", place::corners(rect));
    field.set("P", page);
    field
}

fn content(title: &str) -> String {
    let mut out = String::from("0.16 0.33 0.85 rg 64 770 34 5 re f\n0.09 0.11 0.18 rg\n");
    out.push_str(&heading(title, 24.0, LEFT, 726.0));
    out.push_str("0.4 0.43 0.5 rg\n");
    out.push_str(&words(
        "Body",
        10.0,
        LEFT,
        706.0,
        "Agreement No. 2026-1147 between the customer and the supplier",
    ));
    out.push_str("0.87 0.89 0.93 RG 0.8 w 64 690 m 531 690 l S\n");
    let mut y = 662.0;
    for (head, body) in PARAGRAPHS {
        out.push_str("0.09 0.11 0.18 rg\n");
        out.push_str(&words("Head", 11.0, LEFT, y, head));
        out.push_str("0.2 0.23 0.3 rg\n");
        for text in wrapped(body, 10.5, RIGHT - LEFT) {
            y -= 16.0;
            out.push_str(&words("Body", 10.5, LEFT, y, &text));
        }
        y -= 30.0;
    }
    for (who, place) in [("Customer", CUSTOMER), ("Supplier", SUPPLIER)] {
        let _infallible = writeln!(
            out,
            "0.62 0.66 0.74 RG 0.7 w {} {} m {} {} l S 0.4 0.43 0.5 rg",
            short(place.x),
            short(place.y - 4.0),
            short(place.right()),
            short(place.y - 4.0)
        );
        out.push_str(&words("Body", 9.0, place.x, place.y - 18.0, who));
    }
    out.push_str("0.6 0.63 0.7 rg\n");
    out.push_str(&words(
        "Body",
        8.0,
        LEFT,
        56.0,
        "A sample made by OKdokument. It binds nobody.",
    ));
    out
}

/// The title in bold Helvetica; as outlines where that lacks a letter.
fn heading(text: &str, size: f32, x: f32, y: f32) -> String {
    let room = RIGHT - LEFT;
    if helvetica::encode(text).is_some() {
        // Bold letters are about a tenth wider than the regular ones that we measure by.
        let fits = size.min(room / (helvetica::width(text) * 1.1).max(0.01));
        return words("Head", fits, x, y, text);
    }
    line(Face::Sans, text)
        .map(|set| set.draw(size.min(room / set.width.max(0.01)), x, y))
        .unwrap_or_default()
}

fn words(font: &str, size: f32, x: f32, y: f32, text: &str) -> String {
    let bytes = helvetica::encode(text).unwrap_or_default();
    format!(
        "BT /{font} {} Tf {} {} Td <{}> Tj ET\n",
        short(size),
        short(x),
        short(y),
        hex::encode(bytes)
    )
}

fn wrapped(text: &str, size: f32, room: f32) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_ascii_whitespace() {
        let Some(last) = lines.last_mut() else { break };
        let candidate = if last.is_empty() {
            word.to_owned()
        } else {
            format!("{last} {word}")
        };
        if helvetica::width(&candidate) * size <= room {
            *last = candidate;
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}
