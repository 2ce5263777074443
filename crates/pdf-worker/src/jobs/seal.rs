//! Seals a document. The key stays with the parent: each signature is a question to it.

use std::cell::RefCell;

use bytes::Bytes;
use domain::Timestamp;
use jail::{Fault, Parent};
use pdf::{SealError, SealInput, Sealed, SignFailed, Signer};
use serde::{Deserialize, Serialize};

use super::question;
use crate::{Job, PdfWorkers, Worked};

/// What is to be sealed, as of when: see [`pdf::seal`].
#[derive(Debug, Serialize, Deserialize)]
pub struct SealOrder {
    pub input: SealInput,
    /// How many bytes a signature may take: see [`Signer::room`].
    pub room: usize,
    pub at: Timestamp,
}

/// Answers what was sealed; the file beside it is only what is to be appended.
#[derive(Debug, Serialize, Deserialize)]
pub struct Seal(pub SealOrder);

impl Job for Seal {
    const NAME: &'static str = "seal";
    type Answer = Result<Sealed, SealError>;

    fn work(self, files: Vec<Bytes>, parent: &mut Parent) -> Worked<Self::Answer> {
        let SealOrder { input, room, at } = self.0;
        let bytes = files.first().cloned().unwrap_or_default();
        let signer = Asking {
            room,
            parent: RefCell::new(parent),
        };
        // The parent appends: not a byte of what was signed before can be changed by a worker.
        let mut sealed = match pdf::seal_increment(&bytes, &input, &signer, at) {
            Ok(sealed) => sealed,
            Err(error) => return Err(error).into(),
        };
        let increment = std::mem::take(&mut sealed.bytes);
        Worked {
            answer: Ok(sealed),
            files: vec![increment.into()],
        }
    }
}

/// A seal whose key is with the parent.
struct Asking<'a> {
    room: usize,
    parent: RefCell<&'a mut Parent>,
}

impl Signer for Asking<'_> {
    fn room(&self) -> usize {
        self.room
    }

    fn sign(&self, digest: &[u8; 32]) -> Result<Vec<u8>, SignFailed> {
        let mut parent = self
            .parent
            .try_borrow_mut()
            .map_err(|error| SignFailed(error.to_string()))?;
        question::ask(&mut parent, digest)
    }
}

impl PdfWorkers {
    /// Seals a document; `sign` makes the CMS signature over a digest, and may take its time: the job's clock stands still.
    pub async fn seal<F>(
        &self,
        bytes: Bytes,
        order: SealOrder,
        mut sign: impl FnMut([u8; 32]) -> F,
    ) -> Result<Result<Sealed, SealError>, Fault>
    where
        F: Future<Output = Result<Vec<u8>, SignFailed>>,
    {
        let worked = self
            .run_asking(Seal(order), vec![bytes.clone()], |asked| {
                question::reply(&asked, &mut sign)
            })
            .await?;
        let increment = worked.files.first().cloned().unwrap_or_default();
        Ok(worked.answer.map(|mut sealed| {
            sealed.bytes = [bytes.as_ref(), increment.as_ref()].concat();
            sealed
        }))
    }
}
