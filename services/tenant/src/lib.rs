//! `tenant`: tenants and their members, portal sessions, activation of the API, API keys, the audit log.
//!
//! It calls nobody. What it changes it tells by events: `POST /internal/events` at each subscriber, in order, at least once.

mod api_keys;
mod audit;
mod cleaning;
mod context;
mod demo;
mod error;
mod events;
mod mail;
mod mailbox;
mod me;
mod names;
mod passwords;
mod permission;
mod postman;
mod public_key;
mod routes;
mod service;
mod sessions;
mod settings;
mod sign_ups;
mod store;
mod tenants;
mod throttle;
mod tokens;

pub use routes::openapi;
pub use service::{Config, RunError, Service, StartError};
