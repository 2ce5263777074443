//! Sells signature requests and counts them to the unit: lots, holds and the ledger, purchases by way of Stripe.
//!
//! Inside: `routes` know HTTP, `store` knows rows, the modules between them know the rules.

// Money: whatever can fail says so in its type.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects
    )
)]

mod balance;
mod batch;
mod charge;
mod charge_lookup;
mod claim;
mod converge;
mod debt;
mod error;
mod exactness;
mod fault;
mod jobs;
mod judge;
mod ledger;
mod lot;
mod permission;
mod price_list;
mod purchase;
mod reconcile;
#[cfg(test)]
#[cfg(feature = "failpoints")]
mod reference;
mod refund;
mod reserve;
mod routes;
mod service;
mod settle;
mod store;
mod stripe;
mod sweeper;
mod tenant_event;

pub use batch::Unanswered;
pub use charge::ChargeError;
pub use debt::DebtPolicy;
pub use judge::Judge;
pub use ledger::LedgerError;
pub use reserve::ReserveError;
pub use service::{Config, Rhythm, Service, StartError, StripeConfig};

use actix_web::App;
use utoipa_actix_web::AppExt as _;

/// Billing's contract, generated from its routes.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let (_, mut document) = App::new()
        .into_utoipa_app()
        .configure(routes::configure)
        .split_for_parts();
    "OKdokument billing".clone_into(&mut document.info.title);
    env!("CARGO_PKG_VERSION").clone_into(&mut document.info.version);
    document.info.description = None;
    // utoipa would name its own author and licence.
    document.info.contact = None;
    document.info.license = None;
    document
}
