//! The filter of system calls: a short list is allowed, looking at the file system is answered with *not permitted*, and
//! everything else ends the process.

use std::collections::BTreeMap;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch, apply_filter_all_threads,
};

/// What computing, allocating and the two pipes need.
const ALLOWED: &[i64] = &[
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_sched_yield,
    libc::SYS_getrandom,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_restart_syscall,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigaction,
    libc::SYS_sigaltstack,
    libc::SYS_gettid,
    libc::SYS_getpid,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// What libraries try in passing and do without: refused, not fatal.
const REFUSED: &[i64] = &[
    #[cfg(target_arch = "x86_64")]
    libc::SYS_open,
    libc::SYS_openat,
    libc::SYS_openat2,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_stat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_lstat,
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_access,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_readlink,
    libc::SYS_readlinkat,
    libc::SYS_getcwd,
    libc::SYS_lseek,
    libc::SYS_ioctl,
    libc::SYS_prlimit64,
    libc::SYS_sysinfo,
    libc::SYS_uname,
    libc::SYS_sched_getaffinity,
];

/// The third argument of `mmap` and `mprotect`: memory that can be written must never be run.
const PROTECTION: u8 = 2;

/// Installs both filters for all threads; sets `no_new_privs`, which the kernel demands. Filters add up, the severest wins,
/// so the refusals come first: once the second is in, nothing can be installed any more.
pub(super) fn install() -> Result<(), seccompiler::Error> {
    let denial = u32::try_from(libc::EPERM).unwrap_or(1);
    let refused: BTreeMap<i64, Vec<SeccompRule>> =
        REFUSED.iter().map(|call| (*call, Vec::new())).collect();
    let first = compiled(
        refused.clone(),
        SeccompAction::Allow,
        SeccompAction::Errno(denial),
    )?;
    let mut allowed = refused;
    allowed.extend(ALLOWED.iter().map(|call| (*call, Vec::new())));
    let exec = u64::try_from(libc::PROT_EXEC).unwrap_or(0);
    let not_executable = || {
        let operator = SeccompCmpOp::MaskedEq(exec);
        rule(SeccompCondition::new(
            PROTECTION,
            SeccompCmpArgLen::Dword,
            operator,
            0,
        ))
    };
    allowed.insert(libc::SYS_mmap, vec![not_executable()?]);
    allowed.insert(libc::SYS_mprotect, vec![not_executable()?]);
    // A signal only to itself: that is how a process aborts.
    let own = u64::from(std::process::id());
    let to_itself = rule(SeccompCondition::new(
        0,
        SeccompCmpArgLen::Dword,
        SeccompCmpOp::Eq,
        own,
    ))?;
    allowed.insert(libc::SYS_tgkill, vec![to_itself]);
    let second = compiled(allowed, SeccompAction::KillProcess, SeccompAction::Allow)?;
    apply_filter_all_threads(&first)?;
    apply_filter_all_threads(&second)
}

fn rule(
    condition: Result<SeccompCondition, seccompiler::BackendError>,
) -> Result<SeccompRule, seccompiler::Error> {
    Ok(SeccompRule::new(vec![condition?])?)
}

fn compiled(
    rules: BTreeMap<i64, Vec<SeccompRule>>,
    otherwise: SeccompAction,
    on_match: SeccompAction,
) -> Result<BpfProgram, seccompiler::Error> {
    let here = TargetArch::try_from(std::env::consts::ARCH)?;
    let filter = SeccompFilter::new(rules, otherwise, on_match, here)?;
    Ok(BpfProgram::try_from(filter)?)
}
