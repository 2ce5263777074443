//! `/v1/documents/{id}/report`: what an uploaded file was and what was done to it.

use actix_web::get;
use actix_web::web::{Data, Json, Path};
use domain::DocumentId;
use http_kit::{Caller, Problem, ProblemBody};
use serde::Serialize;
use utoipa::ToSchema;

use crate::desk::Desk;
use crate::permission::ReadDocuments;
use crate::report;
use crate::store::Owner;

/// The upload report of a document.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReportBody {
    document_id: DocumentId,
    #[serde(flatten)]
    report: pdf::Report,
}

/// What the file was when it came, and what was repaired, removed and kept. There for a deleted document too.
#[utoipa::path(
    operation_id = "document_report",
    tag = "public",
    description = "Tells what an uploaded file was and what was done to it.",
    extensions(("x-okd-permission" = json!("ReadDocuments"))),
    params(("id" = String, Path, description = "The documentId.")),
    responses(
        (status = 200, body = ReportBody),
        (status = 404, body = ProblemBody, description = "There is no such document."),
    ),
    security(("apiKey" = []))
)]
#[get("/v1/documents/{id}/report")]
pub(crate) async fn document_report(
    caller: Caller<ReadDocuments>,
    desk: Data<Desk>,
    id: Path<String>,
) -> Result<Json<ReportBody>, Problem> {
    let owner = Owner {
        tenant: caller.tenant,
        mode: caller.mode,
    };
    let (document_id, report) = report::look_up(&desk, owner, &id).await?;
    Ok(Json(ReportBody {
        document_id,
        report,
    }))
}
