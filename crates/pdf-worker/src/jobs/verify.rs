//! Judges the signatures of a file.

use bytes::Bytes;
use jail::Parent;
use pdf::{Refusal, SignatureReport};
use serde::{Deserialize, Serialize};

use crate::{Job, Worked};

/// What each signature of a file is worth: see [`pdf::verify`].
#[derive(Debug, Serialize, Deserialize)]
pub struct Verify;

impl Job for Verify {
    const NAME: &'static str = "verify";
    type Answer = Result<Vec<SignatureReport>, Refusal>;

    fn work(self, files: Vec<Bytes>, _: &mut Parent) -> Worked<Self::Answer> {
        pdf::verify(files.first().map_or(&[], |file| file)).into()
    }
}
