//! Strangers' PDFs are parsed and rendered in jailed processes; this crate says which jobs there are. Both ends are here:
//! [`main`] is the child, [`PdfWorkers`] the parent's pool of them.
//!
//! # A new job
//!
//! One struct in a file of its own under `src/jobs/`, with its input as fields, `impl Job` for it, and its name in the list of
//! `src/jobs/mod.rs`: that is all. `work` runs in the child: it gets the struct, and the files that travel beside it as raw
//! bytes, and answers with something serialisable, with files beside it where there are any (`Worked { answer, files }`).
//! Errors are part of the answer, typed: `type Answer = Result<…, Refusal>`. It can open nothing and start no thread; what it
//! needs is compiled in. Where it needs the parent while it works (a key, the network), it asks through [`jail::Parent`], as
//! `seal` does. Callers write `workers.run(TheJob { … }, vec![bytes]).await?`; the outer error is a [`Fault`]: the job was too
//! heavy or its worker died.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod job;
pub mod jobs;
mod workers;

use std::process::ExitCode;

pub use jail::{Confinement, Fault, Program, StartFault};
pub use job::{Job, Worked};
pub use workers::{PdfWorkers, Settings};

/// The child: serves its parent on standard input and output until it hangs up.
pub fn main() -> ExitCode {
    jail::serve(jobs::work)
}
