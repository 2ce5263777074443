//! A folder that lives as long as its owner, and a leash for the processes that work in it.
//!
//! A test may end without running a destructor (a time limit, `kill -9`, a static), so the clearing up is done by somebody
//! else: a small shell that waits for the end of its standard input, which the kernel closes with us, and then kills
//! every process noted in the folder and removes the folder.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The folder's own list of processes, one id a line.
const PIDS: &str = "pids";

/// Kills first, then removes; a dying server may still write for a moment.
const LEASH: &str = r#"
cat >/dev/null
while read -r pid; do kill -9 "$pid" 2>/dev/null; done <"$1/pids"
for _ in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$1" 2>/dev/null && break; sleep 0.2; done
"#;

/// A private folder under the system's temporary one, removed with everything that runs in it.
pub struct Scratch {
    path: PathBuf,
    leash: Child,
}

impl Scratch {
    /// `label` is for a person who looks at the temporary folder.
    pub fn new(label: &str) -> Self {
        let path = tempfile::Builder::new()
            .prefix(&format!("okd-{label}-"))
            .tempdir()
            .expect("the temporary folder is writable")
            .keep();
        std::fs::write(path.join(PIDS), "").expect("our own folder is writable");
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
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Notes a process that must not outlive us.
    pub fn tie(&self, child: &Child) {
        let mut pids = std::fs::OpenOptions::new()
            .append(true)
            .open(self.path.join(PIDS))
            .expect("the list was made with the folder");
        writeln!(pids, "{}", child.id()).expect("our own file is writable");
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
        scratch.tie(&sleeper);
        drop(scratch);
        assert!(!path.exists());
        assert!(!sleeper.wait().unwrap().success());
    }
}
