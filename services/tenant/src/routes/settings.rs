//! Settings of tenants and keys, as the operator sees and sets them.

use actix_web::web::{Data, Json, Path};
use actix_web::{get, patch};
use client_tenant::{SettingView, SettingsPatch, SettingsView};
use domain::{PublicKeyId, TenantSlug};
use http_kit::{Caller, Permission as _, Problem, ProblemBody};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::context::Context;
use crate::permission::Operate;
use crate::settings::{self, KeySettings, Line, Settings, Wanted, keys};
use crate::store::api_keys::KeyRow;
use crate::store::tenants::Tenant;

/// A tenant's settings, defaults where none was set.
#[utoipa::path(operation_id = "get_tenant_settings", tag = "operator",
    params(("slug" = TenantSlug, Path)),
    responses((status = 200, body = SettingsView), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)),
    extensions(("x-okd-permission" = json!(Operate::NAME))))]
#[get("/internal/operator/tenants/{slug}/settings")]
pub(crate) async fn get_tenant_settings(
    _caller: Caller<Operate>,
    ctx: Data<Context>,
    slug: Path<TenantSlug>,
) -> Result<Json<SettingsView>, Problem> {
    Ok(Json(of_tenant(&settings::show(&ctx, &slug).await?)))
}

/// Sets some of a tenant's settings: all that is given, or nothing.
#[utoipa::path(operation_id = "set_tenant_settings", tag = "operator",
    params(("slug" = TenantSlug, Path)),
    request_body = SettingsPatch,
    responses((status = 200, body = SettingsView), (status = 400, body = ProblemBody, description = "`detail` says what each wrong one wants."),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)),
    extensions(("x-okd-permission" = json!(Operate::NAME))))]
#[patch("/internal/operator/tenants/{slug}/settings")]
pub(crate) async fn set_tenant_settings(
    caller: Caller<Operate>,
    ctx: Data<Context>,
    slug: Path<TenantSlug>,
    body: Json<SettingsPatch>,
) -> Result<Json<SettingsView>, Problem> {
    let from = caller.address().map(str::to_owned);
    let changed = settings::change(&ctx, &slug, wanted(body), from).await?;
    Ok(Json(of_tenant(&changed)))
}

/// A key's settings, its tenant's where none was set.
#[utoipa::path(operation_id = "get_key_settings", tag = "operator",
    params(("publicId" = PublicKeyId, Path)),
    responses((status = 200, body = SettingsView), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)),
    extensions(("x-okd-permission" = json!(Operate::NAME))))]
#[get("/internal/operator/api-keys/{publicId}/settings")]
pub(crate) async fn get_key_settings(
    _caller: Caller<Operate>,
    ctx: Data<Context>,
    public_id: Path<PublicKeyId>,
) -> Result<Json<SettingsView>, Problem> {
    Ok(Json(of_key(&keys::show(&ctx, &public_id).await?)))
}

/// Sets some of a key's settings: all that is given, or nothing.
#[utoipa::path(operation_id = "set_key_settings", tag = "operator",
    params(("publicId" = PublicKeyId, Path)),
    request_body = SettingsPatch,
    responses((status = 200, body = SettingsView), (status = 400, body = ProblemBody, description = "`detail` says what each wrong one wants."),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)),
    extensions(("x-okd-permission" = json!(Operate::NAME))))]
#[patch("/internal/operator/api-keys/{publicId}/settings")]
pub(crate) async fn set_key_settings(
    caller: Caller<Operate>,
    ctx: Data<Context>,
    public_id: Path<PublicKeyId>,
    body: Json<SettingsPatch>,
) -> Result<Json<SettingsView>, Problem> {
    let from = caller.address().map(str::to_owned);
    let changed = keys::change(&ctx, &public_id, wanted(body), from).await?;
    Ok(Json(of_key(&changed)))
}

fn wanted(body: Json<SettingsPatch>) -> Vec<Wanted> {
    let set = body.into_inner().set.into_iter();
    set.map(|one| (one.name, one.value)).collect()
}

fn of_tenant((tenant, settings): &(Tenant, Settings)) -> SettingsView {
    view(
        format!("{} ({})", tenant.name, tenant.slug),
        settings.lines(),
    )
}

fn of_key((key, settings): &(KeyRow, KeySettings)) -> SettingsView {
    let title = format!("{} ({}, {})", key.name, key.mode, key.public_id);
    view(title, settings.lines())
}

fn view(title: String, lines: Vec<Line>) -> SettingsView {
    let item = |line: Line| SettingView {
        name: line.name.to_owned(),
        value: line.value,
        default: line.default,
        wants: line.wants,
        meaning: line.meaning.to_owned(),
    };
    SettingsView {
        title,
        items: lines.into_iter().map(item).collect(),
    }
}

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(get_tenant_settings)
        .service(set_tenant_settings)
        .service(get_key_settings)
        .service(set_key_settings);
}
