//! One worker: its process, its pipes, and how its death is explained.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::{Program, cpu};
use crate::confine::Confinement;
use crate::fault::{Fault, StartFault};
use crate::frame::{self, Kind, Parcel};
use crate::limits::Limits;

/// A start takes milliseconds; on a machine that swaps it may take seconds.
const START_PATIENCE: Duration = Duration::from_secs(30);
/// A process whose pipe has closed is about to end.
const END_PATIENCE: Duration = Duration::from_secs(2);
/// One job that asks more often is no job of ours.
const MAX_QUESTIONS: u32 = 1_000;
const MAX_READY_BYTES: usize = 64 * 1024;
/// Of what a worker says on standard error, for the log.
const MAX_COMPLAINT_BYTES: u64 = 2_048;
/// How the standard library reports a refused allocation before it aborts.
const REFUSED_ALLOCATION: &str = "memory allocation of ";
/// Of the pipes: fewer turns for large files.
#[cfg(target_os = "linux")]
const PIPE_BYTES: usize = 1024 * 1024;

/// A process that is ready for a job. Dropped, it is killed.
pub(super) struct Worker {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    complaint: JoinHandle<String>,
    pub(super) jobs_done: u32,
}

impl Worker {
    /// Starts a process, tells it its limits, and waits until it is confined.
    pub(super) async fn start(
        program: &Program,
        limits: &Limits,
    ) -> Result<(Self, Confinement), StartFault> {
        let name = || program.path.display().to_string();
        let mut worker = Self::spawn(program).map_err(|cause| StartFault::Spawn {
            program: name(),
            cause,
        })?;
        let ready = match timeout(START_PATIENCE, worker.set_up(limits)).await {
            Ok(Ok(confinement)) => Ok(confinement),
            Ok(Err(_)) => Err(worker.died(limits).await.to_string()),
            Err(_) => Err("it does not answer".to_owned()),
        };
        match ready {
            Ok(confinement) => Ok((worker, confinement)),
            Err(why) => Err(StartFault::NotReady {
                program: name(),
                why,
            }),
        }
    }

    fn spawn(program: &Program) -> io::Result<Self> {
        let mut command = Command::new(&program.path);
        command
            .args(&program.arguments)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        // A Ctrl-C in the terminal is for the parent, which drains first.
        #[cfg(unix)]
        command.current_dir("/").process_group(0);
        let mut child = command.spawn()?;
        let missing = || io::Error::from(io::ErrorKind::BrokenPipe);
        let input = child.stdin.take().ok_or_else(missing)?;
        let output = child.stdout.take().ok_or_else(missing)?;
        let complaint = child.stderr.take().ok_or_else(missing)?;
        #[cfg(target_os = "linux")]
        for widened in [
            rustix::pipe::fcntl_setpipe_size(&input, PIPE_BYTES),
            rustix::pipe::fcntl_setpipe_size(&output, PIPE_BYTES),
        ] {
            if let Err(cause) = widened {
                tracing::debug!(%cause, "a pipe keeps its size");
            }
        }
        Ok(Self {
            child,
            input,
            output,
            complaint: tokio::runtime::Handle::current().spawn(first_words(complaint)),
            jobs_done: 0,
        })
    }

