//! Programs that did not come from us, asked what they think of a file.
//!
//! A program that is not installed is named on standard error and not asked; with
//! `OKD_ORACLES=required` its absence fails the test.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::world::World;

/// What one validator says of one signature.
#[expect(
    clippy::struct_excessive_bools,
    reason = "the shape of what verify.py answers"
)]
#[expect(
    dead_code,
    reason = "the name and the problem are read in the message of a failed test"
)]
#[derive(Debug, Clone, serde::Deserialize)]
pub(crate) struct Verdict {
    pub(crate) field: String,
    pub(crate) intact: bool,
    pub(crate) valid: bool,
    pub(crate) trusted: bool,
    pub(crate) coverage: String,
    pub(crate) modification: Option<String>,
    pub(crate) bottom_line: bool,
    pub(crate) problem: Option<String>,
}

fn is_there(program: &str, probe: &mut Command) -> bool {
    if probe.output().is_ok() {
        return true;
    }
    let required = std::env::var_os("OKD_ORACLES").is_some_and(|value| value == "required");
    assert!(!required, "{program} is required and not installed");
    eprintln!("NOT ASKED: {program} is not installed; see the installer of the test tools");
    false
}

/// What a program prints of a file, if it is installed.
pub(crate) fn asked(program: &str, arguments: &[&str], file: &Path) -> Option<Output> {
    let is_installed = is_there(program, Command::new(program).arg("-v"));
    // Results go to the standard output, which is a dash to some and the default of others.
    let to: &[&str] = if program == "pdftotext" { &["-"] } else { &[] };
    is_installed.then(|| {
        Command::new(program)
            .args(arguments)
            .arg(file)
            .args(to)
            .output()
            .unwrap()
    })
}

/// What a script prints that makes files with the Python packages for it (`OKD_MAKERS`).
pub(crate) fn made(script: &Path, arguments: &[&Path]) -> Option<Vec<u8>> {
    let usual = std::env::home_dir()
        .map(|home| home.join(".cache/okdokument/tools/makers/bin/python"))
        .unwrap_or_default();
    let python = std::env::var_os("OKD_MAKERS").map_or(usual, PathBuf::from);
    if !is_there(
        "reportlab (OKD_MAKERS)",
        Command::new(&python).arg("--version"),
    ) {
        return None;
    }
    let output = Command::new(&python)
        .arg(script)
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output));
    Some(output.stdout)
}

