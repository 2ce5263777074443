//! How every service keeps rows: one connection type over SQLite and PostgreSQL, one writer, an outbox. Knows no table but the outbox.

mod db;
mod error;
pub mod outbox;

pub use db::{Backend, Db, StoreUrl, Tx};
pub use error::StoreError;
