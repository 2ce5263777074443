//! Putting one signature into the form: its dictionary, its field, its widgets, its appearance.

use domain::Timestamp;
use lopdf::{Dictionary, Document, Object, ObjectId, StringFormat, encode_utf16_be};

use super::appearance;
use super::evidence;
use super::form::FormField;
use super::geometry::{Rect, Turn};
use super::locks::{self, Lock};
use super::read;
use super::revision::{Revision, signature_dictionary};
use super::seal::{Act, SealError, Survey, Target, VisibleSignature};

/// Annotation flags: Print (4) and Locked (128).
pub(super) const PRINT_AND_LOCKED: i64 = 132;
/// `/SigFlags`: signatures exist (1), append only (2).
const SIGNED_APPEND_ONLY: i64 = 3;
const SMALLEST_PLACE: f32 = 4.0;

pub(super) struct Placed {
    /// The signature dictionary.
    pub(super) signature: ObjectId,
    pub(super) field: String,
}

/// Writes everything that one signature needs into the coming update.
pub(super) fn place(
    revision: &mut Revision<'_>,
    survey: &Survey,
    act: &Act<'_>,
    lock: &[String],
    at: Timestamp,
) -> Result<Placed, SealError> {
    let existing = match act.visible.map(|visible| &visible.target) {
        Some(Target::Field(name)) => Some(
            survey
                .field(name)
                .ok_or_else(|| SealError::NoSuchField(name.clone()))?,
        ),
        _ => None,
    };
    let authored = existing.and_then(|field| locks::of_field(revision.document(), field));
    let lock = match authored {
        Some(authored) => Some(authored.and(lock)),
        None => (!lock.is_empty()).then(|| Lock::Include(lock.to_vec())),
    };
    let mut signature = signature_dictionary(act.room);
    describe(&mut signature, act, at);
    if let Some(lock) = &lock {
        signature.set("Reference", vec![reference(revision.document(), lock)]);
    }
    if let Some(container) = act.evidence() {
        signature.set(evidence::EVIDENCE_KEY, evidence::value(container));
    }
    let signature = revision.add(signature)?;
    let field = match (existing, act.visible) {
        (Some(field), Some(visible)) => sign_existing(revision, survey, field, visible, signature)?,
        (_, visible) => sign_new(revision, survey, visible, lock.as_ref(), signature)?,
    };
    Ok(Placed { signature, field })
}

fn describe(signature: &mut Dictionary, act: &Act<'_>, at: Timestamp) {
    signature.set("Type", "Sig");
    signature.set("Filter", "Adobe.PPKLite");
    signature.set("SubFilter", "ETSI.CAdES.detached");
    if !act.input.signer_name.is_empty() {
        signature.set("Name", text(&act.input.signer_name));
    }
    if let Some(reason) = &act.input.reason {
        signature.set("Reason", text(reason));
    }
    let moment = at.to_jiff().strftime("D:%Y%m%d%H%M%S+00'00'").to_string();
    signature.set("M", Object::string_literal(moment));
}

/// A text string; in hex, so that nothing in it can be taken for PDF syntax.
pub(super) fn text(text: &str) -> Object {
    if text.is_ascii() {
        return Object::String(text.as_bytes().to_vec(), StringFormat::Hexadecimal);
    }
    let mut bytes = Vec::new();
    encode_utf16_be(text, &mut bytes);
    Object::String(bytes, StringFormat::Hexadecimal)
}

/// The keys that a `/Lock` dictionary and FieldMDP parameters share.
fn lock_entries(lock: &Lock, kind: &str) -> Dictionary {
    let mut entries = Dictionary::new();
    entries.set("Type", kind);
    let (action, names) = match lock {
        Lock::All => ("All", None),
        Lock::Include(names) => ("Include", Some(names)),
        Lock::Exclude(names) => ("Exclude", Some(names)),
    };
    entries.set("Action", action);
    if let Some(names) = names {
        entries.set(
            "Fields",
            names.iter().map(|name| text(name)).collect::<Vec<_>>(),
        );
    }
    entries
}

fn reference(document: &Document, lock: &Lock) -> Object {
    let mut parameters = lock_entries(lock, "TransformParams");
    parameters.set("V", "1.2");
    let mut reference = Dictionary::new();
    reference.set("Type", "SigRef");
    reference.set("TransformMethod", "FieldMDP");
    reference.set("TransformParams", parameters);
    if let Ok(root @ Object::Reference(_)) = document.trailer.get(b"Root") {
        reference.set("Data", root.clone());
    }
    Object::Dictionary(reference)
}

