//! What a file is, told before anything is done to it.

use lopdf::xref::{XrefRecovery, XrefType};
use lopdf::{Dictionary, Document, Object, ObjectId};
use memchr::memmem;
use sha2::{Digest as _, Sha256};

use super::inspect::Inspected;
use super::read::{self, Opened};
use super::report::{
    CrossReference, FileFacts, FoundSignature, Handling, Kept, KeptPart, Report, Tally, add,
};
use super::{active, attachments, form, pdf_a};

/// The report as far as the file itself tells it; what is done to the file is filled in by who does it.
pub(super) fn of(bytes: &[u8], opened: &Opened, inspected: &Inspected) -> Report {
    let document = &opened.document;
    let sha256 = hex::encode(Sha256::digest(bytes));
    let (embedded_files, embedded_file_count) = attachments::of(document);
    let signatures = signatures(document);
    Report {
        file: FileFacts {
            size_bytes: bytes.len(),
            version: version(document),
            pages: inspected.pages.len(),
            producer: info(document, b"Producer"),
            creator: info(document, b"Creator"),
            is_linearised: document.linearization.is_some(),
            cross_reference: cross_reference(bytes, document),
            revisions: document.revision_count(),
            is_encrypted: document.was_encrypted(),
            form_fields: inspected.fields.len(),
        },
        handling: Handling::Rewritten,
        repaired: Vec::new(),
        removed: Vec::new(),
        kept: kept(document, inspected, &signatures),
        embedded_files,
        embedded_file_count,
        signatures,
        pdf_a: None,
        is_test_marked: false,
        is_stamped: false,
        original_sha256: sha256.clone(),
        sha256,
        notes: Vec::new(),
    }
}

/// Whether a trailer of the file names a cross-reference stream beside its table.
pub(super) fn is_hybrid(bytes: &[u8]) -> bool {
    memmem::find_iter(bytes, b"trailer").any(|at| {
        let rest = bytes.get(at..).unwrap_or_default();
        let end = memmem::find(rest, b"startxref").unwrap_or(rest.len());
        memmem::find(rest.get(..end).unwrap_or_default(), b"/XRefStm").is_some()
    })
}

fn cross_reference(bytes: &[u8], document: &Document) -> CrossReference {
    if document.xref_recovery == Some(XrefRecovery::Reconstructed) {
        return CrossReference::Rebuilt;
    }
    if is_hybrid(bytes) {
        return CrossReference::Hybrid;
    }
    match document.reference_table.cross_reference_type {
        XrefType::CrossReferenceTable => CrossReference::Table,
        XrefType::CrossReferenceStream => CrossReference::Stream,
    }
}

fn version(document: &Document) -> String {
    let of_catalog = read::catalog(document)
        .and_then(|catalog| read::name(document, catalog, b"Version"))
        .map(|version| String::from_utf8_lossy(version).into_owned());
    let later = of_catalog.filter(|version| *version > document.version);
    read::shortened(&later.unwrap_or_else(|| document.version.clone()))
}

fn info(document: &Document, key: &[u8]) -> Option<String> {
    let info = read::dictionary(document, &document.trailer, b"Info")?;
    let text = read::shortened(&read::text(document, info, key)?);
    (!text.is_empty()).then_some(text)
}

fn signatures(document: &Document) -> Vec<FoundSignature> {
    let fields = read::page_ids(document)
        .and_then(|pages| form::fields(document, &pages))
        .unwrap_or_default();
    fields
        .iter()
        .filter(|field| field.is_signed(document))
        .map(|field| {
            let signature = field
                .attribute(document, b"V")
                .and_then(|value| value.as_dict().ok());
            FoundSignature {
                field: read::shortened(&field.name),
                name: signature
                    .and_then(|signature| read::text(document, signature, b"Name"))
                    .map(|name| read::shortened(&name)),
                format: signature
                    .and_then(|signature| read::name(document, signature, b"SubFilter"))
                    .map(|format| read::shortened(&String::from_utf8_lossy(format))),
            }
        })
        .collect()
}

fn kept(
    document: &Document,
    inspected: &Inspected,
    signatures: &[FoundSignature],
) -> Vec<KeptPart> {
    let mut tally = Tally::new();
    let catalog = read::catalog(document);
    let part = |key: &[u8]| catalog.and_then(|catalog| read::dictionary(document, catalog, key));
    let layers = part(b"OCProperties")
        .and_then(|layers| read::array(document, layers, b"OCGs"))
        .map_or(0, Vec::len);
    add(&mut tally, Kept::Layers, layers);
    add(
        &mut tally,
        Kept::Portfolio,
        usize::from(part(b"Collection").is_some()),
    );
    let dictionaries = || {
        document
            .objects
            .values()
            .filter_map(|object| object.as_dict().ok())
    };
    let fonts = dictionaries().filter(|font| pdf_a::is_font_outside(document, font));
    add(&mut tally, Kept::FontsNotEmbedded, fonts.count());
    let all = dictionaries().filter(|dictionary| is_signature(dictionary));
    let of_rights = rights(document).len();
    let outside = all
        .count()
        .saturating_sub(signatures.len())
        .saturating_sub(of_rights);
    add(&mut tally, Kept::SignatureOutsideForm, outside);
    if !signatures.is_empty() {
        add(&mut tally, Kept::ActiveContent, active::count(document));
    }
    add(
        &mut tally,
        Kept::Certification,
        usize::from(inspected.is_certified),
    );
    tally
        .into_iter()
        .map(|(kind, count)| KeptPart { kind, count })
        .collect()
}

fn is_signature(dictionary: &Dictionary) -> bool {
    dictionary.has(b"ByteRange") && dictionary.has(b"Contents")
}

/// Signatures that grant rights to a reader's user, named by the catalog's `/Perms`.
pub(super) fn rights(document: &Document) -> Vec<Option<ObjectId>> {
    let perms =
        read::catalog(document).and_then(|catalog| read::dictionary(document, catalog, b"Perms"));
    [b"UR".as_slice(), b"UR3"]
        .iter()
        .filter_map(|key| perms?.get(key).ok())
        .map(|rights| rights.as_reference().ok())
        .filter(|id| {
            id.is_none_or(|id| {
                document
                    .get_object(id)
                    .is_ok_and(|object| matches!(object, Object::Dictionary(_)))
            })
        })
        .collect()
}
