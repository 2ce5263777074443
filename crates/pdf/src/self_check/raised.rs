//! What raises a seal to its level, and where in the file it begins (EN 319 142-1, 6).

use pki::ValidationData;
use serde::{Deserialize, Serialize};

use super::Flaw;

/// What raised a seal after it was made. Nothing of it: level B-B.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Raised {
    /// Each signature of the act bears a time stamp (B-T).
    pub is_timed: bool,
    /// The proof that was to be added (B-LT).
    pub proof: Option<Appended<ValidationData>>,
    /// The document time stamp (B-LTA): the certificate of its authority, as DER.
    pub stamp: Option<Appended<Vec<u8>>>,
}

/// Something that was appended to the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Appended<T> {
    /// How many bytes of the file stand before it.
    pub at: usize,
    pub what: T,
}

/// The file as it was after each step.
pub(super) struct Revisions<'a> {
    pub(super) signed: &'a [u8],
    pub(super) proved: &'a [u8],
}

impl Raised {
    /// Cuts the file where the steps ended: each lies behind the one before it.
    pub(super) fn revisions<'a>(
        &self,
        before: &[u8],
        after: &'a [u8],
    ) -> Result<Revisions<'a>, Flaw> {
        let proved = match &self.stamp {
            Some(stamp) => after.get(..stamp.at).ok_or(Flaw::BytesChanged)?,
            None => after,
        };
        let signed = match &self.proof {
            Some(proof) => proved.get(..proof.at).ok_or(Flaw::BytesChanged)?,
            None => proved,
        };
        let is_stamped = self.stamp.is_none() || proved.len() < after.len();
        if !signed.starts_with(before) || signed.len() <= before.len() || !is_stamped {
            return Err(Flaw::BytesChanged);
        }
        Ok(Revisions { signed, proved })
    }
}
