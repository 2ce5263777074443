//! Activation of the API.

use actix_web::post;
use actix_web::web::{Data, Json};
use http_kit::{Caller, Permission as _, Problem, ProblemBody, kind};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::me::MeView;
use crate::audit::{Actor, Who};
use crate::context::Context;
use crate::error::unavailable;
use crate::me;
use crate::permission::ActivateApi;
use crate::public_key::PublicKey;
use crate::tenants::{self, Activation};

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ActivationIn {
    /// The terms that are accepted; must be the current ones.
    #[schema(example = "2026-11")]
    terms_version: String,
    /// Whether raw pointer samples, which may be biometric data, are kept, encrypted to the public key.
    keep_raw_ink: bool,
    /// SPKI in PEM; RSA of 3072 bits or more.
    public_key: String,
}

/// Opens the API. The same activation again answers the same; another one is refused.
#[utoipa::path(operation_id = "activate_api", tag = "portal",
    request_body = ActivationIn,
    responses((status = 200, body = MeView), (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody), (status = 409, body = ProblemBody)),
    extensions(("x-okd-permission" = json!(ActivateApi::NAME))))]
#[post("/api/tenant/activation")]
pub(crate) async fn activate_api(
    caller: Caller<ActivateApi>,
    ctx: Data<Context>,
    body: Json<ActivationIn>,
) -> Result<Json<MeView>, Problem> {
    let body = body.into_inner();
    let activation = Activation {
        terms_version: body.terms_version,
        keep_raw_ink: body.keep_raw_ink,
        public_key: PublicKey::parse(&body.public_key)?,
    };
    let actor = Actor {
        tenant: caller.tenant,
        who: Who::Member(caller.member),
        from: caller.address().map(str::to_owned),
    };
    tenants::activate(&ctx, &actor, activation).await?;
    let me = me::find(&ctx, caller.tenant, caller.member)
        .await
        .map_err(unavailable)?;
    me.map(|me| Json(me.into()))
        .ok_or_else(|| Problem::new(&kind::SESSION_ENDED).detail("Sign in again."))
}

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(activate_api);
}
