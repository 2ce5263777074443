//! Examines a file that somebody wants verified.

use bytes::Bytes;
use domain::Timestamp;
use jail::Parent;
use pdf::{Examination, Examiner, Refusal};
use pki::reading::Anchors;
use serde::{Deserialize, Serialize};

use crate::{Job, Worked};

/// Every signature of a file, and what came after each: see [`pdf::examine`].
#[derive(Debug, Serialize, Deserialize)]
pub struct Examine {
    /// The roots that are trusted, DER.
    pub roots: Vec<Vec<u8>>,
    pub now: Timestamp,
}

impl Job for Examine {
    const NAME: &'static str = "examine";
    type Answer = Result<Examination, Refusal>;

    fn work(self, files: Vec<Bytes>, _: &mut Parent) -> Worked<Self::Answer> {
        let examiner = Examiner {
            anchors: Anchors::from_der(self.roots.iter().map(Vec::as_slice)),
            now: self.now,
        };
        pdf::examine(files.first().map_or(&[], |file| file), &examiner).into()
    }
}
