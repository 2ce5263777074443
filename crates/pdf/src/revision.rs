//! One document being extended: edits are collected and appended as incremental updates, each
//! sealed by a signature over every byte of the file but its own.

use std::collections::BTreeSet;
use std::io::Write;

use lopdf::xref::XrefType;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, Writer};
use sha2::{Digest, Sha256};

use super::read;
use super::seal::SealError;

/// Ten digits, as wide as any offset that a cross-reference table can name.
const WIDEST_OFFSET: i64 = 9_999_999_999;
/// Offsets in the tables are ten digits or four bytes; a file must stay below both.
const MAX_FILE_LENGTH: usize = u32::MAX as usize;
/// Trailer keys that belong to one cross-reference section and must not be copied to the next.
const OWN_TRAILER_KEYS: [&[u8]; 11] = [
    b"Size",
    b"Prev",
    b"XRefStm",
    b"Type",
    b"W",
    b"Index",
    b"Filter",
    b"DecodeParms",
    b"Length",
    b"ID",
    b"Encrypt",
];

pub(super) struct Revision {
    document: Document,
    bytes: Vec<u8>,
    touched: BTreeSet<ObjectId>,
    /// Numbers beyond the file's own that it refers to: they lead nowhere, and must not lead to what we add.
    taken: BTreeSet<u32>,
}

impl Revision {
    pub(super) fn open(bytes: &[u8]) -> Result<Self, SealError> {
        let document = read::open_strictly(bytes)?;
        let mut taken = BTreeSet::new();
        for object in document.objects.values() {
            beyond(object, document.max_id, &mut taken);
        }
        Ok(Self {
            document,
            bytes: bytes.to_vec(),
            touched: BTreeSet::new(),
            taken,
        })
    }

    /// Passes over numbers that must stay unused.
    fn skip_taken(&mut self) {
        while let Some(next) = self.document.max_id.checked_add(1)
            && self.taken.contains(&next)
        {
            self.document.max_id = next;
        }
    }

    /// The document with all edits made so far.
    pub(super) fn document(&self) -> &Document {
        &self.document
    }

