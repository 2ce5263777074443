//! What the platform's operator sees and does: mail of the local outbox, the demo tenant, suspension.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpResponse, delete, get, put};
use client_tenant::{DemoTenant, Done, MessageView, Messages};
use domain::{MessageId, TenantId};
use http_kit::{Caller, Permission as _, Problem, ProblemBody};
use serde::Deserialize;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::audit::{Actor, Who};
use crate::context::Context;
use crate::error::unavailable;
use crate::permission::Operate;
use crate::{demo, mailbox, tenants};

#[derive(Deserialize)]
pub(crate) struct MessagesQuery {
    /// From `next` of the page before.
    cursor: Option<MessageId>,
}

/// Mail of the local outbox, newest first.
#[utoipa::path(operation_id = "list_messages", tag = "operator",
    params(("cursor" = Option<MessageId>, Query, description = "From `next` of the page before.")),
    responses((status = 200, body = Messages), (status = 403, body = ProblemBody)),
    extensions(("x-okd-permission" = json!(Operate::NAME))))]
#[get("/internal/operator/messages")]
pub(crate) async fn list_messages(
    _caller: Caller<Operate>,
    ctx: Data<Context>,
    query: Query<MessagesQuery>,
) -> Result<Json<Messages>, Problem> {
    let (mail, next) = mailbox::page(&ctx, query.cursor)
        .await
        .map_err(unavailable)?;
    let items = mail
        .into_iter()
        .map(|message| MessageView {
            id: message.id,
            to: message.to_address,
            subject: message.subject,
            text: message.text,
            html: message.html,
            created_at: message.created_at,
            state: message.state.as_str().to_owned(),
            tries: message.tries,
            last_error: message.last_error,
        })
        .collect();
    Ok(Json(Messages { items, next }))
}

/// Makes the demo tenant of the embedded default, or puts it right.
#[utoipa::path(operation_id = "put_demo", tag = "operator",
    request_body = DemoTenant,
    responses((status = 200, body = Done), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody)),
    extensions(("x-okd-permission" = json!(Operate::NAME))))]
#[put("/internal/operator/demo")]
pub(crate) async fn put_demo(
    _caller: Caller<Operate>,
    ctx: Data<Context>,
    body: Json<DemoTenant>,
) -> Result<Json<Done>, Problem> {
    demo::put(&ctx, body.into_inner()).await?;
    Ok(Json(Done {}))
}

/// Closes a tenant's API until it is resumed.
#[utoipa::path(operation_id = "suspend_tenant", tag = "operator",
    params(("id" = TenantId, Path)),
    responses((status = 204), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)),
    extensions(("x-okd-permission" = json!(Operate::NAME))))]
#[put("/internal/operator/tenants/{id}/suspension")]
pub(crate) async fn suspend_tenant(
    caller: Caller<Operate>,
    ctx: Data<Context>,
    id: Path<TenantId>,
) -> Result<HttpResponse, Problem> {
    tenants::suspend(&ctx, &operator(&caller, *id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Opens a suspended tenant's API again.
#[utoipa::path(operation_id = "resume_tenant", tag = "operator",
    params(("id" = TenantId, Path)),
    responses((status = 204), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)),
    extensions(("x-okd-permission" = json!(Operate::NAME))))]
#[delete("/internal/operator/tenants/{id}/suspension")]
pub(crate) async fn resume_tenant(
    caller: Caller<Operate>,
    ctx: Data<Context>,
    id: Path<TenantId>,
) -> Result<HttpResponse, Problem> {
    tenants::resume(&ctx, &operator(&caller, *id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn operator(caller: &Caller<Operate>, tenant: TenantId) -> Actor {
    Actor {
        tenant,
        who: Who::Operator,
        from: caller.address().map(str::to_owned),
    }
}

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(list_messages)
        .service(put_demo)
        .service(suspend_tenant)
        .service(resume_tenant);
}
