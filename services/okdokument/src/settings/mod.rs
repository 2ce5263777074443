//! The settings: defaults in a readable file, then a file, then `OKD_…` variables; judged as a whole before anything starts.

mod load;
mod mail;
mod seals;
mod sms;
mod validate;

use std::net::SocketAddr;
use std::path::PathBuf;

use ipnet::IpNet;
use secrecy::SecretString;
use store_kit::StoreUrl;
use telemetry::TelemetryConfig;
use url::Url;

pub(crate) use load::{DEFAULTS, Raw, read};
pub(crate) use validate::validate;

/// What is wrong with the settings: one line a field, told all at once.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub(crate) struct WrongSettings(pub(crate) Vec<String>);

/// Settings that fit together.
#[derive(Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a setting of its own, and any two go together"
)]
pub(crate) struct Settings {
    pub(crate) data_dir: PathBuf,
    pub(crate) api_addr: SocketAddr,
    pub(crate) portal_addr: SocketAddr,
    pub(crate) operator_addr: SocketAddr,
    pub(crate) sandbox_addr: Option<SocketAddr>,
    pub(crate) metrics_addr: Option<SocketAddr>,
    pub(crate) tenant_addr: SocketAddr,
    pub(crate) billing_addr: SocketAddr,
    pub(crate) signing_addr: SocketAddr,
    pub(crate) api_url: Option<Url>,
    pub(crate) portal_url: Option<Url>,
    pub(crate) sandbox_url: Option<Url>,
    pub(crate) tenant_url: Option<Url>,
    pub(crate) billing_url: Option<Url>,
    pub(crate) signing_url: Option<Url>,
    pub(crate) tenant_store: StoreUrl,
    pub(crate) billing_store: StoreUrl,
    pub(crate) signing_store: StoreUrl,
    pub(crate) redis_url: Option<SecretString>,
    pub(crate) migrate_at_start: bool,
    pub(crate) master_secret: Option<SecretString>,
    pub(crate) operator_password: Option<SecretString>,
    pub(crate) stripe: Option<Stripe>,
    pub(crate) debt: billing::DebtPolicy,
    pub(crate) demo: bool,
    pub(crate) allow_private_callbacks: bool,
    pub(crate) https_only_callbacks: bool,
    pub(crate) seal_files: signing::SealFiles,
    pub(crate) levels: signing::LevelConfig,
    pub(crate) pdf_workers: pdf_worker::Settings,
    /// LibreOffice's program; none: office files are refused.
    pub(crate) converter: Option<PathBuf>,
    pub(crate) signed_uploads: signing::SignedUploads,
    /// None: letters stay in the local outbox.
    pub(crate) mail: Option<::mail::SmtpConfig>,
    /// None: text messages stay in the local outbox.
    pub(crate) sms: Option<::sms::ProviderConfig>,
    pub(crate) trusted_proxies: Vec<IpNet>,
    pub(crate) rate_per_second: u32,
    pub(crate) rate_burst: u32,
    pub(crate) verifications_per_minute: u32,
    /// A PEM file or a folder of them.
    pub(crate) trusted_roots: Option<PathBuf>,
    pub(crate) telemetry: TelemetryConfig,
    pub(crate) files: BuiltFiles,
}

/// Stripe itself, in place of the sandbox.
#[derive(Clone)]
pub(crate) struct Stripe {
    pub(crate) secret_key: SecretString,
    pub(crate) webhook_secret: SecretString,
}

/// What the front-end builds and the documentation put out.
#[derive(Clone)]
pub(crate) struct BuiltFiles {
    pub(crate) portal: PathBuf,
    pub(crate) reference: PathBuf,
    pub(crate) error_pages: PathBuf,
}
