//! What the operator is told of seals, and the command that takes them back.

use std::error::Error;
use std::io::Write as _;
use std::path::PathBuf;

use clap::Subcommand;
use domain::{Clock, SystemClock, TenantId};
use pki::RevocationReason;
use signing::{BroughtSeals, Level, SealConfig, SealFileError};

use crate::settings::{self, Settings};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Puts every seal that our authority made for a tenant on the revocation list; its next document gets a new one.
    Revoke {
        tenant: TenantId,
        /// unspecified, key-compromise, affiliation-changed, superseded or cessation-of-operation.
        #[arg(long, default_value_t = RevocationReason::Unspecified)]
        reason: RevocationReason,
        #[arg(long)]
        config: Option<PathBuf>,
    },
}

pub(crate) async fn run(command: Command) -> Result<(), Box<dyn Error>> {
    let Command::Revoke {
        tenant,
        reason,
        config,
    } = command;
    let settings = settings::validate(&settings::read(config.as_deref())?)?;
    let revoked =
        signing::revoke_seals(&settings.signing_store, tenant, reason, SystemClock.now()).await?;
    let mut out = std::io::stdout();
    writeln!(
        out,
        "{revoked} seals of {tenant} are on the revocation list"
    )?;
    Ok(())
}

/// What signing is told of seals; every file of the operator's is opened.
pub(crate) fn config(settings: &Settings) -> Result<SealConfig, SealFileError> {
    Ok(SealConfig {
        brought: BroughtSeals::open(&settings.seal_files)?,
        levels: settings.levels.clone(),
    })
}

/// One line a fact, for `okdokument check`.
pub(crate) fn told(settings: &Settings) -> Result<Vec<String>, Box<dyn Error>> {
    let seals = BroughtSeals::open(&settings.seal_files)?;
    let mut lines = Vec::new();
    for seal in seals.tell(SystemClock.now()) {
        let whose = seal
            .tenant
            .map_or_else(|| "all tenants".to_owned(), |id| id.to_string());
        let ends = seal.ends_at.to_jiff().strftime("%Y-%m-%d");
        lines.push(format!(
            "seal of {whose}: {}, {}, ends {ends}",
            seal.subject, seal.key
        ));
        let warned = seal.warnings.iter();
        lines.extend(warned.map(|warning| format!("seal of {whose}: WARNING: {warning}")));
    }
    if settings.seal_files.common.is_none() {
        lines.push("seals: by our own authority where none was brought".to_owned());
    }
    lines.push(match (&settings.levels.time_stamps, settings.levels.level) {
        (Some(stamps), level) => format!(
            "seal level: {level}, time stamps from {}{}",
            stamps.url.host_str().unwrap_or_default(),
            if stamps.roots.is_empty() {
                "; WARNING: no time_stamp_roots, so whoever answers there is believed"
            } else {
                ""
            }
        ),
        (None, _) => format!(
            "seal level: {}, without time stamps: seals can be judged only while their certificates are valid",
            Level::BB
        ),
    });
    Ok(lines)
}
