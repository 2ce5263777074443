//! The signing service as a real server on its own store.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be set up fails the test on the spot"
)]
#![expect(
    clippy::expect_used,
    clippy::format_collect,
    clippy::format_push_string,
    reason = "files are written in one piece, and what is late fails the test"
)]
#![allow(clippy::too_many_lines, reason = "a journey is told in one piece")]

mod audit;
mod bombs;
mod bytes;
mod callbacks;
mod codes;
mod contract;
mod conversion;
mod copies;
mod create;
mod documents;
mod evidence;
#[cfg(feature = "failpoints")]
mod failpoints;
#[cfg(feature = "failpoints")]
mod faults;
mod fields;
mod heavy;
mod integrator;
#[cfg(feature = "failpoints")]
mod jobs;
mod levels;
mod links;
mod mail;
mod operator;
mod page;
mod phone;
mod pictures;
mod reports;
mod sending;
mod server;
mod settings;
mod signed_uploads;
mod signer;
mod snippets;
mod text_messages;
mod upload;
mod verification;
mod witness;
