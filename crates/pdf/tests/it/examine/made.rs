//! Files that pyHanko makes for the tests.

use std::path::{Path, PathBuf};
use std::process::Command;

use pdf::sample;
use pki::reading::FoundCertificate;

use crate::oracle;
use crate::world::{World, form, ingested};

/// The root that pyHanko's certificates chain to.
pub(super) struct Root {
    pub(super) pem: PathBuf,
    pub(super) der: Vec<u8>,
}

/// Files by their names.
pub(super) type Files = Vec<(String, Vec<u8>)>;

/// None where pyHanko is not installed, which is said.
pub(super) fn by_pyhanko(world: &World) -> Option<(Files, Root)> {
    let python = oracle::python()?;
    let folder = world.path("made");
    std::fs::create_dir_all(&folder).unwrap();
    let contract = world.write(
        "contract.pdf",
        &ingested(&sample::contract("Service agreement")),
    );
    let form = world.write("form.pdf", &ingested(&form()));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/honest.py");
    let output = Command::new(python)
        .arg(script)
        .args([&contract, &form, &folder])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "pdf"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    let pem = folder.join("root.pem");
    let der = certificate(&std::fs::read(&pem).unwrap());
    Some((files, Root { pem, der }))
}

fn certificate(pem: &[u8]) -> Vec<u8> {
    let found = FoundCertificate::from_pem(pem);
    found.first().unwrap().der.clone()
}
