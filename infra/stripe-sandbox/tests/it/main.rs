//! The sandbox as the product meets it: a real server on a port of its own, called over HTTP.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests fail where the test does"
)]

mod api;
mod paying;
mod reversing;
mod running;
mod time;
