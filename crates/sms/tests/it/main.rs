//! Text messages handed to a provider that listens.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be set up fails the test on the spot"
)]

mod provider;
