//! The audit log: who did what to what, from where. Written in the transaction of the act.

use std::collections::HashMap;

use domain::{EventId, MemberId, TenantId, Timestamp};
use store_kit::{StoreError, Tx};

use crate::context::Context;
use crate::store::audit_log::{self, AuditRow};
use crate::store::members;

pub(crate) const PAGE: u64 = 50;
const OPERATOR: &str = "operator";

/// Who acts, on which tenant, and from where.
#[derive(Clone, Debug)]
pub(crate) struct Actor {
    pub(crate) tenant: TenantId,
    pub(crate) who: Who,
    pub(crate) from: Option<String>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Who {
    Member(MemberId),
    Operator,
}

/// What was done; as stored and told: never change one.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    TenantCreated,
    SignedIn,
    SignedOut,
    SessionReused,
    ApiActivated,
    ApiSuspended,
    ApiResumed,
    ApiKeyCreated,
    ApiKeyRotated,
    ApiKeyRevoked,
    SettingChanged,
}

impl Act {
    const fn as_str(self) -> &'static str {
        match self {
            Self::TenantCreated => "tenant.created",
            Self::SignedIn => "session.started",
            Self::SignedOut => "session.ended",
            Self::SessionReused => "session.reused",
            Self::ApiActivated => "api.activated",
            Self::ApiSuspended => "api.suspended",
            Self::ApiResumed => "api.resumed",
            Self::ApiKeyCreated => "api_key.created",
            Self::ApiKeyRotated => "api_key.rotated",
            Self::ApiKeyRevoked => "api_key.revoked",
            Self::SettingChanged => "setting.changed",
        }
    }
}

/// One line of the log as its tenant reads it.
#[derive(Clone, Debug)]
pub(crate) struct AuditEntry {
    pub(crate) id: EventId,
    pub(crate) at: Timestamp,
    /// An e-mail address, `operator`, or the id of a member who is gone.
    pub(crate) actor: String,
    pub(crate) act: String,
    pub(crate) subject: String,
    pub(crate) from: Option<String>,
}

/// Writes a line in the caller's transaction.
pub(crate) async fn record(
    tx: &Tx,
    actor: &Actor,
    act: Act,
    subject: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let who = match actor.who {
        Who::Member(member) => member.to_string(),
        Who::Operator => OPERATOR.to_owned(),
    };
    let row = AuditRow {
        id: EventId::generate(),
        tenant_id: actor.tenant,
        at: now,
        actor: who,
        act: act.as_str().to_owned(),
        subject: subject.to_owned(),
        from_address: actor.from.clone(),
    };
    audit_log::insert(&**tx, row).await
}

/// A page of the tenant's log, newest first, and the cursor of the next one.
pub(crate) async fn page(
    ctx: &Context,
    tenant: TenantId,
    cursor: Option<EventId>,
) -> Result<(Vec<AuditEntry>, Option<EventId>), StoreError> {
    let db = ctx.db.reader();
    let mut rows = audit_log::page(db, tenant, cursor, PAGE + 1).await?;
    let more = PAGE < rows.len() as u64;
    rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| more).map(|row| row.id);
    let people: HashMap<String, String> = members::all(db, tenant)
        .await?
        .into_iter()
        .map(|member| (member.id.to_string(), member.email.to_string()))
        .collect();
    let named = |actor: String| people.get(&actor).cloned().unwrap_or(actor);
    let entries = rows
        .into_iter()
        .map(|row| AuditEntry {
            id: row.id,
            at: row.at,
            actor: named(row.actor),
            act: row.act,
            subject: row.subject,
            from: row.from_address,
        })
        .collect();
    Ok((entries, next))
}
