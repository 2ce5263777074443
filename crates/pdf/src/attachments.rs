//! Files within the file: kept, and named in the report. Electronic invoices live in them.

use std::collections::{BTreeMap, HashSet};

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::limits::{MAX_DEPTH, MAX_REPORTED_FILES};
use super::read;
use super::report::EmbeddedFile;

/// What the XML of an invoice or an order is called: Factur-X 1.x, `ZUGFeRD` 1 and 2, `XRechnung`, Order-X.
const INVOICES: [&str; 4] = [
    "factur-x.xml",
    "zugferd-invoice.xml",
    "xrechnung.xml",
    "order-x.xml",
];

/// The first of the embedded files, and how many there are.
pub(super) fn of(document: &Document) -> (Vec<EmbeddedFile>, usize) {
    let mut search = Search {
        document,
        specifications: BTreeMap::new(),
        associated: HashSet::new(),
    };
    for (id, object) in &document.objects {
        search.look(object, Some(*id), 0);
    }
    let found = search.specifications.len();
    let told = search
        .specifications
        .iter()
        .take(MAX_REPORTED_FILES)
        .map(|(key, specification)| {
            let is_associated = search.associated.contains(key);
            told(document, specification, is_associated)
        })
        .collect();
    (told, found)
}

/// Where a file specification stands: the object that it is, or that holds it, and a running number.
type Key = (ObjectId, usize);

struct Search<'a> {
    document: &'a Document,
    specifications: BTreeMap<Key, &'a Dictionary>,
    associated: HashSet<Key>,
}

impl<'a> Search<'a> {
    fn look(&mut self, object: &'a Object, own: Option<ObjectId>, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        let dictionary = match object {
            Object::Dictionary(dictionary) => dictionary,
            Object::Stream(stream) => &stream.dict,
            Object::Array(items) => {
                for item in items {
                    self.look(item, own, depth.saturating_add(1));
                }
                return;
            }
            _ => return,
        };
        let holds_files = read::dictionary(self.document, dictionary, b"EF")
            .is_some_and(|files| !files.is_empty());
        if let (true, Some(id)) = (holds_files, own) {
            let number = if depth == 0 {
                0
            } else {
                self.specifications.len().saturating_add(1)
            };
            self.specifications.insert((id, number), dictionary);
        }
        let associated = read::array(self.document, dictionary, b"AF");
        for file in associated.into_iter().flatten() {
            if let Ok(id) = file.as_reference() {
                self.associated.insert((id, 0));
            }
        }
        for (_, value) in dictionary {
            self.look(value, own, depth.saturating_add(1));
        }
    }
}

fn told(document: &Document, specification: &Dictionary, is_associated: bool) -> EmbeddedFile {
    let name = read::text(document, specification, b"UF")
        .or_else(|| read::text(document, specification, b"F"))
        .unwrap_or_default();
    let file = read::dictionary(document, specification, b"EF").and_then(|files| {
        read::dictionary(document, files, b"UF").or_else(|| read::dictionary(document, files, b"F"))
    });
    let size = file
        .and_then(|file| read::dictionary(document, file, b"Params"))
        .and_then(|params| read::integer(document, params, b"Size"));
    let plain = |name: &[u8]| read::shortened(&String::from_utf8_lossy(name));
    EmbeddedFile {
        is_invoice: INVOICES
            .iter()
            .any(|invoice| name.eq_ignore_ascii_case(invoice)),
        name: read::shortened(&name),
        size_bytes: size.and_then(|size| usize::try_from(size).ok()),
        media_type: file
            .and_then(|file| read::name(document, file, b"Subtype"))
            .map(plain),
        relationship: read::name(document, specification, b"AFRelationship").map(plain),
        is_associated,
    }
}
