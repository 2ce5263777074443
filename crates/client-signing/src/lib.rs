//! What the gateway and billing ask of `signing`, and the words they ask in. The words are `signing`'s own: its routes use these types.

mod heard;
mod operator;

use domain::{
    ChargeId, DocumentId, EventId, Mode, SignatureRequestId, TenantId, Timestamp, Verdict,
};
pub use heard::heard;
pub use operator::{
    OutboxMessage, OutboxMessages, SealingJob, SealingJobState, SealingJobs, SelfCheck, SelfTest,
};
use serde::{Deserialize, Serialize};
pub use service_client::{CallError, Transport};
use utoipa::ToSchema;

/// The response header in which signing tells the gateway its verdict on the create's charge, or `would-register`.
pub const VERDICT_HEADER: &str = "x-okd-verdict";
/// In place of a verdict: the create is sound, and only a unit is missing. Nothing was written.
pub const WOULD_REGISTER: &str = "would-register";
/// On a replay: the charge under which the answer was first given.
pub const FIRST_CHARGE_HEADER: &str = "x-okd-first-charge";

/// The verdict on a charge and what it stands for.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChargeRecord {
    pub charge: ChargeId,
    pub tenant: TenantId,
    pub mode: Mode,
    pub verdict: Verdict,
    pub at: Timestamp,
    pub signature_request_id: Option<SignatureRequestId>,
    pub document_id: Option<DocumentId>,
    /// The signer's link.
    pub url: Option<String>,
    /// The answer the integrator was or would have been given, where it is still kept.
    pub answer: Option<StoredAnswer>,
}

/// An answer as it goes out.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct StoredAnswer {
    pub status: u16,
    pub body: String,
}

/// Whose charge is to be tombstoned.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct Tombstone {
    pub tenant: TenantId,
    pub mode: Mode,
}

/// Charges to look up at once; at most 1,000.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChargeIds {
    pub charges: Vec<ChargeId>,
}

/// Charges and their verdicts; those without one are left out.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Verdicts {
    pub verdicts: Vec<ChargeVerdict>,
}

/// One charge's verdict.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChargeVerdict {
    pub charge: ChargeId,
    pub tenant: TenantId,
    pub mode: Mode,
    pub verdict: Verdict,
}

/// Downloads that a gateway counted and now hands over, once per `drain`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct UsageDrain {
    /// The same on every try: counted once.
    pub drain: EventId,
    pub downloads: Vec<DownloadCount>,
}

/// Downloads of one tenant, mode and month.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DownloadCount {
    pub tenant: TenantId,
    pub mode: Mode,
    /// `2026.5`, the month without leading zero, UTC.
    pub month: String,
    pub count: i64,
}

/// What signing knows for `GET /JSON/counter`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Counters {
    pub stored_files: i64,
    pub deleted_files: i64,
    pub used_signature_requests: i64,
    pub downloaded: i64,
    /// By month (`2026.5`).
    pub downloaded_by_month: std::collections::BTreeMap<String, i64>,
    pub files_by_month: std::collections::BTreeMap<String, i64>,
    pub deleted_by_month: std::collections::BTreeMap<String, i64>,
    pub signature_requests_by_month: std::collections::BTreeMap<String, i64>,
}

/// An acknowledgement without content.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct Done {}

/// Calls `signing`.
#[derive(Clone)]
pub struct SigningClient(Transport);

impl SigningClient {
    pub const fn new(transport: Transport) -> Self {
        Self(transport)
    }

    /// The verdict on a charge; `None`: there is none yet.
    pub async fn charge(
        &self,
        request_id: &str,
        charge: ChargeId,
    ) -> Result<Option<ChargeRecord>, CallError> {
        self.0
            .find(request_id, &format!("/internal/charges/{charge}"))
            .await
    }

    /// The charge under which a signature request was registered.
    pub async fn charge_of_request(
        &self,
        request_id: &str,
        tenant: TenantId,
        mode: Mode,
        id: &SignatureRequestId,
    ) -> Result<Option<ChargeRecord>, CallError> {
        let path = format!("/internal/charges?tenant={tenant}&mode={mode}&signatureRequestId={id}");
        self.0.find(request_id, &path).await
    }

    /// Ends the charge if nothing was recorded for it; the answer is whatever verdict stands now.
    pub async fn tombstone(
        &self,
        request_id: &str,
        charge: ChargeId,
        owner: Tombstone,
    ) -> Result<ChargeRecord, CallError> {
        self.0
            .post(
                request_id,
                &format!("/internal/charges/{charge}/tombstone"),
                &owner,
            )
            .await
    }

    pub async fn verdicts(
        &self,
        request_id: &str,
        charges: Vec<ChargeId>,
    ) -> Result<Verdicts, CallError> {
        self.0
            .post(
                request_id,
                "/internal/charges/verdicts",
                &ChargeIds { charges },
            )
            .await
    }

    /// Registered charges after a charge id, in id order; at most `limit`.
    pub async fn registered_after(
        &self,
        request_id: &str,
        after: Option<ChargeId>,
        limit: u32,
    ) -> Result<Verdicts, CallError> {
        let after = after.map(|id| format!("&after={id}")).unwrap_or_default();
        self.0
            .get(
                request_id,
                &format!("/internal/charges/registered?limit={limit}{after}"),
            )
            .await
    }

    pub async fn drain_usage(
        &self,
        request_id: &str,
        drain: &UsageDrain,
    ) -> Result<Done, CallError> {
        self.0
            .post(request_id, "/internal/usage-drains", drain)
            .await
    }

    pub async fn counters(
        &self,
        request_id: &str,
        tenant: TenantId,
        mode: Mode,
    ) -> Result<Counters, CallError> {
        self.0
            .get(request_id, &format!("/internal/counters/{tenant}/{mode}"))
            .await
    }
}
