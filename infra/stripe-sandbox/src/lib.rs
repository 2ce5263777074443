//! A server of its own that speaks the part of Stripe's HTTP that OKdokument calls, for development and tests. Moves no money.

mod amount;
mod api_error;
mod card;
mod cashier;
mod event;
mod id;
mod journal;
mod listing;
mod new_session;
mod pages;
mod params;
mod payment;
mod payment_intent;
mod reversal;
mod routes;
mod server;
mod session;
mod store;
mod webhook;

pub use journal::JournalError;
pub use server::{Bound, Sandbox, SandboxConfig, SandboxError};
