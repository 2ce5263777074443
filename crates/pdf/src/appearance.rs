//! What a signature looks like on the page: ink or a typed name, and a caption below.

use lopdf::{Dictionary, Object, Stream};

use super::geometry::{Rect, Turn};
use super::ink;
use super::packing;
use super::seal::{Mark, SealError, VisibleSignature};
use super::text::{Face, line};

/// Blue-black, as ink dries.
const INK: &str = "0.055 0.105 0.29 rg\n";
const CAPTION: &str = "0.33 0.36 0.43 rg\n";
/// The caption takes this share of the height, within bounds.
const CAPTION_SHARE: f32 = 0.23;
const CAPTION_HEIGHT: (f32, f32) = (6.0, 13.0);
const SMALLEST_CAPTION: f32 = 3.2;
/// A signature lower than this has no room for a caption.
const CAPTION_NEEDS: f32 = 22.0;

/// The form `XObject` for a widget of `rect` on a page turned by `turn`.
pub(super) fn signature(
    signature: &VisibleSignature,
    rect: Rect,
    turn: Turn,
) -> Result<Stream, SealError> {
    let (width, height) = turn.seen(rect.width, rect.height);
    let mut content = String::from("q\n");
    let caption = signature
        .caption
        .as_deref()
        .filter(|_| height >= CAPTION_NEEDS);
    let band = match caption {
        Some(text) => {
            let band = (height * CAPTION_SHARE).clamp(CAPTION_HEIGHT.0, CAPTION_HEIGHT.1);
            content.push_str(&caption_below(text, width, band)?);
            band
        }
        None => 0.0,
    };
    let area = Rect::new(0.0, band, width, height - band);
    content.push_str(INK);
    match &signature.mark {
        Mark::Ink(strokes) => {
            // A pad of the whole box is drawn where it was written, caption or not.
            let whole = Rect::new(0.0, 0.0, width, height);
            let fits = (strokes.pad_height - height).abs() < 1.5;
            content.push_str(&ink::draw(strokes, if fits { whole } else { area }));
        }
        Mark::Typed(name) => content.push_str(&typed(name, area)?),
    }
    content.push_str("Q\n");
    Ok(form(content.into_bytes(), (width, height), turn))
}

/// The name in the script face, as large as fits, its middle on the middle of the area.
fn typed(name: &str, area: Rect) -> Result<String, SealError> {
    /// Of the font size: how much of a line stands above the baseline and below it.
    const ABOVE: f32 = 0.72;
    const BELOW: f32 = 0.26;
    let set = line(Face::Script, name)?;
    let room = (area.width * 0.94, area.height * 0.92);
    let size = (room.0 / set.width.max(0.01)).min(room.1 / (ABOVE + BELOW));
    let x = area.x + (area.width - set.width * size) / 2.0;
    let y = area.y + (area.height - (ABOVE + BELOW) * size) / 2.0 + BELOW * size;
    Ok(set.draw(size, x, y))
}

/// The caption, shrunk to the width where it must be.
fn caption_below(text: &str, width: f32, band: f32) -> Result<String, SealError> {
    let set = line(Face::Sans, text)?;
    let margin = (width * 0.02).clamp(1.0, 3.0);
    let room = (width - 2.0 * margin).max(1.0);
    let size = (band * 0.62)
        .min(room / set.width.max(0.01))
        .max(SMALLEST_CAPTION);
    let baseline = (band - size * 0.73) / 2.0;
    Ok(format!("{CAPTION}{}", set.draw(size, margin, baseline)))
}

/// A form `XObject` that is upright on a page turned by `turn`.
pub(super) fn form(content: Vec<u8>, size: (f32, f32), turn: Turn) -> Stream {
    let mut dictionary = Dictionary::new();
    dictionary.set("Type", "XObject");
    dictionary.set("Subtype", "Form");
    dictionary.set(
        "BBox",
        vec![
            Object::Integer(0),
            Object::Integer(0),
            Object::Real(size.0),
            Object::Real(size.1),
        ],
    );
    if turn != Turn::None {
        let matrix = turn.upright_matrix().map(Object::Integer);
        dictionary.set("Matrix", matrix.to_vec());
    }
    dictionary.set("Resources", Dictionary::new());
    let mut stream = Stream::new(dictionary, content);
    packing::pack(&mut stream);
    stream
}
