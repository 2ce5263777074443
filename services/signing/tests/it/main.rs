//! The signing service as a real server on its own store.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what cannot be set up fails the test on the spot"
)]

mod create;
mod documents;
mod page;
mod server;
mod upload;
mod witness;
