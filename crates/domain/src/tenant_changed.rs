//! The one event that tenant tells the others: a tenant as it now is.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{EventId, TenantId, TenantSlug, Timestamp};

/// The largest decoded file of a tenant that has no setting of its own: 10 MB (spec section 1).
pub const DEFAULT_MAX_FILE_BYTES: i64 = 10_000_000;

/// For how many days a signed document is kept where the tenant has no setting of its own (spec section 13).
pub const DEFAULT_KEEP_SIGNED_DAYS: u32 = 10;
/// As [`DEFAULT_KEEP_SIGNED_DAYS`], for one that nobody signed.
pub const DEFAULT_KEEP_UNSIGNED_DAYS: u32 = 30;
/// Languages of mail, text messages and the signing page (spec section 4).
pub const LANGUAGES: [&str; 8] = ["sk", "cs", "en", "ro", "uk", "pl", "pt", "hu"];

/// A tenant's state as other services keep a copy of it. A receiver keeps the highest `version` and drops the rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TenantChanged {
    pub event: EventId,
    pub tenant: TenantId,
    /// Counts up with every change of the tenant.
    pub version: i64,
    pub slug: TenantSlug,
    pub name: String,
    pub api: ApiState,
    /// When the API was activated for the first time; opens the trial.
    pub activated_at: Option<Timestamp>,
    pub keep_raw_ink: bool,
    /// SPKI, PEM; what signature data is encrypted to.
    pub public_key: Option<String>,
    /// IANA name, such as `Europe/Bratislava`.
    pub zone: String,
    /// Two letters; language of mail and signing page where a request names none.
    pub lang: String,
    /// Largest decoded file in bytes.
    pub max_file_bytes: i64,
    /// The defaults, where an older program tells.
    #[serde(default)]
    pub settings: TenantSettings,
}

/// What an operator set for a tenant, as far as other services act on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct TenantSettings {
    pub keep_signed_days: u32,
    pub keep_unsigned_days: u32,
    /// Whether codes may be sent by text message.
    pub sms: bool,
    /// Whether the address of a callback must be https.
    pub https_callbacks_only: bool,
    /// Hosts whose pages may frame the signing page: host sources of the Content Security Policy.
    pub frame_hosts: Vec<String>,
    /// Whether debt keeps the tenant from new signature requests; none: as the server's settings say.
    pub debt_blocks: Option<bool>,
    /// Whether a purchase pays debt with its units first; none: as the server's settings say.
    pub purchase_pays_debt: Option<bool>,
}

impl Default for TenantSettings {
    fn default() -> Self {
        Self {
            keep_signed_days: DEFAULT_KEEP_SIGNED_DAYS,
            keep_unsigned_days: DEFAULT_KEEP_UNSIGNED_DAYS,
            sms: false,
            https_callbacks_only: false,
            frame_hosts: Vec::new(),
            debt_blocks: None,
            purchase_pays_debt: None,
        }
    }
}

/// Whether a tenant's keys may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ApiState {
    Inactive,
    Active,
    Suspended,
}
