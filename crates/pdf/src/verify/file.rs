//! A file as the sum of its revisions: every object is read when it is asked for, once, wherever
//! it stands, and every revision is a view on the same objects.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

use super::cipher::Cipher;
use super::lexer::{Lexer, is_space};
use super::section::{Entry, Section, stream_data, unpack};
use super::value::{Dictionary, Id, Stream, Value};
use crate::limits::{
    MAX_NESTED_READS, MAX_REFERENCE_CHAIN, MAX_UNPACKED_BYTES_IN_ALL, MAX_XREF_ENTRIES,
    MAX_XREF_SECTIONS,
};
use crate::read::Refusal;

/// How far before the end of a revision its `startxref` is looked for.
const TAIL: usize = 2_048;

pub(super) struct File<'a> {
    pub(super) bytes: &'a [u8],
    /// Oldest first.
    pub(super) sections: Vec<Section>,
    table: HashMap<u32, Vec<(usize, Entry)>>,
    /// What its strings and streams are read with, where it is encrypted.
    cipher: Option<Cipher>,
    read: RefCell<HashMap<usize, Option<Rc<Indirect>>>>,
    packed: RefCell<HashMap<usize, Rc<Packed>>>,
    unpacked: Cell<usize>,
    depth: Cell<usize>,
}

/// What an object stream holds.
#[derive(Default)]
pub(super) struct Packed {
    objects: Vec<(u32, Value)>,
    pub(super) is_ambiguous: bool,
}

/// One indirect object as it stands in the file.
pub(super) struct Indirect {
    pub(super) id: Id,
    pub(super) value: Value,
    /// Behind `endobj`.
    pub(super) end: usize,
    /// The hexadecimal strings under its `/Contents` keys.
    pub(super) contents: Vec<Range<usize>>,
    pub(super) is_ambiguous: bool,
}

impl<'a> File<'a> {
    /// Reads the cross-reference sections from the last to the first. None: there is no way through.
    pub(super) fn open(bytes: &'a [u8]) -> Option<Self> {
        let mut next = Some(start_of_table(bytes, bytes.len())?.0);
        let mut seen = HashSet::new();
        let mut sections = Vec::new();
        let mut entries = 0_usize;
        while let Some(offset) = next {
            if !seen.insert(offset) || sections.len() >= MAX_XREF_SECTIONS {
                return None;
            }
            let section = Section::read(bytes, offset)?;
            entries = entries.checked_add(section.entries.len())?;
            if entries > MAX_XREF_ENTRIES {
                return None;
            }
            next = section.previous();
            sections.push(section);
        }
        sections.reverse();
        let mut table: HashMap<u32, Vec<(usize, Entry)>> = HashMap::new();
        for (index, section) in sections.iter().enumerate() {
            for (number, entry) in &section.entries {
                table.entry(*number).or_default().push((index, *entry));
            }
        }
        Some(Self {
            bytes,
            sections,
            table,
            cipher: None,
            read: RefCell::default(),
            packed: RefCell::default(),
            unpacked: Cell::new(0),
            depth: Cell::new(0),
        })
    }

    /// The file to be read in clear, where it is encrypted with an empty password.
    pub(super) fn unlocked(mut self) -> Result<Self, Refusal> {
        self.cipher = Cipher::of(&self)?;
        Ok(self)
    }

    /// How many sections say where an object stands, or that it is gone.
    pub(super) fn mentions(&self, number: u32) -> usize {
        self.table.get(&number).map_or(0, Vec::len)
    }

    /// The newest view.
    pub(super) fn last(&self) -> View<'_, 'a> {
        self.view(self.sections.len().saturating_sub(1))
    }

    pub(super) fn view(&self, index: usize) -> View<'_, 'a> {
        View { file: self, index }
    }

