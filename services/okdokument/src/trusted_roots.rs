//! The roots that the operator trusts when files are verified.

use std::io;
use std::path::{Path, PathBuf};

use pki::reading::FoundCertificate;
use thiserror::Error;

/// Why the setting `trusted_roots` does not do.
#[derive(Debug, Error)]
pub(crate) enum RootsError {
    #[error("trusted_roots: {path} cannot be read")]
    Unreadable {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("trusted_roots: {0} holds no certificate in PEM")]
    Empty(PathBuf),
}

/// The certificates of a PEM file, or of every `.pem`, `.crt` and `.cer` file in a folder; each as DER.
pub(crate) fn read(path: Option<&Path>) -> Result<Vec<Vec<u8>>, RootsError> {
    let Some(path) = path else {
        return Ok(Vec::new());
    };
    let unreadable = |source| RootsError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let mut files = vec![path.to_owned()];
    if path.is_dir() {
        files = std::fs::read_dir(path)
            .map_err(unreadable)?
            .map(|entry| Ok(entry?.path()))
            .collect::<io::Result<Vec<_>>>()
            .map_err(unreadable)?;
        files.retain(|file| is_certificate(file));
        files.sort();
    }
    let mut roots = Vec::new();
    for file in files {
        let pem = std::fs::read(&file).map_err(|source| RootsError::Unreadable {
            path: file.clone(),
            source,
        })?;
        let found = FoundCertificate::from_pem(&pem);
        if found.is_empty() {
            return Err(RootsError::Empty(file));
        }
        roots.extend(found.into_iter().map(|one| one.der));
    }
    Ok(roots)
}

fn is_certificate(file: &Path) -> bool {
    file.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| matches!(extension, "pem" | "crt" | "cer"))
}
