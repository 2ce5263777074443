//! The kit against the real servers it starts.

#![expect(clippy::expect_used, reason = "a test's own helper fails the test")]

mod receiver;
mod servers;
mod stack;
