//! What actix refuses by itself (paths, queries, bodies, unknown routes), told in our words. First in every service's routes.

use actix_web::error::{JsonPayloadError, PathError, QueryPayloadError};
use actix_web::web::{JsonConfig, PathConfig, QueryConfig, ServiceConfig, to};
use actix_web::{HttpRequest, error};

use crate::{Problem, kind};

/// The largest JSON body of a call that carries no file.
pub const MAX_JSON_BYTES: usize = 256 * 1024;

/// Installs the handlers.
pub fn configure(config: &mut ServiceConfig) {
    config
        .app_data(PathConfig::default().error_handler(|e, _| path_problem(&e).into()))
        .app_data(QueryConfig::default().error_handler(|e, _| query_problem(&e).into()))
        .app_data(
            JsonConfig::default()
                .limit(MAX_JSON_BYTES)
                .content_type_required(false)
                .content_type(|_| true)
                .error_handler(|e, _| json_problem(&e).into()),
        )
        .default_service(to(no_such_route));
}

/// An id that cannot be parsed names nothing: the same 404 as an unknown one.
fn path_problem(_: &PathError) -> Problem {
    Problem::new(&kind::NOT_FOUND)
}

fn query_problem(cause: &QueryPayloadError) -> Problem {
    Problem::new(&kind::INVALID_FIELD).detail(format!("Mend the query string: {cause}."))
}

fn json_problem(cause: &JsonPayloadError) -> Problem {
    match cause {
        JsonPayloadError::Overflow { limit }
        | JsonPayloadError::OverflowKnownLength { limit, .. } => {
            Problem::new(&kind::FILE_TOO_LARGE)
                .value(*limit)
                .detail(format!("The body may have at most {limit} bytes."))
        }
        JsonPayloadError::Deserialize(e) if e.is_data() => {
            Problem::new(&kind::INVALID_FIELD).detail(format!("Mend the field: {e}."))
        }
        other => Problem::new(&kind::INVALID_JSON).detail(format!("Send a JSON object: {other}.")),
    }
}

async fn no_such_route(request: HttpRequest) -> error::Result<actix_web::HttpResponse> {
    Err(Problem::new(&kind::NOT_FOUND)
        .value(request.path())
        .detail("Check the path and the method against the reference at /docs.")
        .into())
}
