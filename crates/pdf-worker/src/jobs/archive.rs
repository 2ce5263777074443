//! What keeps a sealed document provable: validation data, and a time stamp over the whole file.

use bytes::Bytes;
use jail::{Fault, Parent};
use pdf::{SealError, SignFailed};
use pki::ValidationData;
use serde::{Deserialize, Serialize};

use super::question;
use crate::{Job, PdfWorkers, Worked};

/// Adds validation data: see [`pdf::add_validation_data`]. The file beside the answer is what is to be appended.
#[derive(Debug, Serialize, Deserialize)]
pub struct AddValidationData(pub ValidationData);

impl Job for AddValidationData {
    const NAME: &'static str = "add validation data";
    type Answer = Result<(), SealError>;

    fn work(self, files: Vec<Bytes>, _: &mut Parent) -> Worked<Self::Answer> {
        let bytes = files.first().cloned().unwrap_or_default();
        appended(&bytes, pdf::add_validation_data(&bytes, &self.0))
    }
}

/// Adds a document time stamp: see [`pdf::add_document_time_stamp`]. The token is a question to the parent.
#[derive(Debug, Serialize, Deserialize)]
pub struct AddDocumentTimeStamp {
    /// How many bytes the token may take.
    pub room: usize,
}

impl Job for AddDocumentTimeStamp {
    const NAME: &'static str = "add document time stamp";
    type Answer = Result<(), SealError>;

    fn work(self, files: Vec<Bytes>, parent: &mut Parent) -> Worked<Self::Answer> {
        let bytes = files.first().cloned().unwrap_or_default();
        let stamped =
            pdf::add_document_time_stamp(&bytes, self.room, |digest| question::ask(parent, digest));
        appended(&bytes, stamped)
    }
}

/// The parent appends: not a byte of what was signed before can be changed by a worker.
fn appended(before: &Bytes, after: Result<Vec<u8>, SealError>) -> Worked<Result<(), SealError>> {
    let whole = match after {
        Ok(whole) => Bytes::from(whole),
        Err(error) => return Err(error).into(),
    };
    if !whole.starts_with(before) {
        return Err(SealError::Structure).into();
    }
    Worked {
        answer: Ok(()),
        files: vec![whole.slice(before.len()..)],
    }
}

impl PdfWorkers {
    /// Adds validation data to a sealed document.
    pub async fn add_validation_data(
        &self,
        bytes: Bytes,
        data: ValidationData,
    ) -> Result<Result<Bytes, SealError>, Fault> {
        let worked = self
            .run(AddValidationData(data), vec![bytes.clone()])
            .await?;
        Ok(extended(&bytes, worked))
    }

    /// Adds a document time stamp; `stamp` gets the token for a digest, and may take its time.
    pub async fn add_document_time_stamp<F>(
        &self,
        bytes: Bytes,
        room: usize,
        mut stamp: impl FnMut([u8; 32]) -> F,
    ) -> Result<Result<Bytes, SealError>, Fault>
    where
        F: Future<Output = Result<Vec<u8>, SignFailed>>,
    {
        let job = AddDocumentTimeStamp { room };
        let worked = self
            .run_asking(job, vec![bytes.clone()], |asked| {
                question::reply(&asked, &mut stamp)
            })
            .await?;
        Ok(extended(&bytes, worked))
    }
}

fn extended(before: &Bytes, worked: Worked<Result<(), SealError>>) -> Result<Bytes, SealError> {
    let increment = worked.files.into_iter().next().unwrap_or_default();
    worked
        .answer
        .map(|()| Bytes::from([before.as_ref(), increment.as_ref()].concat()))
}
