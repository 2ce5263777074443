//! API keys in the portal.

use std::time::Duration;

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpResponse, delete, get, post};
use domain::{ApiKeyId, Mode, PublicKeyId, Scope, Timestamp};
use http_kit::caller::Person;
use http_kit::{Caller, Permission, Problem, ProblemBody};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::api_keys::{self, ApiKeyError, IssuedKey, NewKey};
use crate::audit::{Actor, Who};
use crate::context::Context;
use crate::error::unavailable;
use crate::names::KeyName;
use crate::permission::{ManageApiKeys, ReadApiKeys};
use crate::store::api_keys::KeyRow;

/// A key that ends within this time is shown as expiring.
const NOTICE: Duration = Duration::from_hours(14 * 24);

#[derive(Deserialize)]
pub(crate) struct ApiKeysQuery {
    mode: Option<Mode>,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApiKeyIn {
    name: KeyName,
    mode: Mode,
    /// None: all scopes.
    scopes: Option<Vec<Scope>>,
    /// None: the key does not expire.
    expires_at: Option<Timestamp>,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RotationIn {
    /// How long the old key still works; 0 ends it at once.
    #[schema(maximum = 2_592_000)]
    overlap_seconds: u64,
}

/// How a key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ApiKeyState {
    Active,
    /// Rotated, or within two weeks of its end.
    Expiring,
    Expired,
    Revoked,
}

/// What a key's owner sees of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApiKeyView {
    id: ApiKeyId,
    name: String,
    public_id: PublicKeyId,
    mode: Mode,
    scopes: Vec<Scope>,
    last_four: String,
    created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rotated_to: Option<ApiKeyId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_from: Option<String>,
    state: ApiKeyState,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ApiKeyList {
    items: Vec<ApiKeyView>,
}

/// The one answer that shows a key in plain text.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiKeyIssued {
    key: ApiKeyView,
    secret: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ApiKeyRotated {
    key: ApiKeyView,
    secret: String,
    /// The old key with its end.
    old: ApiKeyView,
}

/// The tenant's keys, newest first.
#[utoipa::path(operation_id = "list_api_keys", tag = "portal",
    params(("mode" = Option<Mode>, Query, description = "None: both modes.")),
    responses((status = 200, body = ApiKeyList), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)),
    extensions(("x-okd-permission" = json!(ReadApiKeys::NAME))))]
#[get("/api/tenant/api-keys")]
pub(crate) async fn list_api_keys(
    caller: Caller<ReadApiKeys>,
    ctx: Data<Context>,
    query: Query<ApiKeysQuery>,
) -> Result<Json<ApiKeyList>, Problem> {
    let rows = api_keys::list(&ctx, caller.tenant, query.mode)
        .await
        .map_err(unavailable)?;
    let items = rows
        .into_iter()
        .map(|row| view(row, ctx.now()))
        .collect::<Result<_, _>>()?;
    Ok(Json(ApiKeyList { items }))
}

/// Makes a key; its plain text is in this answer and nowhere else.
#[utoipa::path(operation_id = "create_api_key", tag = "portal",
    request_body = ApiKeyIn,
    responses((status = 201, body = ApiKeyIssued), (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)),
    extensions(("x-okd-permission" = json!(ManageApiKeys::NAME))))]
#[post("/api/tenant/api-keys")]
pub(crate) async fn create_api_key(
    caller: Caller<ManageApiKeys>,
    ctx: Data<Context>,
    body: Json<ApiKeyIn>,
) -> Result<HttpResponse, Problem> {
    let body = body.into_inner();
    let new = NewKey {
        name: body.name,
        mode: body.mode,
        scopes: body.scopes.unwrap_or_else(|| Scope::ALL.to_vec()),
        expires_at: body.expires_at,
    };
    let IssuedKey { row, plain } = api_keys::create(&ctx, &actor(&caller), new).await?;
    Ok(HttpResponse::Created().json(ApiKeyIssued {
        key: view(row, ctx.now())?,
        secret: plain.reveal().to_owned(),
    }))
}

/// Makes a new key with the same rights; the old one works for the overlap.
#[utoipa::path(operation_id = "rotate_api_key", tag = "portal",
    params(("id" = ApiKeyId, Path)), request_body = RotationIn,
    responses((status = 201, body = ApiKeyRotated), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)),
    extensions(("x-okd-permission" = json!(ManageApiKeys::NAME))))]
#[post("/api/tenant/api-keys/{id}/rotations")]
pub(crate) async fn rotate_api_key(
    caller: Caller<ManageApiKeys>,
    ctx: Data<Context>,
    id: Path<ApiKeyId>,
    body: Json<RotationIn>,
) -> Result<HttpResponse, Problem> {
    let overlap = Duration::from_secs(body.overlap_seconds);
    let (IssuedKey { row, plain }, old) =
        api_keys::rotate(&ctx, &actor(&caller), *id, overlap).await?;
    Ok(HttpResponse::Created().json(ApiKeyRotated {
        key: view(row, ctx.now())?,
        secret: plain.reveal().to_owned(),
        old: view(old, ctx.now())?,
    }))
}

/// Ends a key at once.
#[utoipa::path(operation_id = "revoke_api_key", tag = "portal",
    params(("id" = ApiKeyId, Path)),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)),
    extensions(("x-okd-permission" = json!(ManageApiKeys::NAME))))]
#[delete("/api/tenant/api-keys/{id}")]
pub(crate) async fn revoke_api_key(
    caller: Caller<ManageApiKeys>,
    ctx: Data<Context>,
    id: Path<ApiKeyId>,
) -> Result<HttpResponse, Problem> {
    api_keys::revoke(&ctx, &actor(&caller), *id).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn actor<P: Permission<Subject = Person>>(caller: &Caller<P>) -> Actor {
    Actor {
        tenant: caller.tenant,
        who: Who::Member(caller.member),
        from: caller.address().map(str::to_owned),
    }
}

fn view(row: KeyRow, now: Timestamp) -> Result<ApiKeyView, ApiKeyError> {
    Ok(ApiKeyView {
        state: state(&row, now),
        scopes: row.scopes()?,
        id: row.id,
        name: row.name,
        public_id: row.public_id,
        mode: row.mode,
        last_four: row.last_four,
        created_at: row.created_at,
        expires_at: row.expires_at,
        revoked_at: row.revoked_at,
        rotated_to: row.rotated_to,
        last_used_at: row.last_used_at,
        last_used_from: row.last_used_from,
    })
}

fn state(row: &KeyRow, now: Timestamp) -> ApiKeyState {
    if row.revoked_at.is_some() {
        return ApiKeyState::Revoked;
    }
    match row.expires_at {
        Some(end) if end <= now => ApiKeyState::Expired,
        Some(end) if row.rotated_to.is_some() || end <= now.plus(NOTICE) => ApiKeyState::Expiring,
        Some(_) | None => ApiKeyState::Active,
    }
}

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(list_api_keys)
        .service(create_api_key)
        .service(rotate_api_key)
        .service(revoke_api_key);
}
