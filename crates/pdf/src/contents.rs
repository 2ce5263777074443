//! Drawing over what a page shows: its content is fenced in, so that nothing it leaves behind
//! (a shifted or scaled coordinate system) bends what comes after.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

/// The content streams of a page as references, in order.
pub(super) fn streams(document: &Document, page: ObjectId) -> Vec<Object> {
    let Ok(contents) = document
        .get_dictionary(page)
        .and_then(|page| page.get(b"Contents"))
    else {
        return Vec::new();
    };
    match contents {
        Object::Array(streams) => streams.clone(),
        Object::Reference(id) => match document.get_object(*id) {
            Ok(Object::Array(streams)) => streams.clone(),
            Ok(_) => vec![Object::Reference(*id)],
            Err(_) => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Content that puts a fence before the page's own.
pub(super) fn before() -> Stream {
    Stream::new(Dictionary::new(), b"q\n".to_vec())
}

/// Content that closes the fence, then draws.
pub(super) fn after(operators: &str) -> Stream {
    Stream::new(Dictionary::new(), format!("\nQ\n{operators}").into_bytes())
}
