//! What the platform's operator sees and does: documents that wait for their seal, whether what sealing needs works, and what
//! was written to people.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpResponse, get, post};
use client_signing::{OutboxMessages, SealingJobs, SelfTest};
use domain::EventId;
use http_kit::{Caller, Problem, ProblemBody, kind};

use crate::desk::Desk;
use crate::error::store_failed;
use crate::mail;
use crate::permission::Operate;
use crate::sealing::jobs;

/// Documents that wait for their seal, oldest first.
#[utoipa::path(
    operation_id = "list_sealing_jobs",
    tag = "operator",
    extensions(("x-okd-permission" = json!("Operate"))),
    responses((status = 200, body = SealingJobs), (status = 403, body = ProblemBody))
)]
#[get("/internal/operator/jobs")]
pub(crate) async fn list_sealing_jobs(
    _: Caller<Operate>,
    desk: Data<Desk>,
) -> Result<Json<SealingJobs>, Problem> {
    Ok(Json(jobs::list(&desk).await.map_err(store_failed)?))
}

/// Has a document sealed now rather than at its next turn.
#[utoipa::path(
    operation_id = "try_sealing_job",
    tag = "operator",
    extensions(("x-okd-permission" = json!("Operate"))),
    params(("id" = String, Path, description = "The job's id.")),
    responses(
        (status = 204, description = "It is tried at once."),
        (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody, description = "There is no such job, or it is done."),
    )
)]
#[post("/internal/operator/jobs/{id}/tries")]
pub(crate) async fn try_sealing_job(
    _: Caller<Operate>,
    desk: Data<Desk>,
    id: Path<EventId>,
) -> Result<HttpResponse, Problem> {
    if jobs::try_now(&desk, *id).await.map_err(store_failed)? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(Problem::new(&kind::NOT_FOUND)
            .value(id.to_string())
            .detail("It is sealed already, or there never was such a job."))
    }
}

/// What was written to people lately, by mail or text message, newest first.
#[utoipa::path(
    operation_id = "list_messages",
    tag = "operator",
    extensions(("x-okd-permission" = json!("Operate"))),
    responses((status = 200, body = OutboxMessages), (status = 403, body = ProblemBody))
)]
#[get("/internal/operator/messages")]
pub(crate) async fn list_messages(
    _: Caller<Operate>,
    desk: Data<Desk>,
) -> Result<Json<OutboxMessages>, Problem> {
    Ok(Json(mail::latest(&desk).await.map_err(store_failed)?))
}

/// What was found when the things that sealing needs were last tried.
#[utoipa::path(
    operation_id = "self_test",
    tag = "operator",
    extensions(("x-okd-permission" = json!("Operate"))),
    responses((status = 200, body = SelfTest), (status = 403, body = ProblemBody))
)]
#[get("/internal/operator/self-test")]
pub(crate) async fn self_test(_: Caller<Operate>, desk: Data<Desk>) -> Json<SelfTest> {
    Json(desk.self_tests.told())
}
