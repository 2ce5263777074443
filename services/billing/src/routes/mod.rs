//! Billing over HTTP. Knows paths, statuses and bodies; no rule and no table.

#![expect(
    unused_qualifications,
    reason = "utoipa names a handler's query type by its full path"
)]

mod charges;
mod internal;
mod operator;
mod portal;
mod purchases;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every route, for the server and for the contract.
pub(crate) fn configure(config: &mut ServiceConfig) {
    internal::configure(config);
    portal::configure(config);
    purchases::configure(config);
    charges::configure(config);
    operator::configure(config);
}
