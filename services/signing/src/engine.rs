//! Where files are worked on: strangers' bytes in jailed workers, so that no file brings this process down or makes it grow;
//! sums over bytes on threads of their own, so that no call waits behind a large one.

use bytes::Bytes;
use pdf::{Inspected, Refusal};
use pdf_worker::jobs::{Ingest, Inspect, Readied};
use pdf_worker::{Fault, PdfWorkers};
use thiserror::Error;

use crate::intake;

/// Work on a file that came to no end.
#[derive(Debug, Error)]
pub(crate) enum EngineError {
    /// The worker was too slow, too large or dead; says whether that is the file's fault.
    #[error("work on a file was ended")]
    Worker(#[from] Fault),
    /// The thread panicked, or the process is shutting down.
    #[error("work on a file was cut off")]
    CutOff,
}

/// The engine's seats.
#[derive(Clone)]
pub(crate) struct Engine {
    pub(crate) workers: PdfWorkers,
}

impl Engine {
    pub(crate) const fn new(workers: PdfWorkers) -> Self {
        Self { workers }
    }

    /// What is in a file.
    pub(crate) async fn inspect(
        &self,
        bytes: Bytes,
    ) -> Result<Result<Inspected, Refusal>, EngineError> {
        Ok(self.workers.run(Inspect, vec![bytes]).await?.answer)
    }

    /// A file made ready to be signed, and the bytes to sign.
    pub(crate) async fn ingest(
        &self,
        job: Ingest,
        sent: Bytes,
    ) -> Result<Result<(Readied, Bytes), Refusal>, EngineError> {
        Ok(self.workers.ingest(job, sent).await?)
    }

    /// Work on what is ours alone, on a thread of its own.
    pub(crate) async fn own<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, EngineError> {
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| EngineError::CutOff)
    }

    /// SHA-256 in lower-case hex.
    pub(crate) async fn sha256(&self, bytes: Bytes) -> Result<String, EngineError> {
        let sum = move || intake::sha256(&bytes);
        tokio::task::spawn_blocking(sum)
            .await
            .map_err(|_| EngineError::CutOff)
    }
}
