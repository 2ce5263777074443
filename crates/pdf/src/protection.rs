//! The encryption of a file that everybody can open, its password being empty: what is added to such a file is encrypted
//! with the file's own key (ISO 32000-2, 7.6).

use lopdf::encryption::{decrypt_object, encrypt_object};
use lopdf::xref::XrefEntry;
use lopdf::{Dictionary, Document, EncryptionState, Object, ObjectId, Stream};

use super::form::FormField;
use super::read;
use super::seal::SealError;

/// The revision that Adobe used before the standard's own form of AES-256. pyHanko cannot read it, so nobody beside us
/// could say whether what we add is sound.
const UNPUBLISHED_REVISION: i64 = 5;
/// What a key is tried on.
const PROBE: &[u8] = b"0123456789abcdef.";

/// The object that says how the file is encrypted; none where it is not.
pub(super) fn object(document: &Document) -> Option<ObjectId> {
    document.encryption_state.as_ref()?.encrypt_object_id()
}

/// Whether all that the file's encryption names is known, so that its strings and streams were really read.
pub(super) fn is_understood(state: &EncryptionState) -> bool {
    let is_known = |name: &[u8]| {
        name.is_empty() || name == b"Identity" || state.crypt_filters().contains_key(name)
    };
    state.version() < 4
        || (is_known(state.default_stream_filter()) && is_known(state.default_string_filter()))
}

/// Whether an update can be encrypted as the rest of the file is: the key works both ways.
pub(super) fn can_be_kept(document: &Document) -> bool {
    let Some(state) = &document.encryption_state else {
        return true;
    };
    let survives = |probe: Object| {
        let mut copy = probe.clone();
        let id = (1, 0);
        encrypt_object(state, id, &mut copy).is_ok()
            && decrypt_object(state, id, &mut copy).is_ok()
            && copy == probe
    };
    state.encrypt_object_id().is_some()
        && state.revision() != UNPUBLISHED_REVISION
        && is_understood(state)
        && survives(Object::string_literal(PROBE))
        && survives(Stream::new(Dictionary::new(), PROBE.to_vec()).into())
}

/// Whether what signing changes is encrypted object by object. What stands in an object stream is encrypted with that as
/// a whole, and pyHanko takes such an object for another one once an update brings it on its own: it compares texts in
/// clear with texts still encrypted.
pub(super) fn is_by_object(document: &Document, pages: &[ObjectId], fields: &[FormField]) -> bool {
    let root = document.trailer.get(b"Root");
    let root = root.and_then(Object::as_reference).ok();
    let form = read::catalog(document)
        .and_then(|catalog| catalog.get(b"AcroForm").ok()?.as_reference().ok());
    let of_fields = fields.iter().flat_map(|field| {
        let widgets = field.widgets.iter().map(|widget| widget.id);
        field.lineage.iter().copied().chain(widgets)
    });
    let mut all = root.into_iter().chain(form).chain(of_fields);
    let is_packed = |id: &ObjectId| {
        let entry = document.reference_table.get(id.0);
        matches!(entry, Some(XrefEntry::Compressed { .. }))
    };
    !document.was_encrypted() || !(all.any(|id| is_packed(&id)) || pages.iter().any(is_packed))
}

/// The object as it is written into the file. A signature's `/Contents` stays in clear (ISO 32000-2, 7.6.2).
pub(super) fn encrypted(
    document: &Document,
    id: ObjectId,
    mut object: Object,
) -> Result<Object, SealError> {
    if let Some(state) = &document.encryption_state {
        encrypt_object(state, id, &mut object).map_err(|_| SealError::Structure)?;
    }
    Ok(object)
}

/// Whether both are encrypted alike: with the same key, as the same object says.
pub(super) fn is_same(one: &Document, other: &Document) -> bool {
    match (&one.encryption_state, &other.encryption_state) {
        (None, None) => true,
        (Some(one), Some(other)) => {
            one.encrypt_object_id() == other.encrypt_object_id()
                && one.file_encryption_key() == other.file_encryption_key()
        }
        _ => false,
    }
}
