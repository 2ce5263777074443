//! The structure tree: an element stands in it once, else it would never end.

use std::collections::HashSet;

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::{list_at, put_list};
use crate::read;

const KIDS: &[u8] = b"K";

/// Takes what comes again out of the lists of kids (ISO 32000-1, 14.7.2); answers whether anything did.
pub(super) fn cut_loops(document: &mut Document) -> bool {
    let root = read::catalog(document)
        .and_then(|catalog| catalog.get(b"StructTreeRoot").ok())
        .and_then(|root| root.as_reference().ok());
    let Some(root) = root else {
        return false;
    };
    let mut seen = HashSet::from([root]);
    let mut waiting = vec![root];
    let mut changed = false;
    while let Some(id) = waiting.pop() {
        if let Some((holder, kids)) = list_at(document, id, &[KIDS]) {
            let before = kids.len();
            let kept: Vec<Object> = kids
                .into_iter()
                .filter(|kid| is_new(document, kid, &mut seen))
                .collect();
            let below = kept.iter().filter_map(|kid| kid.as_reference().ok());
            waiting.extend(below.filter(|kid| seen.contains(kid)));
            if kept.len() != before {
                put_list(
                    document,
                    holder.unwrap_or(id),
                    &[KIDS],
                    holder.is_some(),
                    kept,
                );
                changed = true;
            }
        } else if let Some(kid) = only_kid(document, id) {
            if is_new(document, &Object::Reference(kid), &mut seen) {
                waiting.extend(seen.contains(&kid).then_some(kid));
            } else if let Ok(element) = document.get_dictionary_mut(id) {
                element.remove(KIDS);
                changed = true;
            }
        }
    }
    changed
}

/// The kid of an element that has one, which needs no list.
fn only_kid(document: &Document, id: ObjectId) -> Option<ObjectId> {
    let kid = document.get_dictionary(id).ok()?.get(KIDS).ok()?;
    kid.as_reference().ok()
}

/// Whether a kid was not met yet. Only what may have kids of its own is remembered, and followed.
fn is_new(document: &Document, kid: &Object, seen: &mut HashSet<ObjectId>) -> bool {
    let Ok(id) = kid.as_reference() else {
        return true;
    };
    if seen.contains(&id) {
        return false;
    }
    if document.get_dictionary(id).is_ok_and(has_kids) {
        seen.insert(id);
    }
    true
}

/// Marked content and object references have none, and may come again.
fn has_kids(kid: &Dictionary) -> bool {
    kid.has(KIDS)
}
