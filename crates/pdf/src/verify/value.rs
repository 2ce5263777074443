//! PDF values as they stand in a file: cheap to copy, compared by meaning rather than by spelling.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

/// An object's number and generation.
pub(super) type Id = (u32, u16);

/// The keys of a dictionary. An entry whose value is null is absent, as the standard says.
pub(super) type Dictionary = BTreeMap<Vec<u8>, Value>;

/// Two numbers closer than this (in points) look the same, and rewriting a file as 32-bit floats
/// moves numbers by less.
const SAME_NUMBER: f64 = 1e-3;
/// Relative: what is left of a large number when it went through a 32-bit float.
const SAME_LARGE_NUMBER: f64 = 1e-6;

#[derive(Clone, Debug)]
pub(super) enum Value {
    Null,
    Boolean(bool),
    Integer(i64),
    Real(f64),
    Name(Rc<[u8]>),
    Text(Rc<[u8]>),
    Array(Rc<Vec<Value>>),
    Dictionary(Rc<Dictionary>),
    Stream(Rc<Stream>),
    Reference(Id),
}

#[derive(Debug)]
pub(super) struct Stream {
    pub(super) dictionary: Rc<Dictionary>,
    /// Where its bytes, still packed, stand in the file.
    pub(super) data: Range<usize>,
    /// The same bytes in clear, where they stand there encrypted.
    pub(super) plain: Option<Rc<[u8]>>,
}

impl Stream {
    /// Its bytes, still packed.
    pub(super) fn body<'b>(&'b self, bytes: &'b [u8]) -> Option<&'b [u8]> {
        match &self.plain {
            Some(plain) => Some(plain),
            None => bytes.get(self.data.clone()),
        }
    }
}

impl Value {
    pub(super) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    pub(super) fn reference(&self) -> Option<Id> {
        match self {
            Self::Reference(id) => Some(*id),
            _ => None,
        }
    }

    pub(super) fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "coordinates are far below 2^52 units"
    )]
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Integer(number) => Some(*number as f64),
            Self::Real(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn name(&self) -> Option<&[u8]> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }

    pub(super) fn text(&self) -> Option<&[u8]> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A dictionary that is not a stream's.
    pub(super) fn dictionary(&self) -> Option<&Rc<Dictionary>> {
        match self {
            Self::Dictionary(found) => Some(found),
            _ => None,
        }
    }

    pub(super) fn stream(&self) -> Option<&Rc<Stream>> {
        match self {
            Self::Stream(found) => Some(found),
            _ => None,
        }
    }

    pub(super) fn array(&self) -> Option<&Rc<Vec<Self>>> {
        match self {
            Self::Array(found) => Some(found),
            _ => None,
        }
    }

    /// The dictionary of a dictionary or of a stream.
    pub(super) fn keys(&self) -> Option<&Rc<Dictionary>> {
        match self {
            Self::Dictionary(found) => Some(found),
            Self::Stream(stream) => Some(&stream.dictionary),
            _ => None,
        }
    }

    /// Whether both mean the same, references being compared as references.
    pub(super) fn same(&self, other: &Self, bytes: &[u8]) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Boolean(one), Self::Boolean(two)) => one == two,
            (Self::Integer(one), Self::Integer(two)) => one == two,
            (Self::Name(one), Self::Name(two)) | (Self::Text(one), Self::Text(two)) => one == two,
            (Self::Reference(one), Self::Reference(two)) => one == two,
            (Self::Array(one), Self::Array(two)) => {
                one.len() == two.len()
                    && one
                        .iter()
                        .zip(two.iter())
                        .all(|(one, two)| one.same(two, bytes))
            }
            (Self::Dictionary(one), Self::Dictionary(two)) => same_dictionary(one, two, bytes),
            (Self::Stream(one), Self::Stream(two)) => {
                one.body(bytes) == two.body(bytes)
                    && same_dictionary(&one.dictionary, &two.dictionary, bytes)
            }
            _ => match (self.number(), other.number()) {
                (Some(one), Some(two)) => {
                    (one - two).abs() <= SAME_NUMBER.max(one.abs() * SAME_LARGE_NUMBER)
                }
                _ => false,
            },
        }
    }
}

fn same_dictionary(one: &Dictionary, two: &Dictionary, bytes: &[u8]) -> bool {
    one.len() == two.len()
        && one
            .iter()
            .zip(two.iter())
            .all(|((key, value), (other_key, other))| key == other_key && value.same(other, bytes))
}

/// The text of a string as people read it.
pub(super) fn readable(text: &[u8]) -> String {
    lopdf::decode_text_string(&lopdf::Object::string_literal(text.to_vec()))
        .unwrap_or_else(|_| String::from_utf8_lossy(text).into_owned())
}
