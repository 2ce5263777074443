//! A jailed child process: bytes that nobody vouches for are worked on in a process that can neither open, connect, start
//! nor outgrow anything, and whose death costs one job.
//!
//! The child calls [`serve`]: it gives up its rights before it reads the first byte of work. The parent keeps a [`Pool`] of
//! such children, started ahead, and sends jobs over their pipes; a child may ask back while it works. A technique: knows
//! nothing of what the jobs are.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod child;
mod confine;
mod fault;
mod foreign;
mod frame;
mod limits;
mod pool;

pub use child::{Hangup, Parent, serve};
pub use confine::{Confinement, enter};
pub use fault::{Fault, StartFault};
pub use foreign::{ForeignLimits, Rooms, become_program, enter_as_foreign};
pub use frame::{Parcel, Unreadable};
pub use limits::Limits;
pub use pool::{Pool, PoolConfig, Program};
