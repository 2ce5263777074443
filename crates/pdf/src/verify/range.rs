//! `/ByteRange` read strictly, and the digests of what it covers.

use std::ops::Range;

use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::file::View;
use super::value::{Dictionary, Id};

/// The bytes of a signature: everything from 0 to `end` but `gap`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Covered {
    pub(super) gap: Range<usize>,
    pub(super) end: usize,
}

/// Reads the byte range of the signature dictionary `id`; says why it is not an honest one.
pub(super) fn covered(
    view: View<'_, '_>,
    id: Option<Id>,
    signature: &Dictionary,
) -> Result<Covered, &'static str> {
    let numbers = view.entry_of(signature, b"ByteRange");
    let numbers: Vec<usize> = numbers
        .array()
        .ok_or("there is no byte range")?
        .iter()
        .map(|number| usize::try_from(number.integer()?).ok())
        .collect::<Option<_>>()
        .ok_or("the byte range is not four whole numbers")?;
    let [0, gap, resume, rest] = *numbers.as_slice() else {
        return Err("the byte range does not begin at 0 or has not two parts");
    };
    let end = resume
        .checked_add(rest)
        .filter(|end| *end <= view.file.bytes.len())
        .ok_or("the byte range goes beyond the file")?;
    if gap >= resume {
        return Err("the byte range leaves nothing out");
    }
    let indirect = id
        .and_then(|id| view.indirect(id))
        .ok_or("the signature is not an object of its own")?;
    if indirect.is_ambiguous {
        return Err("the signature has a key twice");
    }
    let [contents] = indirect.contents.as_slice() else {
        return Err("the signature's contents are not one hexadecimal string");
    };
    if *contents != (gap..resume) {
        return Err("the byte range leaves out something else than the signature's contents");
    }
    Ok(Covered {
        gap: gap..resume,
        end,
    })
}

/// Hashes that a signature may be over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

/// Digests of prefixes, each computed from where the one before ended.
#[derive(Default)]
pub(super) struct Digests {
    sha1: Running<Sha1>,
    sha256: Running<Sha256>,
    sha384: Running<Sha384>,
    sha512: Running<Sha512>,
}

impl Digests {
    /// Asked in ascending order of gaps it reads the file once; else it begins again.
    pub(super) fn of(
        &mut self,
        bytes: &[u8],
        covered: &Covered,
        algorithm: Algorithm,
    ) -> Option<Vec<u8>> {
        match algorithm {
            Algorithm::Sha1 => self.sha1.of(bytes, covered),
            Algorithm::Sha256 => self.sha256.of(bytes, covered),
            Algorithm::Sha384 => self.sha384.of(bytes, covered),
            Algorithm::Sha512 => self.sha512.of(bytes, covered),
        }
    }
}

#[derive(Default)]
struct Running<D> {
    hash: D,
    at: usize,
}

impl<D: Digest + Clone> Running<D> {
    fn of(&mut self, bytes: &[u8], covered: &Covered) -> Option<Vec<u8>> {
        if self.at > covered.gap.start {
            self.hash = D::new();
            self.at = 0;
        }
        self.hash.update(bytes.get(self.at..covered.gap.start)?);
        self.at = covered.gap.start;
        let mut whole = self.hash.clone();
        whole.update(bytes.get(covered.gap.end..covered.end)?);
        Some(whole.finalize().to_vec())
    }
}
