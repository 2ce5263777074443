//! Evidence inside a signature: an opaque container in the signature dictionary, and so covered by its `/ByteRange`.
//! Knows neither its content nor its keys.

use lopdf::{Dictionary, Document, Object, StringFormat};
use serde::{Deserialize, Serialize};

use super::form;
use super::read::{self, Refusal};
use super::verify::{self, Unsound};

/// The key in the signature dictionary: a second-class name (ISO 32000-2, annex E), which readers that do not know it
/// pass over. Never change it: files outlive us.
pub const EVIDENCE_KEY: &str = "OKDO_Evidence";

/// The longest string that PDF/A allows (ISO 19005-2, 6.1.13); a longer container is an array of several.
const LONGEST_STRING: usize = 32_767;

/// A signature, and the evidence in it.
#[derive(Debug, Serialize, Deserialize)]
pub struct SignatureEvidence {
    /// The signature field's full name.
    pub field: String,
    /// `/Name` of the signature.
    pub signer_name: Option<String>,
    /// How many bytes from the file's start the signature covers: the end of its update.
    pub covered: usize,
    /// The certificate whose key signed, as DER; or why the signature does not hold.
    pub signed_by: Result<Vec<u8>, Unsound>,
    /// As it stands in the bytes that this signature covers, whatever a later update says.
    pub container: Option<Vec<u8>>,
}

/// Every signature of a file with its evidence, in the order in which they were made.
pub fn evidences(bytes: &[u8]) -> Result<Vec<SignatureEvidence>, Refusal> {
    let mut found: Vec<_> = verify::verify(bytes)?
        .into_iter()
        .map(|report| {
            let covered = report.covered.unwrap_or(bytes.len()).min(bytes.len());
            let as_signed = bytes.get(..covered).unwrap_or(bytes);
            SignatureEvidence {
                container: container(as_signed, &report.field),
                field: report.field,
                signer_name: report.signer_name,
                covered,
                signed_by: report.signed_by,
            }
        })
        .collect();
    found.sort_by_key(|signature| signature.covered);
    Ok(found)
}

/// The container of one signature field in a file that ends with that signature's update.
fn container(bytes: &[u8], field: &str) -> Option<Vec<u8>> {
    let document = read::open_without_bodies(bytes).ok()?;
    let pages = read::page_ids(&document).ok()?;
    let fields = form::fields(&document, &pages).ok()?;
    let field = fields.iter().find(|known| known.name == field)?;
    let signature = field.attribute(&document, b"V")?.as_dict().ok()?;
    embedded(&document, signature)
}

fn embedded(document: &Document, signature: &Dictionary) -> Option<Vec<u8>> {
    let pieces = read::array(document, signature, EVIDENCE_KEY.as_bytes())?;
    let mut container = Vec::new();
    for piece in pieces {
        container.extend_from_slice(piece.as_str().ok()?);
    }
    Some(container)
}

/// The value that holds a container, direct as all of a signature dictionary must be: strict validators take a new object
/// that a signature refers to for a change of the document.
pub(super) fn value(container: &[u8]) -> Object {
    container
        .chunks(LONGEST_STRING)
        .map(|piece| Object::String(piece.to_vec(), StringFormat::Literal))
        .collect::<Vec<_>>()
        .into()
}
