//! One cross-reference section: a table with its trailer, or a stream that is both.

use std::collections::HashMap;
use std::rc::Rc;

use lopdf::{Dictionary as PlainDictionary, Object, Stream as PlainStream};

use super::lexer::Lexer;
use super::value::{Dictionary, Stream, Value};
use crate::limits::{MAX_UNPACKED_BYTES, MAX_XREF_ENTRIES};

/// Where an object stands, as a section says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Free,
    At { offset: usize, generation: u16 },
    In { container: u32, index: u32 },
}

#[derive(Debug)]
pub(super) struct Section {
    pub(super) offset: usize,
    pub(super) entries: HashMap<u32, Entry>,
    pub(super) trailer: Rc<Dictionary>,
    /// The number of the stream that this section is, where it is one.
    pub(super) stream: Option<u32>,
    /// Behind the trailer dictionary, or behind the stream's object.
    pub(super) end: usize,
}

impl Section {
    pub(super) fn read(bytes: &[u8], offset: usize) -> Option<Self> {
        let mut lexer = Lexer::new(bytes, offset);
        lexer.skip_space();
        if lexer.keyword(b"xref").is_some() {
            Self::table(bytes, offset, lexer)
        } else {
            Self::stream(bytes, offset)
        }
    }

    pub(super) fn previous(&self) -> Option<usize> {
        usize::try_from(self.trailer.get(b"Prev".as_slice())?.integer()?).ok()
    }

    fn table(bytes: &[u8], offset: usize, mut lexer: Lexer<'_>) -> Option<Self> {
        let mut entries = HashMap::new();
        loop {
            lexer.skip_space();
            if lexer.keyword(b"trailer").is_some() {
                break;
            }
            let first = u32::try_from(lexer.unsigned()?).ok()?;
            let count = u32::try_from(lexer.unsigned()?).ok()?;
            for index in 0..count {
                let (number, entry) = (first.checked_add(index)?, table_entry(&mut lexer)?);
                entries.insert(number, entry);
                if entries.len() > MAX_XREF_ENTRIES {
                    return None;
                }
            }
        }
        let trailer = Rc::clone(lexer.value()?.dictionary()?);
        let end = lexer.at;
        // A hybrid: the stream tells readers that know streams what the table calls free.
        if let Some(hidden) = trailer.get(b"XRefStm".as_slice()) {
            let hidden = Self::stream(bytes, usize::try_from(hidden.integer()?).ok()?)?;
            for (number, entry) in hidden.entries {
                let known = entries.get(&number);
                if known.is_none_or(|known| *known == Entry::Free) {
                    entries.insert(number, entry);
                }
            }
        }
        Some(Self {
            offset,
            entries,
            trailer,
            stream: None,
            end,
        })
    }

    fn stream(bytes: &[u8], offset: usize) -> Option<Self> {
        let mut lexer = Lexer::new(bytes, offset);
        let (number, _generation) = lexer.object_head()?;
        let value = lexer.value()?;
        let trailer = Rc::clone(value.dictionary()?);
        if trailer.get(b"Type".as_slice())?.name()? != b"XRef" {
            return None;
        }
        // The length must be direct: nothing could be looked up yet.
        let length = usize::try_from(trailer.get(b"Length".as_slice())?.integer()?).ok()?;
        let data = stream_data(bytes, &mut lexer, length)?;
        let packed = Stream {
            dictionary: Rc::clone(&trailer),
            data,
            plain: None,
        };
        let unpacked = unpack(bytes, &packed, MAX_UNPACKED_BYTES)?;
        lexer.skip();
        lexer.keyword(b"endobj")?;
        Some(Self {
            offset,
            entries: stream_entries(&trailer, &unpacked)?,
            stream: Some(number),
            end: lexer.at,
            trailer,
        })
    }
}

fn table_entry(lexer: &mut Lexer<'_>) -> Option<Entry> {
    let offset = usize::try_from(lexer.unsigned()?).ok()?;
    let generation = lexer.unsigned()?;
    lexer.skip_space();
    if lexer.keyword(b"n").is_some() {
        // Some writers list objects that they never wrote at offset 0; readers take them as free.
        return Some(match u16::try_from(generation) {
            Ok(generation) if offset > 0 => Entry::At { offset, generation },
            _ => Entry::Free,
        });
    }
    lexer.keyword(b"f").map(|()| Entry::Free)
}

