//! A program that is not ours in a jail: this process gives up its rights and then becomes it. What it starts inherits the walls.
//!
//! A foreign program needs files of its own, so the walls are other ones than a worker's: it reads what it is installed with,
//! writes in one folder, and has no network.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::confine::Confinement;

/// What each process of the program may use.
#[derive(Clone, Copy, Debug)]
pub struct ForeignLimits {
    /// Address space.
    pub memory_bytes: u64,
    /// Computing time.
    pub cpu: Duration,
    /// The largest file it may write.
    pub file_bytes: u64,
}

/// What it may see of the file system.
#[derive(Clone, Debug)]
pub struct Rooms {
    /// Files, and folders with all beneath them. Those that do not exist are passed over.
    pub readable: Vec<PathBuf>,
    pub writable: Vec<PathBuf>,
    /// Folders in which it may make sockets between processes of this machine, and nothing else.
    pub sockets: Vec<PathBuf>,
}

/// Confines this process for the rest of its life.
pub fn enter_as_foreign(limits: &ForeignLimits, rooms: &Rooms) -> Confinement {
    let mut missing: Vec<String> = Vec::new();
    if let Err(why) = limit_resources(limits) {
        missing.push(format!("limits on resources ({why})"));
    }
    if let Err(why) = walls::close_files(rooms) {
        missing.push(format!("walls around files ({why})"));
    }
    if let Err(why) = walls::close_network() {
        missing.push(format!("walls against the network ({why})"));
    }
    if missing.is_empty() {
        Confinement::Complete
    } else {
        let missing = missing.join(", ");
        Confinement::Incomplete { missing }
    }
}

/// Becomes the program; comes back only with the reason why not.
#[cfg(unix)]
pub fn become_program(program: &Path, arguments: &[String]) -> io::Error {
    use std::os::unix::process::CommandExt as _;
    Command::new(program).args(arguments).exec()
}

/// Runs the program and ends as it ends.
#[cfg(not(unix))]
pub fn become_program(program: &Path, arguments: &[String]) -> io::Error {
    match Command::new(program).args(arguments).status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => error,
    }
}

#[cfg(unix)]
fn limit_resources(limits: &ForeignLimits) -> Result<(), String> {
    use rustix::process::Resource;

    let fixed = |resource, value: u64| {
        let both = rustix::process::Rlimit {
            current: Some(value),
            maximum: Some(value),
        };
        rustix::process::setrlimit(resource, both).map_err(|cause| cause.to_string())
    };
    fixed(Resource::As, limits.memory_bytes)?;
    fixed(Resource::Cpu, limits.cpu.as_secs().max(1))?;
    fixed(Resource::Fsize, limits.file_bytes)?;
    fixed(Resource::Core, 0)
}

#[cfg(not(unix))]
fn limit_resources(_: &ForeignLimits) -> Result<(), String> {
    Err("this system has none".to_owned())
}

#[cfg(target_os = "linux")]
mod walls {
    use std::collections::BTreeMap;

    use landlock::{
        ABI, Access as _, AccessFs, CompatLevel, Compatible as _, Ruleset, RulesetAttr as _,
        RulesetCreatedAttr as _, RulesetStatus, path_beneath_rules,
    };
    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
        SeccompRule, TargetArch, apply_filter_all_threads,
    };

    use super::Rooms;

    /// Rights of the kernel that was current when this was written; an older one enforces those it knows.
    const RIGHTS: ABI = ABI::V5;

    pub(super) fn close_files(rooms: &Rooms) -> Result<(), String> {
        let told = |cause: landlock::RulesetError| cause.to_string();
        let reading = AccessFs::from_read(RIGHTS);
        let status = Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessFs::from_all(RIGHTS))
            .map_err(told)?
            .create()
            .map_err(told)?
            .add_rules(path_beneath_rules(&rooms.readable, reading))
            .map_err(told)?
            .add_rules(path_beneath_rules(
                &rooms.writable,
                AccessFs::from_all(RIGHTS),
            ))
            .map_err(told)?
            .add_rules(path_beneath_rules(&rooms.sockets, AccessFs::MakeSock))
            .map_err(told)?
            .restrict_self()
            .map_err(told)?;
        match status.ruleset {
            RulesetStatus::FullyEnforced | RulesetStatus::PartiallyEnforced => Ok(()),
            RulesetStatus::NotEnforced => Err("this kernel has no Landlock".to_owned()),
        }
    }

    /// No socket but one between processes of this machine, and no way around.
    pub(super) fn close_network() -> Result<(), String> {
        install().map_err(|cause| cause.to_string())
    }

    fn install() -> Result<(), seccompiler::Error> {
        let local = u64::try_from(libc::AF_UNIX).unwrap_or(1);
        let not_local = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, local)?;
        let rules: BTreeMap<i64, Vec<SeccompRule>> = [
            (libc::SYS_socket, vec![SeccompRule::new(vec![not_local])?]),
            // Makes sockets without the call above.
            (libc::SYS_io_uring_setup, Vec::new()),
            (libc::SYS_ptrace, Vec::new()),
            (libc::SYS_process_vm_readv, Vec::new()),
            (libc::SYS_process_vm_writev, Vec::new()),
        ]
        .into();
        let denied = SeccompAction::Errno(u32::try_from(libc::EACCES).unwrap_or(1));
        let here = TargetArch::try_from(std::env::consts::ARCH)?;
        let filter = SeccompFilter::new(rules, SeccompAction::Allow, denied, here)?;
        apply_filter_all_threads(&BpfProgram::try_from(filter)?)
    }
}

#[cfg(not(target_os = "linux"))]
mod walls {
    use super::Rooms;

    pub(super) fn close_files(_: &Rooms) -> Result<(), String> {
        Err("this system has none".to_owned())
    }

    pub(super) fn close_network() -> Result<(), String> {
        Err("this system has none".to_owned())
    }
}
