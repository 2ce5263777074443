//! What other services ask: keys, their changes and uses, and whether we are well.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{get, post};
use client_tenant::{Done, KeyChanges, KeyRecord, KeyUses};
use domain::PublicKeyId;
use http_kit::{Caller, Permission as _, Problem, ProblemBody, kind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::api_keys;
use crate::context::Context;
use crate::error::unavailable;
use crate::permission::{CheckApiKeys, RecordKeyUses};

/// The most uses of one batch.
const MAX_USES: usize = 1_000;

#[derive(Deserialize)]
pub(crate) struct KeyChangesQuery {
    /// The last position that was read; negative: only the head is wanted.
    after: i64,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    service: &'static str,
    version: &'static str,
}

/// What changed behind a position, in commit order.
#[utoipa::path(operation_id = "list_key_changes", tag = "internal",
    params(("after" = i64, Query, description = "The last position that was read; negative: only the head is wanted.")),
    responses((status = 200, body = KeyChanges), (status = 403, body = ProblemBody)),
    extensions(("x-okd-permission" = json!(CheckApiKeys::NAME))))]
#[get("/internal/api-keys/changes")]
pub(crate) async fn list_key_changes(
    _caller: Caller<CheckApiKeys>,
    ctx: Data<Context>,
    query: Query<KeyChangesQuery>,
) -> Result<Json<KeyChanges>, Problem> {
    let changes = api_keys::changes(&ctx, query.after)
        .await
        .map_err(unavailable)?;
    Ok(Json(changes))
}

/// The record of a presented key, also of a revoked or expired one.
#[utoipa::path(operation_id = "get_key_record", tag = "internal",
    params(("publicId" = PublicKeyId, Path)),
    responses((status = 200, body = KeyRecord), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)),
    extensions(("x-okd-permission" = json!(CheckApiKeys::NAME))))]
#[get("/internal/api-keys/{publicId}")]
pub(crate) async fn get_key_record(
    _caller: Caller<CheckApiKeys>,
    ctx: Data<Context>,
    public_id: Path<PublicKeyId>,
) -> Result<Json<KeyRecord>, Problem> {
    Ok(Json(api_keys::record(&ctx, &public_id).await?))
}

/// Notes when and where keys were used; later notes win.
#[utoipa::path(operation_id = "record_key_uses", tag = "internal",
    request_body = KeyUses,
    responses((status = 200, body = Done), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody)),
    extensions(("x-okd-permission" = json!(RecordKeyUses::NAME))))]
#[post("/internal/api-key-uses")]
pub(crate) async fn record_key_uses(
    _caller: Caller<RecordKeyUses>,
    ctx: Data<Context>,
    body: Json<KeyUses>,
) -> Result<Json<Done>, Problem> {
    if MAX_USES < body.uses.len() {
        return Err(Problem::new(&kind::INVALID_FIELD)
            .value(MAX_USES)
            .detail("Send fewer uses in one batch."));
    }
    api_keys::record_uses(&ctx, body.into_inner().uses)
        .await
        .map_err(unavailable)?;
    Ok(Json(Done {}))
}

/// Whether the store answers. Open to probes without a token.
#[utoipa::path(operation_id = "get_tenant_health", tag = "internal",
    responses((status = 200, body = Health), (status = 503, body = ProblemBody)),
    extensions(("x-okd-permission" = json!("public"))))]
#[get("/internal/health")]
pub(crate) async fn get_health(ctx: Data<Context>) -> Result<Json<Health>, Problem> {
    ctx.db.ping().await.map_err(unavailable)?;
    Ok(Json(Health {
        service: "tenant",
        version: env!("CARGO_PKG_VERSION"),
    }))
}

pub(super) fn configure(config: &mut ServiceConfig) {
    // The feed before the look-up: its path would be taken for a public id.
    config
        .service(list_key_changes)
        .service(get_key_record)
        .service(record_key_uses)
        .service(get_health);
}
