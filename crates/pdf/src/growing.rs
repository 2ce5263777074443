//! A file that only grows: what was there is borrowed, what is added is held.

use std::ops::Range;

use sha2::{Digest as _, Sha256};

pub(super) struct Growing<'a> {
    base: &'a [u8],
    tail: Vec<u8>,
    hashed: Option<Hashed>,
}

/// The SHA-256 of the base and of the beginning of the tail, which do not change again.
struct Hashed {
    hash: Sha256,
    tail: usize,
}

impl<'a> Growing<'a> {
    pub(super) const fn of(base: &'a [u8]) -> Self {
        Self {
            base,
            tail: Vec::new(),
            hashed: None,
        }
    }

    /// What was there.
    pub(super) const fn base(&self) -> &'a [u8] {
        self.base
    }

    pub(super) const fn len(&self) -> usize {
        self.base.len().saturating_add(self.tail.len())
    }

    /// Where to add.
    pub(super) const fn tail(&mut self) -> &mut Vec<u8> {
        &mut self.tail
    }

    /// Begins a new line, unless the file ends with one.
    pub(super) fn end_line(&mut self) {
        if self.tail.last().or(self.base.last()) != Some(&b'\n') {
            self.tail.push(b'\n');
        }
    }

    /// What stands from a place of the whole file on; none for one before the tail.
    pub(super) fn from(&self, at: usize) -> Option<&[u8]> {
        self.tail.get(at.checked_sub(self.base.len())?..)
    }

    /// Writes over what was added. None: it would reach out of the tail.
    pub(super) fn overwrite(&mut self, at: usize, with: &[u8]) -> Option<()> {
        let start = at.checked_sub(self.base.len())?;
        let end = start.checked_add(with.len())?;
        self.tail.get_mut(start..end)?.copy_from_slice(with);
        Some(())
    }

    /// The SHA-256 of the whole file but `gap`, which lies in the tail. What stands before the gap must not be written
    /// over any more: it is hashed once, however many digests follow.
    pub(super) fn digest_around(&mut self, gap: Range<usize>) -> Option<[u8; 32]> {
        let start = gap.start.checked_sub(self.base.len())?;
        let end = gap.end.checked_sub(self.base.len())?;
        let hashed = self.hashed.get_or_insert_with(|| Hashed {
            hash: Sha256::new_with_prefix(self.base),
            tail: 0,
        });
        hashed.hash.update(self.tail.get(hashed.tail..start)?);
        hashed.tail = start;
        let mut whole = hashed.hash.clone();
        whole.update(self.tail.get(end..)?);
        Some(whole.finalize().into())
    }

    pub(super) fn into_tail(self) -> Vec<u8> {
        self.tail
    }

    pub(super) fn whole(self) -> Vec<u8> {
        [self.base, &self.tail].concat()
    }
}
