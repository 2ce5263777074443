//! The files of the repository as git knows them, and how a broken rule is told.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A file and what stands in it; the path is relative to the repository, with `/`.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    /// A made-up file, with which a rule is shown to fail.
    pub(crate) fn of(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    /// Written by a tool, so no rule about form applies.
    pub(crate) fn is_generated(&self) -> bool {
        self.path.contains("generated")
    }

    /// The lines that are not comments, with their numbers from 1.
    pub(crate) fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let numbered = self
            .text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line.trim()));
        numbered.filter(|(_, line)| !line.starts_with("//"))
    }
}

/// The repository's folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every path that is tracked or would be: a file counts before it is committed.
pub(crate) fn paths() -> Vec<String> {
    let output = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root())
        .output()
        .expect("git is there");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let list = String::from_utf8(output.stdout).expect("paths are UTF-8");
    let mut paths: Vec<String> = list
        .split('\0')
        // Deleted, but not yet so for git.
        .filter(|path| !path.is_empty() && root().join(path).is_file())
        .map(str::to_owned)
        .collect();
    paths.sort();
    paths.dedup();
    paths
}

/// The files with one of these endings.
pub(crate) fn sources(endings: &[&str]) -> Vec<Source> {
    let read = |path: String| {
        let text = std::fs::read_to_string(root().join(&path));
        Source {
            text: text.unwrap_or_else(|error| panic!("{path}: {error}")),
            path,
        }
    };
    let wanted = |path: &String| endings.iter().any(|ending| path.ends_with(ending));
    paths().into_iter().filter(wanted).map(read).collect()
}

/// Fails with everything that is to be mended.
pub(crate) fn hold(problems: &[String]) {
    assert!(
        problems.is_empty(),
        "to mend:\n  {}\n",
        problems.join("\n  ")
    );
}
