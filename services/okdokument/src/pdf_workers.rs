//! This program is its own PDF worker: started again with the hidden command `pdf-worker`, it does nothing else.

use std::path::PathBuf;

use pdf_worker::{Confinement, PdfWorkers, Program, Settings, StartFault};

/// The hidden command; never change it while an old process may start a new program.
pub(crate) const COMMAND: &str = "pdf-worker";

/// This very program, even where its file has been replaced meanwhile.
#[cfg(target_os = "linux")]
pub(crate) fn this_program() -> PathBuf {
    PathBuf::from("/proc/self/exe")
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn this_program() -> PathBuf {
    std::env::current_exe().unwrap_or_else(|_| PathBuf::from("okdokument"))
}

pub(crate) fn program() -> Program {
    Program {
        path: this_program(),
        arguments: vec![COMMAND.to_owned()],
    }
}

/// What `okdokument check` says of the workers on this machine.
pub(crate) async fn check(settings: &Settings) -> Result<String, StartFault> {
    let mut one = settings.clone();
    one.workers = 1;
    let workers = PdfWorkers::start(one).await?;
    let jail = match workers.confinement() {
        Confinement::Complete => "the jail is complete".to_owned(),
        Confinement::Incomplete { missing } => {
            format!("the jail is NOT complete: without {missing}")
        }
    };
    Ok(match workers.self_test().await {
        Ok(()) => format!("work, and {jail}"),
        Err(fault) => format!("FAIL their self-test ({fault}); {jail}"),
    })
}
