//! Sign-ups and their confirmation.

use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, post};
use client_tenant::Done;
use domain::Email;
use http_kit::{Caller, Permission as _, Problem, ProblemBody};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::context::Context;
use crate::names::TenantName;
use crate::permission::UseDoors;
use crate::sign_ups::{self, NewSignUp};

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignUpIn {
    email: Email,
    #[schema(value_type = String, min_length = 10, max_length = 256, format = Password)]
    password: SecretString,
    tenant_name: TenantName,
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct EmailConfirmationIn {
    /// From the fragment of the mailed link.
    token: String,
}

/// Asks for an account. The answer is the same whether or not the address has one; a mail tells.
#[utoipa::path(operation_id = "sign_up", tag = "portal",
    request_body = SignUpIn,
    responses((status = 202, body = Done), (status = 400, body = ProblemBody)),
    extensions(("x-okd-permission" = json!(UseDoors::NAME))))]
#[post("/api/tenant/sign-ups")]
pub(crate) async fn sign_up(
    _caller: Caller<UseDoors>,
    ctx: Data<Context>,
    body: Json<SignUpIn>,
) -> Result<HttpResponse, Problem> {
    let body = body.into_inner();
    let new = NewSignUp {
        email: body.email,
        password: body.password,
        tenant_name: body.tenant_name,
    };
    sign_ups::sign_up(&ctx, new).await?;
    Ok(HttpResponse::Accepted().json(Done {}))
}

/// Confirms the address by the token of the mailed link; a second time is as good as once.
#[utoipa::path(operation_id = "confirm_email", tag = "portal",
    request_body = EmailConfirmationIn,
    responses((status = 204), (status = 400, body = ProblemBody)),
    extensions(("x-okd-permission" = json!(UseDoors::NAME))))]
#[post("/api/tenant/email-confirmations")]
pub(crate) async fn confirm_email(
    caller: Caller<UseDoors>,
    ctx: Data<Context>,
    body: Json<EmailConfirmationIn>,
) -> Result<HttpResponse, Problem> {
    let from = caller.address().map(str::to_owned);
    sign_ups::confirm(&ctx, &body.token, from).await?;
    Ok(HttpResponse::NoContent().finish())
}

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(sign_up).service(confirm_email);
}
