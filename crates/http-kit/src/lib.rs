//! How every service speaks HTTP: one table of errors, one look of answers, who is calling, and a server that stops when told.

pub mod answers;
pub mod caller;
pub mod kind;
pub mod malformed;
mod problem;
mod server;

pub use caller::{Caller, Permission};
pub use kind::Kind;
pub use problem::{Problem, ProblemBody};
pub use server::{BindError, BoundServer};