fn sign_existing(
    revision: &mut Revision<'_>,
    survey: &Survey,
    field: &FormField,
    visible: &VisibleSignature,
    signature: ObjectId,
) -> Result<String, SealError> {
    for widget in &field.widgets {
        let turn = turn_of(revision.document(), survey, widget.page);
        let shown = appearance::signature(visible, widget.rect, turn)?;
        let shown = revision.add(shown)?;
        let dictionary = revision.dictionary_mut(widget.id)?;
        dictionary.set("F", PRINT_AND_LOCKED);
        dictionary.set("AP", normal(shown));
        dictionary.remove(b"AS");
    }
    let id = field.id().ok_or(SealError::Structure)?;
    revision.dictionary_mut(id)?.set("V", signature);
    // Poppler looks for the value in the widget, where a field has several; one is enough.
    if let Some(widget) = field.widgets.first() {
        revision.dictionary_mut(widget.id)?.set("V", signature);
    }
    mark_form(revision, None)?;
    Ok(field.name.clone())
}

fn sign_new(
    revision: &mut Revision<'_>,
    survey: &Survey,
    visible: Option<&VisibleSignature>,
    lock: Option<&Lock>,
    signature: ObjectId,
) -> Result<String, SealError> {
    let (page, rect) = match visible.map(|visible| &visible.target) {
        Some(Target::Place { page, rect }) => (
            *page,
            visible_place(revision.document(), survey, *page, *rect)?,
        ),
        // A seal that nobody sees still needs a widget on some page: one without extent.
        _ => (1, Rect::new(0.0, 0.0, 0.0, 0.0)),
    };
    let page_id = page_id(survey, page)?;
    let name = free_name(revision.document());
    let mut field = Dictionary::new();
    field.set("Type", "Annot");
    field.set("Subtype", "Widget");
    field.set("FT", "Sig");
    field.set("T", text(&name));
    field.set("F", PRINT_AND_LOCKED);
    field.set("Rect", corners(rect));
    field.set("P", page_id);
    field.set("V", signature);
    if let Some(visible) = visible {
        let turn = turn_of(revision.document(), survey, page.checked_sub(1));
        let shown = appearance::signature(visible, rect, turn)?;
        let shown = revision.add(shown)?;
        field.set("AP", normal(shown));
    }
    if let Some(lock) = lock {
        let lock = revision.add(lock_entries(lock, "SigFieldLock"))?;
        field.set("Lock", lock);
    }
    let id = revision.add(field)?;
    annotate(revision, page_id, id)?;
    mark_form(revision, Some(id))?;
    Ok(name)
}

fn normal(stream: ObjectId) -> Dictionary {
    let mut appearance = Dictionary::new();
    appearance.set("N", stream);
    appearance
}

pub(super) fn corners(rect: Rect) -> Vec<Object> {
    [rect.x, rect.y, rect.right(), rect.top()]
        .into_iter()
        .map(Object::Real)
        .collect()
}

fn page_id(survey: &Survey, page: usize) -> Result<ObjectId, SealError> {
    page.checked_sub(1)
        .and_then(|index| survey.pages.get(index))
        .copied()
        .ok_or(SealError::NoSuchPage(page))
}

/// The part of a wanted place that lies on the visible page.
pub(super) fn visible_place(
    document: &Document,
    survey: &Survey,
    page: usize,
    rect: Rect,
) -> Result<Rect, SealError> {
    let shown = read::crop_box(document, page_id(survey, page)?);
    if !rect.is_finite() {
        return Err(SealError::BadPlace(page));
    }
    rect.within(shown)
        .filter(|part| part.width >= SMALLEST_PLACE && part.height >= SMALLEST_PLACE)
        .ok_or(SealError::BadPlace(page))
}

fn turn_of(document: &Document, survey: &Survey, page: Option<usize>) -> Turn {
    page.and_then(|index| survey.pages.get(index))
        .map_or(Turn::None, |id| read::turn(document, *id))
}

