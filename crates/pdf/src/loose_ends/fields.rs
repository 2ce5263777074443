//! The tree of fields: no loops, no fields without a type, no signatures that were never made.

use std::collections::HashSet;

use lopdf::{Document, Object, ObjectId};

use super::{list_at, put_list};
use crate::read;

/// Signature values that were reserved and never filled in are no signatures; where they are the only ones the fields are
/// free again.
pub(crate) fn free_unfilled(document: &mut Document) -> bool {
    let mut unfilled = Vec::new();
    for (id, object) in &document.objects {
        let Ok(value) = object.as_dict() else {
            continue;
        };
        if !value.has(b"ByteRange") {
            continue;
        }
        match read::entry(document, value, b"Contents") {
            Some(Object::String(room, _)) if room.iter().all(|byte| *byte == 0) => {
                unfilled.push(*id);
            }
            Some(_) => return false,
            None => {}
        }
    }
    for id in &unfilled {
        document.objects.remove(id);
    }
    !unfilled.is_empty()
}

/// A field stands once in the tree of fields; where it comes again, the tree would never end.
pub(super) fn cut_loops(document: &mut Document) -> bool {
    let mut seen: HashSet<ObjectId> = HashSet::new();
    let mut waiting: Vec<ObjectId> = Vec::new();
    for root in root_fields(document) {
        if seen.insert(root) {
            waiting.push(root);
        }
    }
    let mut changed = false;
    while let Some(id) = waiting.pop() {
        let Some((holder, kids)) = list_at(document, id, &[b"Kids"]) else {
            continue;
        };
        let before = kids.len();
        let kept: Vec<Object> = kids
            .into_iter()
            .filter(|kid| kid.as_reference().is_ok_and(|kid| seen.insert(kid)))
            .collect();
        waiting.extend(kept.iter().filter_map(|kid| kid.as_reference().ok()));
        if kept.len() != before {
            put_list(
                document,
                holder.unwrap_or(id),
                &[b"Kids"],
                holder.is_some(),
                kept,
            );
            changed = true;
        }
    }
    changed
}

fn root_fields(document: &Document) -> Vec<ObjectId> {
    read::acro_form(document)
        .and_then(|form| read::array(document, form, b"Fields"))
        .into_iter()
        .flatten()
        .filter_map(|field| field.as_reference().ok())
        .collect()
}

/// A field that says its type nowhere is none (ISO 32000-1, 12.7.3.1): it leaves the tree, its widget stays on the page.
pub(super) fn drop_untyped(document: &mut Document) -> bool {
    // Parents before their kids; loops are cut.
    let mut order: Vec<(ObjectId, bool)> = Vec::new();
    let mut waiting: Vec<(ObjectId, bool)> = root_fields(document)
        .into_iter()
        .map(|id| (id, false))
        .collect();
    while let Some((id, inherits)) = waiting.pop() {
        let typed = inherits
            || document
                .get_dictionary(id)
                .is_ok_and(|field| read::entry(document, field, b"FT").is_some());
        order.push((id, typed));
        waiting.extend(kids(document, id).into_iter().map(|kid| (kid, typed)));
    }
    let mut dropped: HashSet<ObjectId> = HashSet::new();
    for (id, typed) in order.iter().rev() {
        let below = kids(document, *id);
        if below.iter().any(|kid| dropped.contains(kid)) {
            keep_in(document, *id, &[b"Kids"], &dropped);
        }
        if !typed && below.iter().all(|kid| dropped.contains(kid)) {
            dropped.insert(*id);
        }
    }
    if dropped.is_empty() {
        return false;
    }
    let form = read::catalog(document).and_then(|catalog| catalog.get(b"AcroForm").ok());
    let own_form = form.and_then(|form| form.as_reference().ok());
    let root = document.trailer.get(b"Root").and_then(Object::as_reference);
    match (own_form, root) {
        (Some(form), _) => keep_in(document, form, &[b"Fields"], &dropped),
        (None, Ok(root)) => keep_in(document, root, &[b"AcroForm", b"Fields"], &dropped),
        (None, Err(_)) => {}
    }
    true
}

fn kids(document: &Document, field: ObjectId) -> Vec<ObjectId> {
    let (_, items) = list_at(document, field, &[b"Kids"]).unwrap_or_default();
    items
        .iter()
        .filter_map(|kid| kid.as_reference().ok())
        .collect()
}

/// Takes what was dropped out of a list.
fn keep_in(document: &mut Document, owner: ObjectId, path: &[&[u8]], dropped: &HashSet<ObjectId>) {
    let Some((holder, items)) = list_at(document, owner, path) else {
        return;
    };
    let kept = items
        .into_iter()
        .filter(|item| item.as_reference().is_ok_and(|id| !dropped.contains(&id)))
        .collect();
    put_list(
        document,
        holder.unwrap_or(owner),
        path,
        holder.is_some(),
        kept,
    );
}
