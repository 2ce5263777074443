//! Opening untrusted files: what we refuse and why, limits, and look-ups that never fail loudly.

use std::panic::{AssertUnwindSafe, catch_unwind};

use lopdf::xref::{XrefEntry, XrefRecovery};
use lopdf::{
    DecompressError, Dictionary, Document, LoadOptions, Object, ObjectId, decode_text_string,
};

use serde::{Deserialize, Serialize};

use super::file_bytes::{HEADER, with_identifier, without_junk};
use super::geometry::{Rect, Turn};
use super::limits::{
    MAX_DEPTH, MAX_FIELDS, MAX_IMAGE_PIXELS, MAX_OBJECTS, MAX_PAGES, MAX_REPORTED_CHARS,
    MAX_UNPACKED_BYTES, MAX_XREF_SECTIONS,
};
use super::report::Repair;
use super::{bodies, bounds, pages, protection, unpacking};

const DEFAULT_PAGE: Rect = Rect::new(0.0, 0.0, 612.0, 792.0);

/// Why a file cannot be taken. `Display` is a sentence for the sender that says how to mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Refusal {
    #[error(
        "The file is not a PDF: it must begin with \"%PDF-\"; send the PDF itself, not a text or web page around it."
    )]
    NotPdf,
    #[error(
        "The PDF is encrypted with a password or a certificate; save it again without protection and send that copy."
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
        "The PDF has more than {MAX_OBJECTS} objects or {MAX_FIELDS} form fields, or a tree of more than {MAX_DEPTH} levels; print it to a new PDF and send that copy."
    )]
    TooComplex,
    #[error(
        "The PDF was updated more than {MAX_XREF_SECTIONS} times; print it to a new PDF and send that copy."
    )]
    TooManyRevisions,
    #[error(
        "The PDF's inner tables or pages unpack to far more than files of its size hold; print it to a new PDF and send that copy."
    )]
    UnpacksTooFar,
    #[error(
        "The PDF has an image of more than {MAX_IMAGE_PIXELS} pixels; make the image smaller and send that copy."
    )]
    ImageTooLarge,
    #[error(
        "The PDF is a dynamic XFA form, which only some Adobe programs can show; print it to a new PDF and send that copy."
    )]
    DynamicForm,
    #[error(
        "The PDF is already signed and its structure is damaged, so nothing can be added without breaking that signature; ask for a fresh signed copy or send the unsigned original."
    )]
    SignedAndDamaged,
    #[error(
        "The PDF is already signed and encrypted in a way in which nothing can be added that every reader understands; send the unsigned original without protection."
    )]
    SignedAndEncrypted,
    #[error(
        "The PDF is already signed and has two tables of its objects that readers may take for different ones (a hybrid-reference file), so what was signed is not certain; send the unsigned original."
    )]
    SignedHybrid,
}

/// A file that was opened for rewriting, and what had to be overlooked to open it.
pub(super) struct Opened {
    pub(super) document: Document,
    pub(super) repairs: Vec<Repair>,
}

/// Opens a file for rewriting: what is damaged is repaired, and said.
pub(super) fn open_leniently(bytes: &[u8]) -> Result<Opened, Refusal> {
    let (bytes, has_junk) = without_junk(bytes)?;
    unpacking::check(bytes)?;
    let identified = with_identifier(bytes);
    let bytes = identified.as_deref().unwrap_or(bytes);
    let mut repairs = Vec::new();
    if has_junk {
        repairs.push(Repair::JunkBeforeHeader);
    }
    let document = match load(bytes, options(Strictness::Strict)) {
        Ok(document) if is_complete(&document) => document,
        Err(refusal @ (Refusal::Encrypted | Refusal::UnpacksTooFar)) => return Err(refusal),
        _ => mended(bytes, &mut repairs)?,
    };
    if document.was_encrypted() {
        repairs.push(Repair::Decrypted);
    }
    bounds::check(&document)?;
    // Pages that could not be read are damage, not absence.
    if !repairs.is_empty() && matches!(pages::any(&document), Ok(false)) {
        return Err(Refusal::Broken);
    }
    Ok(Opened { document, repairs })
}

/// Opens a file for reading, damaged or not.
pub(super) fn open(bytes: &[u8]) -> Result<Document, Refusal> {
    Ok(open_leniently(bytes)?.document)
}

/// Opens a file for an incremental update: nothing may have been repaired, or our update would
/// chain to a table that other readers do not see. One that is encrypted with an empty password is read in clear.
pub(super) fn open_strictly(bytes: &[u8]) -> Result<Document, Refusal> {
    open_as_it_stands(bytes, options(Strictness::Strict))
}

