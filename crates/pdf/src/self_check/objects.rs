//! Which objects an update replaced and which it added, by the cross-reference tables of both files.

use std::collections::BTreeSet;

use lopdf::xref::XrefEntry;
use lopdf::{Document, Object, ObjectId};

use super::Flaw;
use crate::protection;

/// Trailer entries that no update of ours changes.
const FIXED_TRAILER_KEYS: [&[u8]; 3] = [b"Root", b"Info", b"Encrypt"];

/// What an update did, object by object.
pub(super) struct Update {
    pub(super) replaced: BTreeSet<ObjectId>,
    pub(super) added: BTreeSet<ObjectId>,
}

/// Compares the tables. Equal entries below `start` name the very same bytes: those objects are
/// untouched, whatever they are.
pub(super) fn update(old: &Document, new: &Document, start: usize) -> Result<Update, Flaw> {
    for key in FIXED_TRAILER_KEYS {
        if old.trailer.get(key).ok() != new.trailer.get(key).ok() {
            return Err(Flaw::Trailer(String::from_utf8_lossy(key).into_owned()));
        }
    }
    if !protection::is_same(old, new) {
        return Err(Flaw::Trailer("Encrypt".to_owned()));
    }
    let start = u32::try_from(start).map_err(|_| Flaw::BytesChanged)?;
    let (was, is) = (&old.reference_table.entries, &new.reference_table.entries);
    if let Some(gone) = was
        .iter()
        .find(|(number, entry)| in_use(entry) && !is.get(*number).is_some_and(in_use))
    {
        return Err(Flaw::Redirected(*gone.0));
    }
    let mut update = Update {
        replaced: BTreeSet::new(),
        added: BTreeSet::new(),
    };
    for (number, entry) in is.iter().filter(|(_, entry)| in_use(entry)) {
        let before = was.get(number).filter(|entry| in_use(entry));
        if before.is_some_and(|before| same(before, entry)) {
            continue;
        }
        let XrefEntry::Normal { offset, generation } = entry else {
            return Err(Flaw::Redirected(*number));
        };
        if *offset < start {
            return Err(Flaw::Redirected(*number));
        }
        let changed = if before.is_some() {
            &mut update.replaced
        } else {
            &mut update.added
        };
        changed.insert((*number, *generation));
    }
    adopted(old, &update.added)?;
    Ok(update)
}

fn in_use(entry: &XrefEntry) -> bool {
    matches!(
        entry,
        XrefEntry::Normal { .. } | XrefEntry::Compressed { .. }
    )
}

fn same(one: &XrefEntry, other: &XrefEntry) -> bool {
    match (one, other) {
        (
            XrefEntry::Normal { offset, generation },
            XrefEntry::Normal {
                offset: other_offset,
                generation: other_generation,
            },
        ) => offset == other_offset && generation == other_generation,
        (
            XrefEntry::Compressed { container, index },
            XrefEntry::Compressed {
                container: other_container,
                index: other_index,
            },
        ) => container == other_container && index == other_index,
        _ => false,
    }
}

/// A reference that led nowhere in the earlier file must not lead to something new.
fn adopted(old: &Document, added: &BTreeSet<ObjectId>) -> Result<(), Flaw> {
    let found = old
        .objects
        .values()
        .find_map(|object| refers(object, added));
    found.map_or(Ok(()), |id| Err(Flaw::Adopted(id.0)))
}

fn refers(object: &Object, added: &BTreeSet<ObjectId>) -> Option<ObjectId> {
    match object {
        Object::Reference(id) => added.contains(id).then_some(*id),
        Object::Array(items) => items.iter().find_map(|item| refers(item, added)),
        Object::Dictionary(entries) => entries.iter().find_map(|(_, value)| refers(value, added)),
        Object::Stream(stream) => stream
            .dict
            .iter()
            .find_map(|(_, value)| refers(value, added)),
        _ => None,
    }
}
