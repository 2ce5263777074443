//! The document time stamp: an RFC 3161 token over the whole file, which keeps it provable when the
//! algorithms of its signatures have aged (ISO 32000-2, 12.8.5; EN 319 142-1, 5.4.3).

use lopdf::{Dictionary, Object};

use super::place;
use super::read;
use super::revision::{Revision, signature_dictionary};
use super::seal::SealError;
use super::signer::SignFailed;

/// Adds a document time stamp by one incremental update. `stamp` gets the SHA-256 of everything
/// but the token and answers the token, DER, of at most `room` bytes.
///
/// It belongs to no round: locks of earlier signatures allow it, and it locks nothing.
pub fn add_document_time_stamp(
    bytes: &[u8],
    room: usize,
    stamp: impl FnOnce(&[u8; 32]) -> Result<Vec<u8>, SignFailed>,
) -> Result<Vec<u8>, SealError> {
    let mut revision = Revision::open(bytes)?;
    let page = *read::page_ids(revision.document())?
        .first()
        .ok_or(SealError::Structure)?;
    let mut token = signature_dictionary(room);
    token.set("Type", "DocTimeStamp");
    token.set("Filter", "Adobe.PPKLite");
    token.set("SubFilter", "ETSI.RFC3161");
    let token = revision.add(token)?;
    let name = place::free_name(revision.document());
    let mut field = Dictionary::new();
    field.set("Type", "Annot");
    field.set("Subtype", "Widget");
    field.set("FT", "Sig");
    field.set("T", place::text(&name));
    field.set("F", place::PRINT_AND_LOCKED);
    field.set("Rect", vec![Object::Integer(0); 4]);
    field.set("P", page);
    field.set("V", token);
    let field = revision.add(field)?;
    place::annotate(&mut revision, page, field)?;
    place::mark_form(&mut revision, Some(field))?;
    revision.close(token, room, |digest| Ok(stamp(digest)?))?;
    Ok(revision.into_bytes())
}
