//! What is done to a file's bytes before anything is parsed.

use memchr::memmem;

use super::limits::MAX_JUNK_BYTES;
use super::read::Refusal;

pub(super) const HEADER: &[u8] = b"%PDF-";

/// The file from `%PDF-` on. Readers look for it within the first kilobyte and count from there.
pub(super) fn without_junk(bytes: &[u8]) -> Result<(&[u8], bool), Refusal> {
    let at = bytes
        .windows(HEADER.len())
        .take(MAX_JUNK_BYTES.saturating_add(1))
        .position(|window| window == HEADER)
        .ok_or(Refusal::NotPdf)?;
    Ok((bytes.get(at..).unwrap_or_default(), at > 0))
}

/// A file whose encryption lacks the identifier that its key is derived from: readers take an empty one
/// (ISO 32000-1, 7.6.3.3). What follows a plain trailer is found from the end, so nothing that counts moves.
pub(super) fn with_identifier(bytes: &[u8]) -> Option<Vec<u8>> {
    let at = memmem::rfind(bytes, b"trailer")?;
    let trailer = bytes.get(at..)?;
    let opening = memmem::find(trailer, b"<<")?;
    let lacks =
        memmem::find(trailer, b"/Encrypt").is_some() && memmem::find(trailer, b"/ID").is_none();
    let (before, after) = bytes.split_at_checked(at + opening + b"<<".len())?;
    lacks.then(|| [before, b"/ID[<><>]".as_slice(), after].concat())
}
