//! `/v1/callbacks`: how callbacks fare, and sending them once more.

use actix_web::http::header;
use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpResponse, get, post};
use domain::{SignatureRequestId, TenantId, Timestamp};
use http_kit::caller::Integrator;
use http_kit::{Caller, Problem, ProblemBody, kind};
use serde::{Deserialize, Serialize};
use store_kit::outbox::Standing;
use utoipa::{IntoParams, ToSchema};

use crate::callback::deliveries::{self, CallbackView, Callbacks};
use crate::desk::Desk;
use crate::error::store_failed;
use crate::permission::{ReadDocuments, WriteRequests};
use crate::store::Owner;
use crate::store::callbacks::Wanted;

const DEFAULT_LIMIT: u64 = 50;
const MAX_LIMIT: u64 = 200;

/// Which callbacks to show.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(rename_all = "camelCase")]
pub(crate) struct CallbacksQuery {
    /// Those of one signature request.
    signature_request_id: Option<String>,
    /// `waiting`, `taken` or `givenUp`; all when absent.
    delivery: Option<String>,
    /// Made then or later; epoch milliseconds.
    since: Option<i64>,
    /// 1 to 200; 50 when absent.
    limit: Option<u64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Since when.
#[derive(Deserialize, ToSchema)]
pub(crate) struct RecoveryIn {
    /// Epoch milliseconds.
    since: i64,
}

/// What is sent again.
#[derive(Serialize, ToSchema)]
pub(crate) struct Recovery {
    /// How many callbacks.
    count: u64,
}

/// What callbacks are signed with.
#[derive(Serialize, ToSchema)]
pub(crate) struct CallbackSecret {
    /// `whsec_` and the key in base64.
    secret: String,
}

impl CallbackSecret {
    pub(super) fn of(desk: &Desk, tenant: TenantId) -> Self {
        Self {
            secret: deliveries::secret(desk, tenant),
        }
    }
}

fn owner(caller: &Integrator) -> Owner {
    Owner {
        tenant: caller.tenant,
        mode: caller.mode,
    }
}

fn wrong(parameter: &str) -> Problem {
    Problem::new(&kind::INVALID_FIELD)
        .value(parameter)
        .detail(format!("Mend the query parameter {parameter}."))
}

/// How many callbacks a page has.
pub(super) fn page(limit: Option<u64>) -> Result<u64, Problem> {
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    if (1..=MAX_LIMIT).contains(&limit) {
        Ok(limit)
    } else {
        Err(wrong("limit"))
    }
}

/// Callbacks that fare so, after those of the page before.
pub(super) fn wanted(delivery: Option<&str>, cursor: Option<String>) -> Result<Wanted, Problem> {
    Ok(Wanted {
        signature_request: None,
        standing: match delivery {
            None => None,
            Some("waiting") => Some(Standing::Waiting),
            Some("taken") => Some(Standing::Done),
            Some("givenUp") => Some(Standing::GivenUp),
            Some(_) => return Err(wrong("delivery")),
        },
        since: None,
        after: cursor
            .map(|cursor| cursor.parse())
            .transpose()
            .map_err(|_| wrong("cursor"))?,
    })
}

/// Callbacks, newest first.
#[utoipa::path(
    operation_id = "list_callbacks",
    tag = "public",
    description = "Lists callbacks and how each fares.",
    extensions(("x-okd-permission" = json!("ReadDocuments"))),
    params(CallbacksQuery),
    responses(
        (status = 200, body = Callbacks),
        (status = 400, body = ProblemBody, description = "A parameter is wrong."),
    ),
    security(("apiKey" = []))
)]
#[get("/v1/callbacks")]
pub(crate) async fn list_callbacks(
    caller: Caller<ReadDocuments>,
    desk: Data<Desk>,
    query: Query<CallbacksQuery>,
) -> Result<Json<Callbacks>, Problem> {
    let query = query.into_inner();
    let limit = page(query.limit)?;
    let request = query.signature_request_id.as_deref();
    let wanted = Wanted {
        signature_request: request
            .map(SignatureRequestId::parse)
            .transpose()
            .map_err(|_| wrong("signatureRequestId"))?,
        since: query.since.map(Timestamp::from_millis),
        ..wanted(query.delivery.as_deref(), query.cursor)?
    };
    let callbacks = deliveries::list(&desk, owner(&caller), wanted, limit).await;
    Ok(Json(callbacks.map_err(store_failed)?))
}

/// One callback.
#[utoipa::path(
    operation_id = "read_callback",
    tag = "public",
    description = "Tells how a callback fares.",
    extensions(("x-okd-permission" = json!("ReadDocuments"))),
    params(("id" = String, Path, description = "Its `webhook-id`.")),
    responses(
        (status = 200, body = CallbackView),
        (status = 404, body = ProblemBody, description = "There is no such callback."),
    ),
    security(("apiKey" = []))
)]
#[get("/v1/callbacks/{id}")]
pub(crate) async fn read_callback(
    caller: Caller<ReadDocuments>,
    desk: Data<Desk>,
    id: Path<String>,
) -> Result<Json<CallbackView>, Problem> {
    Ok(Json(deliveries::look_up(&desk, owner(&caller), &id).await?))
}

/// Send a callback again.
#[utoipa::path(
    operation_id = "resend_callback",
    tag = "public",
    description = "Sends a callback now, under the same `webhook-id`, whether it was taken before or not.",
    extensions(("x-okd-permission" = json!("WriteRequests"))),
    params(("id" = String, Path, description = "Its `webhook-id`.")),
    responses(
        (status = 202, body = CallbackView, description = "It is on its way."),
        (status = 404, body = ProblemBody, description = "There is no such callback."),
    ),
    security(("apiKey" = []))
)]
#[post("/v1/callbacks/{id}/resend")]
pub(crate) async fn resend_callback(
    caller: Caller<WriteRequests>,
    desk: Data<Desk>,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let sent = deliveries::resend(&desk, owner(&caller), &id).await?;
    Ok(HttpResponse::Accepted().json(sent))
}

/// Send again what was not taken.
#[utoipa::path(
    operation_id = "recover_callbacks",
    tag = "public",
    description = "After an outage of yours: sends every callback now that was made since a time and not taken.",
    extensions(("x-okd-permission" = json!("WriteRequests"))),
    request_body = RecoveryIn,
    responses(
        (status = 202, body = Recovery, description = "They are on their way."),
        (status = 400, body = ProblemBody, description = "The body is wrong."),
    ),
    security(("apiKey" = []))
)]
#[post("/v1/callbacks/recover")]
pub(crate) async fn recover_callbacks(
    caller: Caller<WriteRequests>,
    desk: Data<Desk>,
    body: Json<RecoveryIn>,
) -> Result<HttpResponse, Problem> {
    let since = Timestamp::from_millis(body.since);
    let count = deliveries::recover(&desk, owner(&caller), since)
        .await
        .map_err(store_failed)?;
    Ok(HttpResponse::Accepted().json(Recovery { count }))
}

/// The callback secret.
#[utoipa::path(
    operation_id = "read_callback_secret",
    tag = "public",
    description = "The secret that the tenant's callbacks are signed with.",
    extensions(("x-okd-permission" = json!("WriteRequests"))),
    responses((status = 200, body = CallbackSecret)),
    security(("apiKey" = []))
)]
#[get("/v1/callback-secret")]
pub(crate) async fn read_callback_secret(
    caller: Caller<WriteRequests>,
    desk: Data<Desk>,
) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(CallbackSecret::of(&desk, caller.tenant))
}
