//! Bodies of streams that stay in the file. Whoever extends or judges a file reads its dictionaries; its pictures, fonts
//! and pages are most of its bytes and nobody asks for them.

use lopdf::{Document, Object, ObjectId, Stream};

use super::read;

/// Looks, certificates and the like are smaller, pictures, fonts and pages larger.
const LARGEST_KEPT: usize = 4 * 1024;

/// Takes a large body from a stream as soon as it is read. The loader asks so for every object: of those in the file it
/// keeps what is left, of those in object streams what is answered.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the loader's form: none would drop the object"
)]
pub(super) fn leave_out(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    let Object::Stream(stream) = object else {
        return Some((id, object.clone()));
    };
    if stream.content.len() > LARGEST_KEPT && !stream.dict.has_type(b"ObjStm") {
        stream.content = Vec::new();
    }
    Some((id, Object::Null))
}

/// Whether a stream of a document that was opened without bodies has one in the file.
pub(super) fn is_left_out(document: &Document, stream: &Stream) -> bool {
    stream.content.is_empty()
        && read::integer(document, &stream.dict, b"Length").is_some_and(|length| length > 0)
}
