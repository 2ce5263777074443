//! What other services ask of `tenant`, and the words they ask it in. The words are `tenant`'s own: its routes use these types.

use domain::{
    ApiKeyId, ApiState, Email, MessageId, Mode, PublicKeyId, Scope, TenantId, TenantSlug, Timestamp,
};
use serde::{Deserialize, Serialize};
pub use service_client::{CallError, Transport};
use utoipa::ToSchema;

/// All that the gateway must know to judge a presented key by itself.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyRecord {
    pub key: ApiKeyId,
    pub public_id: PublicKeyId,
    pub tenant: TenantId,
    pub slug: TenantSlug,
    pub mode: Mode,
    pub scopes: Vec<Scope>,
    /// Keyed hash of the whole key, 64 hex digits.
    pub hash: String,
    pub pepper_version: i32,
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub api: ApiState,
    /// Addresses or CIDR ranges; empty: any.
    pub allow_list: Vec<String>,
    /// Calls a second, of the key or else of its tenant; none: the gateway's own.
    pub rate_per_second: Option<u32>,
    /// Calls at once, likewise.
    #[serde(default)]
    pub burst: Option<u32>,
    /// The tenant's largest decoded file in bytes; none: from an older program.
    #[serde(default)]
    pub max_file_bytes: Option<u32>,
}

/// What changed since a position of the feed, in commit order.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyChanges {
    /// Where to go on; the head of the feed when nothing more is known.
    pub position: i64,
    /// Whether more changes wait behind `position`.
    pub more: bool,
    /// Tenants whose keys or API state changed: forget what is cached of them.
    pub tenants: Vec<TenantId>,
}

/// The last time a key was used, as one gateway saw it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyUse {
    pub key: ApiKeyId,
    pub at: Timestamp,
    pub address: String,
}

/// A batch of uses; later ones win.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct KeyUses {
    pub uses: Vec<KeyUse>,
}

/// The demo tenant of the embedded default, made or found again.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DemoTenant {
    pub email: String,
    pub password: String,
    /// A whole test key in plain text; made by the starter, stored as a hash.
    pub test_key: String,
    pub public_key: String,
}

/// A mail, as the operator surface shows it. Has no `Debug`: it may hold a link that confirms an address.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageView {
    pub id: MessageId,
    pub to: Email,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub created_at: Timestamp,
    /// `kept` where this server sends nothing, else `waiting`, `sent` or `failed`. What it says is erased once it is sent or failed.
    pub state: String,
    pub tries: i32,
    /// Of the last try that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
}

/// Mail, newest first.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct Messages {
    pub items: Vec<MessageView>,
    /// Where older mail goes on; none: this was all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<MessageId>,
}

/// Settings of a tenant or a key, as the operator is shown them.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SettingsView {
    /// Whose they are.
    pub title: String,
    pub items: Vec<SettingView>,
}

/// One setting as it stands.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SettingView {
    pub name: String,
    pub value: String,
    /// In force where nothing was set.
    pub default: String,
    /// What may be written.
    pub wants: String,
    pub meaning: String,
}

/// What an operator sets; all of it, or nothing.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SettingsPatch {
    pub set: Vec<SettingIn>,
}

/// A value for a setting; `default` takes it back.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SettingIn {
    pub name: String,
    pub value: String,
}

/// An acknowledgement without content.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub struct Done {}

/// Calls `tenant`.
#[derive(Clone)]
pub struct TenantClient(Transport);

impl TenantClient {
    pub const fn new(transport: Transport) -> Self {
        Self(transport)
    }

    /// The record of a presented key; `None`: there is no such key.
    pub async fn api_key(
        &self,
        request_id: &str,
        key: &PublicKeyId,
    ) -> Result<Option<KeyRecord>, CallError> {
        self.0
            .find(request_id, &format!("/internal/api-keys/{key}"))
            .await
    }

    /// The change feed after a position; -1 asks for the head only.
    pub async fn api_key_changes(
        &self,
        request_id: &str,
        after: i64,
    ) -> Result<KeyChanges, CallError> {
        self.0
            .get(
                request_id,
                &format!("/internal/api-keys/changes?after={after}"),
            )
            .await
    }

    pub async fn record_uses(
        &self,
        request_id: &str,
        uses: Vec<KeyUse>,
    ) -> Result<Done, CallError> {
        self.0
            .post(request_id, "/internal/api-key-uses", &KeyUses { uses })
            .await
    }

    pub async fn put_demo(&self, request_id: &str, demo: &DemoTenant) -> Result<Done, CallError> {
        self.0
            .put(request_id, "/internal/operator/demo", demo)
            .await
    }

    /// Mail of the local outbox behind a cursor, newest first.
    pub async fn messages(
        &self,
        request_id: &str,
        cursor: Option<MessageId>,
    ) -> Result<Messages, CallError> {
        let query = cursor.map_or_else(String::new, |cursor| format!("?cursor={cursor}"));
        self.0
            .get(request_id, &format!("/internal/operator/messages{query}"))
            .await
    }
}
