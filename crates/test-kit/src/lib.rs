//! Real servers for tests: private, throw-away PostgreSQL, Redis and okdokument processes on free ports, a receiver of
//! callbacks and a mail server. Knows how to start, kill and remove them; knows nothing of what the product answers.
//!
//! Nothing here touches a server that already runs, and nothing is left behind: a test that is killed takes its servers
//! and folders with it (see `scratch`).

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "what cannot be set up fails the test that asked for it, on the spot"
)]

mod authorities;
mod client;
mod mail_server;
pub mod office;
mod pdf_worker;
mod ports;
mod postgres;
mod process;
mod receiver;
mod redis;
mod scratch;
mod stack;

pub use authorities::{Authorities, Credential, PKCS12_PASSWORD};
pub use client::client;
pub use mail_server::{MAIL_PASSWORD, MAIL_USER, MailSecurity, MailServer};
pub use pdf_worker::pdf_worker;
pub use ports::free_ports;
pub use postgres::{Durability, Postgres};
pub use receiver::{Callback, Receiver};
pub use redis::Redis;
pub use stack::{Addresses, Shape, Stack, StackBuilder};
