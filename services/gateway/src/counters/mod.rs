//! The hot path's counters: rates that admit or refuse, and downloads that are handed to signing in drains.
//!
//! Two shapes of one trait, with the same tests: in this process, and in Redis by atomic scripts. Nothing here is a promise:
//! what a dead Redis loses is at most one drain interval of downloads.

mod in_process;
mod redis;

use std::time::Duration;

use async_trait::async_trait;
use domain::{ApiKeyId, EventId, Mode, TenantId, Timestamp};
use thiserror::Error;

pub(crate) use in_process::InProcess;
pub(crate) use redis::Redis;

/// The counters cannot be reached; the call is judged without them.
#[derive(Debug, Error)]
pub enum CountersError {
    #[error("the counters cannot be reached")]
    Unreachable(#[from] ::redis::RedisError),
    #[error("the counters did not answer in time")]
    Slow,
    #[error("a counter holds what no counter of ours can hold")]
    Corrupt(#[from] serde_json::Error),
}

/// Whose calls are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Account {
    pub tenant: TenantId,
    pub mode: Mode,
}

/// How fast a key may call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    pub per_second: u32,
    pub burst: u32,
}

/// Whether a call may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    Admitted { remaining: u32 },
    Refused { retry_after: Duration },
}

/// Downloads of an account that were taken out to be handed over, once per id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Drain {
    pub id: EventId,
    pub account: Account,
    /// Months as `2026.5` and counts.
    pub downloads: Vec<(String, i64)>,
}

/// Atomic counters.
#[async_trait]
pub(crate) trait Counters: Send + Sync + 'static {
    /// Counts one call of a key, if its rate allows.
    async fn admit(
        &self,
        account: Account,
        key: ApiKeyId,
        rate: Rate,
        now: Timestamp,
    ) -> Result<Admission, CountersError>;
    /// Counts one download in a month.
    async fn count_download(&self, account: Account, month: &str) -> Result<(), CountersError>;
    /// Downloads that no drain has handed over yet.
    async fn pending_downloads(
        &self,
        account: Account,
    ) -> Result<Vec<(String, i64)>, CountersError>;
    /// Accounts with something to hand over.
    async fn accounts_to_drain(&self) -> Result<Vec<Account>, CountersError>;
    /// Takes out what was counted; until [`Counters::drained`] the same drain comes again.
    async fn drain(
        &self,
        account: Account,
        proposed: EventId,
    ) -> Result<Option<Drain>, CountersError>;
    /// The drain was handed over.
    async fn drained(&self, drain: &Drain) -> Result<(), CountersError>;
}

#[cfg(test)]
mod tests;