/// The files that others test with, as the installer of the test tools left them.
pub(crate) fn samples() -> PathBuf {
    let usual = std::env::home_dir()
        .map(|home| home.join(".cache/okdokument/tools/samples"))
        .unwrap_or_default();
    std::env::var_os("OKD_SAMPLES").map_or(usual, PathBuf::from)
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// qpdf finds no fault, neither error nor warning.
pub(crate) fn qpdf_is_content(world: &World, bytes: &[u8]) {
    if !is_there("qpdf", Command::new("qpdf").arg("--version")) {
        return;
    }
    let path = world.write("checked.pdf", bytes);
    let output = Command::new("qpdf")
        .arg("--check")
        .arg(path)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
}

/// Poppler's verdicts, with our root trusted: one (validity, trust) pair a signature.
pub(crate) fn pdfsig(world: &World, bytes: &[u8]) -> Option<Vec<(String, String)>> {
    if !is_there("pdfsig", Command::new("pdfsig").arg("-v"))
        || !is_there("certutil", Command::new("certutil").arg("-H"))
    {
        return None;
    }
    let store = trusting(world);
    let path = world.write("pdfsig.pdf", bytes);
    let output = Command::new("pdfsig")
        .arg("-nssdir")
        .arg(store)
        .arg(path)
        .output()
        .unwrap();
    let told = text(&output);
    let lines = |label: &str| -> Vec<String> {
        told.lines()
            .filter_map(|line| line.trim().strip_prefix(label))
            .map(|rest| rest.trim().to_owned())
            .collect()
    };
    let validity = lines("- Signature Validation:");
    let mut trust = lines("- Certificate Validation:");
    trust.resize(validity.len(), String::new());
    Some(validity.into_iter().zip(trust).collect())
}

pub(crate) fn trusting(world: &World) -> String {
    let folder = world.path("nss");
    let store = format!("sql:{}", folder.display());
    if !folder.exists() {
        std::fs::create_dir(&folder).unwrap();
        let root = world.write(
            "root.pem",
            world.authority.certificate_pem().unwrap().as_bytes(),
        );
        let run = |arguments: &[&str]| {
            let output = Command::new("certutil").args(arguments).output().unwrap();
            assert!(output.status.success(), "{}", text(&output));
        };
        run(&["-N", "-d", &store, "--empty-password"]);
        let root = root.display().to_string();
        run(&["-A", "-d", &store, "-n", "root", "-t", "C,C,C", "-i", &root]);
    }
    store
}

/// pyHanko's verdicts from a strict reading, with our root (and `more` PEM files) trusted.
pub(crate) fn pyhanko(world: &World, bytes: &[u8], more: &[PathBuf]) -> Option<Vec<Verdict>> {
    let python = python()?;
    let path = world.write("pyhanko.pdf", bytes);
    let root = world.write(
        "root.pem",
        world.authority.certificate_pem().unwrap().as_bytes(),
    );
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/verify.py");
    let output = Command::new(python)
        .arg(script)
        .arg(path)
        .arg(root)
        .args(more)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// The Python that has pyHanko: beside the executable that `OKD_PYHANKO` names, or that itself.
pub(crate) fn python() -> Option<PathBuf> {
    let named = std::env::var_os("OKD_PYHANKO").map(PathBuf::from);
    let usual = std::env::home_dir()
        .map(|home| home.join(".cache/okdokument/tools/pyhanko/bin/python"))
        .filter(|path| path.exists());
    let python = match named {
        Some(path) if path.is_dir() => path.join("bin/python"),
        Some(path) if path.file_name().is_some_and(|name| name == "pyhanko") => {
            path.with_file_name("python")
        }
        Some(path) => path,
        None => usual.unwrap_or_else(|| PathBuf::from("/nonexistent/pyhanko")),
    };
    is_there(
        "pyHanko (OKD_PYHANKO)",
        Command::new(&python).arg("--version"),
    )
    .then_some(python)
}

/// Everybody finds `count` signatures, all of them whole and trusted.
pub(crate) fn all_are_content(world: &World, bytes: &[u8], count: usize) {
    qpdf_is_content(world, bytes);
    if let Some(verdicts) = pdfsig(world, bytes) {
        assert_eq!(verdicts.len(), count, "{verdicts:?}");
        for (validity, trust) in verdicts {
            assert_eq!(validity, "Signature is Valid.");
            assert_eq!(trust, "Certificate is Trusted.");
        }
    }
    if let Some(verdicts) = pyhanko(world, bytes, &[]) {
        assert_eq!(verdicts.len(), count, "{verdicts:?}");
        for (index, verdict) in verdicts.iter().enumerate() {
            assert!(
                verdict.intact && verdict.valid && verdict.trusted,
                "{verdict:?}"
            );
            assert!(verdict.bottom_line, "{verdict:?}");
            let whole = if index + 1 == count {
                "ENTIRE_FILE"
            } else {
                "ENTIRE_REVISION"
            };
            assert_eq!(verdict.coverage, whole, "{verdict:?}");
            let allowed = ["NONE", "LTA_UPDATES", "FORM_FILLING"];
            assert!(
                verdict
                    .modification
                    .as_deref()
                    .is_none_or(|level| allowed.contains(&level)),
                "{verdict:?}"
            );
        }
    }
}

/// How long a signature can be proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// B-T: a time stamp.
    Timed,
    /// B-LT: and revocation data in the file.
    Proved,
    /// B-LTA: and a document time stamp over it.
    Archived,
}

#[derive(Debug, serde::Deserialize)]
struct LevelVerdict {
    now: String,
    #[serde(default)]
    time_stamp: Option<String>,
    archived: String,
    future: String,
}

/// pyHanko finds each signature of the file at exactly this level, with these roots trusted,
/// nothing fetched and revocation data required.
pub(crate) fn has_level(world: &World, bytes: &[u8], roots: &[PathBuf], levels: &[Level]) {
    let Some(python) = python() else { return };
    let path = world.write("level.pdf", bytes);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/level.py");
    let output = Command::new(python)
        .arg(script)
        .arg(path)
        .args(roots)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output));
    let verdicts: Vec<LevelVerdict> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(verdicts.len(), levels.len(), "{verdicts:?}");
    for (verdict, level) in verdicts.iter().zip(levels) {
        let passed = |told: &str| told.ends_with("OK");
        // Without revocation data nothing is found out, which is what B-T means here.
        assert_eq!(passed(&verdict.now), Level::Proved <= *level, "{verdict:?}");
        assert_eq!(
            passed(&verdict.future),
            Level::Proved <= *level,
            "{verdict:?}"
        );
        let stamped = verdict.time_stamp.as_deref().is_some_and(passed);
        assert_eq!(stamped, Level::Proved <= *level, "{verdict:?}");
        let archived = passed(&verdict.archived);
        assert_eq!(archived, *level == Level::Archived, "{verdict:?}");
    }
}

/// Whatever came after each signature is allowed, time stamps and validation data included.
pub(crate) fn changes_are_allowed(world: &World, bytes: &[u8], roots: &[PathBuf]) {
    for verdict in pyhanko(world, bytes, roots).into_iter().flatten() {
        assert!(verdict.intact && verdict.valid, "{verdict:?}");
        let allowed = ["NONE", "LTA_UPDATES", "FORM_FILLING"];
        let level = verdict.modification.as_deref();
        assert!(
            level.is_none_or(|level| allowed.contains(&level)),
            "{verdict:?}"
        );
    }
}
