//! Billing as its callers meet it: a real server on a real store, with a witness and a Stripe of the test's own.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be set up fails the test that asked for it, on the spot"
)]

mod batches;
mod charges;
mod contract;
mod debt;
mod exactness;
#[cfg(feature = "failpoints")]
mod failpoints;
mod house;
mod interleaving;
mod money;
mod permutations;
mod quota;
mod reconcile;
mod refund;
mod reversal;
mod shop;
mod witness;
