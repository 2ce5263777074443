//! The document security store: what a reader needs to judge the signatures long after the
//! authorities are gone (ISO 32000-2, 12.8.4.3; EN 319 142-1, 5.4).

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};
use pki::ValidationData;

use super::read;
use super::revision::Revision;
use super::seal::SealError;

/// The store's keys with what belongs under each.
fn parts(data: &ValidationData) -> [(&'static str, &[Vec<u8>]); 3] {
    [
        ("Certs", &data.certificates),
        ("OCSPs", &data.ocsp_responses),
        ("CRLs", &data.revocation_lists),
    ]
}

/// Adds validation data to a signed file by one incremental update. What the file's store holds
/// already stays, and nothing is stored twice; with nothing new the file is answered as it was.
pub fn add_validation_data(bytes: &[u8], data: &ValidationData) -> Result<Vec<u8>, SealError> {
    let mut revision = Revision::open(bytes)?;
    let stored = stored(revision.document());
    let mut grown = false;
    let mut store = stored.dictionary;
    for (key, parts) in parts(data) {
        let mut items = existing(revision.document(), &store, key);
        let before = items.len();
        let mut known: Vec<Vec<u8>> = contents(&revision, &items)?;
        for part in parts {
            if known.contains(part) {
                continue;
            }
            known.push(part.clone());
            let stream = Stream::new(Dictionary::new(), part.clone());
            items.push(revision.add(stream)?.into());
        }
        if before < items.len() {
            grown = true;
            store.set(key, items);
        }
    }
    if !grown {
        return Ok(revision.into_bytes());
    }
    if let Some(id) = stored.id {
        *revision.dictionary_mut(id)? = store;
    } else {
        store.set("Type", "DSS");
        let id = revision.add(store)?;
        let root = revision.document().trailer.get(b"Root");
        let root = root
            .and_then(Object::as_reference)
            .map_err(|_| SealError::Structure)?;
        revision.dictionary_mut(root)?.set("DSS", id);
    }
    revision.append()?;
    Ok(revision.into_bytes())
}

struct Stored {
    /// Where the store is an object of its own.
    id: Option<ObjectId>,
    dictionary: Dictionary,
}

fn stored(document: &Document) -> Stored {
    let entry = read::catalog(document).and_then(|catalog| catalog.get(b"DSS").ok());
    let id = entry
        .and_then(|entry| entry.as_reference().ok())
        .filter(|id| document.get_dictionary(*id).is_ok());
    let dictionary = entry
        .and_then(|entry| read::resolve(document, entry).as_dict().ok())
        .cloned()
        .unwrap_or_default();
    Stored { id, dictionary }
}

fn existing(document: &Document, store: &Dictionary, key: &str) -> Vec<Object> {
    read::array(document, store, key.as_bytes())
        .cloned()
        .unwrap_or_default()
}

/// The decoded streams; one that does not decode equals nothing new.
fn contents(revision: &Revision<'_>, items: &[Object]) -> Result<Vec<Vec<u8>>, SealError> {
    items
        .iter()
        .filter_map(|item| item.as_reference().ok())
        .filter(|id| {
            let object = revision.document().get_object(*id);
            object.is_ok_and(|object| object.as_stream().is_ok())
        })
        .map(|id| {
            let stream = revision.stream(id)?;
            Ok(stream
                .decompressed_content()
                .unwrap_or_else(|_| stream.content.clone()))
        })
        .collect()
}
