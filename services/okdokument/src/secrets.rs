//! The secrets that an operator gave, or that were made at first start and are kept in the data folder for its owner only.

use std::error::Error;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use domain::{MasterSecret, WeakMasterSecret};
use secrecy::SecretString;
use thiserror::Error;

use crate::settings::Settings;

const MASTER_SECRET_FILE: &str = "master-secret";
const OPERATOR_PASSWORD_FILE: &str = "operator-password";

/// A secret could not be kept or read.
#[derive(Debug, Error)]
pub(crate) enum SecretsError {
    #[error("data_dir: the secret {name} cannot be kept in {folder}")]
    Kept {
        name: &'static str,
        folder: String,
        #[source]
        cause: io::Error,
    },
    #[error(
        "{name}: give it, or say in data_dir where the server keeps its own; there is none in {folder}"
    )]
    Unknown {
        name: &'static str,
        folder: String,
        #[source]
        cause: io::Error,
    },
    #[error("data_dir: {folder} cannot be made")]
    Folder {
        folder: String,
        #[source]
        cause: io::Error,
    },
    #[error("the secret {name} cannot be made: {cause}")]
    NotMade { name: &'static str, cause: String },
    #[error("master_secret")]
    Weak(#[from] WeakMasterSecret),
}

/// Makes the data folder where it is missing: rows, documents and secrets are its owner's alone.
pub(crate) fn make_data_dir(folder: &Path) -> Result<(), SecretsError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(|cause| SecretsError::Folder {
            folder: folder.display().to_string(),
            cause,
        })
}

/// What the services need of secrets.
pub(crate) struct Secrets {
    pub(crate) master: MasterSecret,
    pub(crate) operator_password: SecretString,
}

impl Secrets {
    pub(crate) fn of(settings: &Settings) -> Result<Self, SecretsError> {
        let master = match &settings.master_secret {
            Some(given) => given.clone(),
            None => kept(&settings.data_dir, MASTER_SECRET_FILE, 32)?.into(),
        };
        let operator_password = match &settings.operator_password {
            Some(given) => given.clone(),
            None => kept(&settings.data_dir, OPERATOR_PASSWORD_FILE, 9)?.into(),
        };
        Ok(Self {
            master: MasterSecret::new(master)?,
            operator_password,
        })
    }
}

/// The password of a server that runs with these settings: the one that was given, or the one that its first start made.
pub(crate) fn operator_password(settings: &Settings) -> Result<SecretString, SecretsError> {
    if let Some(given) = &settings.operator_password {
        return Ok(given.clone());
    }
    let folder = &settings.data_dir;
    match fs::read_to_string(folder.join(OPERATOR_PASSWORD_FILE)) {
        Ok(text) => Ok(text.trim().to_owned().into()),
        Err(cause) => Err(SecretsError::Unknown {
            name: "operator_password",
            folder: folder.display().to_string(),
            cause,
        }),
    }
}

/// The secret in `folder/name`; made from `random_bytes` random bytes where there is none.
pub(crate) fn kept(
    folder: &Path,
    name: &'static str,
    random_bytes: usize,
) -> Result<String, SecretsError> {
    kept_or(folder, name, || {
        let random: [u8; 32] = rand::random();
        Ok(hex::encode(random.get(..random_bytes).unwrap_or(&random)))
    })
}

/// The secret in `folder/name`; made by `make` where there is none.
pub(crate) fn kept_or(
    folder: &Path,
    name: &'static str,
    make: impl FnOnce() -> Result<String, Box<dyn Error>>,
) -> Result<String, SecretsError> {
    let failed = |cause| SecretsError::Kept {
        name,
        folder: folder.display().to_string(),
        cause,
    };
    let path = folder.join(name);
    match fs::read_to_string(&path) {
        Ok(text) => return Ok(text.trim().to_owned()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => {}
        Err(e) => return Err(failed(e)),
    }
    let secret = make().map_err(|cause| SecretsError::NotMade {
        name,
        cause: cause.to_string(),
    })?;
    match write_private(&path, &secret) {
        Ok(()) => Ok(secret),
        // Another process of ours was first: its secret is the one.
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => fs::read_to_string(&path)
            .map(|text| text.trim().to_owned())
            .map_err(failed),
        Err(e) => Err(failed(e)),
    }
}

/// Written aside and linked into place, so that no reader ever meets half a secret.
fn write_private(path: &Path, content: &str) -> io::Result<()> {
    let aside = path.with_extension(format!("new-{}", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&aside).and_then(|mut file| {
        file.write_all(content.as_bytes())?;
        file.sync_all()
    });
    let linked = written.and_then(|()| fs::hard_link(&aside, path));
    let removed = fs::remove_file(&aside);
    linked.and(removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_made_once_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let first = kept(folder.path(), "x", 32).unwrap();
        assert_eq!(first.len(), 64);
        assert_eq!(kept(folder.path(), "x", 32).unwrap(), first);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
