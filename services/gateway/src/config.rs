//! What the gateway is told at start; plain values, read and checked by the program.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use domain::{Clock, MasterSecret};
use ipnet::IpNet;
use secrecy::SecretString;
use url::Url;

/// Settings of one gateway.
#[derive(Clone)]
pub struct Config {
    pub api_addr: SocketAddr,
    pub portal_addr: SocketAddr,
    pub operator_addr: SocketAddr,
    /// Public base of the API, the signing page and the reference.
    pub api_url: Url,
    /// Public base of the portal; the only `Origin` that may write there.
    pub portal_url: Url,
    pub tenant_url: Url,
    pub billing_url: Url,
    pub signing_url: Url,
    /// Where the hot path's counters are; none: in this process.
    pub redis_url: Option<SecretString>,
    pub master: MasterSecret,
    pub operator_password: SecretString,
    /// The portal's built files.
    pub portal_files: PathBuf,
    /// The reference page's built files.
    pub reference_files: PathBuf,
    /// The error pages, `docs/errors/<code>.md`.
    pub error_pages: PathBuf,
    /// Whether purchases go to the sandbox; the portal says so.
    pub sandbox: bool,
    /// Proxies whose word on the caller's address counts.
    pub trusted_proxies: Vec<IpNet>,
    pub limits: Limits,
    pub clock: Arc<dyn Clock>,
}

/// How much one caller may ask for.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Calls a second of one key (spec section 13); a key's own setting wins.
    pub rate_per_second: u32,
    /// Calls at once before the rate counts.
    pub burst: u32,
    /// Largest body in bytes: a file of 10 MB in base64, and room for the fields around it. More where a tenant's files may be larger.
    pub max_body_bytes: u64,
    /// Largest body on the routes that verify a PDF: a file of 25 MB and the form around it.
    pub max_verified_bytes: u64,
    /// Files that one address may have verified on the public page, a minute.
    pub verifications_per_minute: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rate_per_second: 50,
            burst: 100,
            max_body_bytes: 16 * 1024 * 1024,
            max_verified_bytes: 26 * 1024 * 1024,
            verifications_per_minute: 10,
        }
    }
}
