//! The file's store of proof, read by other means than it was written by (ISO 32000-2, 12.8.4.3).

use std::collections::BTreeSet;

use lopdf::Document;
use pki::ValidationData;

use super::Flaw;
use crate::read;

const KEYS: [&str; 3] = ["Certs", "OCSPs", "CRLs"];

/// What stands under each of the keys.
pub(super) struct Store([BTreeSet<Vec<u8>>; 3]);

impl Store {
    pub(super) fn of(document: &Document) -> Self {
        let store =
            read::catalog(document).and_then(|catalog| read::dictionary(document, catalog, b"DSS"));
        Self(KEYS.map(|key| {
            let items = store.and_then(|store| read::array(document, store, key.as_bytes()));
            let streams = items
                .into_iter()
                .flatten()
                .filter_map(|item| read::resolve(document, item).as_stream().ok());
            streams
                .map(|stream| {
                    let plain = stream.decompressed_content();
                    plain.unwrap_or_else(|_| stream.content.clone())
                })
                .collect()
        }))
    }

    /// Whether this store holds what it held before and what was to be added, and nothing else.
    pub(super) fn check(&self, had: Self, data: &ValidationData) -> Result<(), Flaw> {
        let added = [
            &data.certificates,
            &data.ocsp_responses,
            &data.revocation_lists,
        ];
        let wanted = had.0.into_iter().zip(added).map(|(mut had, added)| {
            had.extend(added.iter().cloned());
            had
        });
        let mut all = KEYS.into_iter().zip(&self.0).zip(wanted);
        match all.find(|((_, is), wanted)| *is != wanted) {
            Some(((key, _), _)) => Err(Flaw::Proof(key.to_owned())),
            None => Ok(()),
        }
    }
}