/// As strictly, and the bodies of large streams are not kept: whoever asks for one finds it empty, and can tell by
/// [`bodies::is_left_out`].
pub(super) fn open_without_bodies(bytes: &[u8]) -> Result<Document, Refusal> {
    let options = LoadOptions {
        filter: Some(bodies::leave_out),
        ..options(Strictness::Strict)
    };
    open_as_it_stands(bytes, options)
}

fn open_as_it_stands(bytes: &[u8], options: LoadOptions) -> Result<Document, Refusal> {
    if !bytes.starts_with(HEADER) {
        return Err(Refusal::NotPdf);
    }
    unpacking::check(bytes)?;
    let document = load(bytes, options)?;
    if !protection::can_be_kept(&document) {
        return Err(Refusal::Encrypted);
    }
    // Of an encrypted file the parser passes over what it cannot read, however strict.
    let lacks_objects = document.was_encrypted() && !is_complete(&document);
    if document.xref_recovery.is_some() || document.xref_start == 0 || lacks_objects {
        return Err(Refusal::Broken);
    }
    bounds::check(&document)?;
    Ok(document)
}

#[derive(Clone, Copy)]
enum Strictness {
    Strict,
    Lenient,
    /// As lenient, and the cross-reference table is not even looked at.
    Scanning,
}

fn options(strictness: Strictness) -> LoadOptions {
    LoadOptions {
        strict: matches!(strictness, Strictness::Strict),
        force_reconstruct: matches!(strictness, Strictness::Scanning),
        ..LoadOptions::with_max_decompressed_size(MAX_UNPACKED_BYTES)
    }
}

fn load(bytes: &[u8], options: LoadOptions) -> Result<Document, Refusal> {
    // The parser reads hostile bytes; should it ever panic, that is the file's fault, not a crash.
    let loaded = catch_unwind(AssertUnwindSafe(|| {
        Document::load_mem_with_options(bytes, options)
    }));
    let document = match loaded {
        Ok(Ok(document)) => document,
        Ok(Err(
            lopdf::Error::InvalidPassword
            | lopdf::Error::Decryption(_)
            | lopdf::Error::UnsupportedSecurityHandler(_),
        )) => {
            return Err(Refusal::Encrypted);
        }
        Ok(Err(lopdf::Error::Decompress(DecompressError::MemoryLimitExceeded { .. }))) => {
            return Err(Refusal::UnpacksTooFar);
        }
        Ok(Err(_)) | Err(_) => return Err(Refusal::Broken),
    };
    if document.is_encrypted() {
        return Err(Refusal::Encrypted);
    }
    Ok(document)
}

/// What can be made of a damaged file: as its table says, or from a scan where that finds more.
fn mended(bytes: &[u8], repairs: &mut Vec<Repair>) -> Result<Document, Refusal> {
    let as_told = load(bytes, options(Strictness::Lenient));
    if matches!(as_told, Err(Refusal::Encrypted | Refusal::UnpacksTooFar)) {
        return as_told;
    }
    let told_pages = as_told.as_ref().map_or(0, page_count);
    let is_whole = as_told.as_ref().is_ok_and(is_complete);
    let scanned = (!is_whole || told_pages == 0)
        .then(|| load(bytes, options(Strictness::Scanning)).ok())
        .flatten()
        .filter(|scanned| page_count(scanned) >= told_pages.max(1));
    let document = match scanned {
        Some(scanned) => scanned,
        None => as_told?,
    };
    repairs.push(match document.xref_recovery {
        Some(XrefRecovery::OffsetCorrected) => Repair::CrossReferenceCorrected,
        Some(_) => Repair::CrossReferenceRebuilt,
        None if is_complete(&document) => Repair::Syntax,
        None => Repair::ObjectsSkipped,
    });
    Ok(document)
}

fn page_count(document: &Document) -> usize {
    pages::ids(document).map_or(0, |pages| pages.len())
}

/// Whether every object was found where the table says that it is. Offset 0 is how some producers write a free entry.
fn is_complete(document: &Document) -> bool {
    // The parser takes it out once the file is read in clear.
    let protection = protection::object(document);
    document
        .reference_table
        .entries
        .iter()
        .all(|(number, entry)| {
            !matches!(entry, XrefEntry::Normal { offset, generation }
            if *offset > 0
                && protection != Some((*number, *generation))
                && !document.objects.contains_key(&(*number, *generation)))
        })
}

/// The pages in order; each object once, however often a hostile tree names it.
pub(super) fn page_ids(document: &Document) -> Result<Vec<ObjectId>, Refusal> {
    pages::ids(document)
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

/// The catalog for changing.
pub(super) fn catalog_mut(document: &mut Document) -> Option<&mut Dictionary> {
    let root = document
        .trailer
        .get(b"Root")
        .and_then(Object::as_reference)
        .ok()?;
    document.get_dictionary_mut(root).ok()
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

/// A text of the file as far as a report repeats it.
pub(super) fn shortened(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_control())
        .take(MAX_REPORTED_CHARS)
        .collect()
}
