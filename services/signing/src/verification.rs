//! Verifies anybody's PDF: whose signatures it bears, and what came after each. Nothing is kept.

use bytes::Bytes;
use pdf::{Examination, Refusal};
use pdf_worker::jobs::Examine;
use thiserror::Error;

use crate::desk::Desk;
use crate::engine::EngineError;

/// The largest file that is verified, in bytes.
pub(crate) const MAX_FILE_BYTES: usize = 25 * 1024 * 1024;

/// Why nothing is said of a file.
#[derive(Debug, Error)]
pub(crate) enum VerificationError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Examines a file in a worker; trusted are our own root and those that the operator named.
pub(crate) async fn verify(desk: &Desk, file: Bytes) -> Result<Examination, VerificationError> {
    let mut roots = desk.trusted_roots.clone();
    roots.push(desk.authority.root_der());
    let job = Examine {
        roots,
        now: desk.clock.now(),
    };
    let worked = desk.engine.workers.run(job, vec![file]).await;
    Ok(worked.map_err(EngineError::from)?.answer?)
}
