//! Giving up rights: limits on resources everywhere, and on Linux a filter of system calls.

#[cfg(target_os = "linux")]
mod seccomp;

use serde::{Deserialize, Serialize};

use crate::limits::Limits;

/// How well the process is confined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Confinement {
    /// No files, no network, no other process, and limits on memory, time and size.
    Complete,
    /// A plain child with such limits as the system knows; says what is missing.
    Incomplete { missing: String },
}

/// Confines this process for the rest of its life. Call it before the first byte of work is read, and after everything that
/// must be opened or loaded is.
pub fn enter(limits: &Limits) -> Confinement {
    let mut missing: Vec<String> = Vec::new();
    if let Err(why) = limit_resources(limits) {
        missing.push(format!("limits on resources ({why})"));
    }
    if let Err(why) = filter_calls() {
        missing.push(format!("the filter of system calls ({why})"));
    }
    if missing.is_empty() {
        Confinement::Complete
    } else {
        let missing = missing.join(", ");
        Confinement::Incomplete { missing }
    }
}

#[cfg(target_os = "linux")]
fn filter_calls() -> Result<(), String> {
    seccomp::install().map_err(|cause| cause.to_string())
}

#[cfg(not(target_os = "linux"))]
fn filter_calls() -> Result<(), String> {
    Err("this system has none".to_owned())
}

/// The time of a job is limited by the parent, which knows when a job begins.
#[cfg(unix)]
fn limit_resources(limits: &Limits) -> Result<(), String> {
    use rustix::process::Resource;

    let fixed = |resource, value: u64| {
        let both = rustix::process::Rlimit {
            current: Some(value),
            maximum: Some(value),
        };
        rustix::process::setrlimit(resource, both).map_err(|cause| cause.to_string())
    };
    let taken = address_space_bytes().unwrap_or(0);
    fixed(Resource::As, taken.saturating_add(limits.memory_bytes))?;
    fixed(Resource::Core, 0)?;
    // Of files: pipes are none. No descriptor beyond those that are open.
    fixed(Resource::Fsize, 0)?;
    fixed(Resource::Nofile, 0)?;
    fixed(Resource::Nproc, 0)
}

#[cfg(not(unix))]
fn limit_resources(_: &Limits) -> Result<(), String> {
    Err("this system has none".to_owned())
}

/// What the program has mapped before its first job.
#[cfg(unix)]
fn address_space_bytes() -> Option<u64> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = pages.split(' ').next()?.parse().ok()?;
    pages.checked_mul(u64::try_from(rustix::param::page_size()).ok()?)
}
