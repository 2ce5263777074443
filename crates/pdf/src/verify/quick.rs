//! Checking signatures: does the signed digest match the bytes, does the signature match its key.

use lopdf::{Dictionary, Document};
use sha2::{Digest, Sha256};

use crate::form::{self, FormField};
use crate::read::{self, Refusal};
use pki::CmsError;
use pki::reading::{DigestName, SignedMessage, TimeStamp};
use serde::{Deserialize, Serialize};

/// What a signature field of a file says, and whether it holds.
#[derive(Debug, Serialize, Deserialize)]
pub struct SignatureReport {
    /// The field's full name.
    pub field: String,
    /// `/Name` of the signature.
    pub signer_name: Option<String>,
    /// Whether the signature covers the file to its last byte (an earlier one covers its own revision).
    pub covers_file: bool,
    /// How many bytes from the file's start it covers; nothing where its byte range is not one.
    pub covered: Option<usize>,
    /// The certificate whose key signed, as DER; or why the signature does not hold. Of a document time stamp it is the
    /// authority's.
    pub signed_by: Result<Vec<u8>, Unsound>,
    /// Whether it is a time stamp over the file (ISO 32000-2, 12.8.5) and nobody's signature.
    pub is_time_stamp: bool,
    /// Whether it bears a time stamp that holds and is over it (RFC 3161, appendix A).
    pub is_stamped: bool,
}

/// Why a signature does not hold.
#[derive(Debug, Serialize, Deserialize, thiserror::Error)]
pub enum Unsound {
    #[error("the byte range of the signature is not the whole revision but its own bytes")]
    Range,
    #[error("the signature does not hold")]
    Cms(#[from] CmsError),
    #[error("the document time stamp does not hold: {0}")]
    TimeStamp(String),
}

/// Checks every signature in the file. Only signatures of our own kind can be found to hold.
pub fn verify(bytes: &[u8]) -> Result<Vec<SignatureReport>, Refusal> {
    let document = read::open_without_bodies(bytes)?;
    let pages = read::page_ids(&document)?;
    let fields = form::fields(&document, &pages)?;
    Ok(fields
        .iter()
        .filter(|field| field.is_signed(&document))
        .filter_map(|field| report(bytes, &document, field))
        .collect())
}

/// Whether the byte range of every signature leaves out that signature, counted from the first of these bytes.
pub(crate) fn is_counted_right(bytes: &[u8]) -> bool {
    verify(bytes).is_ok_and(|reports| reports.iter().all(|report| report.covered.is_some()))
}

fn report(bytes: &[u8], document: &Document, field: &FormField) -> Option<SignatureReport> {
    let signature = field.attribute(document, b"V")?.as_dict().ok()?;
    let range = Range::read(bytes, document, signature);
    let contents = read::entry(document, signature, b"Contents")
        .and_then(|contents| contents.as_str().ok())
        .and_then(without_padding);
    let kind = read::entry(document, signature, b"SubFilter").and_then(|kind| kind.as_name().ok());
    let is_time_stamp = kind == Some(b"ETSI.RFC3161");
    Some(SignatureReport {
        field: field.name.clone(),
        signer_name: read::text(document, signature, b"Name"),
        covers_file: range.as_ref().is_ok_and(|range| range.end == bytes.len()),
        covered: range.as_ref().ok().map(|range| range.end),
        signed_by: range.and_then(|range| {
            let digest = range.digest(bytes)?;
            let contents = contents.ok_or(Unsound::Range)?;
            if is_time_stamp {
                stamped_by(contents, &digest)
            } else {
                Ok(pki::verify(contents, &digest)?.certificate_der)
            }
        }),
        is_time_stamp,
        is_stamped: contents.is_some_and(is_stamped),
    })
}

/// The authority whose time stamp this is, where it is over this digest.
fn stamped_by(token: &[u8], digest: &[u8; 32]) -> Result<Vec<u8>, Unsound> {
    let stamp = TimeStamp::read(token).map_err(Unsound::TimeStamp)?;
    if stamp.digest != DigestName::Sha256 || !stamp.is_over(digest) {
        return Err(Unsound::TimeStamp("it is over other bytes".to_owned()));
    }
    Ok(stamp.certificate.der)
}

fn is_stamped(signature: &[u8]) -> bool {
    let read = || {
        let message = SignedMessage::read(signature).ok()?;
        let stamp = TimeStamp::read(message.time_stamp()?).ok()?;
        Some(stamp.is_over(&stamp.digest.of(message.signature())))
    };
    read().unwrap_or(false)
}

/// The four numbers of `/ByteRange`, found to leave out the signature and nothing else.
struct Range {
    gap: usize,
    resume: usize,
    end: usize,
}

impl Range {
    fn read(bytes: &[u8], document: &Document, signature: &Dictionary) -> Result<Self, Unsound> {
        let numbers: Vec<usize> = read::array(document, signature, b"ByteRange")
            .into_iter()
            .flatten()
            .filter_map(|number| usize::try_from(number.as_i64().ok()?).ok())
            .collect();
        let [0, gap, resume, rest] = *numbers.as_slice() else {
            return Err(Unsound::Range);
        };
        let end = resume.checked_add(rest).ok_or(Unsound::Range)?;
        let left_out = bytes.get(gap..resume).ok_or(Unsound::Range)?;
        let is_hex = left_out
            .strip_prefix(b"<")
            .and_then(|inner| inner.strip_suffix(b">"))
            .is_some_and(|inner| inner.iter().all(u8::is_ascii_hexdigit));
        if end > bytes.len() || !is_hex {
            return Err(Unsound::Range);
        }
        Ok(Self { gap, resume, end })
    }

    fn digest(&self, bytes: &[u8]) -> Result<[u8; 32], Unsound> {
        let mut hash = Sha256::new();
        hash.update(bytes.get(..self.gap).ok_or(Unsound::Range)?);
        hash.update(bytes.get(self.resume..self.end).ok_or(Unsound::Range)?);
        Ok(hash.finalize().into())
    }
}

/// The DER structure at the start of the reserved room.
fn without_padding(room: &[u8]) -> Option<&[u8]> {
    let first = *room.get(1)?;
    let (header, length) = if first < 0x80 {
        (2, usize::from(first))
    } else {
        let count = usize::from(first & 0x7f);
        let digits = room.get(2..2 + count).filter(|digits| digits.len() <= 4)?;
        (
            2 + count,
            digits
                .iter()
                .fold(0, |sum, digit| (sum << 8) | usize::from(*digit)),
        )
    };
    room.get(..header.checked_add(length)?)
}
