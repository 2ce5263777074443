//! The encryption of a file with an empty password, read from the file's own words (ISO 32000-2, 7.6).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use lopdf::encryption::decrypt_object;
use lopdf::{Document, EncryptionState, Object, Stream as PlainStream};

use super::file::File;
use super::section::plain;
use super::value::{Dictionary, Id, Stream, Value};
use crate::protection;
use crate::read::Refusal;

/// What of a stream's dictionary says how its body is encrypted.
const TELLING_KEYS: [&[u8]; 3] = [b"Type", b"Filter", b"DecodeParms"];

pub(super) struct Cipher {
    state: EncryptionState,
    /// The dictionary that tells all this is in clear itself.
    own: Option<Id>,
}

impl Cipher {
    /// None: the file is not encrypted. Refused is what no empty password opens, and what is not encrypted alike in all
    /// of its revisions: of which every reader would see something else.
    pub(super) fn of(file: &File<'_>) -> Result<Option<Self>, Refusal> {
        // The first part of a linearised file has a trailer that says nothing but where the rest is.
        let mut told = file
            .sections
            .iter()
            .filter(|section| section.trailer.contains_key(b"Root".as_slice()))
            .map(|section| section.trailer.get(b"Encrypt".as_slice()));
        let Some(newest) = told.next_back() else {
            return Ok(None);
        };
        let is_alike = told.all(|one| match (one, newest) {
            (Some(one), Some(newest)) => one.same(newest, file.bytes),
            (one, newest) => one.is_none() && newest.is_none(),
        });
        if !is_alike {
            return Err(Refusal::Encrypted);
        }
        let Some(newest) = newest else {
            return Ok(None);
        };
        let own = newest.reference();
        if own.is_some_and(|id| file.mentions(id.0) != 1) {
            return Err(Refusal::Encrypted);
        }
        // Hostile words; should they ever make the reader of them panic, they are refused like others.
        let state = catch_unwind(AssertUnwindSafe(|| state(file, newest)))
            .ok()
            .flatten()
            .filter(protection::is_understood)
            .ok_or(Refusal::Encrypted)?;
        Ok(Some(Self { state, own }))
    }

    /// The value of the object `id` with its strings, and its stream's body, in clear. What cannot be decrypted stays as
    /// it stands in the file.
    pub(super) fn in_clear(&self, id: Id, value: &Value, bytes: &[u8]) -> Value {
        let is_table = value.stream().is_some_and(|stream| {
            let kind = stream.dictionary.get(b"Type".as_slice());
            kind.and_then(Value::name) == Some(b"XRef")
        });
        if self.own == Some(id) || is_table {
            return value.clone();
        }
        self.part(id, value, bytes)
    }

    fn part(&self, id: Id, value: &Value, bytes: &[u8]) -> Value {
        let is_metadata = value.keys().is_some_and(|keys| is(keys, b"Metadata"));
        if is_metadata && !self.state.encrypt_metadata() {
            return value.clone();
        }
        match value {
            Value::Text(text) => match self.decrypted(id, Object::string_literal(text.to_vec())) {
                Some(Object::String(text, _)) => Value::Text(text.into()),
                _ => value.clone(),
            },
            Value::Array(items) => {
                let items = items.iter().map(|item| self.part(id, item, bytes));
                Value::Array(Rc::new(items.collect()))
            }
            Value::Dictionary(keys) => Value::Dictionary(self.keys(id, keys, bytes)),
            Value::Stream(stream) => Value::Stream(Rc::new(Stream {
                dictionary: self.keys(id, &stream.dictionary, bytes),
                data: stream.data.clone(),
                plain: self.body(id, stream, bytes),
            })),
            other => other.clone(),
        }
    }

    /// A signature's `/Contents` is never encrypted.
    fn keys(&self, id: Id, keys: &Dictionary, bytes: &[u8]) -> Rc<Dictionary> {
        let is_signature = is(keys, b"Sig")
            || is(keys, b"DocTimeStamp")
            || (keys.contains_key(b"ByteRange".as_slice())
                && keys.contains_key(b"Contents".as_slice()));
        let clear = |(key, value): (&Vec<u8>, &Value)| {
            let value = if is_signature && key == b"Contents" {
                value.clone()
            } else {
                self.part(id, value, bytes)
            };
            (key.clone(), value)
        };
        Rc::new(keys.iter().map(clear).collect())
    }

    fn body(&self, id: Id, stream: &Stream, bytes: &[u8]) -> Option<Rc<[u8]>> {
        let mut dictionary = lopdf::Dictionary::new();
        for key in TELLING_KEYS {
            if let Some(value) = stream.dictionary.get(key).and_then(plain) {
                dictionary.set(key, value);
            }
        }
        let stored = bytes.get(stream.data.clone())?.to_vec();
        match self.decrypted(id, PlainStream::new(dictionary, stored).into())? {
            Object::Stream(clear) => Some(clear.content.into()),
            _ => None,
        }
    }

    fn decrypted(&self, id: Id, mut object: Object) -> Option<Object> {
        decrypt_object(&self.state, id, &mut object).ok()?;
        Some(object)
    }
}

fn is(keys: &Dictionary, kind: &[u8]) -> bool {
    keys.get(b"Type".as_slice()).and_then(Value::name) == Some(kind)
}

/// The key of the empty password, made from the encryption dictionary and the file's identifier.
fn state(file: &File<'_>, told: &Value) -> Option<EncryptionState> {
    const PLACE: Id = (1, 0);
    let last = file.last();
    let dictionary = plain(&last.resolve(told))?;
    let identifier = last.entry_of(&last.trailer(), b"ID");
    let halves = identifier.array().map(|halves| halves.to_vec());
    let halves: Vec<Object> = halves.iter().flatten().filter_map(plain).collect();
    let mut document = Document::new();
    document.objects.insert(PLACE, dictionary);
    document.trailer.set("Encrypt", PLACE);
    document.trailer.set("ID", halves);
    document.authenticate_password("").ok()?;
    EncryptionState::decode(&document, "").ok()
}