    /// The view that the first `end` bytes give on their own, if they end as a revision does and
    /// the file goes on from it.
    pub(super) fn revision_ending_at(&self, end: usize) -> Option<usize> {
        let (offset, behind) = start_of_table(self.bytes, end)?;
        let rest = self.bytes.get(behind..end)?;
        // A line end, or its two bytes, belong to the last line.
        if rest.len() > 2 || !rest.iter().all(|byte| is_space(*byte)) {
            return None;
        }
        self.sections
            .iter()
            .position(|section| section.offset == offset)
    }

    /// The object at a place, its stream's length looked up in the view of `index`.
    pub(super) fn object_at(&self, offset: usize, index: usize) -> Option<Rc<Indirect>> {
        if let Some(known) = self.read.borrow().get(&offset) {
            return known.clone();
        }
        // Where a length leads back to its own stream, the inner question finds nothing.
        self.read.borrow_mut().insert(offset, None);
        let depth = self.depth.get();
        if depth >= MAX_NESTED_READS {
            return None;
        }
        self.depth.set(depth + 1);
        let found = self.read_object(offset, index).map(Rc::new);
        self.depth.set(depth);
        self.read.borrow_mut().insert(offset, found.clone());
        found
    }

    fn read_object(&self, offset: usize, index: usize) -> Option<Indirect> {
        let mut lexer = Lexer::new(self.bytes, offset);
        let id = lexer.object_head()?;
        let mut value = lexer.value()?;
        lexer.skip();
        if lexer.keyword(b"endobj").is_none() {
            let dictionary = Rc::clone(value.dictionary()?);
            let length = self
                .view(index)
                .resolve(dictionary.get(b"Length".as_slice())?);
            let length = usize::try_from(length.integer()?).ok()?;
            let data = stream_data(self.bytes, &mut lexer, length)?;
            value = Value::Stream(Rc::new(Stream {
                dictionary,
                data,
                plain: None,
            }));
            lexer.skip();
            lexer.keyword(b"endobj")?;
        }
        if let Some(cipher) = &self.cipher {
            value = cipher.in_clear(id, &value, self.bytes);
        }
        Some(Indirect {
            id,
            value,
            end: lexer.at,
            contents: lexer.contents,
            is_ambiguous: lexer.is_ambiguous,
        })
    }

    /// The objects within the object stream at a place.
    pub(super) fn packed_at(&self, offset: usize, index: usize) -> Rc<Packed> {
        if let Some(known) = self.packed.borrow().get(&offset) {
            return Rc::clone(known);
        }
        // An object stream within itself would go round in a circle.
        self.packed.borrow_mut().insert(offset, Rc::default());
        let found = Rc::new(self.unpack_objects(offset, index).unwrap_or_default());
        self.packed.borrow_mut().insert(offset, Rc::clone(&found));
        found
    }

    fn unpack_objects(&self, offset: usize, index: usize) -> Option<Packed> {
        let container = self.object_at(offset, index)?;
        let stream = container.value.stream()?;
        let keys = &stream.dictionary;
        if keys.get(b"Type".as_slice())?.name()? != b"ObjStm" {
            return None;
        }
        let view = self.view(index);
        let whole = |key: &[u8]| usize::try_from(view.resolve(keys.get(key)?).integer()?).ok();
        let (count, first) = (whole(b"N")?, whole(b"First")?);
        let room = MAX_UNPACKED_BYTES_IN_ALL.checked_sub(self.unpacked.get())?;
        let data = unpack(self.bytes, stream, room)?;
        self.unpacked.set(self.unpacked.get() + data.len());
        let mut head = Lexer::new(data.get(..first)?, 0);
        let mut found = Packed::default();
        for _object in 0..count {
            let number = u32::try_from(head.unsigned()?).ok()?;
            let place = first.checked_add(usize::try_from(head.unsigned()?).ok()?)?;
            let mut lexer = Lexer::new(&data, place);
            let value = lexer.value().unwrap_or(Value::Null);
            found.is_ambiguous |= lexer.is_ambiguous;
            found.objects.push((number, value));
        }
        Some(found)
    }
}

/// One revision of the file: what the sections up to `index` say.
#[derive(Clone, Copy)]
pub(super) struct View<'f, 'a> {
    pub(super) file: &'f File<'a>,
    pub(super) index: usize,
}

