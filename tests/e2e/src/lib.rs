//! The product's users as values: a tenant admin in the portal and an integrator with a key, over HTTP and nothing else.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "what a user cannot do fails the test that tried it, on the spot"
)]

mod admin;
mod integrator;
mod signer;

pub use admin::Admin;
pub use integrator::{Answer, Integrator};
pub use signer::Signer;

/// The operator's password in every stack of these tests.
pub const OPERATOR_PASSWORD: &str = "operator of a test stack";
