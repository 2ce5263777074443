//! Sign-ups and their confirmation.

use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, post};
use client_tenant::Done;
use domain::Email;
use http_kit::{Caller, Permission as _, Problem, ProblemBody};
use internal_auth::portal_session::CookieNames;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::me::MeView;
use super::sessions::with_cookies;
use crate::context::Context;
use crate::names::TenantName;
use crate::permission::UseDoors;
use crate::sessions;
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
    /// The one of the sign-up: the link alone makes no account.
    #[schema(value_type = String, format = Password)]
    password: SecretString,
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

/// Confirms the address by the mailed link and the password of the sign-up, and signs in; a second time is as good as once.
#[utoipa::path(operation_id = "confirm_email", tag = "portal",
    request_body = EmailConfirmationIn,
    responses((status = 200, body = MeView), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody)),
    extensions(("x-okd-permission" = json!(UseDoors::NAME))))]
#[post("/api/tenant/email-confirmations")]
pub(crate) async fn confirm_email(
    caller: Caller<UseDoors>,
    ctx: Data<Context>,
    names: Data<CookieNames>,
    body: Json<EmailConfirmationIn>,
) -> Result<HttpResponse, Problem> {
    let EmailConfirmationIn { token, password } = body.into_inner();
    let from = caller.address().map(str::to_owned);
    let email = sign_ups::confirm(&ctx, &token, password.clone(), from.clone()).await?;
    let session = sessions::sign_in(&ctx, &email, password, from).await?;
    Ok(with_cookies(**names, session))
}

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(sign_up).service(confirm_email);
}