impl View<'_, '_> {
    pub(super) fn entry(&self, number: u32) -> Entry {
        self.file
            .table
            .get(&number)
            .and_then(|entries| {
                entries
                    .iter()
                    .rev()
                    .find(|(index, _entry)| *index <= self.index)
            })
            .map_or(Entry::Free, |(_index, entry)| *entry)
    }

    /// The object with its place; none for one within an object stream.
    pub(super) fn indirect(&self, id: Id) -> Option<Rc<Indirect>> {
        match self.entry(id.0) {
            Entry::At { offset, generation } if generation == id.1 => self
                .file
                .object_at(offset, self.index)
                .filter(|found| found.id == id),
            _ => None,
        }
    }

    /// The value of an object; null where there is none.
    pub(super) fn get(&self, id: Id) -> Value {
        match self.entry(id.0) {
            Entry::At { .. } => self
                .indirect(id)
                .map_or(Value::Null, |found| found.value.clone()),
            Entry::In { container, index } if id.1 == 0 => {
                let Entry::At { offset, .. } = self.entry(container) else {
                    return Value::Null;
                };
                let packed = self.file.packed_at(offset, self.index);
                usize::try_from(index)
                    .ok()
                    .and_then(|index| packed.objects.get(index))
                    .filter(|(number, _value)| *number == id.0)
                    .map_or(Value::Null, |(_number, value)| value.clone())
            }
            Entry::Free | Entry::In { .. } => Value::Null,
        }
    }

    /// Follows references to a value.
    pub(super) fn resolve(&self, value: &Value) -> Value {
        let mut value = value.clone();
        for _hop in 0..MAX_REFERENCE_CHAIN {
            match value.reference() {
                Some(id) => value = self.get(id),
                None => return value,
            }
        }
        Value::Null
    }

    /// The value of a key, references followed.
    pub(super) fn entry_of(&self, dictionary: &Dictionary, key: &[u8]) -> Value {
        dictionary
            .get(key)
            .map_or(Value::Null, |value| self.resolve(value))
    }

    pub(super) fn trailer(&self) -> Rc<Dictionary> {
        self.file
            .sections
            .get(self.index)
            .map(|section| Rc::clone(&section.trailer))
            .unwrap_or_default()
    }

    pub(super) fn root(&self) -> Option<Id> {
        self.trailer().get(b"Root".as_slice())?.reference()
    }

    pub(super) fn catalog(&self) -> Rc<Dictionary> {
        self.root()
            .and_then(|root| self.get(root).dictionary().cloned())
            .unwrap_or_default()
    }
}

/// The offset that the last `startxref` within the first `end` bytes names, and where `%%EOF`
/// behind it ends.
fn start_of_table(bytes: &[u8], end: usize) -> Option<(usize, usize)> {
    let start = end.saturating_sub(TAIL);
    let tail = bytes.get(start..end)?;
    let word = b"startxref";
    let at = tail
        .windows(word.len())
        .rposition(|window| window == word)?;
    let mut lexer = Lexer::new(bytes.get(..end)?, start + at + word.len());
    let offset = usize::try_from(lexer.unsigned()?).ok()?;
    lexer.skip_space();
    let mark = lexer.at.checked_add(5)?;
    (bytes.get(lexer.at..mark)? == b"%%EOF" && offset < end).then_some((offset, mark))
}

/// Where the revision that a section closes ends: behind `startxref`, its offset and `%%EOF`.
pub(super) fn end_of_revision(bytes: &[u8], section: &Section) -> Option<usize> {
    let mut lexer = Lexer::new(bytes, section.end);
    lexer.skip_space();
    lexer.keyword(b"startxref")?;
    if usize::try_from(lexer.unsigned()?).ok()? != section.offset {
        return None;
    }
    lexer.skip_space();
    let mark = lexer.at.checked_add(5)?;
    if bytes.get(lexer.at..mark)? != b"%%EOF" {
        return None;
    }
    Some(mark)
}