    async fn set_up(&mut self, limits: &Limits) -> io::Result<Confinement> {
        let setup = Parcel::new(limits, Vec::new()).map_err(io::Error::other)?;
        frame::send(&mut self.input, Kind::Setup, &setup).await?;
        match frame::receive(&mut self.output, MAX_READY_BYTES).await? {
            (Kind::Ready, ready) => ready.head().map_err(io::Error::other),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    pub(super) fn id(&self) -> Option<u32> {
        self.child.id()
    }

    pub(super) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// One job, with the questions it asks. After a fault the worker is of no more use.
    pub(super) async fn run<F>(
        &mut self,
        job: &Parcel,
        limits: &Limits,
        mut reply: impl FnMut(Parcel) -> F,
    ) -> Result<Parcel, Fault>
    where
        F: Future<Output = Option<Parcel>>,
    {
        if let Some(process) = self.child.id() {
            cpu::allow(process, limits.cpu);
        }
        let mut left = limits.wall;
        let mut sent = self.turn(&mut left, Kind::Job, job, limits).await?;
        for _ in 0..MAX_QUESTIONS {
            match sent {
                (Kind::Answer, answer) => {
                    self.jobs_done = self.jobs_done.saturating_add(1);
                    return Ok(answer);
                }
                (Kind::Question, question) => {
                    let Some(answer) = reply(question).await else {
                        return Err(Fault::Crashed("it asked what nobody answers".to_owned()));
                    };
                    sent = self.turn(&mut left, Kind::Reply, &answer, limits).await?;
                }
                (Kind::Panicked, panic) => {
                    let told: String = panic.head().unwrap_or_default();
                    return Err(Fault::Crashed(told));
                }
                _ => break,
            }
        }
        Err(Fault::Crashed("it said what makes no sense".to_owned()))
    }

    /// Says something and hears the next thing, in the time that is left.
    async fn turn(
        &mut self,
        left: &mut Duration,
        kind: Kind,
        parcel: &Parcel,
        limits: &Limits,
    ) -> Result<(Kind, Parcel), Fault> {
        let began = Instant::now();
        let turn = async {
            frame::send(&mut self.input, kind, parcel).await?;
            frame::receive(&mut self.output, limits.output_bytes).await
        };
        let heard = timeout(*left, turn).await;
        *left = left.saturating_sub(began.elapsed());
        match heard {
            Ok(Ok(heard)) => Ok(heard),
            Ok(Err(cause)) if cause.kind() == io::ErrorKind::FileTooLarge => {
                let limit_bytes = limits.output_bytes;
                Err(Fault::TooMuchOutput { limit_bytes })
            }
            Ok(Err(cause)) if cause.kind() == io::ErrorKind::InvalidData => {
                Err(Fault::Crashed(cause.to_string()))
            }
            Ok(Err(_)) => Err(self.died(limits).await),
            Err(_) => Err(Fault::OutOfTime(limits.wall)),
        }
    }

    /// Why the pipe has closed.
    async fn died(&mut self, limits: &Limits) -> Fault {
        let Ok(Ok(status)) = timeout(END_PATIENCE, self.child.wait()).await else {
            return Fault::Crashed("it closed its pipe".to_owned());
        };
        let words = timeout(END_PATIENCE, &mut self.complaint).await;
        let words = words.ok().and_then(Result::ok).unwrap_or_default();
        explained(status, &words, limits)
    }
}

async fn first_words(mut from: ChildStderr) -> String {
    let mut words = Vec::new();
    // Closed after that: a worker has no business there.
    let _read = (&mut from)
        .take(MAX_COMPLAINT_BYTES)
        .read_to_end(&mut words)
        .await;
    String::from_utf8_lossy(&words).trim().to_owned()
}

#[cfg(unix)]
fn explained(status: ExitStatus, words: &str, limits: &Limits) -> Fault {
    use std::os::unix::process::ExitStatusExt as _;

    use rustix::process::Signal;

    let limit_bytes = limits.memory_bytes;
    let signal = status.signal();
    let is = |one: Signal| signal == Some(one.as_raw());
    if words.contains(REFUSED_ALLOCATION) {
        Fault::OutOfMemory { limit_bytes }
    } else if is(Signal::XCPU) {
        Fault::OutOfTime(limits.cpu)
    } else if is(Signal::KILL) {
        // Not by us: the system was short of memory, or of patience with a limit.
        Fault::OutOfMemory { limit_bytes }
    } else if is(Signal::SYS) {
        Fault::Crashed("it made a forbidden system call".to_owned())
    } else {
        Fault::Crashed(format!("{status}: {words}"))
    }
}

#[cfg(not(unix))]
fn explained(status: ExitStatus, words: &str, limits: &Limits) -> Fault {
    let limit_bytes = limits.memory_bytes;
    if words.contains(REFUSED_ALLOCATION) {
        Fault::OutOfMemory { limit_bytes }
    } else {
        Fault::Crashed(format!("{status}: {words}"))
    }
}
