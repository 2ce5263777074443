//! Computing time of one job: the kernel counts that of a process, so its limit is moved ahead before each job.

use std::time::Duration;

/// Lets the process compute for `more` from now on; past it the kernel ends it. Where the system cannot, the clock alone
/// ends a job.
#[cfg(target_os = "linux")]
pub(super) fn allow(process: u32, more: Duration) {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};

    let raw = i32::try_from(process).ok();
    let (Some(pid), Some(used)) = (raw.and_then(Pid::from_raw), used_seconds(process)) else {
        return;
    };
    let limit = Rlimit {
        // Seconds are the kernel's unit: rounded up, one more for those begun.
        current: Some(used.saturating_add(more.as_secs()).saturating_add(1)),
        maximum: None,
    };
    if let Err(cause) = prlimit(Some(pid), Resource::Cpu, limit) {
        tracing::debug!(%cause, "a worker's computing time is not limited");
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn allow(_: u32, _: Duration) {}

/// What the process has computed so far, from its line in `/proc` (proc(5), fields 14 and 15).
#[cfg(target_os = "linux")]
fn used_seconds(process: u32) -> Option<u64> {
    let line = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The second field is the program's name and may contain anything.
    let (_, fields) = line.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    (user + system).checked_div(rustix::param::clock_ticks_per_second())
}
