//! The tenant's audit log.

use actix_web::get;
use actix_web::web::{Data, Json, Query};
use domain::{EventId, Timestamp};
use http_kit::{Caller, Permission as _, Problem, ProblemBody};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::audit::{self, AuditEntry};
use crate::context::Context;
use crate::error::unavailable;
use crate::permission::ReadAuditLog;

#[derive(Deserialize)]
pub(crate) struct AuditLogQuery {
    /// From `next` of the page before.
    cursor: Option<EventId>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct AuditEntryView {
    id: EventId,
    at: Timestamp,
    /// An e-mail address, `operator`, or the id of a member who is gone.
    actor: String,
    act: String,
    subject: String,
    /// The address the call came from.
    from: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct AuditLogPage {
    items: Vec<AuditEntryView>,
    /// Where older entries go on; none: this was all.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<EventId>,
}

impl From<AuditEntry> for AuditEntryView {
    fn from(entry: AuditEntry) -> Self {
        Self {
            id: entry.id,
            at: entry.at,
            actor: entry.actor,
            act: entry.act,
            subject: entry.subject,
            from: entry.from,
        }
    }
}

/// Who did what to what, from where; newest first.
#[utoipa::path(operation_id = "list_audit_log", tag = "portal",
    params(("cursor" = Option<EventId>, Query, description = "From `next` of the page before.")),
    responses((status = 200, body = AuditLogPage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)),
    extensions(("x-okd-permission" = json!(ReadAuditLog::NAME))))]
#[get("/api/tenant/audit-log")]
pub(crate) async fn list_audit_log(
    caller: Caller<ReadAuditLog>,
    ctx: Data<Context>,
    query: Query<AuditLogQuery>,
) -> Result<Json<AuditLogPage>, Problem> {
    let (entries, next) = audit::page(&ctx, caller.tenant, query.cursor)
        .await
        .map_err(unavailable)?;
    Ok(Json(AuditLogPage {
        items: entries.into_iter().map(AuditEntryView::from).collect(),
        next,
    }))
}

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_audit_log);
}
