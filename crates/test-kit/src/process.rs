//! One server process in a scratch folder: started with a log file, awaited, killed, stopped.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::scratch::{Scratch, Tie};

/// How often we look whether something has happened.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// A started process; dropping it kills it.
pub(crate) struct Process {
    child: Child,
    log: PathBuf,
    /// How long the log was when this process started: what stands before was said by an earlier one.
    log_start: usize,
    /// Until its end was awaited.
    tie: Option<Tie>,
}

impl Process {
    /// Starts `command` with both outputs appended to `log`.
    pub(crate) fn start(mut command: Command, scratch: &Scratch, log: &Path) -> Self {
        let name = command.get_program().to_owned();
        let out = File::options()
            .create(true)
            .append(true)
            .open(log)
            .expect("the log is writable");
        let log_start = usize::try_from(out.metadata().expect("an open file has metadata").len())
            .expect("a log fits into memory");
        let child = command
            .stdin(Stdio::null())
            .stdout(out.try_clone().expect("an open file can be shared"))
            .stderr(out)
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", name.display()));
        Self {
            tie: Some(scratch.tie(&child)),
            child,
            log: log.to_owned(),
            log_start,
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// What this process has said so far.
    pub(crate) fn said(&self) -> String {
        let bytes = std::fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(bytes.get(self.log_start..).unwrap_or_default()).into_owned()
    }

    /// Waits until `ready` says so. `Err` tells that the process ended before, and what it said.
    pub(crate) async fn until(
        &mut self,
        patience: Duration,
        ready: impl Fn(&Self) -> bool,
    ) -> Result<(), String> {
        let deadline = Instant::now() + patience;
        while !ready(self) {
            if let Some(status) = self.child.try_wait().expect("our own child can be asked") {
                return Err(format!(
                    "ended with {status} before it was ready:\n{}",
                    self.said()
                ));
            }
            if deadline < Instant::now() {
                return Err(format!("not ready after {patience:?}:\n{}", self.said()));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    /// `kill -9`, and waits for the end.
    pub(crate) fn kill(&mut self) {
        let _ended_before = self.child.kill();
        let _status = self.child.wait();
        self.tie = None;
    }

    /// SIGTERM, and waits for the end; one that outstays `patience` is killed.
    pub(crate) async fn stop(&mut self, patience: Duration) -> Result<ExitStatus, String> {
        // Once it was awaited, its id may be that of a stranger.
        if self.tie.is_some() {
            let _ended_before = Command::new("kill")
                .arg(self.child.id().to_string())
                .status();
        }
        let deadline = Instant::now() + patience;
        loop {
            if let Some(status) = self.child.try_wait().expect("our own child can be asked") {
                self.tie = None;
                return Ok(status);
            }
            if deadline < Instant::now() {
                self.kill();
                return Err(format!(
                    "did not stop within {patience:?}:\n{}",
                    self.said()
                ));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