fn stream_entries(dictionary: &Dictionary, data: &[u8]) -> Option<HashMap<u32, Entry>> {
    let widths: Vec<usize> = dictionary
        .get(b"W".as_slice())?
        .array()?
        .iter()
        .map(|width| {
            usize::try_from(width.integer()?)
                .ok()
                .filter(|width| *width <= 8)
        })
        .collect::<Option<_>>()?;
    let [kind, second, third] = *widths.as_slice() else {
        return None;
    };
    let row = kind + second + third;
    if row == 0 {
        return None;
    }
    let size = dictionary.get(b"Size".as_slice())?.integer()?;
    let index: Vec<i64> = match dictionary.get(b"Index".as_slice()) {
        Some(index) => index
            .array()?
            .iter()
            .map(Value::integer)
            .collect::<Option<_>>()?,
        None => vec![0, size],
    };
    let mut rows = data.chunks_exact(row);
    let mut entries = HashMap::new();
    for run in index.chunks_exact(2) {
        let [first, count] = *run else { return None };
        let (first, count) = (u32::try_from(first).ok()?, u32::try_from(count).ok()?);
        for (number, row) in
            (first..first.checked_add(count)?).zip(rows.by_ref().take(count as usize))
        {
            let (kind_field, rest) = row.split_at_checked(kind)?;
            let (second_field, third_field) = rest.split_at_checked(second)?;
            let kind = if kind == 0 { 1 } else { big_endian(kind_field) };
            let (second, third) = (big_endian(second_field), big_endian(third_field));
            entries.insert(number, entry(kind, second, third)?);
            if entries.len() > MAX_XREF_ENTRIES {
                return None;
            }
        }
    }
    Some(entries)
}

fn entry(kind: u64, second: u64, third: u64) -> Option<Entry> {
    Some(match kind {
        1 => Entry::At {
            offset: usize::try_from(second).ok()?,
            generation: u16::try_from(third).ok()?,
        },
        2 => Entry::In {
            container: u32::try_from(second).ok()?,
            index: u32::try_from(third).ok()?,
        },
        _ => Entry::Free,
    })
}

fn big_endian(field: &[u8]) -> u64 {
    field
        .iter()
        .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// The bytes of a stream whose dictionary has been read, `endstream` passed.
pub(super) fn stream_data(
    bytes: &[u8],
    lexer: &mut Lexer<'_>,
    length: usize,
) -> Option<std::ops::Range<usize>> {
    lexer.skip();
    lexer.keyword(b"stream")?;
    match (bytes.get(lexer.at)?, bytes.get(lexer.at + 1)) {
        (b'\r', Some(b'\n')) => lexer.at += 2,
        (b'\n' | b'\r', _) => lexer.at += 1,
        _ => return None,
    }
    let data = lexer.at..lexer.at.checked_add(length)?;
    bytes.get(data.clone())?;
    lexer.at = data.end;
    lexer.skip_space();
    lexer.keyword(b"endstream")?;
    Some(data)
}

/// Unpacks what a stream of the file's own structure holds.
pub(super) fn unpack(bytes: &[u8], stream: &Stream, limit: usize) -> Option<Vec<u8>> {
    let data = stream.body(bytes)?;
    let filter = stream.dictionary.get(b"Filter".as_slice());
    let Some(filter) = filter else {
        return (data.len() <= limit).then(|| data.to_vec());
    };
    let mut dictionary = PlainDictionary::new();
    dictionary.set("Filter", plain(filter)?);
    if let Some(parameters) = stream.dictionary.get(b"DecodeParms".as_slice()) {
        dictionary.set("DecodeParms", plain(parameters)?);
    }
    PlainStream::new(dictionary, data.to_vec())
        .decompressed_content_with_limit(limit)
        .ok()
}

/// A value for the unpacker, which knows no references.
pub(super) fn plain(value: &Value) -> Option<Object> {
    Some(match value {
        Value::Null => Object::Null,
        Value::Boolean(flag) => Object::Boolean(*flag),
        Value::Integer(number) => Object::Integer(*number),
        Value::Name(name) => Object::Name(name.to_vec()),
        Value::Text(text) => Object::string_literal(text.to_vec()),
        Value::Array(items) => Object::Array(items.iter().map(plain).collect::<Option<_>>()?),
        Value::Dictionary(keys) => {
            let mut dictionary = PlainDictionary::new();
            for (key, value) in keys.iter() {
                dictionary.set(key.clone(), plain(value)?);
            }
            Object::Dictionary(dictionary)
        }
        _ => return None,
    })
}
