//! The gateway between real sockets: its own server in front, the services behind it scripted answer by answer.

#![expect(
    clippy::unwrap_used,
    reason = "what does not go as a test says fails it on the spot"
)]

mod admission;
mod create;
mod house;
mod portal;
mod tenant_settings;
