//! Opening untrusted files: what we refuse and why, limits, and look-ups that never fail loudly.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId, decode_text_string};
use serde::{Deserialize, Serialize};

use super::geometry::{Rect, Turn};

/// One more object than this and the file is refused.
pub(super) const MAX_OBJECTS: usize = 500_000;
pub(super) const MAX_PAGES: usize = 5_000;
pub(super) const MAX_FIELDS: usize = 20_000;
/// Depth of page trees, field trees and of what inherits along them.
pub(super) const MAX_DEPTH: usize = 64;
/// What one object stream or cross-reference stream may unpack to while loading.
const MAX_UNPACKED_BYTES: usize = 64 * 1024 * 1024;
const DEFAULT_PAGE: Rect = Rect::new(0.0, 0.0, 612.0, 792.0);

/// Why a file cannot be taken. `Display` is a sentence for the sender that says how to mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Refusal {
    #[error(
        "The file is not a PDF: it must begin with \"%PDF-\"; send the PDF itself, not a text or web page around it."
    )]
    NotPdf,
    #[error(
        "The PDF is encrypted; save it again without a password or other protection and send that copy."
    )]
    Encrypted,
    #[error(
        "The PDF is damaged and cannot be read; open it in a PDF program, save it again and send that copy."
    )]
    Broken,
    #[error("The PDF has no pages; send a PDF with at least one page.")]
    NoPages,
    #[error("The PDF has more than {MAX_PAGES} pages; split it and send the parts.")]
    TooManyPages,
    #[error(
        "The PDF has more than {MAX_OBJECTS} objects or {MAX_FIELDS} form fields; print it to a new PDF and send that copy."
    )]
    TooComplex,
    #[error(
        "The PDF is a dynamic XFA form, which only some Adobe programs can show; print it to a new PDF and send that copy."
    )]
    DynamicForm,
    #[error(
        "The PDF is already signed and its structure is damaged, so nothing can be added without breaking that signature; ask for a fresh signed copy or send the unsigned original."
    )]
    SignedAndDamaged,
}

/// Opens a file for rewriting: damage in the cross-reference table is repaired.
pub(super) fn open(bytes: &[u8]) -> Result<Document, Refusal> {
    guarded(
        bytes,
        LoadOptions::with_max_decompressed_size(MAX_UNPACKED_BYTES),
    )
}

/// Opens a file for an incremental update: nothing may have been repaired, or our update would
/// chain to a table that other readers do not see.
pub(super) fn open_strictly(bytes: &[u8]) -> Result<Document, Refusal> {
    let strict = LoadOptions {
        strict: true,
        ..LoadOptions::with_max_decompressed_size(MAX_UNPACKED_BYTES)
    };
    let document = guarded(bytes, strict)?;
    if document.xref_recovery.is_some() || document.xref_start == 0 {
        return Err(Refusal::Broken);
    }
    Ok(document)
}

fn guarded(bytes: &[u8], options: LoadOptions) -> Result<Document, Refusal> {
    if !bytes.starts_with(b"%PDF-") {
        return Err(Refusal::NotPdf);
    }
    // The parser reads hostile bytes; should it ever panic, that is the file's fault, not a crash.
    let loaded = catch_unwind(AssertUnwindSafe(|| {
        Document::load_mem_with_options(bytes, options)
    }));
    let document = match loaded {
        Ok(Ok(document)) => document,
        Ok(Err(lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_))) => {
            return Err(Refusal::Encrypted);
        }
        Ok(Err(_)) | Err(_) => return Err(Refusal::Broken),
    };
    if document.is_encrypted() || document.was_encrypted() {
        return Err(Refusal::Encrypted);
    }
    if document.objects.len() > MAX_OBJECTS {
        return Err(Refusal::TooComplex);
    }
    Ok(document)
}

/// The pages in order; each object once, however often a hostile tree names it.
pub(super) fn page_ids(document: &Document) -> Result<Vec<ObjectId>, Refusal> {
    let mut seen = HashSet::new();
    let pages: Vec<ObjectId> = document
        .page_iter()
        .take(MAX_PAGES.saturating_add(1))
        .filter(|id| seen.insert(*id))
        .collect();
    if pages.is_empty() {
        return Err(Refusal::NoPages);
    }
    if pages.len() > MAX_PAGES {
        return Err(Refusal::TooManyPages);
    }
    Ok(pages)
}

