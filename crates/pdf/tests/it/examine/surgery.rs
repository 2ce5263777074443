//! Updates that no honest program writes: objects by hand, tables by hand.

use lopdf::{Dictionary, Document, Object, ObjectId, Writer};

/// A signed file and what is in it.
pub(super) struct Patient {
    pub(super) bytes: Vec<u8>,
    pub(super) document: Document,
}

/// An object to be written: its number, its generation and its text.
pub(super) type Written = (u32, u16, Vec<u8>);

impl Patient {
    pub(super) fn new(bytes: &[u8]) -> Self {
        Self {
            bytes: bytes.to_vec(),
            document: Document::load_mem(bytes).unwrap(),
        }
    }

    /// A number that nothing bears yet.
    pub(super) fn free(&self) -> u32 {
        self.document.max_id + 1
    }

    pub(super) fn root(&self) -> ObjectId {
        self.document
            .trailer
            .get(b"Root")
            .unwrap()
            .as_reference()
            .unwrap()
    }

    pub(super) fn page(&self) -> ObjectId {
        self.document.page_iter().next().unwrap()
    }

    pub(super) fn dictionary(&self, id: ObjectId) -> Dictionary {
        self.document.get_dictionary(id).unwrap().clone()
    }

    /// The id under a key of a dictionary.
    pub(super) fn reference(&self, id: ObjectId, key: &[u8]) -> ObjectId {
        self.dictionary(id)
            .get(key)
            .unwrap()
            .as_reference()
            .unwrap()
    }

    pub(super) fn contents(&self) -> ObjectId {
        match self.dictionary(self.page()).get(b"Contents").unwrap() {
            Object::Reference(id) => match self.document.get_object(*id).unwrap() {
                Object::Array(items) => items.first().unwrap().as_reference().unwrap(),
                _ => *id,
            },
            Object::Array(items) => items.first().unwrap().as_reference().unwrap(),
            _ => panic!("no contents"),
        }
    }

    /// The field or widget of this partial name.
    pub(super) fn field(&self, name: &str) -> ObjectId {
        self.document
            .objects
            .iter()
            .find(|(_, object)| {
                object.as_dict().is_ok_and(|keys| {
                    keys.has(b"FT")
                        && keys
                            .get(b"T")
                            .ok()
                            .and_then(|text| lopdf::decode_text_string(text).ok())
                            .is_some_and(|text| text == name)
                })
            })
            .map(|(id, _)| *id)
            .unwrap()
    }

    /// The first object whose dictionary says so.
    pub(super) fn of_type(&self, key: &[u8], name: &[u8]) -> ObjectId {
        self.document
            .objects
            .iter()
            .find(|(_, object)| {
                let keys = match object {
                    Object::Dictionary(keys) => keys,
                    Object::Stream(stream) => &stream.dict,
                    _ => return false,
                };
                keys.get(key)
                    .and_then(Object::as_name)
                    .is_ok_and(|found| found == name)
            })
            .map(|(id, _)| *id)
            .unwrap()
    }

    /// The dictionary with one entry more or another.
    pub(super) fn with(&self, id: ObjectId, key: &str, value: impl Into<Object>) -> Written {
        let mut keys = self.dictionary(id);
        keys.set(key, value);
        written(id, &Object::Dictionary(keys))
    }

    pub(super) fn without(&self, id: ObjectId, key: &[u8]) -> Written {
        let mut keys = self.dictionary(id);
        keys.remove(key).unwrap();
        written(id, &Object::Dictionary(keys))
    }

    /// The file with one update more.
    pub(super) fn append(&self, objects: &[Written]) -> Vec<u8> {
        let previous = self.document.xref_start;
        let trailer = format!("/Prev {previous}");
        self.append_with(objects, &[], &trailer)
    }

    /// `entries`: further lines of the table, each a number, an offset and a generation.
    pub(super) fn append_with(
        &self,
        objects: &[Written],
        entries: &[(u32, usize, u16)],
        trailer: &str,
    ) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        bytes.push(b'\n');
        let mut table = entries.to_vec();
        for (number, generation, text) in objects {
            table.push((*number, bytes.len(), *generation));
            bytes.extend_from_slice(format!("{number} {generation} obj\n").as_bytes());
            bytes.extend_from_slice(text);
            bytes.extend_from_slice(b"\nendobj\n");
        }
        self.close(&mut bytes, &table, trailer);
        bytes
    }

    pub(super) fn close(&self, bytes: &mut Vec<u8>, table: &[(u32, usize, u16)], trailer: &str) {
        let start = bytes.len();
        bytes.extend_from_slice(b"xref\n");
        for (number, offset, generation) in table {
            bytes.extend_from_slice(
                format!("{number} 1\n{offset:010} {generation:05} n \n").as_bytes(),
            );
        }
        let size = table
            .iter()
            .map(|(number, ..)| number + 1)
            .max()
            .unwrap_or(1)
            .max(self.free());
        let (root, generation) = self.root();
        bytes.extend_from_slice(
            format!(
                "trailer\n<</Size {size}/Root {root} {generation} R{trailer}>>\nstartxref\n{start}\n%%EOF\n"
            )
            .as_bytes(),
        );
    }
}

pub(super) fn written(id: ObjectId, object: &Object) -> Written {
    let mut text = Vec::new();
    Writer::write_object(&mut text, object).unwrap();
    (id.0, id.1, text)
}

/// A stream of page content.
pub(super) fn content(number: u32, text: &str) -> Written {
    let text = format!("<</Length {}>>\nstream\n{text}\nendstream", text.len());
    (number, 0, text.into_bytes())
}

/// A stream that draws a white box over everything.
pub(super) fn cover(number: u32) -> Written {
    let draws = "1 g 0 0 600 800 re f";
    let text = format!(
        "<</Type/XObject/Subtype/Form/BBox[0 0 600 800]/Length {}>>\nstream\n{draws}\nendstream",
        draws.len()
    );
    (number, 0, text.into_bytes())
}

pub(super) fn text(number: u32, text: &str) -> Written {
    (number, 0, text.as_bytes().to_vec())
}

pub(super) fn find(bytes: &[u8], what: &[u8]) -> usize {
    bytes
        .windows(what.len())
        .position(|window| window == what)
        .unwrap()
}

pub(super) fn rfind(bytes: &[u8], what: &[u8]) -> usize {
    bytes
        .windows(what.len())
        .rposition(|window| window == what)
        .unwrap()
}
