//! The member who is signed in.

use actix_web::get;
use actix_web::web::{Data, Json};
use domain::{ApiState, Email, MemberId, Role, TenantId, TenantSlug, Timestamp};
use http_kit::{Caller, Permission as _, Problem, ProblemBody, kind};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::context::Context;
use crate::error::unavailable;
use crate::me::{self, Me};
use crate::permission::ReadOwnTenant;

/// Who is signed in, and their tenant.
#[derive(Serialize, ToSchema)]
#[schema(as = Me)]
pub(crate) struct MeView {
    member: MemberView,
    tenant: TenantView,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct MemberView {
    id: MemberId,
    email: Email,
    role: Role,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TenantView {
    id: TenantId,
    name: String,
    slug: TenantSlug,
    api_state: ApiState,
    keep_raw_ink: bool,
    /// IANA name, such as `Europe/Bratislava`.
    zone: String,
    lang: String,
    created_at: Timestamp,
}

impl From<Me> for MeView {
    fn from(me: Me) -> Self {
        Self {
            member: MemberView {
                id: me.member.id,
                email: me.member.email,
                role: me.member.role,
            },
            tenant: TenantView {
                id: me.tenant.id,
                name: me.tenant.name,
                slug: me.tenant.slug,
                api_state: me.tenant.api,
                keep_raw_ink: me.tenant.keep_raw_ink,
                zone: me.settings.zone.as_str().to_owned(),
                lang: me.settings.language.as_str().to_owned(),
                created_at: me.tenant.created_at,
            },
        }
    }
}

/// The member and the tenant as they are now.
#[utoipa::path(operation_id = "get_me", tag = "portal",
    responses((status = 200, body = MeView), (status = 401, body = ProblemBody)),
    extensions(("x-okd-permission" = json!(ReadOwnTenant::NAME))))]
#[get("/api/tenant/me")]
pub(crate) async fn get_me(
    caller: Caller<ReadOwnTenant>,
    ctx: Data<Context>,
) -> Result<Json<MeView>, Problem> {
    let me = me::find(&ctx, caller.tenant, caller.member)
        .await
        .map_err(unavailable)?;
    me.map(|me| Json(me.into()))
        .ok_or_else(|| Problem::new(&kind::SESSION_ENDED).detail("Sign in again."))
}

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(get_me);
}