    /// Whether the coming update writes this object.
    pub(super) fn has_touched(&self, id: ObjectId) -> bool {
        self.touched.contains(&id)
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(super) fn add(&mut self, object: impl Into<Object>) -> Result<ObjectId, SealError> {
        self.skip_taken();
        let id = self
            .document
            .try_add_object(object)
            .map_err(|_| SealError::TooLarge)?;
        self.touched.insert(id);
        Ok(id)
    }

    /// A dictionary object to change; the change goes into the next update.
    pub(super) fn dictionary_mut(&mut self, id: ObjectId) -> Result<&mut Dictionary, SealError> {
        self.touched.insert(id);
        self.document
            .get_dictionary_mut(id)
            .map_err(|_| SealError::Structure)
    }

    /// An array object to change.
    pub(super) fn array_mut(&mut self, id: ObjectId) -> Result<&mut Vec<Object>, SealError> {
        self.touched.insert(id);
        self.document
            .get_object_mut(id)
            .and_then(Object::as_array_mut)
            .map_err(|_| SealError::Structure)
    }

    /// Makes `look` a resource of the page, whose resources may be its own, shared or inherited.
    pub(super) fn add_page_xobject(
        &mut self,
        page: ObjectId,
        name: &str,
        look: ObjectId,
    ) -> Result<(), SealError> {
        self.document
            .add_xobject(page, name, look)
            .map_err(|_| SealError::Structure)?;
        self.touched.insert(page);
        let own = self
            .document
            .get_dictionary(page)
            .map_err(|_| SealError::Structure)?;
        let resources = own.get(b"Resources").ok();
        let shared = resources.and_then(|resources| resources.as_reference().ok());
        let drawn = resources
            .and_then(|resources| read::resolve(&self.document, resources).as_dict().ok())
            .and_then(|resources| resources.get(b"XObject").ok()?.as_reference().ok());
        self.touched.extend(shared);
        self.touched.extend(drawn);
        Ok(())
    }

    /// Appends all edits and the signature dictionary `id`, then fills the signature in: `sign`
    /// gets the SHA-256 of everything but the signature and answers the CMS structure.
    pub(super) fn close(
        &mut self,
        id: ObjectId,
        room: usize,
        sign: impl FnOnce(&[u8; 32]) -> Result<Vec<u8>, SealError>,
    ) -> Result<(), SealError> {
        let offsets = self.append()?;
        let at = offsets
            .iter()
            .find(|(touched, _)| *touched == id)
            .map(|(_, offset)| *offset);
        self.fill_in(at.ok_or(SealError::Structure)?, room, sign)
    }

    /// Appends all edits as one incremental update; answers where each object stands.
    pub(super) fn append(&mut self) -> Result<Vec<(ObjectId, usize)>, SealError> {
        let start = self.bytes.len();
        if self.bytes.last() != Some(&b'\n') {
            self.bytes.push(b'\n');
        }
        let mut offsets = Vec::new();
        for touched in std::mem::take(&mut self.touched) {
            offsets.push((touched, self.bytes.len()));
            let object = self
                .document
                .get_object(touched)
                .map_err(|_| SealError::Structure)?;
            write_object(&mut self.bytes, touched, object)?;
        }
        let table = self.bytes.len();
        self.write_table(offsets.clone(), table, start)?;
        if self.bytes.len() > MAX_FILE_LENGTH {
            return Err(SealError::TooLarge);
        }
        self.document.xref_start = table;
        Ok(offsets)
    }

    fn fill_in(
        &mut self,
        signature: usize,
        room: usize,
        sign: impl FnOnce(&[u8; 32]) -> Result<Vec<u8>, SealError>,
    ) -> Result<(), SealError> {
        let length = self.bytes.len();
        let written = self.bytes.get(signature..).ok_or(SealError::Structure)?;
        let (range, contents) = placeholders(room);
        let range_at = signature + find(written, &range).ok_or(SealError::Structure)?;
        let contents_at = signature + find(written, &contents).ok_or(SealError::Structure)?;
        let hex_at = contents_at + b"/Contents".len();
        let hex_end = contents_at + contents.len();
        let exact = format!("/ByteRange[0 {hex_at} {hex_end} {}]", length - hex_end);
        let padded = format!("{exact:<width$}", width = range.len());
        self.overwrite(range_at, padded.as_bytes())?;

        let mut hash = Sha256::new();
        hash.update(self.bytes.get(..hex_at).ok_or(SealError::Structure)?);
        hash.update(self.bytes.get(hex_end..).ok_or(SealError::Structure)?);
        let cms = sign(&hash.finalize().into())?;
        if cms.len() > room {
            return Err(SealError::SignatureTooLarge);
        }
        self.overwrite(hex_at + 1, hex::encode(cms).as_bytes())
    }

    fn overwrite(&mut self, at: usize, with: &[u8]) -> Result<(), SealError> {
        let end = at.checked_add(with.len()).ok_or(SealError::Structure)?;
        self.bytes
            .get_mut(at..end)
            .ok_or(SealError::Structure)?
            .copy_from_slice(with);
        Ok(())
    }

    /// The cross-reference section and trailer, in the form that the file uses already.
    fn write_table(
        &mut self,
        mut offsets: Vec<(ObjectId, usize)>,
        table: usize,
        start: usize,
    ) -> Result<(), SealError> {
        let mut trailer = Dictionary::new();
        for (key, value) in &self.document.trailer {
            if !OWN_TRAILER_KEYS.contains(&key.as_slice()) {
                trailer.set(key.clone(), value.clone());
            }
        }
        let previous = i64::try_from(self.document.xref_start).map_err(|_| SealError::TooLarge)?;
        trailer.set("Prev", previous);
        let id = self.next_file_id(start);
        trailer.set("ID", id.clone());
        self.document.trailer.set("ID", id);
        match self.document.reference_table.cross_reference_type {
            XrefType::CrossReferenceTable => {
                trailer.set("Size", i64::from(self.document.max_id) + 1);
                write_plain_table(&mut self.bytes, &offsets)?;
                self.bytes.extend_from_slice(b"trailer\n");
                Writer::write_object(&mut self.bytes, &Object::Dictionary(trailer))?;
            }
            XrefType::CrossReferenceStream => {
                self.skip_taken();
                let own = (
                    self.document
                        .max_id
                        .checked_add(1)
                        .ok_or(SealError::TooLarge)?,
                    0,
                );
                self.document.max_id = own.0;
                trailer.set("Size", i64::from(own.0) + 1);
                offsets.push((own, table));
                let stream = table_stream(trailer, &offsets)?;
                write_object(&mut self.bytes, own, &Object::Stream(stream))?;
            }
        }
        Ok(write!(self.bytes, "\nstartxref\n{table}\n%%EOF\n")?)
    }

    /// The file's identifier for this update: the first half stays, the second is new.
    fn next_file_id(&self, start: usize) -> Object {
        let mut hash = Sha256::new();
        hash.update(start.to_be_bytes());
        hash.update(self.bytes.get(start..).unwrap_or_default());
        let new: Vec<u8> = hash.finalize().iter().copied().take(16).collect();
        let first = read::array(&self.document, &self.document.trailer, b"ID")
            .and_then(|id| {
                Some(
                    read::resolve(&self.document, id.first()?)
                        .as_str()
                        .ok()?
                        .to_vec(),
                )
            })
            .unwrap_or_else(|| new.clone());
        Object::Array(vec![
            Object::String(first, StringFormat::Hexadecimal),
            Object::String(new, StringFormat::Hexadecimal),
        ])
    }
}

/// Collects the referred numbers above `last`.
fn beyond(object: &Object, last: u32, found: &mut BTreeSet<u32>) {
    match object {
        Object::Reference((number, _)) if last < *number => {
            found.insert(*number);
        }
        Object::Array(items) => items.iter().for_each(|item| beyond(item, last, found)),
        Object::Dictionary(entries) | Object::Stream(Stream { dict: entries, .. }) => entries
            .iter()
            .for_each(|(_, value)| beyond(value, last, found)),
        _ => {}
    }
}

/// A signature dictionary whose first two entries are the placeholders that `close` fills in.
/// `room` is for the CMS structure, in bytes; twice as much in the file, being hex.
pub(super) fn signature_dictionary(room: usize) -> Dictionary {
    let mut dictionary = Dictionary::new();
    let widest = Object::Integer(WIDEST_OFFSET);
    dictionary.set(
        "ByteRange",
        vec![Object::Integer(0), widest.clone(), widest.clone(), widest],
    );
    dictionary.set(
        "Contents",
        Object::String(vec![0; room], StringFormat::Hexadecimal),
    );
    dictionary
}

/// The placeholders as they are written. Being first in the dictionary, the first match is ours.
fn placeholders(room: usize) -> (Vec<u8>, Vec<u8>) {
    let range = format!("/ByteRange[0 {WIDEST_OFFSET} {WIDEST_OFFSET} {WIDEST_OFFSET}]");
    let zeros = vec![b'0'; room.saturating_mul(2)];
    let contents = [b"/Contents<".as_slice(), &zeros, b">"].concat();
    (range.into_bytes(), contents)
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

fn write_object(out: &mut Vec<u8>, id: ObjectId, object: &Object) -> Result<(), SealError> {
    writeln!(out, "{} {} obj", id.0, id.1)?;
    Writer::write_object(out, object)?;
    out.extend_from_slice(b"\nendobj\n");
    Ok(())
}

/// Runs of consecutive object numbers, as both kinds of table want them.
fn runs(offsets: &[(ObjectId, usize)]) -> Vec<&[(ObjectId, usize)]> {
    offsets
        .chunk_by(|before, after| before.0.0.checked_add(1) == Some(after.0.0))
        .collect()
}

fn write_plain_table(out: &mut Vec<u8>, offsets: &[(ObjectId, usize)]) -> Result<(), SealError> {
    out.extend_from_slice(b"xref\n0 1\n0000000000 65535 f \n");
    for run in runs(offsets) {
        let first = run.first().map_or(0, |(id, _)| id.0);
        writeln!(out, "{first} {}", run.len())?;
        for (id, offset) in run {
            writeln!(out, "{offset:010} {:05} n ", id.1)?;
        }
    }
    Ok(())
}

fn table_stream(
    mut dictionary: Dictionary,
    offsets: &[(ObjectId, usize)],
) -> Result<Stream, SealError> {
    let mut index = Vec::new();
    let mut content = Vec::new();
    for run in runs(offsets) {
        index.push(Object::Integer(
            run.first().map_or(0, |(id, _)| i64::from(id.0)),
        ));
        index.push(Object::Integer(
            i64::try_from(run.len()).unwrap_or(i64::MAX),
        ));
        for (id, offset) in run {
            content.push(1);
            let offset = u32::try_from(*offset).map_err(|_| SealError::TooLarge)?;
            content.extend_from_slice(&offset.to_be_bytes());
            content.extend_from_slice(&id.1.to_be_bytes());
        }
    }
    dictionary.set("Type", "XRef");
    dictionary.set(
        "W",
        vec![Object::Integer(1), Object::Integer(4), Object::Integer(2)],
    );
    dictionary.set("Index", index);
    Ok(Stream::new(dictionary, content))
}
