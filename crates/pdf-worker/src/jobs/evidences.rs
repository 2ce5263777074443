//! Finds the evidence in a file's signatures.

use bytes::Bytes;
use jail::Parent;
use pdf::{Refusal, SignatureEvidence};
use serde::{Deserialize, Serialize};

use crate::{Job, Worked};

/// Every signature of a file with its evidence, as it stands there: see [`pdf::evidences`]. It is encrypted, and stays so.
#[derive(Debug, Serialize, Deserialize)]
pub struct Evidences;

impl Job for Evidences {
    const NAME: &'static str = "evidences";
    type Answer = Result<Vec<SignatureEvidence>, Refusal>;

    fn work(self, files: Vec<Bytes>, _: &mut Parent) -> Worked<Self::Answer> {
        pdf::evidences(files.first().map_or(&[], |file| file)).into()
    }
}