/// Follows references; a missing object is null, as the standard says.
pub(super) fn resolve<'a>(document: &'a Document, object: &'a Object) -> &'a Object {
    const NULL: &Object = &Object::Null;
    document
        .dereference(object)
        .map_or(NULL, |(_id, found)| found)
}

/// The value of a key, references followed; null counts as absent.
pub(super) fn entry<'a>(
    document: &'a Document,
    dictionary: &'a Dictionary,
    key: &[u8],
) -> Option<&'a Object> {
    let value = resolve(document, dictionary.get(key).ok()?);
    (!value.is_null()).then_some(value)
}

pub(super) fn dictionary<'a>(
    document: &'a Document,
    dictionary: &'a Dictionary,
    key: &[u8],
) -> Option<&'a Dictionary> {
    match entry(document, dictionary, key)? {
        Object::Dictionary(found) => Some(found),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    }
}

pub(super) fn array<'a>(
    document: &'a Document,
    dictionary: &'a Dictionary,
    key: &[u8],
) -> Option<&'a Vec<Object>> {
    entry(document, dictionary, key)?.as_array().ok()
}

pub(super) fn name<'a>(
    document: &'a Document,
    dictionary: &'a Dictionary,
    key: &[u8],
) -> Option<&'a [u8]> {
    entry(document, dictionary, key)?.as_name().ok()
}

pub(super) fn integer(document: &Document, dictionary: &Dictionary, key: &[u8]) -> Option<i64> {
    entry(document, dictionary, key)?.as_i64().ok()
}

pub(super) fn number(document: &Document, dictionary: &Dictionary, key: &[u8]) -> Option<f32> {
    entry(document, dictionary, key)?
        .as_float()
        .ok()
        .filter(|number| number.is_finite())
}

pub(super) fn text(document: &Document, dictionary: &Dictionary, key: &[u8]) -> Option<String> {
    text_of(entry(document, dictionary, key)?)
}

/// The text of a string or name object, as people read it.
pub(super) fn text_of(object: &Object) -> Option<String> {
    match object {
        Object::String(bytes, _) => Some(
            decode_text_string(object)
                .unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned()),
        ),
        Object::Name(name) => Some(String::from_utf8_lossy(name).into_owned()),
        _ => None,
    }
}

pub(super) fn rect(document: &Document, dictionary: &Dictionary, key: &[u8]) -> Option<Rect> {
    let corners = array(document, dictionary, key)?;
    let at = |index: usize| resolve(document, corners.get(index)?).as_float().ok();
    let found = Rect::from_corners((at(0)?, at(1)?), (at(2)?, at(3)?));
    found.is_finite().then_some(found)
}

/// The catalog dictionary.
pub(super) fn catalog(document: &Document) -> Option<&Dictionary> {
    dictionary(document, &document.trailer, b"Root")
}

/// The catalog's `/AcroForm`, wherever it stands.
pub(super) fn acro_form(document: &Document) -> Option<&Dictionary> {
    dictionary(document, catalog(document)?, b"AcroForm")
}

/// A key of a page, taken from the nearest ancestor where the page has none.
fn inherited<'a, T>(
    document: &'a Document,
    page: ObjectId,
    read: impl Fn(&'a Dictionary) -> Option<T>,
) -> Option<T> {
    let mut node = document.get_dictionary(page).ok()?;
    for _level in 0..MAX_DEPTH {
        if let Some(found) = read(node) {
            return Some(found);
        }
        node = dictionary(document, node, b"Parent")?;
    }
    None
}

pub(super) fn media_box(document: &Document, page: ObjectId) -> Rect {
    inherited(document, page, |node| rect(document, node, b"MediaBox"))
        .filter(|found| found.width > 0.0 && found.height > 0.0)
        .unwrap_or(DEFAULT_PAGE)
}

/// The resources of a page, its own or inherited.
pub(super) fn resources(document: &Document, page: ObjectId) -> Option<&Dictionary> {
    inherited(document, page, |node| {
        dictionary(document, node, b"Resources")
    })
}

/// The visible part of a page: the crop box where it meets the media box, else the media box.
pub(super) fn crop_box(document: &Document, page: ObjectId) -> Rect {
    let media = media_box(document, page);
    inherited(document, page, |node| rect(document, node, b"CropBox"))
        .and_then(|crop| crop.within(media))
        .unwrap_or(media)
}

pub(super) fn turn(document: &Document, page: ObjectId) -> Turn {
    let degrees = inherited(document, page, |node| number(document, node, b"Rotate"));
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a rotation; `as` saturates"
    )]
    Turn::from_degrees(degrees.unwrap_or(0.0) as i64)
}
