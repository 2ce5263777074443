//! The one event that tenant tells the others: a tenant as it now is.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{EventId, TenantId, TenantSlug, Timestamp};

/// The largest decoded file of a tenant that has no setting of its own: 10 MB (spec section 1).
pub const DEFAULT_MAX_FILE_BYTES: i64 = 10_000_000;

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
}

/// Whether a tenant's keys may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ApiState {
    Inactive,
    Active,
    Suspended,
}
