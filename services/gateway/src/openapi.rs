//! The gateway's own operations as a document, and the public contract gathered from all services.

use std::sync::OnceLock;

use url::Url;
use utoipa::openapi::{OpenApi, ServerBuilder};

/// Set once by the program, which knows every service's document.
static PUBLIC: OnceLock<OpenApi> = OnceLock::new();

/// Hands the gateway the public contract to serve; the first one stays.
pub fn publish(document: OpenApi) {
    PUBLIC.get_or_init(|| document);
}

pub(crate) fn public_with_server(api_url: &Url) -> String {
    let mut document = PUBLIC.get().cloned().unwrap_or_else(document);
    document.servers = Some(vec![
        ServerBuilder::new()
            .url(api_url.as_str().trim_end_matches('/'))
            .build(),
    ]);
    document.to_json().unwrap_or_default()
}

/// What the gateway answers itself.
pub fn document() -> OpenApi {
    #[derive(utoipa::OpenApi)]
    #[openapi(
        info(
            title = "OKdokument gateway",
            description = "What the gateway answers itself."
        ),
        paths(counter_operation)
    )]
    struct Gateway;
    <Gateway as utoipa::OpenApi>::openapi()
}

/// Signature request counter
///
/// What was used and what is left, for the key's mode; all values are strings, months have no leading zero (spec section 7).
#[utoipa::path(
    get,
    path = "/JSON/counter",
    operation_id = "get_counter",
    tag = "public",
    description = "What was used and what is left, for the key's mode. Needs the scope usage:read.",
    responses((status = 200, description = "The counter", body = Counter), (status = 401, description = "err.unauthorized")),
    security(("apiKey" = []))
)]
#[expect(
    dead_code,
    reason = "the gateway dispatches by its route table; this only describes the operation"
)]
fn counter_operation() {}

/// The counter of spec section 7; `abc` stands for the tenant's slug.
#[derive(utoipa::ToSchema)]
#[expect(
    dead_code,
    reason = "describes the answer that is built as JSON, since its keys contain the tenant's slug"
)]
struct Counter {
    /// `abc.storedFiles`, `abc.deleted.f`, `abc.usedSignatureRequests`, `abc.downloaded`, `abc.availableSignatureRequests`.
    actual: std::collections::BTreeMap<String, String>,
    /// By month: `2022.5.abc`.
    downloaded: std::collections::BTreeMap<String, String>,
    files: std::collections::BTreeMap<String, String>,
    #[schema(rename = "deleted.f")]
    deleted_f: std::collections::BTreeMap<String, String>,
    #[schema(rename = "signatureRequests")]
    signature_requests: std::collections::BTreeMap<String, String>,
}
