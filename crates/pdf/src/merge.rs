//! Fields whose only widget is an object of its own become one object with it.
//!
//! Both shapes mean the same, but validators explain a later change to a separate widget less well:
//! pyHanko calls it a modification of an unknown kind, and with it every earlier signature.

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::form::FormField;
use super::read;

/// Only for a document without signatures.
pub(super) fn merge_single_widgets(document: &mut Document, fields: &[FormField]) {
    for field in fields {
        let (Some(id), [widget]) = (field.id(), field.widgets.as_slice()) else {
            continue;
        };
        let Some(own) = document.get_dictionary(id).ok().cloned() else {
            continue;
        };
        let has_one_kid = read::array(document, &own, b"Kids").is_some_and(|kids| kids.len() == 1);
        if id != widget.id && has_one_kid {
            let parent = field.lineage.get(1).copied();
            take_over(document, &own, parent, widget.id);
            replace(document, parent, id, widget.id);
        }
    }
}

/// The widget takes what its field has and becomes the field.
fn take_over(
    document: &mut Document,
    own: &Dictionary,
    parent: Option<ObjectId>,
    widget: ObjectId,
) {
    let Ok(widget) = document.get_dictionary_mut(widget) else {
        return;
    };
    for (key, value) in own {
        if key != b"Kids" && key != b"Parent" && !widget.has(key) {
            widget.set(key.clone(), value.clone());
        }
    }
    match parent {
        Some(parent) => widget.set("Parent", parent),
        None => {
            widget.remove(b"Parent");
        }
    }
}

/// Puts the widget where its field stood among its siblings.
fn replace(document: &mut Document, parent: Option<ObjectId>, old: ObjectId, new: ObjectId) {
    let list = match parent {
        Some(parent) => list_mut(document, parent, b"Kids"),
        None => root_fields_mut(document),
    };
    for item in list.into_iter().flatten() {
        if item.as_reference().is_ok_and(|id| id == old) {
            *item = Object::Reference(new);
        }
    }
}

/// An array that stands in its owner or is an object of its own.
fn list_mut<'a>(
    document: &'a mut Document,
    owner: ObjectId,
    key: &[u8],
) -> Option<&'a mut Vec<Object>> {
    match document
        .get_dictionary(owner)
        .ok()?
        .get(key)
        .ok()?
        .as_reference()
    {
        Ok(id) => document
            .get_object_mut(id)
            .and_then(Object::as_array_mut)
            .ok(),
        Err(_) => document
            .get_dictionary_mut(owner)
            .and_then(|owner| owner.get_mut(key))
            .and_then(Object::as_array_mut)
            .ok(),
    }
}

fn root_fields_mut(document: &mut Document) -> Option<&mut Vec<Object>> {
    let root = document
        .trailer
        .get(b"Root")
        .and_then(Object::as_reference)
        .ok()?;
    let form = document
        .get_dictionary(root)
        .and_then(|catalog| catalog.get(b"AcroForm"))
        .ok()?;
    if let Ok(form) = form.as_reference() {
        return list_mut(document, form, b"Fields");
    }
    let shared = form
        .as_dict()
        .and_then(|form| form.get(b"Fields"))
        .and_then(Object::as_reference);
    if let Ok(fields) = shared {
        return document
            .get_object_mut(fields)
            .and_then(Object::as_array_mut)
            .ok();
    }
    document
        .get_dictionary_mut(root)
        .and_then(|catalog| catalog.get_mut(b"AcroForm"))
        .and_then(Object::as_dict_mut)
        .and_then(|form| form.get_mut(b"Fields"))
        .and_then(Object::as_array_mut)
        .ok()
}
