//! The jobs in real workers: the same answers as the engine gives in process.
#![expect(
    clippy::unwrap_used,
    reason = "what cannot be set up fails the test on the spot"
)]

mod jobs;
mod seal;

use pdf_worker::{PdfWorkers, Program, Settings};

pub(crate) fn program() -> Program {
    Program {
        path: env!("CARGO_BIN_EXE_pdf-worker").into(),
        arguments: Vec::new(),
    }
}

pub(crate) async fn workers() -> PdfWorkers {
    let mut settings = Settings::new(program());
    settings.workers = 1;
    PdfWorkers::start(settings).await.unwrap()
}
