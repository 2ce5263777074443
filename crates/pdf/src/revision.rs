//! One document being extended: edits are collected and appended as incremental updates, each
//! sealed by a signature over every byte of the file but its own.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::io::Write;

use lopdf::xref::XrefType;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, Writer};
use sha2::{Digest, Sha256};

use super::bodies;
use super::growing::Growing;
use super::protection;
use super::read::{self, Refusal};
use super::seal::SealError;
use super::table::{plain_table, stream_table};

/// Ten digits, as wide as any offset that a cross-reference table can name.
const WIDEST_OFFSET: i64 = 9_999_999_999;
/// Offsets in the tables are ten digits or four bytes; a file must stay below both.
const MAX_FILE_LENGTH: usize = u32::MAX as usize;
/// What readers must cope with (ISO 32000-1, annex C); a file that claims more is not followed.
const LARGEST_OBJECT_NUMBER: u32 = 8_388_607;
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

pub(super) struct Revision<'a> {
    /// Without the large bodies of streams, which stay in the file: see [`Revision::stream`].
    document: Document,
    /// The same with them, once one is asked for.
    whole: OnceCell<Result<Document, Refusal>>,
    file: Growing<'a>,
    touched: BTreeSet<ObjectId>,
    /// Numbers beyond the file's own that it refers to: they lead nowhere, and must not lead to what we add.
    taken: BTreeSet<u32>,
}

impl<'a> Revision<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, SealError> {
        let mut document = read::open_without_bodies(bytes)?;
        let protection = protection::object(&document).map_or(0, |id| id.0);
        document.max_id = document.max_id.max(last_claimed(&document)).max(protection);
        let mut taken = BTreeSet::new();
        for object in document.objects.values() {
            beyond(object, document.max_id, &mut taken);
        }
        Ok(Self {
            document,
            whole: OnceCell::new(),
            file: Growing::of(bytes),
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
        self.file.whole()
    }

    /// What the updates add to the file.
    pub(super) fn into_increment(self) -> Vec<u8> {
        self.file.into_tail()
    }

    /// A stream with its body.
    pub(super) fn stream(&self, id: ObjectId) -> Result<Cow<'_, Stream>, SealError> {
        let stream = self
            .document
            .get_object(id)
            .and_then(Object::as_stream)
            .map_err(|_| SealError::Structure)?;
        if !bodies::is_left_out(&self.document, stream) {
            return Ok(Cow::Borrowed(stream));
        }
        let whole = self
            .whole
            .get_or_init(|| read::open_strictly(self.file.base()));
        let unchanged = whole
            .as_ref()
            .map_err(|refusal| *refusal)?
            .get_object(id)
            .and_then(Object::as_stream)
            .map_err(|_| SealError::Structure)?;
        Ok(Cow::Owned(Stream {
            dict: stream.dict.clone(),
            ..unchanged.clone()
        }))
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
        let start = self.file.len();
        self.file.end_line();
        let mut offsets = Vec::new();
        for touched in std::mem::take(&mut self.touched) {
            offsets.push((touched, self.file.len()));
            self.write_touched(touched)?;
        }
        let table = self.file.len();
        self.write_table(offsets.clone(), table, start)?;
        if self.file.len() > MAX_FILE_LENGTH {
            return Err(SealError::TooLarge);
        }
        self.document.xref_start = table;
        Ok(offsets)
    }

    fn write_touched(&mut self, id: ObjectId) -> Result<(), SealError> {
        let object = self
            .document
            .get_object(id)
            .map_err(|_| SealError::Structure)?;
        if let Object::Stream(stream) = object
            && bodies::is_left_out(&self.document, stream)
        {
            let stream = self.stream(id)?.into_owned();
            return write_object(self.file.tail(), id, &Object::Stream(stream));
        }
        if self.document.was_encrypted() {
            let object = protection::encrypted(&self.document, id, object.clone())?;
            return write_object(self.file.tail(), id, &object);
        }
        write_object(self.file.tail(), id, object)
    }

    fn fill_in(
        &mut self,
        signature: usize,
        room: usize,
        sign: impl FnOnce(&[u8; 32]) -> Result<Vec<u8>, SealError>,
    ) -> Result<(), SealError> {
        let length = self.file.len();
        let written = self.file.from(signature).ok_or(SealError::Structure)?;
        let (range, contents) = placeholders(room);
        let range_at = signature + find(written, &range).ok_or(SealError::Structure)?;
        let contents_at = signature + find(written, &contents).ok_or(SealError::Structure)?;
        let hex_at = contents_at + b"/Contents".len();
        let hex_end = contents_at + contents.len();
        let exact = format!("/ByteRange[0 {hex_at} {hex_end} {}]", length - hex_end);
        let padded = format!("{exact:<width$}", width = range.len());
        self.overwrite(range_at, padded.as_bytes())?;

        let digest = self.file.digest_around(hex_at..hex_end);
        let cms = sign(&digest.ok_or(SealError::Structure)?)?;
        if cms.len() > room {
            return Err(SealError::SignatureTooLarge);
        }
        self.overwrite(hex_at + 1, hex::encode(cms).as_bytes())
    }

    fn overwrite(&mut self, at: usize, with: &[u8]) -> Result<(), SealError> {
        self.file.overwrite(at, with).ok_or(SealError::Structure)
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
        if let Some(protection) = protection::object(&self.document) {
            trailer.set("Encrypt", protection);
        }
        let id = self.next_file_id(start);
        trailer.set("ID", id.clone());
        self.document.trailer.set("ID", id);
        match self.document.reference_table.cross_reference_type {
            XrefType::CrossReferenceTable => {
                trailer.set("Size", i64::from(self.document.max_id) + 1);
                plain_table(self.file.tail(), &offsets)?;
                self.file.tail().extend_from_slice(b"trailer\n");
                Writer::write_object(self.file.tail(), &Object::Dictionary(trailer))?;
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
                let stream = stream_table(trailer, &offsets)?;
                write_object(self.file.tail(), own, &Object::Stream(stream))?;
            }
        }
        Ok(write!(self.file.tail(), "\nstartxref\n{table}\n%%EOF\n")?)
    }

    /// The file's identifier for this update: the first half stays, the second is new.
    fn next_file_id(&self, start: usize) -> Object {
        let mut hash = Sha256::new();
        hash.update(start.to_be_bytes());
        hash.update(self.file.from(start).unwrap_or_default());
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

/// The last object number that the file's own `/Size` allows for, used or not: an update must not claim fewer
/// (ISO 32000-1, 7.5.5).
fn last_claimed(document: &Document) -> u32 {
    read::integer(document, &document.trailer, b"Size")
        .and_then(|size| u32::try_from(size).ok()?.checked_sub(1))
        .filter(|last| *last <= LARGEST_OBJECT_NUMBER)
        .unwrap_or(0)
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
