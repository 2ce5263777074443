//! Reading one value at one place of a file. Strict: what is not clearly PDF syntax is not guessed.

use std::ops::Range;
use std::rc::Rc;

use super::value::{Dictionary, Value};
use crate::limits::MAX_NESTING;

pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
    nesting: usize,
    /// Where the hexadecimal strings under `/Contents` stand, brackets included.
    pub(super) contents: Vec<Range<usize>>,
    /// Whether a key had two values, of which every reader may take another one.
    pub(super) is_ambiguous: bool,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self {
            bytes,
            at,
            nesting: 0,
            contents: Vec::new(),
            is_ambiguous: false,
        }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    /// Passes white space and comments.
    pub(super) fn skip(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self
                    .peek()
                    .is_some_and(|byte| byte != b'\n' && byte != b'\r')
                {
                    self.at += 1;
                }
            } else if is_space(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    /// Passes white space only.
    pub(super) fn skip_space(&mut self) {
        while self.peek().is_some_and(is_space) {
            self.at += 1;
        }
    }

    /// Takes a keyword that ends where a word ends.
    pub(super) fn keyword(&mut self, word: &[u8]) -> Option<()> {
        let end = self.at.checked_add(word.len())?;
        let ends = self.bytes.get(end).is_none_or(|byte| !is_regular(*byte));
        if self.bytes.get(self.at..end)? != word || !ends {
            return None;
        }
        self.at = end;
        Some(())
    }

    /// A number without sign.
    pub(super) fn unsigned(&mut self) -> Option<u64> {
        self.skip_space();
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        let digits = self.bytes.get(start..self.at)?;
        std::str::from_utf8(digits).ok()?.parse().ok()
    }

    /// `12 0 obj`: the number and generation.
    pub(super) fn object_head(&mut self) -> Option<(u32, u16)> {
        self.skip();
        let number = u32::try_from(self.unsigned()?).ok()?;
        let generation = u16::try_from(self.unsigned()?).ok()?;
        self.skip_space();
        let end = self.at.checked_add(3)?;
        if self.bytes.get(self.at..end)? != b"obj" {
            return None;
        }
        self.at = end;
        Some((number, generation))
    }

    pub(super) fn value(&mut self) -> Option<Value> {
        self.skip();
        match self.peek()? {
            b'/' => Some(Value::Name(self.name().into())),
            b'(' => self.literal(),
            b'[' => self.nested(Self::array),
            b'<' if self.bytes.get(self.at + 1) == Some(&b'<') => self.nested(Self::dictionary),
            b'<' => self.hexadecimal(),
            b'+' | b'-' | b'.' | b'0'..=b'9' => self.number(),
            b't' => self.keyword(b"true").map(|()| Value::Boolean(true)),
            b'f' => self.keyword(b"false").map(|()| Value::Boolean(false)),
            b'n' => self.keyword(b"null").map(|()| Value::Null),
            _ => None,
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Option<Value>) -> Option<Value> {
        if self.nesting >= MAX_NESTING {
            return None;
        }
        self.nesting += 1;
        let found = read(self);
        self.nesting -= 1;
        found
    }

    fn name(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut name = Vec::new();
        while let Some(byte) = self.peek().filter(|byte| is_regular(*byte)) {
            self.at += 1;
            let pair = (byte == b'#')
                .then(|| Some((self.bytes.get(self.at)?, self.bytes.get(self.at + 1)?)))
                .flatten()
                .and_then(|(high, low)| Some((digit(*high)?, digit(*low)?)));
            match pair {
                Some((high, low)) => {
                    name.push(high << 4 | low);
                    self.at += 2;
                }
                None => name.push(byte),
            }
        }
        name
    }

    fn literal(&mut self) -> Option<Value> {
        self.at += 1;
        let mut text = Vec::new();
        let mut open = 1_usize;
        loop {
            match self.next()? {
                b'(' => {
                    open += 1;
                    text.push(b'(');
                }
                b')' => {
                    open -= 1;
                    if open == 0 {
                        return Some(Value::Text(text.into()));
                    }
                    text.push(b')');
                }
                b'\\' => self.escaped(&mut text)?,
                b'\r' => {
                    if self.peek() == Some(b'\n') {
                        self.at += 1;
                    }
                    text.push(b'\n');
                }
                byte => text.push(byte),
            }
        }
    }

    fn escaped(&mut self, text: &mut Vec<u8>) -> Option<()> {
        match self.next()? {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(8),
            b'f' => text.push(12),
            b'\n' => {}
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.at += 1;
                }
            }
            first @ b'0'..=b'7' => {
                let mut code = u32::from(first - b'0');
                for _digit in 0..2 {
                    match self.peek() {
                        Some(byte @ b'0'..=b'7') => {
                            code = code * 8 + u32::from(byte - b'0');
                            self.at += 1;
                        }
                        _ => break,
                    }
                }
                text.push(u8::try_from(code & 0xff).ok()?);
            }
            other => text.push(other),
        }
        Some(())
    }

    fn hexadecimal(&mut self) -> Option<Value> {
        self.at += 1;
        let mut text = Vec::new();
        let mut half = None;
        loop {
            match self.next()? {
                b'>' => break,
                byte if is_space(byte) => {}
                byte => {
                    let found = digit(byte)?;
                    half = match half {
                        None => Some(found),
                        Some(high) => {
                            text.push(high << 4 | found);
                            None
                        }
                    };
                }
            }
        }
        if let Some(high) = half {
            text.push(high << 4);
        }
        Some(Value::Text(text.into()))
    }

    fn array(&mut self) -> Option<Value> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.skip();
            if self.peek()? == b']' {
                self.at += 1;
                return Some(Value::Array(Rc::new(items)));
            }
            items.push(self.value()?);
        }
    }

    fn dictionary(&mut self) -> Option<Value> {
        self.at += 2;
        let mut found = Dictionary::new();
        loop {
            self.skip();
            match self.peek()? {
                b'>' if self.bytes.get(self.at + 1) == Some(&b'>') => {
                    self.at += 2;
                    found.retain(|_key, value| !value.is_null());
                    return Some(Value::Dictionary(Rc::new(found)));
                }
                b'/' => {
                    let key = self.name();
                    self.skip();
                    let start = self.at;
                    let value = self.value()?;
                    if key == b"Contents" && self.bytes.get(start) == Some(&b'<') {
                        self.contents.push(start..self.at);
                    }
                    self.is_ambiguous |= found.insert(key, value).is_some();
                }
                _ => return None,
            }
        }
    }

    fn number(&mut self) -> Option<Value> {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|byte| matches!(byte, b'+' | b'-' | b'.' | b'0'..=b'9'))
        {
            self.at += 1;
        }
        let written = std::str::from_utf8(self.bytes.get(start..self.at)?).ok()?;
        if let Ok(integer) = written.parse::<i64>() {
            return Some(self.reference(integer).unwrap_or(Value::Integer(integer)));
        }
        // An integer beyond 64 bits is read as a real, as readers do.
        written
            .parse::<f64>()
            .ok()
            .filter(|real| real.is_finite())
            .map(Value::Real)
    }

    /// `12 0 R`, where `12` has been read.
    fn reference(&mut self, number: i64) -> Option<Value> {
        let back = self.at;
        let number = u32::try_from(number).ok()?;
        let found = self.rest_of_reference(number);
        if found.is_none() {
            self.at = back;
        }
        found
    }

    fn rest_of_reference(&mut self, number: u32) -> Option<Value> {
        if !self.peek().is_some_and(is_space) {
            return None;
        }
        self.skip_space();
        let generation = u16::try_from(self.unsigned()?).ok()?;
        self.skip_space();
        self.keyword(b"R")?;
        Some(Value::Reference((number, generation)))
    }
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte)
        && !matches!(
            byte,
            b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
        )
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}
