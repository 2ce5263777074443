//! A JSON text of base64, decoded as it arrives: in any of the ways that clients write it.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Some clients leave the padding out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
/// Digits that are decoded at once: whole groups of four.
const BLOCK: usize = 4 * 1024;
const PREFIX: &[u8] = b"data:";
/// `\u` and four digits.
const LONGEST_ESCAPE: usize = 6;

/// Behind the opening quote of a JSON text.
#[derive(Debug, Default)]
pub(super) struct Base64Text {
    bytes: Vec<u8>,
    /// Digits that are not decoded yet.
    block: Vec<u8>,
    prefix: Prefix,
    /// An escape that has not arrived whole, with its backslash.
    escape: Vec<u8>,
    is_padded: bool,
    is_broken: bool,
    end: Option<Vec<u8>>,
    length: usize,
}

/// `data:…,` may stand before the digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Prefix {
    /// So much of it was there.
    Maybe(usize),
    Skipping,
    Past,
}

impl Default for Prefix {
    fn default() -> Self {
        Self::Maybe(0)
    }
}

impl Base64Text {
    /// Makes room for so many bytes; memory is used only as they come.
    pub(super) fn expecting(bytes: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(bytes),
            block: Vec::with_capacity(BLOCK),
            ..Self::default()
        }
    }

    /// Takes what belongs to the text; answers what stands behind it, nothing while it goes on.
    pub(super) fn take<'b>(&mut self, mut bytes: &'b [u8]) -> &'b [u8] {
        while self.end.is_none() && !bytes.is_empty() {
            let digits = self.plain_digits(bytes);
            let (run, rest) = bytes.split_at(digits);
            self.digits(run);
            self.length += run.len();
            let Some((&byte, after)) = rest.split_first() else {
                return rest;
            };
            self.length += 1;
            self.raw(byte);
            bytes = after;
        }
        bytes
    }

    /// Once the text is over: its closing quote, or what cannot stand in a JSON text.
    pub(super) fn ended(&self) -> Option<&[u8]> {
        self.end.as_deref()
    }

    /// How many bytes of the body the text took, its closing quote among them.
    pub(super) const fn length(&self) -> usize {
        self.length
    }

    /// The bytes, if the text was base64.
    pub(super) fn finish(mut self) -> Option<Vec<u8>> {
        match self.prefix {
            Prefix::Maybe(matched) => self.digits(PREFIX.get(..matched).unwrap_or_default()),
            // `data:` and no comma.
            Prefix::Skipping => self.is_broken = true,
            Prefix::Past => {}
        }
        self.decode();
        (!self.is_broken).then_some(self.bytes)
    }

    /// How many bytes from the first on are digits and nothing else, where digits may stand.
    fn plain_digits(&self, bytes: &[u8]) -> usize {
        if self.prefix != Prefix::Past || !self.escape.is_empty() || self.is_padded {
            return 0;
        }
        let special = |byte: &u8| !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
        bytes.iter().position(special).unwrap_or(bytes.len())
    }

    /// A byte of the body.
    fn raw(&mut self, byte: u8) {
        if !self.escape.is_empty() {
            self.escape.push(byte);
            return self.escaped();
        }
        match byte {
            b'\\' => self.escape.push(byte),
            // The end, or what JSON allows in no text.
            b'"' | 0..0x20 => self.end = Some(vec![byte]),
            _ => self.character(byte),
        }
    }

    /// An escape that may be whole now.
    fn escaped(&mut self) {
        let character = match self.escape.as_slice() {
            [_, b'"' | b'\\' | b'/'] => self.escape.last().copied(),
            [_, b'n'] => Some(b'\n'),
            [_, b'r'] => Some(b'\r'),
            [_, b't'] => Some(b'\t'),
            [_, b'f'] => Some(b'\x0c'),
            [_, b'b'] => Some(b'\x08'),
            [_, b'u', digits @ ..] if digits.iter().all(u8::is_ascii_hexdigit) => {
                if self.escape.len() < LONGEST_ESCAPE {
                    return;
                }
                let text = str::from_utf8(digits).unwrap_or_default();
                // What is no ASCII is no base64; any byte says so.
                let code = u32::from_str_radix(text, 16).unwrap_or(u32::MAX);
                Some(u8::try_from(code).unwrap_or(u8::MAX))
            }
            _ => None,
        };
        match character {
            Some(character) => {
                self.escape.clear();
                self.character(character);
            }
            None => self.end = Some(std::mem::take(&mut self.escape)),
        }
    }

    /// A character of the text.
    fn character(&mut self, character: u8) {
        match self.prefix {
            Prefix::Skipping if character == b',' => self.prefix = Prefix::Past,
            Prefix::Skipping => {}
            Prefix::Maybe(matched) if PREFIX.get(matched) == Some(&character) => {
                self.prefix = if matched + 1 == PREFIX.len() {
                    Prefix::Skipping
                } else {
                    Prefix::Maybe(matched + 1)
                };
            }
            Prefix::Maybe(matched) => {
                self.prefix = Prefix::Past;
                self.digits(PREFIX.get(..matched).unwrap_or_default());
                self.digit(character);
            }
            Prefix::Past => self.digit(character),
        }
    }

    fn digit(&mut self, character: u8) {
        if character.is_ascii_whitespace() {
            return;
        }
        // Behind the padding nothing stands but padding.
        self.is_broken |= self.is_padded && character != b'=';
        self.is_padded |= character == b'=';
        self.digits(&[character]);
    }

    fn digits(&mut self, mut digits: &[u8]) {
        while !digits.is_empty() && !self.is_broken {
            let room = BLOCK - self.block.len();
            let (now, later) = digits.split_at(room.min(digits.len()));
            self.block.extend_from_slice(now);
            if self.block.len() == BLOCK {
                self.decode();
            }
            digits = later;
        }
    }

    fn decode(&mut self) {
        self.is_broken |= BASE64.decode_vec(&self.block, &mut self.bytes).is_err();
        self.block.clear();
    }
}
