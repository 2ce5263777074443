//! Active content: scripts and actions that leave the document are taken out, links stay.

use std::collections::HashSet;

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::read;

/// Action types that run code, start programs, send data, play media or switch what is seen.
const FORBIDDEN: [&[u8]; 10] = [
    b"JavaScript",
    b"Launch",
    b"SubmitForm",
    b"ImportData",
    b"Rendition",
    b"RichMediaExecute",
    b"Movie",
    b"Sound",
    b"SetOCGState",
    b"Hide",
];

/// Takes every forbidden action out of the document; answers how many places held one.
pub(super) fn neutralise(document: &mut Document) -> usize {
    let mut removed = remove_named_scripts(document);
    let forbidden: HashSet<ObjectId> = document
        .objects
        .iter()
        .filter(|(_, object)| is_forbidden(object))
        .map(|(id, _)| *id)
        .collect();
    for object in document.objects.values_mut() {
        removed += clean(object, &forbidden);
    }
    removed
}

fn is_forbidden(object: &Object) -> bool {
    let Object::Dictionary(dictionary) = object else {
        return false;
    };
    let kind = dictionary.get(b"S").and_then(Object::as_name);
    // Elements of the structure tree have an `/S` too, whose value the author may choose.
    !dictionary.has_type(b"StructElem") && kind.is_ok_and(|kind| FORBIDDEN.contains(&kind))
}

fn clean(object: &mut Object, forbidden: &HashSet<ObjectId>) -> usize {
    let is_gone = |value: &Object| match value {
        Object::Reference(id) => forbidden.contains(id),
        inline => is_forbidden(inline),
    };
    match object {
        Object::Array(items) => {
            let before = items.len();
            items.retain(|item| !is_gone(item));
            let removed = before - items.len();
            removed
                + items
                    .iter_mut()
                    .map(|item| clean(item, forbidden))
                    .sum::<usize>()
        }
        Object::Dictionary(dictionary) => clean_dictionary(dictionary, &is_gone, forbidden),
        Object::Stream(stream) => clean_dictionary(&mut stream.dict, &is_gone, forbidden),
        _ => 0,
    }
}

fn clean_dictionary(
    dictionary: &mut Dictionary,
    is_gone: &impl Fn(&Object) -> bool,
    forbidden: &HashSet<ObjectId>,
) -> usize {
    let gone: Vec<Vec<u8>> = dictionary
        .iter()
        .filter(|(_, value)| is_gone(value))
        .map(|(key, _)| key.clone())
        .collect();
    for key in &gone {
        dictionary.remove(key);
    }
    gone.len()
        + dictionary
            .iter_mut()
            .map(|(_, value)| clean(value, forbidden))
            .sum::<usize>()
}

/// Scripts that run when the document opens stand in a name tree of the catalog.
fn remove_named_scripts(document: &mut Document) -> usize {
    let Ok(root) = document.trailer.get(b"Root").and_then(Object::as_reference) else {
        return 0;
    };
    let names = document
        .get_dictionary(root)
        .and_then(|catalog| catalog.get(b"Names"))
        .and_then(Object::as_reference);
    let held = match names {
        Ok(id) => document.get_dictionary_mut(id),
        Err(_) => document
            .get_dictionary_mut(root)
            .and_then(|catalog| catalog.get_mut(b"Names"))
            .and_then(Object::as_dict_mut),
    };
    held.ok()
        .and_then(|names| names.remove(b"JavaScript"))
        .map_or(0, |_| 1)
}

/// How many files are embedded in the document; they are kept, and reported.
pub(super) fn embedded_files(document: &Document) -> usize {
    document
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok())
        .filter(|dictionary| {
            read::dictionary(document, dictionary, b"EF").is_some_and(|files| !files.is_empty())
        })
        .count()
}
