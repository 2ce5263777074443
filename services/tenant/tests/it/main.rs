//! `tenant` as its callers meet it: a real server on a free port, its own store, internal tokens minted as the gateway does.

#![expect(
    clippy::unwrap_used,
    reason = "what is not as expected fails the test on the spot"
)]

mod activation;
mod api_keys;
mod contract;
mod events;
mod operator;
mod sessions;
mod settings;
mod sign_ups;
mod world;
