//! Takes a file in.

use bytes::Bytes;
use jail::{Fault, Parent};
use pdf::{Ingested, Refusal, Watermark};
use serde::{Deserialize, Serialize};

use crate::{Job, PdfWorkers, Worked};

/// Makes an upload ready to be signed: see [`pdf::ingest`].
#[derive(Debug, Serialize, Deserialize)]
pub struct Ingest {
    pub mark: Watermark,
    /// Whether tags in the text become fields.
    pub with_tags: bool,
}

/// A file that is ready to be signed, and what is in it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Readied {
    pub ingested: Ingested,
    /// Names of the fields that tags became.
    pub tags: Vec<String>,
}

impl Job for Ingest {
    const NAME: &'static str = "ingest";
    type Answer = Result<Readied, Refusal>;

    fn work(self, files: Vec<Bytes>, _: &mut Parent) -> Worked<Self::Answer> {
        let sent = files.first().cloned().unwrap_or_default();
        let mut readied = match self.readied(&sent) {
            Ok(readied) => readied,
            Err(refusal) => return Err(refusal).into(),
        };
        let bytes = std::mem::take(&mut readied.ingested.bytes);
        // What stayed as it was is with the parent already.
        let files = if bytes == sent {
            Vec::new()
        } else {
            vec![bytes.into()]
        };
        Worked {
            answer: Ok(readied),
            files,
        }
    }
}

impl Ingest {
    fn readied(&self, sent: &[u8]) -> Result<Readied, Refusal> {
        let mut ingested = pdf::ingest(sent, self.mark)?;
        let mut tags = Vec::new();
        if self.with_tags {
            let tagged = pdf::place_tags(&ingested.bytes)?;
            if !tagged.fields.is_empty() {
                ingested.inspected = pdf::inspect(&tagged.bytes)?;
                ingested.bytes = tagged.bytes;
                tags = tagged.fields;
            }
        }
        Ok(Readied { ingested, tags })
    }
}

impl PdfWorkers {
    /// Takes a file in; answers the bytes to sign too.
    pub async fn ingest(
        &self,
        job: Ingest,
        sent: Bytes,
    ) -> Result<Result<(Readied, Bytes), Refusal>, Fault> {
        let worked = self.run(job, vec![sent.clone()]).await?;
        let bytes = worked.files.into_iter().next().unwrap_or(sent);
        Ok(worked.answer.map(|readied| (readied, bytes)))
    }
}
