//! How a job ends when it does not end with an answer.

use std::time::Duration;

/// Why a job has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The worker died, was killed for a forbidden system call, or said what makes no sense. For the log.
    #[error("the worker crashed: {0}")]
    Crashed(String),
    #[error("the job took longer than {} s", .0.as_secs())]
    OutOfTime(Duration),
    /// As far as can be told from outside: an allocation was refused.
    #[error("the job needed more than {limit_bytes} bytes of memory")]
    OutOfMemory { limit_bytes: u64 },
    #[error("the job answered with more than {limit_bytes} bytes")]
    TooMuchOutput { limit_bytes: usize },
    /// More jobs wait than may.
    #[error("too many jobs are waiting")]
    Busy,
    /// No worker was to be had in the time of a job.
    #[error("no worker could be started")]
    NoWorker,
}

impl Fault {
    /// Whether the job itself is to blame: tried again it would end the same.
    pub const fn is_of_the_job(&self) -> bool {
        match self {
            Self::Crashed(_)
            | Self::OutOfTime(_)
            | Self::OutOfMemory { .. }
            | Self::TooMuchOutput { .. } => true,
            Self::Busy | Self::NoWorker => false,
        }
    }
}

/// Why a worker does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartFault {
    #[error("the worker program {program} does not start")]
    Spawn {
        program: String,
        #[source]
        cause: std::io::Error,
    },
    #[error("the worker program {program} is no worker or ended at its start: {why}")]
    NotReady { program: String, why: String },
}
