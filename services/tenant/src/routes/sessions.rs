//! Portal sessions: sign in, refresh, sign out.

use actix_web::http::header::SET_COOKIE;
use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse, delete, post};
use domain::Email;
use http_kit::{Caller, Permission as _, Problem, ProblemBody};
use internal_auth::portal_session::CookieNames;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::cookies;
use super::me::MeView;
use crate::context::Context;
use crate::error::unavailable;
use crate::permission::UseDoors;
use crate::sessions::{self, RefreshError, SignedIn};

#[derive(Deserialize, ToSchema)]
pub(crate) struct SessionIn {
    email: Email,
    #[schema(value_type = String, format = Password)]
    password: SecretString,
}

/// Signs in; the session travels in two cookies that scripts cannot read.
#[utoipa::path(operation_id = "sign_in", tag = "portal",
    request_body = SessionIn,
    responses((status = 200, body = MeView), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 429, body = ProblemBody)),
    extensions(("x-okd-permission" = json!(UseDoors::NAME))))]
#[post("/api/tenant/sessions")]
pub(crate) async fn sign_in(
    caller: Caller<UseDoors>,
    ctx: Data<Context>,
    names: Data<CookieNames>,
    body: Json<SessionIn>,
) -> Result<HttpResponse, Problem> {
    let body = body.into_inner();
    let from = caller.address().map(str::to_owned);
    let session = sessions::sign_in(&ctx, &body.email, body.password, from).await?;
    Ok(with_cookies(**names, session))
}

/// Replaces the refresh token and gives a new access token.
#[utoipa::path(operation_id = "refresh_session", tag = "portal",
    responses((status = 200, body = MeView), (status = 401, body = ProblemBody)),
    extensions(("x-okd-permission" = json!(UseDoors::NAME))))]
#[post("/api/tenant/sessions/refresh")]
pub(crate) async fn refresh_session(
    caller: Caller<UseDoors>,
    ctx: Data<Context>,
    names: Data<CookieNames>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let token = cookies::refresh_token(&request, **names).ok_or(RefreshError::Ended)?;
    let from = caller.address().map(str::to_owned);
    let session = sessions::refresh(&ctx, &token, from).await?;
    Ok(with_cookies(**names, session))
}

/// Signs out, whether or not the session still lives.
#[utoipa::path(operation_id = "sign_out", tag = "portal",
    responses((status = 204)),
    extensions(("x-okd-permission" = json!(UseDoors::NAME))))]
#[delete("/api/tenant/sessions/current")]
pub(crate) async fn sign_out(
    caller: Caller<UseDoors>,
    ctx: Data<Context>,
    names: Data<CookieNames>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    if let Some(token) = cookies::refresh_token(&request, **names) {
        let from = caller.address().map(str::to_owned);
        sessions::sign_out(&ctx, &token, from)
            .await
            .map_err(unavailable)?;
    }
    let mut answer = HttpResponse::NoContent();
    for cookie in cookies::signed_out(**names) {
        answer.append_header((SET_COOKIE, cookie));
    }
    Ok(answer.finish())
}

pub(super) fn with_cookies(names: CookieNames, session: SignedIn) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    for cookie in cookies::signed_in(names, &session) {
        answer.append_header((SET_COOKIE, cookie));
    }
    answer.json(MeView::from(session.me))
}

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(sign_in)
        .service(refresh_session)
        .service(sign_out);
}
