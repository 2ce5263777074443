//! A folder that lives as long as its owner, and a leash for the processes that work in it.
//!
//! A test may end without running a destructor (a time limit, `kill -9`, a static), so the clearing up is done by somebody
//! else: a small shell that waits for the end of its standard input, which the kernel closes with us, and then kills
//! every process noted in the folder and removes the folder.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The folder's own list of running processes: an empty file each, named by its id.
const PIDS: &str = "pids";

/// Kills first, then removes; a dying server may still write for a moment.
const LEASH: &str = r#"
cat >/dev/null
for tied in "$1"/pids/*; do kill -9 "${tied##*/}" 2>/dev/null; done
for _ in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$1" 2>/dev/null && break; sleep 0.2; done
"#;

/// A private folder under the system's temporary one, removed with everything that runs in it.
pub(crate) struct Scratch {
    path: PathBuf,
    leash: Child,
}

impl Scratch {
    /// `label` is for a person who looks at the temporary folder.
    pub(crate) fn new(label: &str) -> Self {
        let path = tempfile::Builder::new()
            .prefix(&format!("okd-{label}-"))
            .tempdir()
            .expect("the temporary folder is writable")
            .keep();
        std::fs::create_dir(path.join(PIDS)).expect("our own folder is writable");
        let leash = Command::new("sh")
            .args(["-c", LEASH, "leash"])
            .arg(&path)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A signal to the test's group must not reach the one who clears up after it.
            .process_group(0)
            .spawn()
            .expect("sh is there");
        Self { path, leash }
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Notes a process that must not outlive us; returns the note.
    pub(crate) fn tie(&self, child: &Child) -> Tie {
        let note = self.path.join(PIDS).join(child.id().to_string());
        std::fs::write(&note, "").expect("our own folder is writable");
        Tie(note)
    }
}

/// The note of one running process. Dropped once it was awaited: from then on its id may be that of a stranger.
pub(crate) struct Tie(PathBuf);

impl Drop for Tie {
    fn drop(&mut self) {
        let _gone_with_the_folder = std::fs::remove_file(&self.0);
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(self.leash.stdin.take());
        let _gone = self.leash.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropping_a_scratch_kills_its_processes_and_removes_the_folder() {
        let scratch = Scratch::new("test");
        let path = scratch.path().to_owned();
        let mut sleeper = Command::new("sleep").arg("600").spawn().unwrap();
        let tie = scratch.tie(&sleeper);
        drop(scratch);
        assert!(!path.exists());
        assert!(!sleeper.wait().unwrap().success());
        drop(tie);
    }

    #[test]
    fn a_process_that_is_no_longer_tied_is_left_alone() {
        let scratch = Scratch::new("test");
        let mut sleeper = Command::new("sleep").arg("600").spawn().unwrap();
        drop(scratch.tie(&sleeper));
        drop(scratch);
        assert!(sleeper.try_wait().unwrap().is_none());
        sleeper.kill().unwrap();
        sleeper.wait().unwrap();
    }
}
