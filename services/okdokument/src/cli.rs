//! The command line.

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use migrations::{billing::BillingMigrator, signing::SigningMigrator, tenant::TenantMigrator};
use office_converter::{Confinement, Converter};
use store_kit::Db;

use crate::secrets::Secrets;
use crate::settings::{self, Settings};
use crate::{evidence, openapi, operator, pdf_workers, seals, secrets, serve, signing_config};

/// E-signatures by API, sold by the request.
#[derive(Parser)]
#[command(version)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts the services and serves until Ctrl-C.
    Serve {
        /// Only these, separated by commas; all of them when left out.
        #[arg(long, value_delimiter = ',')]
        only: Vec<Role>,
        /// A file of settings; variables OKD_… win over it.
        #[arg(long)]
        config: Option<PathBuf>,
    },
    /// Brings every service's tables up to date.
    Migrate {
        #[arg(long)]
        config: Option<PathBuf>,
    },
    /// Judges the settings and asks every store whether it answers.
    Check {
        #[arg(long)]
        config: Option<PathBuf>,
    },
    /// Prints the defaults, documented.
    Config,
    /// Writes every service's `OpenAPI` document into a folder.
    Openapi {
        #[arg(long, default_value = "openapi")]
        out: PathBuf,
    },
    /// Seals of tenants.
    Seal {
        #[command(subcommand)]
        command: seals::Command,
    },
    /// Asks and tells a running server on its operator surface.
    Operator {
        #[command(subcommand)]
        command: operator::Command,
    },
    /// Reads the evidence in a signed PDF's signatures, with the tenant's private key; needs no server.
    Evidence {
        #[command(subcommand)]
        act: evidence::Act,
    },
    /// What this program starts of itself to work on PDFs; of no use by hand.
    #[command(name = pdf_workers::COMMAND, hide = true)]
    PdfWorker,
}

impl Arguments {
    pub(crate) const fn is_pdf_worker(&self) -> bool {
        matches!(self.command, Command::PdfWorker)
    }
}

/// A part that can run in a process of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    Gateway,
    Tenant,
    Billing,
    Signing,
    Sandbox,
}

impl Role {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Tenant => "tenant",
            Self::Billing => "billing",
            Self::Signing => "signing",
            Self::Sandbox => "sandbox",
        }
    }

    pub(crate) const ALL: [Self; 5] = [
        Self::Gateway,
        Self::Tenant,
        Self::Billing,
        Self::Signing,
        Self::Sandbox,
    ];
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    match arguments.command {
        Command::Serve { only, config } => {
            let settings = settings::validate(&settings::read(config.as_deref())?)?;
            let roles = if only.is_empty() {
                Role::ALL.to_vec()
            } else {
                only
            };
            serve::serve(settings, &roles).await
        }
        Command::Migrate { config } => {
            let settings = settings::validate(&settings::read(config.as_deref())?)?;
            migrate(&settings).await
        }
        Command::Check { config } => {
            let settings = settings::validate(&settings::read(config.as_deref())?)?;
            check(&settings).await
        }
        Command::Config => Ok(write!(std::io::stdout(), "{}", settings::DEFAULTS)?),
        Command::Openapi { out } => openapi::write(&out),
        Command::Seal { command } => seals::run(command).await,
        Command::Operator { command } => operator::run(command).await,
        Command::Evidence { act } => evidence::run(&act).await,
        Command::PdfWorker => Err("a PDF worker is started by the program itself".into()),
    }
}

async fn migrate(settings: &Settings) -> Result<(), Box<dyn Error>> {
    secrets::make_data_dir(&settings.data_dir)?;
    Db::connect(&settings.tenant_store, "tenant")
        .await?
        .migrate::<TenantMigrator>()
        .await?;
    Db::connect(&settings.billing_store, "billing")
        .await?
        .migrate::<BillingMigrator>()
        .await?;
    Db::connect(&settings.signing_store, "signing")
        .await?
        .migrate::<SigningMigrator>()
        .await?;
    Ok(writeln!(
        std::io::stdout(),
        "tenant, billing and signing are up to date"
    )?)
}

/// Whether Word and Excel files can be taken.
async fn converter(settings: &Settings) -> Result<String, Box<dyn Error>> {
    let Some(found) = signing_config::converter(settings) else {
        return Ok("converter: none; Word and Excel files are refused".to_owned());
    };
    let converter = Converter::new(found);
    let program = converter.version().await?.to_owned();
    Ok(match converter.confinement().await? {
        Confinement::Complete => format!("converter: {program}, in a complete jail"),
        Confinement::Incomplete { missing } => {
            format!("converter: {program}, in a jail without {missing}")
        }
    })
}

async fn check(settings: &Settings) -> Result<(), Box<dyn Error>> {
    secrets::make_data_dir(&settings.data_dir)?;
    let mut out = std::io::stdout();
    writeln!(out, "settings: fit together")?;
    for (service, store) in [
        ("tenant", &settings.tenant_store),
        ("billing", &settings.billing_store),
        ("signing", &settings.signing_store),
    ] {
        Db::connect(store, service).await?.ping().await?;
        writeln!(out, "{service}: its store answers")?;
    }
    for line in seals::told(settings)? {
        writeln!(out, "{line}")?;
    }
    let told = pdf_workers::check(&settings.pdf_workers).await?;
    writeln!(out, "PDF workers: {told}")?;
    writeln!(out, "{}", converter(settings).await?)?;
    try_sealing(settings, &mut out).await?;
    for (name, folder) in [
        ("portal_files", &settings.files.portal),
        ("reference_files", &settings.files.reference),
    ] {
        let state = if folder.join("index.html").is_file() {
            "built"
        } else {
            "not built; run `make run`, which builds them"
        };
        writeln!(out, "{name}: {state}")?;
    }
    Ok(())
}

/// Tries what sealing needs, where the program has been started before: only then is there a key.
async fn try_sealing(settings: &Settings, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    service_client::choose_tls();
    let secrets = Secrets::of(settings)?;
    let api_url = serve::api_url(settings);
    let mut config = signing_config::of(settings, &secrets, &api_url)?;
    config.migrate = false;
    let found = match signing::check(&config).await {
        Ok(found) => found,
        Err(error) => {
            let why = crate::chain(&error);
            return Ok(writeln!(
                out,
                "sealing: not tried, since it was never started here ({why})"
            )?);
        }
    };
    for check in &found.checks {
        let told = if check.passed { "" } else { "FAILED: " };
        writeln!(out, "{}: {told}{}", check.name, check.detail)?;
    }
    match found.checks.iter().find(|check| !check.passed) {
        Some(failed) => Err(format!("the self-test of {} failed", failed.name).into()),
        None => Ok(()),
    }
}
