//! Taking a file in: an unsigned one is rewritten once, cleanly; a signed one is kept to the byte.

use lopdf::xref::XrefType;
use lopdf::{Dictionary, Document, Object, ObjectId};
use serde::{Deserialize, Serialize};

use super::form::FormField;
use super::inspect::{self, FieldKind, Inspected};
use super::read::{self, Refusal};
use super::{active, form, merge, value_appearance, watermark};

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
    /// False for a file that carried signatures: it is kept byte for byte.
    pub was_rewritten: bool,
    /// Whether the file's cross-reference table had to be repaired.
    pub was_repaired: bool,
    /// How many scripts and other active elements were taken out.
    pub actions_removed: usize,
    pub embedded_files: usize,
}

/// Takes a file in, or refuses it.
pub fn ingest(bytes: &[u8], mark: Watermark) -> Result<Ingested, Refusal> {
    let mut document = read::open(bytes)?;
    let before = inspect::describe(&document)?;
    let embedded_files = active::embedded_files(&document);
    if before.signatures > 0 {
        // The update that will follow must chain to a sound table.
        read::open_strictly(bytes).map_err(|_| Refusal::SignedAndDamaged)?;
        return Ok(Ingested {
            bytes: bytes.to_vec(),
            inspected: before,
            was_rewritten: false,
            was_repaired: false,
            actions_removed: 0,
            embedded_files,
        });
    }
    let was_repaired = document.xref_recovery.is_some();
    remove_xfa(&mut document)?;
    let actions_removed = active::neutralise(&mut document);
    let pages = read::page_ids(&document)?;
    let fields = form::fields(&document, &pages)?;
    merge::merge_single_widgets(&mut document, &fields);
    let fields = form::fields(&document, &pages)?;
    give_appearances(&mut document, &fields);
    if mark == Watermark::Test {
        watermark::mark(&mut document, &pages).map_err(|_| Refusal::Broken)?;
    }
    let bytes = rewrite(document)?;
    let inspected = inspect::describe(&read::open_strictly(&bytes)?)?;
    Ok(Ingested {
        bytes,
        inspected,
        was_rewritten: true,
        was_repaired,
        actions_removed,
        embedded_files,
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
    if let Some(catalog) = catalog_mut(&mut document) {
        // Rights granted for the bytes as they were; a changed file must not claim them.
        catalog.remove(b"Perms");
    }
    document.prune_objects();
    document.reference_table.cross_reference_type = XrefType::CrossReferenceTable;
    if document.version.as_str() < LEAST_VERSION {
        LEAST_VERSION.clone_into(&mut document.version);
    }
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).map_err(|_| Refusal::Broken)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn catalog_mut(document: &mut Document) -> Option<&mut Dictionary> {
    let root = document
        .trailer
        .get(b"Root")
        .and_then(Object::as_reference)
        .ok()?;
    document.get_dictionary_mut(root).ok()
}

/// The form's dictionary for changing, wherever it stands.
fn form_mut(document: &mut Document) -> Option<&mut Dictionary> {
    let own = match read::catalog(document)?.get(b"AcroForm").ok()? {
        Object::Reference(id) => Some(*id),
        _ => None,
    };
    match own {
        Some(id) => document.get_dictionary_mut(id).ok(),
        None => catalog_mut(document)?
            .get_mut(b"AcroForm")
            .and_then(Object::as_dict_mut)
            .ok(),
    }
}

/// XFA describes the same form a second time, in a language that most readers ignore: where the
/// ordinary form is complete the XFA goes, where it is only a notice the file is refused.
fn remove_xfa(document: &mut Document) -> Result<(), Refusal> {
    let is_dynamic = read::catalog(document)
        .and_then(|catalog| read::entry(document, catalog, b"NeedsRendering"))
        .is_some_and(|flag| matches!(flag, Object::Boolean(true)));
    let has_xfa = form_mut(document)
        .and_then(|form| form.remove(b"XFA"))
        .is_some();
    if has_xfa && is_dynamic {
        return Err(Refusal::DynamicForm);
    }
    Ok(())
}

/// `/NeedAppearances` makes readers redraw fields when the file opens, which looks like a change
/// after signing: missing appearances are made here and the flag goes.
fn give_appearances(document: &mut Document, fields: &[FormField]) {
    if form_mut(document)
        .and_then(|form| form.remove(b"NeedAppearances"))
        .is_none()
    {
        return;
    }
    let mut made: Vec<(ObjectId, lopdf::Stream)> = Vec::new();
    for field in fields.iter().filter(|field| {
        matches!(
            field.kind,
            FieldKind::Text | FieldKind::ComboBox | FieldKind::ListBox
        )
    }) {
        let shown = field.attribute(document, b"V").and_then(read::text_of);
        for widget in &field.widgets {
            let has = document
                .get_dictionary(widget.id)
                .is_ok_and(|widget| widget.has(b"AP"));
            // A text that our fonts cannot draw stays without appearance, as it came.
            let look = shown
                .as_deref()
                .filter(|_| !has)
                .and_then(|text| value_appearance::of(document, field, widget, text).ok());
            made.extend(look.map(|look| (widget.id, look)));
        }
    }
    for (widget, look) in made {
        let Ok(look) = document.try_add_object(look) else {
            return;
        };
        let mut appearance = Dictionary::new();
        appearance.set("N", look);
        if let Ok(widget) = document.get_dictionary_mut(widget) {
            widget.set("AP", appearance);
        }
    }
}
