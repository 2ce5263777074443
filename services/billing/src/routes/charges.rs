//! `/v1/charges`: what an integrator may know of a charge of its own.

use actix_web::get;
use actix_web::web::{Data, Json, Path, Query};
use client_billing::ChargeState;
use domain::{ChargeId, DocumentId, LotId, Mode, SignatureRequestId, Timestamp};
use http_kit::caller::Integrator;
use http_kit::{Caller, Problem, ProblemBody, kind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::charge_lookup::{self, Found};
use crate::permission::ReadCharges;
use crate::service::Books;
use crate::store::AccountKey;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(read_charge).service(find_charge);
}

/// What became of a charge.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChargeView {
    charge_id: ChargeId,
    /// `held`: still running.
    charge_state: ChargeState,
    /// `create`.
    operation: String,
    mode: Mode,
    created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    settled_at: Option<Timestamp>,
    /// The caller's own `Idempotency-Key`.
    #[serde(skip_serializing_if = "Option::is_none")]
    idempotency_key: Option<String>,
    /// Once registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    signature_request_id: Option<SignatureRequestId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document_id: Option<DocumentId>,
    /// The signer's link, once registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// The lot that the unit came from.
    lot_id: LotId,
}

impl From<Found> for ChargeView {
    fn from(found: Found) -> Self {
        let Found {
            hold,
            state,
            registered,
        } = found;
        let (signature_request_id, document_id, url) = registered.map_or((None, None, None), |r| {
            (r.signature_request_id, r.document_id, r.url)
        });
        Self {
            charge_id: hold.charge,
            charge_state: state.into(),
            operation: hold.operation,
            mode: hold.mode,
            created_at: hold.created_at,
            settled_at: hold.settled_at,
            idempotency_key: hold.idempotent.then_some(hold.request_id),
            signature_request_id,
            document_id,
            url,
            lot_id: hold.lot,
        }
    }
}

fn account(caller: &Integrator) -> AccountKey {
    AccountKey {
        tenant: caller.tenant,
        mode: caller.mode,
    }
}

/// One charge of the key's tenant and mode.
#[utoipa::path(
    operation_id = "read_charge", tag = "public",
    params(("chargeId" = String, Path)),
    responses((status = 200, body = ChargeView), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 503, body = ProblemBody)),
    extensions(("x-okd-permission" = json!("ReadCharges"))),
)]
#[get("/v1/charges/{chargeId}")]
async fn read_charge(
    caller: Caller<ReadCharges>,
    books: Data<Books>,
    id: Path<ChargeId>,
) -> Result<Json<ChargeView>, Problem> {
    let found = charge_lookup::by_id(&books, account(&caller), *id, caller.request_id()).await?;
    Ok(Json(found.into()))
}

/// Exactly one of the two.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct ChargeQuery {
    /// The caller's own `Idempotency-Key`: its newest charge.
    idempotency_key: Option<String>,
    /// The charge under which this id was registered.
    #[param(value_type = Option<String>)]
    signature_request_id: Option<SignatureRequestId>,
}

/// The charge of an idempotency key or of a signature request.
#[utoipa::path(
    operation_id = "find_charge", tag = "public", params(ChargeQuery),
    responses((status = 200, body = ChargeView), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 503, body = ProblemBody)),
    extensions(("x-okd-permission" = json!("ReadCharges"))),
)]
#[get("/v1/charges")]
async fn find_charge(
    caller: Caller<ReadCharges>,
    books: Data<Books>,
    query: Query<ChargeQuery>,
) -> Result<Json<ChargeView>, Problem> {
    let (account, request_id) = (account(&caller), caller.request_id());
    let found = match query.into_inner() {
        ChargeQuery {
            idempotency_key: Some(key),
            signature_request_id: None,
        } => charge_lookup::by_idempotency_key(&books, account, &key, request_id).await?,
        ChargeQuery {
            idempotency_key: None,
            signature_request_id: Some(id),
        } => charge_lookup::by_signature_request(&books, account, &id, request_id).await?,
        _ => {
            return Err(Problem::new(&kind::INVALID_FIELD)
                .detail("Ask by idempotencyKey or by signatureRequestId, one of them."));
        }
    };
    Ok(Json(found.into()))
}
