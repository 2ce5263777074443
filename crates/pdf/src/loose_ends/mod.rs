//! Loose ends that our reader steps over and others trip on: tied up once, while the file may still be rewritten.

use std::collections::btree_map::Entry;
use std::collections::{HashMap, HashSet};

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::limits::MAX_REFERENCE_CHAIN;

mod fields;
mod structure;

pub(super) use fields::free_unfilled;

/// Arrays whose members must be objects of their own, referred to (ISO 32000-1, 7.7.3, 12.5.2, 12.7.3).
const LISTS: [&[u8]; 3] = [b"Annots", b"Kids", b"Fields"];

/// Ties them up; answers whether there were any.
pub(super) fn tie(document: &mut Document) -> bool {
    let numbered = number_plainly(document);
    let straightened = straighten(document);
    let lifted = lift(document);
    let cut = fields::cut_loops(document) | structure::cut_loops(document);
    let dropped = fields::drop_untyped(document);
    let measured = measure(document);
    numbered || straightened || lifted || cut || dropped || measured
}

/// The one revision that will be written has no earlier generations, so no number may be of a later one
/// (ISO 32000-1, 7.5.4).
fn number_plainly(document: &mut Document) -> bool {
    let later: Vec<ObjectId> = document
        .objects
        .keys()
        .copied()
        .filter(|id| id.1 > 0)
        .collect();
    let mut plain: HashMap<ObjectId, ObjectId> = HashMap::new();
    for id in later {
        let Some(object) = document.objects.remove(&id) else {
            continue;
        };
        let new = match document.objects.entry((id.0, 0)) {
            Entry::Vacant(free) => {
                free.insert(object);
                (id.0, 0)
            }
            Entry::Occupied(_) => document.add_object(object),
        };
        plain.insert(id, new);
    }
    if plain.is_empty() {
        return false;
    }
    let end = |id: ObjectId| Some(plain.get(&id).copied().unwrap_or(id));
    for object in document.objects.values_mut() {
        redirect(object, &end);
    }
    redirect_entries(&mut document.trailer, &end);
    true
}

/// References to references lead to their end, references to nothing go.
fn straighten(document: &mut Document) -> bool {
    let ends: HashMap<ObjectId, Option<ObjectId>> = document
        .objects
        .iter()
        .filter(|(_, object)| matches!(object, Object::Reference(_)))
        .map(|(id, _)| (*id, end_of(document, *id)))
        .collect();
    let known: HashSet<ObjectId> = document.objects.keys().copied().collect();
    let end = |id: ObjectId| match ends.get(&id) {
        Some(end) => *end,
        None => known.contains(&id).then_some(id),
    };
    let mut changed = false;
    for object in document.objects.values_mut() {
        if !matches!(object, Object::Reference(_)) {
            changed |= redirect(object, &end);
        }
    }
    changed |= redirect_entries(&mut document.trailer, &end);
    for id in ends.keys() {
        document.objects.remove(id);
    }
    changed || !ends.is_empty()
}

fn end_of(document: &Document, start: ObjectId) -> Option<ObjectId> {
    let mut id = start;
    for _hop in 0..MAX_REFERENCE_CHAIN {
        match document.objects.get(&id)? {
            Object::Reference(next) => id = *next,
            _ => return Some(id),
        }
    }
    None
}

/// The nesting of a parsed object is bounded, so this is too.
fn redirect(object: &mut Object, end: &impl Fn(ObjectId) -> Option<ObjectId>) -> bool {
    match object {
        Object::Reference(id) => match end(*id) {
            Some(found) if found == *id => false,
            Some(found) => {
                *id = found;
                true
            }
            None => {
                *object = Object::Null;
                true
            }
        },
        Object::Array(items) => {
            let mut changed = false;
            for item in items {
                changed |= redirect(item, end);
            }
            changed
        }
        Object::Dictionary(entries) => redirect_entries(entries, end),
        Object::Stream(stream) => redirect_entries(&mut stream.dict, end),
        _ => false,
    }
}

/// An entry that refers to nothing is an entry that is not there.
fn redirect_entries(entries: &mut Dictionary, end: &impl Fn(ObjectId) -> Option<ObjectId>) -> bool {
    let mut gone = Vec::new();
    let mut changed = false;
    for (key, value) in entries.iter_mut() {
        let was_reference = matches!(value, Object::Reference(_));
        changed |= redirect(value, end);
        // Null says as much as no entry (ISO 32000-1, 7.3.7), but not to every reader.
        if matches!(value, Object::Null) {
            gone.push(key.clone());
            changed |= was_reference;
        }
    }
    for key in gone {
        entries.remove(&key);
    }
    changed
}

/// Members that stand inside their list become objects of their own; what is no dictionary leaves it.
fn lift(document: &mut Document) -> bool {
    let ids: Vec<ObjectId> = document.objects.keys().copied().collect();
    let mut changed = false;
    for id in ids {
        for key in LISTS {
            changed |= lift_from(document, id, &[key]);
        }
        changed |= lift_from(document, id, &[b"AcroForm", b"Fields"]);
    }
    changed
}

fn lift_from(document: &mut Document, owner: ObjectId, path: &[&[u8]]) -> bool {
    let Some(list) = list_at(document, owner, path) else {
        return false;
    };
    let (holder, items) = list;
    let mut changed = false;
    let mut tied = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Object::Reference(_) => tied.push(item),
            Object::Dictionary(_) => {
                tied.push(Object::Reference(document.add_object(item)));
                changed = true;
            }
            _ => changed = true,
        }
    }
    if changed {
        put_list(
            document,
            holder.unwrap_or(owner),
            path,
            holder.is_some(),
            tied,
        );
    }
    changed
}

/// The list and, where it is an object of its own, that object.
fn list_at(
    document: &Document,
    owner: ObjectId,
    path: &[&[u8]],
) -> Option<(Option<ObjectId>, Vec<Object>)> {
    let mut at = document.get_dictionary(owner).ok()?;
    let (last, above) = path.split_last()?;
    for key in above {
        at = match at.get(key).ok()? {
            Object::Dictionary(inner) => inner,
            _ => return None,
        };
    }
    match at.get(last).ok()? {
        Object::Array(items) => Some((None, items.clone())),
        Object::Reference(id) => match document.objects.get(id)? {
            Object::Array(items) => Some((Some(*id), items.clone())),
            _ => None,
        },
        _ => None,
    }
}

fn put_list(
    document: &mut Document,
    at: ObjectId,
    path: &[&[u8]],
    is_own: bool,
    items: Vec<Object>,
) {
    if is_own {
        document.objects.insert(at, Object::Array(items));
        return;
    }
    let Some((last, above)) = path.split_last() else {
        return;
    };
    let Ok(mut dictionary) = document.get_dictionary_mut(at) else {
        return;
    };
    for key in above {
        match dictionary.get_mut(key) {
            Ok(Object::Dictionary(inner)) => dictionary = inner,
            _ => return,
        }
    }
    dictionary.set(last.to_vec(), Object::Array(items));
}

/// Every stream says how long it is.
fn measure(document: &mut Document) -> bool {
    let mut changed = false;
    for object in document.objects.values_mut() {
        if let Object::Stream(stream) = object {
            let length = i64::try_from(stream.content.len()).unwrap_or(i64::MAX);
            if stream.dict.get(b"Length").and_then(Object::as_i64).ok() != Some(length) {
                // A length that is an object of its own is no fault; it is written in place all the same.
                changed |= !stream.dict.has(b"Length");
                stream.dict.set("Length", length);
            }
        }
    }
    changed
}
