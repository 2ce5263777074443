//! Containers, judged by tools that are not ours.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be set up fails the test on the spot"
)]

mod container;
mod drawing;
mod foreign;
mod sample;
