//! Takes the file out of a JSON body while the body arrives: its base64 is decoded as it comes and never kept. What remains is
//! the rest of the body, small, for the JSON parser. Knows where a file stands in a body, not what the body asks for.

mod base64_text;

use bytes::Bytes;
use serde_json::{Map, Value};

use super::OrderError;
use base64_text::Base64Text;

/// Where the file is: `/filedata/content` and its other spellings (spec section 12).
const HOLDERS: [&str; 2] = ["filedata", "file"];
const CONTENTS: [&str; 2] = ["content", "$content"];
/// The longest of those names with every character escaped, and its quotes.
const LONGEST_KEY: usize = 6 * 8 + 2;

/// A body that arrived: its JSON, and the files that stood in it.
#[derive(Debug)]
pub(crate) struct Body {
    pub(super) map: Map<String, Value>,
    /// In the place of a file its number stands in `map`; `None`: it was not base64.
    files: Vec<Option<Bytes>>,
}

impl Body {
    /// A body without a file.
    #[cfg(test)]
    pub(super) fn of(body: &Value) -> Result<Self, OrderError> {
        Self::whole(body.to_string().as_bytes())
    }

    /// A body that is there already.
    pub(crate) fn whole(bytes: &[u8]) -> Result<Self, OrderError> {
        let mut sieve = Sieve::default();
        sieve.take(bytes);
        sieve.finish()
    }

    /// The file in whose place this value stands.
    pub(super) fn file(&mut self, value: &Value) -> Option<Bytes> {
        let number: usize = value.as_str()?.parse().ok()?;
        self.files.get_mut(number)?.take()
    }
}

/// What a byte would be part of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    #[default]
    Between,
    /// A name or a text; the next byte is escaped.
    Text {
        escaped: bool,
    },
    File,
}

/// A body on its way in.
#[derive(Debug, Default)]
pub(crate) struct Sieve {
    /// The body without files.
    rest: Vec<u8>,
    at: At,
    /// How many objects and arrays are open.
    depth: usize,
    /// Whether the innermost open thing that matters is an object, and what is to come is a name.
    wants_key: bool,
    /// Whether the one at this depth (1 or 2) is an object.
    is_object: [bool; 2],
    /// Whether the last name at this depth (1 or 2) is one that leads to a file.
    leads: [bool; 2],
    /// Where the text that is being read began in `rest`.
    text_began: usize,
    text_is_key: bool,
    file: Base64Text,
    files: Vec<Option<Bytes>>,
    cuts: Vec<Cut>,
    expected: usize,
}

/// Where bytes are missing in `rest`.
#[derive(Debug)]
struct Cut {
    at: usize,
    bytes: usize,
}

impl Sieve {
    /// A sieve for a body of about so many bytes, for which room is made at once.
    pub(crate) fn expecting(body_bytes: usize) -> Self {
        Self {
            expected: body_bytes / 4 * 3,
            ..Self::default()
        }
    }

    /// The next bytes of the body.
    pub(crate) fn take(&mut self, mut bytes: &[u8]) {
        while let Some((&byte, after)) = bytes.split_first() {
            if self.at == At::File {
                bytes = self.take_file(bytes);
                continue;
            }
            self.rest.push(byte);
            self.step(byte);
            bytes = after;
        }
    }

    /// How large the body is without its files.
    pub(crate) fn rest_bytes(&self) -> usize {
        self.rest.len()
    }

    /// The body, if it is a JSON object.
    pub(crate) fn finish(self) -> Result<Body, OrderError> {
        match serde_json::from_slice(&self.rest) {
            Ok(Value::Object(map)) => Ok(Body {
                map,
                files: self.files,
            }),
            Ok(_) => Err(OrderError::Json("it is not an object".to_owned())),
            Err(error) => Err(OrderError::Json(self.told(&error))),
        }
    }

