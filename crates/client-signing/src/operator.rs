//! What the operator's surface asks of `signing`: documents that wait for their seal, and whether what sealing needs works.

use domain::{DocumentId, EventId, Mode, TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Documents that wait for their seal.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SealingJobs {
    /// All of them, listed here or not.
    pub waiting: u64,
    pub oldest_submitted_at: Option<Timestamp>,
    /// The oldest first, at most 200.
    pub items: Vec<SealingJob>,
}

/// One document that waits for its seal.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SealingJob {
    pub id: EventId,
    pub tenant: TenantId,
    pub mode: Mode,
    pub document_id: DocumentId,
    pub state: SealingJobState,
    pub submitted_at: Timestamp,
    pub tries: i32,
    /// `store`, `key`, `engine`, `evidence`, `document`, `check`, `altered` or `authority`; of the last try that failed.
    pub reason: Option<String>,
    /// The error of that try with its causes.
    pub detail: Option<String>,
    pub failed_at: Option<Timestamp>,
    /// Of a job that runs: when another try may begin if this one has died.
    pub next_try_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SealingJobState {
    Waiting,
    Running,
    Failed,
}

impl SealingJobState {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Failed => "failed",
        }
    }
}

/// What was found when the things that sealing needs were last tried.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct SelfTest {
    pub checks: Vec<SelfCheck>,
}

/// One thing that was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SelfCheck {
    /// Such as `seal`.
    pub name: String,
    pub passed: bool,
    /// One sentence: what works, or what is wrong.
    pub detail: String,
    pub at: Timestamp,
}

/// What was written to people lately, newest first.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct OutboxMessages {
    /// At most 50.
    pub items: Vec<OutboxMessage>,
}

/// One letter or text message. Has no `Debug`: it may hold a link or a code.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OutboxMessage {
    pub id: EventId,
    pub tenant: TenantId,
    pub mode: Mode,
    pub document_id: DocumentId,
    /// `email` or `sms`.
    pub channel: String,
    /// In words.
    pub kind: String,
    /// An address or a phone number.
    pub to: String,
    pub subject: String,
    /// Empty once the message was sent or given up: its content is erased then.
    pub text: String,
    pub html: String,
    /// `kept` where this server sends nothing, else `waiting`, `sent` or `failed`.
    pub state: String,
    pub tries: i32,
    /// Of the last try that failed.
    pub last_error: Option<String>,
    pub created_at: Timestamp,
}
