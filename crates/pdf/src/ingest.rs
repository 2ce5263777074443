//! Taking a file in: an unsigned one is rewritten once, cleanly; a signed one is kept to the byte.

use lopdf::xref::XrefType;
use lopdf::{Dictionary, Document, Object, StringFormat};
use memchr::memmem;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::inspect::{self, Inspected};
use super::limits::MAX_METADATA_BYTES;
use super::pdf_a;
use super::read::{self, Opened, Refusal};
use super::report::{Handling, Removed, RemovedPart, Repair, Report, Tally, add};
use super::{
    active, facts, file_bytes, form, form_looks, loose_ends, merge, pages, protection, verify,
    watermark,
};

/// Written into the header of rewritten files that claim less: what signatures need.
const LEAST_VERSION: &str = "1.7";

/// What is drawn over the pages of a rewritten file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Watermark {
    None,
    /// The word TEST, for test mode.
    Test,
}

/// A file ready to be signed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ingested {
    /// Never part of the serialised form: bytes travel beside it.
    #[serde(skip)]
    pub bytes: Vec<u8>,
    /// What is in `bytes`.
    pub inspected: Inspected,
    /// What the file was, and what was done to it.
    pub report: Report,
}

/// Takes a file in, or refuses it.
pub fn ingest(bytes: &[u8], mark: Watermark) -> Result<Ingested, Refusal> {
    let mut opened = read::open_leniently(bytes)?;
    let unfilled = loose_ends::free_unfilled(&mut opened.document);
    let fields = form::fields(&opened.document, &[])?;
    if inspect::signature_count(&opened.document, &fields) > 0 {
        let inspected = inspect::describe(&opened.document)?;
        return keep(bytes, &opened, inspected);
    }
    if loose_ends::tie(&mut opened.document) | unfilled {
        opened.repairs.push(Repair::LooseEnds);
    }
    if pages::put_in_order(&mut opened.document)? {
        opened.repairs.push(Repair::PageTree);
    }
    let before = inspect::describe(&opened.document)?;
    let mut report = facts::of(bytes, &opened, &before);
    let Opened {
        mut document,
        mut repairs,
    } = opened;
    let claim = pdf_a::claim(&document);
    let mut removed = Tally::new();
    remove_xfa(&mut document, &mut removed)?;
    remove_rights(&mut document, &mut removed);
    for (kind, count) in active::neutralise(&mut document) {
        add(&mut removed, kind, count);
    }
    let pages = read::page_ids(&document)?;
    let fields = form::fields(&document, &pages)?;
    merge::merge_single_widgets(&mut document, &fields);
    let fields = form::fields(&document, &pages)?;
    form_looks::complete(&mut document, &fields).map_err(|_| Refusal::Broken)?;
    if mark == Watermark::Test {
        watermark::mark(&mut document, &pages).map_err(|_| Refusal::Broken)?;
    }
    identify(&mut document, bytes);
    let bytes = rewrite(document)?;
    let after = read::open_strictly(&bytes)?;
    let inspected = inspect::describe(&after)?;
    repairs.sort_unstable();
    repairs.dedup();
    report.repaired = repairs;
    report.removed = removed
        .into_iter()
        .map(|(kind, count)| RemovedPart { kind, count })
        .collect();
    report.pdf_a = claim.map(|claim| claim.judge(&after));
    report.is_test_marked = mark == Watermark::Test;
    report.sha256 = hex::encode(Sha256::digest(&bytes));
    Ok(Ingested {
        bytes,
        inspected,
        report,
    })
}

