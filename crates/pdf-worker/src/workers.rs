//! The pool on the parent's side.

use std::time::Duration;

use bytes::Bytes;
use jail::{Confinement, Fault, Limits, Parcel, Pool, PoolConfig, Program, StartFault};

use crate::job::{Job, Order, Worked};

/// Of one answer, files included: a document that was rewritten, pictures of its pages.
const MAX_OUTPUT_BYTES: usize = 192 * 1024 * 1024;
/// A worker that did so many jobs makes room for a fresh one.
const JOBS_PER_WORKER: u32 = 200;
/// Jobs that may wait; more are turned away, to come again.
const MAX_WAITING: usize = 512;
/// The clock may run so many times longer than the computing time: workers share the machine.
const WALL_FACTOR: u32 = 3;

/// How many workers, and what each may use.
#[derive(Clone, Debug)]
pub struct Settings {
    pub program: Program,
    /// Jobs at the same time; 0: one for each core.
    pub workers: usize,
    /// Of each worker, on top of the program itself.
    pub memory_bytes: u64,
    /// Computing time of one job.
    pub cpu: Duration,
}

impl Settings {
    /// As production has them by default.
    pub const fn new(program: Program) -> Self {
        Self {
            program,
            workers: 0,
            memory_bytes: 512 * 1024 * 1024,
            cpu: Duration::from_secs(20),
        }
    }
}

/// Jailed processes that work on PDFs. Clones share them.
#[derive(Clone)]
pub struct PdfWorkers(pub(crate) Pool);

impl PdfWorkers {
    /// Starts the workers; comes back when the first is ready.
    pub async fn start(settings: Settings) -> Result<Self, StartFault> {
        let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let config = PoolConfig {
            limits: Limits {
                memory_bytes: settings.memory_bytes,
                cpu: settings.cpu,
                wall: settings.cpu.saturating_mul(WALL_FACTOR),
                output_bytes: MAX_OUTPUT_BYTES,
            },
            workers: match settings.workers {
                0 => cores(),
                workers => workers,
            },
            jobs_per_worker: JOBS_PER_WORKER,
            waiting: MAX_WAITING,
            program: settings.program,
        };
        Ok(Self(Pool::start(config).await?))
    }

    /// Whether this machine's jail has all its walls.
    pub fn confinement(&self) -> Confinement {
        self.0.confinement()
    }

    /// Has a job done that asks nothing.
    pub async fn run<J: Job>(&self, job: J, files: Vec<Bytes>) -> Result<Worked<J::Answer>, Fault> {
        self.run_asking(job, files, |_| async { None }).await
    }

    /// Has a job done; `reply` answers its questions. Dropping the future ends the job.
    pub async fn run_asking<J: Job, F>(
        &self,
        job: J,
        files: Vec<Bytes>,
        reply: impl FnMut(Parcel) -> F,
    ) -> Result<Worked<J::Answer>, Fault>
    where
        F: Future<Output = Option<Parcel>>,
    {
        let order = Order {
            name: J::NAME.to_owned(),
            job,
        };
        let nonsense = |cause: jail::Unreadable| Fault::Crashed(format!("{}: {cause}", J::NAME));
        let message = Parcel::new(&order, files).map_err(nonsense)?;
        let answered = self.0.run(&message, reply).await?;
        Ok(Worked {
            answer: answered.head().map_err(nonsense)?,
            files: answered.files,
        })
    }
}
