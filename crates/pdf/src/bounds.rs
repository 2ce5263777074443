//! How much a document may be, once it is loaded.

use lopdf::{Document, Object};

use super::limits::{MAX_IMAGE_PIXELS, MAX_OBJECTS, MAX_XREF_SECTIONS};
use super::read::{Refusal, integer, name};

pub(super) fn check(document: &Document) -> Result<(), Refusal> {
    if document.objects.len() > MAX_OBJECTS {
        return Err(Refusal::TooComplex);
    }
    if document.xref_section_count > MAX_XREF_SECTIONS {
        return Err(Refusal::TooManyRevisions);
    }
    let has_giant = document.objects.values().any(|object| {
        let Object::Stream(stream) = object else {
            return false;
        };
        let side = |key: &[u8]| integer(document, &stream.dict, key);
        name(document, &stream.dict, b"Subtype").is_some_and(|kind| kind == b"Image")
            && side(b"Width")
                .zip(side(b"Height"))
                .is_some_and(|(width, height)| width.saturating_mul(height) > MAX_IMAGE_PIXELS)
    });
    if has_giant {
        return Err(Refusal::ImageTooLarge);
    }
    Ok(())
}
