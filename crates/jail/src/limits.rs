//! What a worker may use.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What a worker may use, and for how long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Memory of one worker, on top of what the program takes before its first job.
    pub memory_bytes: u64,
    /// Computing time of one job.
    pub cpu: Duration,
    /// How long one job may take by the clock; stands still while the parent answers a question.
    pub wall: Duration,
    /// Size of everything a job sends back at once.
    pub output_bytes: usize,
}
