//! Checks what sealing made before anybody gets it.

use bytes::Bytes;
use jail::{Fault, Parent};
use pdf::{Checked, Expected, Flaw};
use serde::{Deserialize, Serialize};

use crate::{Job, PdfWorkers, Worked};

/// Holds a sealed file against what it was made from: see [`pdf::check_sealed`].
#[derive(Debug, Serialize, Deserialize)]
pub struct CheckSealed {
    pub expected: Expected,
    /// How many bytes of the file were there before.
    pub before_bytes: usize,
}

impl Job for CheckSealed {
    const NAME: &'static str = "check sealed";
    type Answer = Result<Checked, Flaw>;

    fn work(self, files: Vec<Bytes>, _: &mut Parent) -> Worked<Self::Answer> {
        let after = files.into_iter().next().unwrap_or_default();
        let before = after.get(..self.before_bytes).ok_or(Flaw::BytesChanged);
        before
            .and_then(|before| pdf::check_sealed(before, &after, &self.expected))
            .into()
    }
}

impl PdfWorkers {
    /// Checks a sealed file. That it begins with the earlier bytes is found here, not by the worker.
    pub async fn check_sealed(
        &self,
        before: &[u8],
        after: Bytes,
        expected: Expected,
    ) -> Result<Result<Checked, Flaw>, Fault> {
        if !after.starts_with(before) {
            return Ok(Err(Flaw::BytesChanged));
        }
        let job = CheckSealed {
            expected,
            before_bytes: before.len(),
        };
        Ok(self.run(job, vec![after]).await?.answer)
    }
}