/// A signed file stays as it is, if an update can be added that every reader understands alike.
fn keep(bytes: &[u8], opened: &Opened, inspected: Inspected) -> Result<Ingested, Refusal> {
    if facts::is_hybrid(bytes) {
        return Err(Refusal::SignedHybrid);
    }
    // What stands before the header is not of the file where its signatures count from the header.
    let (file, has_junk) = file_bytes::without_junk(bytes)?;
    // It was read in clear, and stays encrypted.
    let repairs: Vec<Repair> = opened
        .repairs
        .iter()
        .copied()
        .filter(|repair| *repair != Repair::Decrypted)
        .collect();
    let repaired = match repairs.as_slice() {
        [] => Vec::new(),
        [Repair::JunkBeforeHeader] if has_junk && verify::is_counted_right(file) => {
            vec![Repair::JunkBeforeHeader]
        }
        // The update that will follow must chain to a sound table.
        _ => return Err(Refusal::SignedAndDamaged),
    };
    read::open_without_bodies(file).map_err(|refusal| match refusal {
        Refusal::Encrypted => Refusal::SignedAndEncrypted,
        _ => Refusal::SignedAndDamaged,
    })?;
    let pages = read::page_ids(&opened.document)?;
    let fields = form::fields(&opened.document, &pages)?;
    if !protection::is_by_object(&opened.document, &pages, &fields) {
        return Err(Refusal::SignedAndEncrypted);
    }
    let mut report = facts::of(bytes, opened, &inspected);
    report.handling = Handling::Kept;
    report.repaired = repaired;
    report.sha256 = hex::encode(Sha256::digest(file));
    report.pdf_a = pdf_a::claim(&opened.document).map(|claim| claim.judge(&opened.document));
    Ok(Ingested {
        bytes: file.to_vec(),
        inspected,
        report,
    })
}

/// One revision, one plain cross-reference table, nothing that is not reached from the catalog.
pub(super) fn rewrite(mut document: Document) -> Result<Vec<u8>, Refusal> {
    let mut trailer = Dictionary::new();
    for key in [b"Root".as_slice(), b"Info", b"ID"] {
        if let Ok(value) = document.trailer.get(key) {
            trailer.set(key, value.clone());
        }
    }
    document.trailer = trailer;
    document.encryption_state = None;
    document.prune_objects();
    // The trailer's /Size counts from here.
    document.max_id = document.objects.keys().map(|id| id.0).max().unwrap_or(0);
    document.reference_table.cross_reference_type = XrefType::CrossReferenceTable;
    if document.version.as_str() < LEAST_VERSION {
        LEAST_VERSION.clone_into(&mut document.version);
    }
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).map_err(|_| Refusal::Broken)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The file's identifier, which PDF/A and signatures want: its own, else made from what it is.
fn identify(document: &mut Document, original: &[u8]) {
    let has_one = read::array(document, &document.trailer, b"ID").is_some_and(|id| id.len() == 2);
    if has_one {
        return;
    }
    let hash = Sha256::digest(original).into_iter().take(16).collect();
    let half = Object::String(hash, StringFormat::Hexadecimal);
    document.trailer.set("ID", vec![half.clone(), half]);
}

/// XFA describes the same form a second time, in a language that most readers ignore: where the
/// ordinary form is complete the XFA goes, where it is only a notice the file is refused.
fn remove_xfa(document: &mut Document, removed: &mut Tally<Removed>) -> Result<(), Refusal> {
    let needs_rendering = read::catalog(document)
        .and_then(|catalog| read::entry(document, catalog, b"NeedsRendering"))
        .is_some_and(|flag| matches!(flag, Object::Boolean(true)));
    let says_dynamic = is_dynamic(document);
    let has_xfa = form_looks::form_mut(document)
        .and_then(|form| form.remove(b"XFA"))
        .is_some();
    if !has_xfa {
        return Ok(());
    }
    if needs_rendering || says_dynamic {
        return Err(Refusal::DynamicForm);
    }
    add(removed, Removed::XfaForm, 1);
    Ok(())
}

/// Whether the XFA's own configuration says that the pages are only a notice.
fn is_dynamic(document: &Document) -> bool {
    let xfa = read::acro_form(document).and_then(|form| read::entry(document, form, b"XFA"));
    let parts = match xfa {
        Some(Object::Array(parts)) => parts.as_slice(),
        Some(whole) => std::slice::from_ref(whole),
        None => &[],
    };
    parts.iter().any(|part| {
        let Object::Stream(packet) = read::resolve(document, part) else {
            return false;
        };
        packet
            .get_plain_content_with_limit(MAX_METADATA_BYTES)
            .is_ok_and(|packet| memmem::find(&packet, b"<dynamicRender>required").is_some())
    })
}

/// Rights and certifications hold for the bytes as they were; a changed file must not claim them.
fn remove_rights(document: &mut Document, removed: &mut Tally<Removed>) {
    let rights = facts::rights(document).len();
    add(removed, Removed::UsageRights, rights);
    if let Some(catalog) = read::catalog_mut(document) {
        catalog.remove(b"Perms");
    }
}