/// `Signature<n>` with the least n that no field at the root of the form bears.
pub(super) fn free_name(document: &Document) -> String {
    let taken: Vec<String> = read::acro_form(document)
        .and_then(|form| read::array(document, form, b"Fields"))
        .into_iter()
        .flatten()
        .filter_map(|field| read::resolve(document, field).as_dict().ok())
        .filter_map(|field| read::text(document, field, b"T"))
        .collect();
    (1..=taken.len() + 1)
        .map(|number| format!("Signature{number}"))
        .find(|name| !taken.contains(name))
        .unwrap_or_else(|| format!("Signature{}", taken.len() + 2))
}

/// Appends a widget to its page, wherever that page keeps its annotations.
pub(super) fn annotate(
    revision: &mut Revision<'_>,
    page: ObjectId,
    widget: ObjectId,
) -> Result<(), SealError> {
    let page_dictionary = revision
        .document()
        .get_dictionary(page)
        .map_err(|_| SealError::Structure)?;
    let array_id = match page_dictionary.get(b"Annots") {
        Ok(Object::Reference(id)) => revision.document().get_object(*id).is_ok().then_some(*id),
        _ => None,
    };
    append(revision, page, b"Annots", array_id, widget)
}

/// Appends to an array that is an object of its own, or stands in its owner, or is missing.
fn append(
    revision: &mut Revision<'_>,
    owner: ObjectId,
    key: &[u8],
    array_id: Option<ObjectId>,
    item: ObjectId,
) -> Result<(), SealError> {
    if let Some(id) = array_id {
        revision.array_mut(id)?.push(item.into());
        return Ok(());
    }
    push_inline(revision.dictionary_mut(owner)?, key, item);
    Ok(())
}

fn push_inline(owner: &mut Dictionary, key: &[u8], item: ObjectId) {
    match owner.get_mut(key) {
        Ok(Object::Array(items)) => items.push(item.into()),
        _ => owner.set(key, vec![Object::Reference(item)]),
    }
}

/// Sets the form's flags and adds a field to it, making the form where there is none.
pub(super) fn mark_form(
    revision: &mut Revision<'_>,
    field: Option<ObjectId>,
) -> Result<(), SealError> {
    let document = revision.document();
    let root = document.trailer.get(b"Root").and_then(Object::as_reference);
    let root = root.map_err(|_| SealError::Structure)?;
    let catalog = document
        .get_dictionary(root)
        .map_err(|_| SealError::Structure)?;
    let fields_id = read::acro_form(document)
        .and_then(|form| form.get(b"Fields").ok())
        .and_then(|fields| fields.as_reference().ok())
        .filter(|id| {
            document
                .get_object(*id)
                .is_ok_and(|fields| fields.as_array().is_ok())
        });
    let flags = read::acro_form(document)
        .and_then(|form| read::integer(document, form, b"SigFlags"))
        .unwrap_or(0);
    let asks_to_redraw = read::acro_form(document)
        .and_then(|form| read::entry(document, form, b"NeedAppearances"))
        .is_some_and(|flag| matches!(flag, Object::Boolean(true)));
    let form_id = match catalog.get(b"AcroForm") {
        Ok(Object::Reference(id)) if document.get_dictionary(*id).is_ok() => Some(*id),
        Ok(Object::Dictionary(_)) => None,
        _ => {
            let form = revision.add(Dictionary::new())?;
            revision.dictionary_mut(root)?.set("AcroForm", form);
            Some(form)
        }
    };
    if let (Some(field), Some(fields_id)) = (field, fields_id) {
        revision.array_mut(fields_id)?.push(field.into());
    }
    let inline_field = field.filter(|_| fields_id.is_none());
    let has_flags = flags & SIGNED_APPEND_ONLY == SIGNED_APPEND_ONLY;
    if inline_field.is_none() && has_flags && !asks_to_redraw {
        return Ok(());
    }
    let form = match form_id {
        Some(id) => revision.dictionary_mut(id)?,
        None => revision
            .dictionary_mut(root)?
            .get_mut(b"AcroForm")
            .and_then(Object::as_dict_mut)
            .map_err(|_| SealError::Structure)?,
    };
    form.set("SigFlags", flags | SIGNED_APPEND_ONLY);
    if asks_to_redraw {
        // What a reader draws anew when it opens the file looks like a change after signing.
        form.set("NeedAppearances", false);
    }
    if let Some(field) = inline_field {
        push_inline(form, b"Fields", field);
    }
    Ok(())
}
