//! Looks at packed tables and contents before others unpack them: a small file may claim gigabytes.

use std::collections::HashSet;
use std::io::Read as _;

use flate2::bufread::ZlibDecoder;
use lopdf::{DecompressError, Document, ObjectId};
use memchr::memmem;

use super::contents;
use super::limits::{
    FREE_UNPACKED_BYTES, MAX_UNPACK_RATIO, MAX_UNPACKED_BYTES, MAX_UNPACKED_BYTES_IN_ALL,
};
use super::read::Refusal;

/// How far behind its type a stream's data may begin: the rest of a dictionary.
const LONGEST_DICTIONARY: usize = 64 * 1024;
const STEP: usize = 64 * 1024;

/// Refuses a file whose object streams and cross-reference streams, which a reader unpacks all and at once, unpack to
/// more than the limits allow. Counts and keeps nothing; what is not packed by Flate the parser's own limit holds.
pub(super) fn check(bytes: &[u8]) -> Result<(), Refusal> {
    let mut in_all = 0_usize;
    let mut done_to = 0_usize;
    let mut marks: Vec<usize> = memmem::find_iter(bytes, b"/ObjStm").collect();
    marks.extend(memmem::find_iter(bytes, b"/XRef"));
    marks.sort_unstable();
    for mark in marks {
        if mark < done_to {
            continue;
        }
        let Some(start) = data_after(bytes, mark) else {
            continue;
        };
        done_to = start;
        let data = bytes.get(start..).unwrap_or_default();
        in_all = in_all.saturating_add(unpacked_length(data)?);
        if in_all > MAX_UNPACKED_BYTES_IN_ALL {
            return Err(Refusal::UnpacksTooFar);
        }
    }
    Ok(())
}

/// Refuses a document whose pages' contents unpack to more than the limits allow: who interprets a page unpacks them
/// whole.
pub(super) fn check_contents(document: &Document, pages: &[ObjectId]) -> Result<(), Refusal> {
    let mut in_all = 0_usize;
    let mut seen = HashSet::new();
    for page in pages {
        for part in contents::streams(document, *page) {
            let Ok(id) = part.as_reference() else {
                continue;
            };
            let Ok(stream) = document.get_object(id).and_then(|part| part.as_stream()) else {
                continue;
            };
            if !seen.insert(id) {
                continue;
            }
            let length = match stream.decompressed_content_with_limit(MAX_UNPACKED_BYTES) {
                Ok(content) => content.len(),
                Err(lopdf::Error::Decompress(DecompressError::MemoryLimitExceeded { .. })) => {
                    return Err(Refusal::UnpacksTooFar);
                }
                // Not packed, or damaged.
                Err(_) => stream.content.len(),
            };
            in_all = in_all.saturating_add(length);
            if in_all > MAX_UNPACKED_BYTES_IN_ALL || is_absurd(length, stream.content.len()) {
                return Err(Refusal::UnpacksTooFar);
            }
        }
    }
    Ok(())
}

/// Where the data of the stream begins whose dictionary holds the byte at `mark`.
fn data_after(bytes: &[u8], mark: usize) -> Option<usize> {
    const KEYWORD: &[u8] = b"stream";
    let end = mark.saturating_add(LONGEST_DICTIONARY).min(bytes.len());
    let at = mark.saturating_add(memmem::find(bytes.get(mark..end)?, KEYWORD)?);
    let start = at.saturating_add(KEYWORD.len());
    let line_end = match bytes.get(start..)? {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    };
    Some(start.saturating_add(line_end))
}

fn unpacked_length(data: &[u8]) -> Result<usize, Refusal> {
    let mut decoder = ZlibDecoder::new(data);
    let mut buffer = vec![0; STEP];
    let mut length = 0_usize;
    loop {
        // Damaged data ends here for us as it does for the parser.
        let read = decoder.read(&mut buffer).unwrap_or(0);
        if read == 0 {
            return Ok(length);
        }
        length = length.saturating_add(read);
        let packed = usize::try_from(decoder.total_in()).unwrap_or(usize::MAX);
        if length > MAX_UNPACKED_BYTES || is_absurd(length, packed) {
            return Err(Refusal::UnpacksTooFar);
        }
    }
}

fn is_absurd(length: usize, packed: usize) -> bool {
    length > FREE_UNPACKED_BYTES && length / MAX_UNPACK_RATIO > packed.max(1)
}
