//! DER walked value by value, for structures that typed readers are too strict about.

use const_oid::ObjectIdentifier;
use der::Decode;

use super::ber;

pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

#[derive(Clone, Copy, Debug)]
pub(super) struct Tlv<'a> {
    /// The first byte of the tag.
    pub(super) tag: u8,
    /// All of it, tag and length included.
    pub(super) raw: &'a [u8],
    pub(super) content: &'a [u8],
}

impl<'a> Tlv<'a> {
    /// The first value of the input, and what follows it.
    pub(super) fn first(input: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (tag, rest) = ber::tag(input)?;
        let (length, rest) = ber::length(rest)?;
        let (content, left) = rest.split_at_checked(length?)?;
        let raw = input.get(..input.len() - left.len())?;
        let tag = *tag.first()?;
        Some((Self { tag, raw, content }, left))
    }

    /// The values within this one; none where they do not fill it.
    pub(super) fn children(self) -> Option<Vec<Self>> {
        let mut all = Vec::new();
        let mut rest = self.content;
        while !rest.is_empty() {
            let (child, left) = Self::first(rest)?;
            all.push(child);
            rest = left;
        }
        Some(all)
    }

    pub(super) fn oid(self) -> Option<ObjectIdentifier> {
        (self.tag == OBJECT_IDENTIFIER)
            .then(|| ObjectIdentifier::from_der(self.raw).ok())
            .flatten()
    }

    pub(super) fn octets(self) -> Option<&'a [u8]> {
        (self.tag == OCTET_STRING).then_some(self.content)
    }
}
