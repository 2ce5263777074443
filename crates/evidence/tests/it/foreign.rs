//! The recipes of `docs/guides/evidence.md`, run as they stand there: OpenSSL alone, and a JOSE library.

use std::path::{Path, PathBuf};
use std::process::Command;

use evidence::Evidence;

use crate::sample;

/// The fenced block of the guide that holds this word.
fn recipe(word: &str) -> String {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guides/evidence.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let block = guide
        .split("```")
        .skip(1)
        .step_by(2)
        .find(|block| block.contains(word));
    block.unwrap().split_once('\n').unwrap().1.to_owned()
}

fn sealed_in(folder: &Path) -> Evidence {
    let (public, _) = sample::pair(folder);
    let evidence = sample::evidence();
    let sealed = evidence::seal(&evidence, &public, &mut rand::rng()).unwrap();
    std::fs::write(folder.join("evidence-1.jwe"), sealed).unwrap();
    evidence
}

fn found_in(folder: &Path) -> Evidence {
    serde_json::from_slice(&std::fs::read(folder.join("evidence-1.json")).unwrap()).unwrap()
}

#[test]
fn openssl_alone_shows_what_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let evidence = sealed_in(folder.path());
    let done = Command::new("bash")
        .args(["-euc", &recipe("openssl pkeyutl")])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
    assert!(String::from_utf8_lossy(&done.stdout).contains("\"RSA-OAEP-256\""));
    assert_eq!(found_in(folder.path()), evidence);
}

#[test]
fn a_jose_library_opens_it() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let evidence = sealed_in(folder.path());
    let done = Command::new(python)
        .args(["-c", &recipe("jwcrypto import")])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
    assert_eq!(found_in(folder.path()), evidence);
}

/// The Python that `infra/dev/tools.sh` made; where it must be there, its absence fails the test.
fn python() -> Option<PathBuf> {
    let named = std::env::var_os("OKD_PYHANKO").map(PathBuf::from);
    let usual =
        std::env::home_dir().map(|home| home.join(".cache/okdokument/tools/pyhanko/bin/python"));
    let python = named
        .map(|path| path.with_file_name("python"))
        .into_iter()
        .chain(usual)
        .find(|path| path.exists());
    let required = std::env::var_os("OKD_ORACLES").is_some_and(|value| value == "required");
    assert!(python.is_some() || !required, "no Python with jwcrypto");
    python
}
