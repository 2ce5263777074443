//! The path over HTTP, on both shapes, and what is left of it when processes are killed.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "what does not go as a test says fails it on the spot, and a run tells what it counted"
)]

mod authorisation;
mod charges;
mod contract;
mod durability;
mod kills;
mod newcomer;
mod races;
mod repeats;
mod samples;
mod telemetry;
mod tenant_settings;

use test_kit::{Shape, Stack, StackBuilder};

/// A stack whose operator these tests know and whose rates do not get in their way.
fn stack(shape: Shape) -> StackBuilder {
    Stack::of(shape)
        .setting("OKD_OPERATOR_PASSWORD", e2e::OPERATOR_PASSWORD)
        .setting("OKD_RATE_PER_SECOND", "100000")
        .setting("OKD_RATE_BURST", "100000")
}
