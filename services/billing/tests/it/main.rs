//! Billing as its callers meet it: a real server on a real store, with a witness and a Stripe of the test's own.

mod charges;
mod house;
mod money;
mod quota;
mod shop;
mod witness;