    fn step(&mut self, byte: u8) {
        match self.at {
            At::Between => self.between(byte),
            At::Text { escaped: true } => self.at = At::Text { escaped: false },
            At::Text { .. } if byte == b'\\' => self.at = At::Text { escaped: true },
            At::Text { .. } if byte == b'"' => self.end_text(),
            At::Text { .. } | At::File => {}
        }
    }

    fn between(&mut self, byte: u8) {
        match byte {
            b'"' => self.begin_text(),
            b'{' | b'[' => {
                self.depth += 1;
                let is_object = byte == b'{';
                if let Some(here) = self.here() {
                    set(&mut self.is_object, here, is_object);
                    set(&mut self.leads, here, false);
                }
                self.wants_key = is_object;
            }
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                self.wants_key = false;
            }
            b',' => self.wants_key = self.here().is_some_and(|here| get(self.is_object, here)),
            b':' => self.wants_key = false,
            _ => {}
        }
    }

    /// The index for what is kept of depth 1 and 2; deeper down nothing is of interest.
    const fn here(&self) -> Option<usize> {
        match self.depth {
            1 => Some(0),
            2 => Some(1),
            _ => None,
        }
    }

    fn begin_text(&mut self) {
        let is_key = self.wants_key;
        self.at = At::Text { escaped: false };
        self.text_is_key = is_key;
        self.text_began = self.rest.len() - 1;
        let [holder, content] = self.leads;
        if !is_key && self.depth == 2 && self.is_object == [true, true] && holder && content {
            self.at = At::File;
            // Room is made once: a body names a file once.
            self.file = Base64Text::expecting(std::mem::take(&mut self.expected));
        }
    }

    fn end_text(&mut self) {
        self.at = At::Between;
        let Some(here) = self.here().filter(|_| self.text_is_key) else {
            return;
        };
        let names = if here == 0 { HOLDERS } else { CONTENTS };
        let token = self.rest.get(self.text_began..).unwrap_or_default();
        let leads = token.len() <= LONGEST_KEY
            && serde_json::from_slice::<String>(token)
                .is_ok_and(|key| names.contains(&key.as_str()));
        set(&mut self.leads, here, leads);
    }

    /// Feeds the file; answers what stands behind it.
    fn take_file<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let after = self.file.take(bytes);
        let Some(end) = self.file.ended() else {
            return after;
        };
        let number = self.files.len().to_string();
        let stands_in = number.len() + end.len();
        self.cuts.push(Cut {
            at: self.rest.len(),
            bytes: self.file.length().saturating_sub(stands_in),
        });
        self.at = if end == b"\"" {
            At::Between
        } else {
            At::Text { escaped: false }
        };
        self.rest.extend_from_slice(number.as_bytes());
        // What is no JSON stays in the body, for the parser to refuse.
        self.rest.extend_from_slice(end);
        let file = std::mem::take(&mut self.file);
        self.files.push(file.finish().map(Bytes::from));
        after
    }

    /// The parser's words, with the column as the sender counts it.
    fn told(&self, error: &serde_json::Error) -> String {
        let text = error.to_string();
        let (line, column) = (error.line(), error.column());
        let Some(reason) = text.strip_suffix(&format!(" at line {line} column {column}")) else {
            return text;
        };
        let line_begins = self
            .rest
            .split_inclusive(|byte| *byte == b'\n')
            .take(line.saturating_sub(1))
            .map(<[u8]>::len)
            .sum::<usize>();
        let missing: usize = self
            .cuts
            .iter()
            .filter(|cut| (line_begins..line_begins + column).contains(&cut.at))
            .map(|cut| cut.bytes)
            .sum();
        format!("{reason} at line {line} column {}", column + missing)
    }
}

fn get(pair: [bool; 2], at: usize) -> bool {
    pair.get(at).copied().unwrap_or_default()
}

fn set(pair: &mut [bool; 2], at: usize, value: bool) {
    if let Some(place) = pair.get_mut(at) {
        *place = value;
    }
}

#[cfg(test)]
mod tests;
