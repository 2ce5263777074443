//! The signature fields that tags become.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::Places;
use crate::form::FormField;
use crate::geometry::Rect;
use crate::{place, read};

/// Annotation flag: the field is printed.
const PRINT: i64 = 4;
/// What a merged dictionary has of a field; the rest is its widget's.
const OF_A_FIELD: [&[u8]; 12] = [
    b"FT", b"Parent", b"Kids", b"T", b"TU", b"TM", b"Ff", b"V", b"DV", b"Lock", b"SV", b"DA",
];

/// Adds fields, or widgets to the fields of that name.
pub(super) fn add(
    document: &mut Document,
    existing: &[FormField],
    places: BTreeMap<String, Places>,
) -> lopdf::Result<()> {
    let mut made = Vec::new();
    for (name, places) in places {
        match existing.iter().find(|field| field.name == name) {
            Some(field) => extend(document, field, &places)?,
            None => made.push(Object::Reference(new_field(document, &name, &places)?)),
        }
    }
    let root = document
        .trailer
        .get(b"Root")
        .and_then(Object::as_reference)?;
    let mut form = read::acro_form(document).cloned().unwrap_or_default();
    let mut fields = read::array(document, &form, b"Fields")
        .cloned()
        .unwrap_or_default();
    fields.extend(made);
    form.set("Fields", fields);
    let form = document.try_add_object(form)?;
    document.get_dictionary_mut(root)?.set("AcroForm", form);
    Ok(())
}

fn new_field(document: &mut Document, name: &str, places: &Places) -> lopdf::Result<ObjectId> {
    let mut field = Dictionary::new();
    field.set("FT", "Sig");
    field.set("T", place::text(name));
    let id = document.new_object_id();
    if let [(page, rect)] = places.as_slice() {
        field.extend(&widget(*page, *rect));
        annotate(document, *page, id)?;
    } else {
        field.set("Kids", add_kids(document, id, places)?);
    }
    document.set_object(id, field);
    Ok(id)
}

/// Gives a field of the form more widgets; one that is its own widget is parted from it first.
fn extend(document: &mut Document, field: &FormField, places: &Places) -> lopdf::Result<()> {
    let Some(id) = field.id() else {
        return Ok(());
    };
    let mut own = document.get_dictionary(id)?.clone();
    let mut kids = read::array(document, &own, b"Kids")
        .cloned()
        .unwrap_or_default();
    if kids.is_empty() && own.has(b"Rect") {
        let (mut apart, mut rest) = (Dictionary::new(), Dictionary::new());
        for (key, value) in own {
            let side = if OF_A_FIELD.contains(&key.as_slice()) {
                &mut rest
            } else {
                &mut apart
            };
            side.set(key, value);
        }
        apart.set("Parent", id);
        let apart = document.try_add_object(apart)?;
        for page in document.page_iter().collect::<Vec<_>>() {
            put_in_place_of(document, page, id, apart)?;
        }
        kids.push(apart.into());
        own = rest;
    }
    kids.extend(add_kids(document, id, places)?);
    own.set("Kids", kids);
    document.set_object(id, own);
    Ok(())
}

fn add_kids(
    document: &mut Document,
    field: ObjectId,
    places: &Places,
) -> lopdf::Result<Vec<Object>> {
    let mut kids = Vec::new();
    for (page, rect) in places {
        let mut kid = widget(*page, *rect);
        kid.set("Parent", field);
        let kid = document.try_add_object(kid)?;
        annotate(document, *page, kid)?;
        kids.push(Object::Reference(kid));
    }
    Ok(kids)
}

fn widget(page: ObjectId, rect: Rect) -> Dictionary {
    let mut widget = Dictionary::new();
    widget.set("Type", "Annot");
    widget.set("Subtype", "Widget");
    widget.set("F", PRINT);
    widget.set("Rect", place::corners(rect));
    widget.set("P", page);
    widget
}

fn annotate(document: &mut Document, page: ObjectId, widget: ObjectId) -> lopdf::Result<()> {
    let mut annotations = annotations(document, page)?;
    annotations.push(widget.into());
    document
        .get_dictionary_mut(page)?
        .set("Annots", annotations);
    Ok(())
}

fn put_in_place_of(
    document: &mut Document,
    page: ObjectId,
    old: ObjectId,
    new: ObjectId,
) -> lopdf::Result<()> {
    let mut annotations = annotations(document, page)?;
    let mut is_there = false;
    for annotation in &mut annotations {
        if annotation.as_reference().is_ok_and(|id| id == old) {
            *annotation = Object::Reference(new);
            is_there = true;
        }
    }
    if is_there {
        document
            .get_dictionary_mut(page)?
            .set("Annots", annotations);
    }
    Ok(())
}

fn annotations(document: &Document, page: ObjectId) -> lopdf::Result<Vec<Object>> {
    let page = document.get_dictionary(page)?;
    Ok(read::array(document, page, b"Annots")
        .cloned()
        .unwrap_or_default())
}
