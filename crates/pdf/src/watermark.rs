//! The word TEST across every page of a document that was made in test mode.

use std::fmt::Write as _;

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::geometry::{Rect, Turn};
use super::text::{Face, Line, line, short};
use super::{appearance, contents, read};

const WORD: &str = "TEST";
const RESOURCE: &str = "OkdTestMark";
const COLOUR: &str = "0.78 0.16 0.22 rg";
/// Light enough to read through, strong enough to be seen in print.
const OPACITY: f32 = 0.11;
/// The word spans this share of the page's diagonal.
const SPAN: f32 = 0.46;

/// Draws the word over every page; pages whose structure does not allow it are left as they are.
pub(super) fn mark(document: &mut Document, pages: &[ObjectId]) -> lopdf::Result<()> {
    let Ok(word) = line(Face::Sans, WORD) else {
        return Ok(());
    };
    for page in pages {
        let shown = read::crop_box(document, *page);
        let turn = read::turn(document, *page);
        let look = document.try_add_object(drawing(&word, shown, turn))?;
        document.add_xobject(*page, RESOURCE, look)?;
        let mut streams = vec![Object::Reference(
            document.try_add_object(contents::before())?,
        )];
        streams.extend(contents::streams(document, *page));
        let over = contents::after(&format!("q /{RESOURCE} Do Q\n"));
        streams.push(Object::Reference(document.try_add_object(over)?));
        document.get_dictionary_mut(*page)?.set("Contents", streams);
    }
    Ok(())
}

/// The word rising from lower left to upper right, as the viewer sees the page.
fn drawing(word: &Line, shown: Rect, turn: Turn) -> lopdf::Stream {
    let (width, height) = turn.seen(shown.width, shown.height);
    let size = width.hypot(height) * SPAN / word.width.max(0.1);
    let angle = height.atan2(width) + f32::from(turn.degrees()).to_radians();
    let (sin, cos) = angle.sin_cos();
    let mut content = String::from("q /Faint gs ");
    let _infallible = writeln!(
        content,
        "{COLOUR} {cos:.5} {sin:.5} {:.5} {cos:.5} {} {} cm",
        -sin,
        short(shown.x + shown.width / 2.0),
        short(shown.y + shown.height / 2.0),
    );
    content.push_str(&word.draw(size, -word.width * size / 2.0, -size * 0.36));
    content.push_str("Q\n");

    let mut faint = Dictionary::new();
    faint.set("Type", "ExtGState");
    faint.set("ca", Object::Real(OPACITY));
    let mut states = Dictionary::new();
    states.set("Faint", faint);
    let mut resources = Dictionary::new();
    resources.set("ExtGState", states);
    let mut form = appearance::form(content.into_bytes(), (0.0, 0.0), Turn::None);
    let corners = [shown.x, shown.y, shown.right(), shown.top()].map(Object::Real);
    form.dict.set("BBox", corners.to_vec());
    form.dict.set("Resources", resources);
    form
}
