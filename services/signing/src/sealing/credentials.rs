//! Seals that the operator brought: PKCS#12 files, one for everybody or one a tenant, opened at start and kept in memory.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::{TenantId, Timestamp};
use pki::{Pkcs12Error, SealIdentity, is_self_issued};
use secrecy::SecretString;
use thiserror::Error;

/// A seal's certificate that ends within this time is warned of.
const WARN_BEFORE: Duration = Duration::from_hours(60 * 24);
/// A PKCS#12 file is a few kilobytes.
const MAX_FILE_BYTES: u64 = 1024 * 1024;
const SUFFIX: &str = "p12";
const PASSWORD_SUFFIX: &str = "password";

/// Where the operator's seals are.
#[derive(Clone, Default)]
pub struct SealFiles {
    /// One PKCS#12 file with its password, for every tenant without a seal of its own.
    pub common: Option<(PathBuf, SecretString)>,
    /// A folder with `<tenant id>.p12` and `<tenant id>.password`.
    pub by_tenant: Option<PathBuf>,
}

/// Why a seal of the operator's cannot be used.
#[derive(Debug, Error)]
#[error("{file}")]
pub struct SealFileError {
    file: String,
    #[source]
    cause: SealFileFault,
}

#[derive(Debug, Error)]
enum SealFileFault {
    #[error("it cannot be read")]
    Read(#[from] std::io::Error),
    #[error("it is larger than {MAX_FILE_BYTES} bytes")]
    Size,
    #[error("its name is not a tenant's id")]
    Name,
    #[error(transparent)]
    Open(#[from] Pkcs12Error),
}

/// One seal, told to the operator.
#[derive(Clone, Debug)]
pub struct SealTold {
    /// The tenant, or nothing where it is for all others.
    pub tenant: Option<TenantId>,
    pub subject: String,
    pub key: String,
    pub ends_at: Timestamp,
    /// What will make trouble.
    pub warnings: Vec<String>,
}

/// The operator's seals, opened.
#[derive(Clone, Default)]
pub struct BroughtSeals {
    common: Option<SealIdentity>,
    by_tenant: HashMap<TenantId, SealIdentity>,
}

impl BroughtSeals {
    /// Opens every file; one that does not open stops the start: nobody should be sealed with another's certificate.
    pub fn open(files: &SealFiles) -> Result<Self, SealFileError> {
        let common = files
            .common
            .as_ref()
            .map(|(path, password)| told(path, open(path, password)))
            .transpose()?;
        let mut by_tenant = HashMap::new();
        if let Some(folder) = &files.by_tenant {
            for path in told(folder, listed(folder))? {
                let (tenant, seal) = told(&path, of_tenant(&path))?;
                by_tenant.insert(tenant, seal);
            }
        }
        Ok(Self { common, by_tenant })
    }

    /// The tenant's own, else the one for all, else none: then our authority makes one.
    pub(crate) fn of(&self, tenant: TenantId) -> Option<&SealIdentity> {
        self.by_tenant.get(&tenant).or(self.common.as_ref())
    }

    /// Each with its tenant; the one for all others first.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Option<TenantId>, &SealIdentity)> {
        let common = self.common.iter().map(|seal| (None, seal));
        let own = self.by_tenant.iter().map(|(id, seal)| (Some(*id), seal));
        common.chain(own)
    }

    /// What `okdokument check` says of them.
    pub fn tell(&self, now: Timestamp) -> Vec<SealTold> {
        self.all()
            .map(|(tenant, seal)| SealTold {
                tenant,
                subject: seal.subject(),
                key: seal.key_kind(),
                ends_at: seal.not_after(),
                warnings: warnings(seal, now),
            })
            .collect()
    }
}

fn warnings(seal: &SealIdentity, now: Timestamp) -> Vec<String> {
    let mut found = Vec::new();
    if seal.not_after() < now {
        found.push("its certificate has ended: no reader will take what it seals".to_owned());
    } else if seal.not_after() < now.plus(WARN_BEFORE) {
        found.push("its certificate ends within 60 days".to_owned());
    }
    if !seal.may_sign_documents() {
        found.push(
            "its key usage names neither digitalSignature nor nonRepudiation: readers may refuse it"
                .to_owned(),
        );
    }
    // Where a root signed it itself nothing is missing, but roots do not do that.
    if seal.chain().is_empty() && !is_self_issued(seal.certificate()) {
        found.push(
            "no certificate of its issuer is in the file: readers may not find the way to the root"
                .to_owned(),
        );
    }
    found
}

fn told<T>(file: &Path, outcome: Result<T, SealFileFault>) -> Result<T, SealFileError> {
    outcome.map_err(|cause| SealFileError {
        file: file.display().to_string(),
        cause,
    })
}

fn open(path: &Path, password: &SecretString) -> Result<SealIdentity, SealFileFault> {
    if MAX_FILE_BYTES < std::fs::metadata(path)?.len() {
        return Err(SealFileFault::Size);
    }
    Ok(SealIdentity::from_pkcs12(&std::fs::read(path)?, password)?)
}

fn listed(folder: &Path) -> Result<Vec<PathBuf>, SealFileFault> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|suffix| suffix == SUFFIX) {
            files.push(path);
        }
    }
    Ok(files)
}

fn of_tenant(path: &Path) -> Result<(TenantId, SealIdentity), SealFileFault> {
    let tenant = path
        .file_stem()
        .and_then(|name| name.to_str()?.parse().ok())
        .ok_or(SealFileFault::Name)?;
    let password = std::fs::read_to_string(path.with_extension(PASSWORD_SUFFIX))?;
    let password = SecretString::from(password.trim_end_matches(['\r', '\n']));
    Ok((tenant, open(path, &password)?))
}
