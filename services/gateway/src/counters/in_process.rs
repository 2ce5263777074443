//! Counters in this process: the embedded default, where one gateway sees every call.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use domain::{ApiKeyId, EventId, Timestamp};

use super::{Account, Admission, Counters, CountersError, Drain, Rate};

/// Keys idle for long are forgotten when the map has grown to this size.
const MAX_KEYS: usize = 100_000;

/// Counters behind one lock.
#[derive(Default)]
pub(crate) struct InProcess(Mutex<State>);

#[derive(Default)]
struct State {
    /// Theoretical arrival time of each key's next call, in microseconds (GCRA).
    arrivals: HashMap<ApiKeyId, i64>,
    downloads: HashMap<Account, HashMap<String, i64>>,
    draining: HashMap<Account, Drain>,
}

impl InProcess {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Counters for InProcess {
    async fn admit(
        &self,
        _: Account,
        key: ApiKeyId,
        rate: Rate,
        now: Timestamp,
    ) -> Result<Admission, CountersError> {
        let now = now.millis() * 1_000;
        let mut state = self.lock();
        if state.arrivals.len() >= MAX_KEYS {
            state.arrivals.retain(|_, arrival| *arrival > now);
        }
        let interval = 1_000_000 / i64::from(rate.per_second.max(1));
        let tolerance = interval * i64::from(rate.burst.max(1) - 1);
        let arrival = state.arrivals.get(&key).copied().unwrap_or(now).max(now);
        if arrival - now > tolerance {
            let wait = u64::try_from(arrival - now - tolerance).unwrap_or(0);
            return Ok(Admission::Refused {
                retry_after: Duration::from_micros(wait),
            });
        }
        state.arrivals.insert(key, arrival + interval);
        let remaining = u32::try_from((tolerance - (arrival - now)) / interval).unwrap_or(0);
        Ok(Admission::Admitted { remaining })
    }

    async fn count_download(&self, account: Account, month: &str) -> Result<(), CountersError> {
        *self
            .lock()
            .downloads
            .entry(account)
            .or_default()
            .entry(month.to_owned())
            .or_default() += 1;
        Ok(())
    }

    async fn pending_downloads(
        &self,
        account: Account,
    ) -> Result<Vec<(String, i64)>, CountersError> {
        let state = self.lock();
        let waiting = state
            .downloads
            .get(&account)
            .into_iter()
            .flatten()
            .map(|(month, count)| (month.clone(), *count));
        let draining = state
            .draining
            .get(&account)
            .into_iter()
            .flat_map(|drain| drain.downloads.clone());
        Ok(waiting.chain(draining).collect())
    }

    async fn accounts_to_drain(&self) -> Result<Vec<Account>, CountersError> {
        let state = self.lock();
        let mut accounts: Vec<Account> = state
            .downloads
            .keys()
            .chain(state.draining.keys())
            .copied()
            .collect();
        accounts.dedup();
        Ok(accounts)
    }

    async fn drain(
        &self,
        account: Account,
        proposed: EventId,
    ) -> Result<Option<Drain>, CountersError> {
        let mut state = self.lock();
        if let Some(unfinished) = state.draining.get(&account) {
            return Ok(Some(unfinished.clone()));
        }
        let Some(counts) = state.downloads.remove(&account) else {
            return Ok(None);
        };
        let drain = Drain {
            id: proposed,
            account,
            downloads: counts.into_iter().collect(),
        };
        state.draining.insert(account, drain.clone());
        Ok(Some(drain))
    }

    async fn drained(&self, drain: &Drain) -> Result<(), CountersError> {
        let mut state = self.lock();
        if state
            .draining
            .get(&drain.account)
            .is_some_and(|current| current.id == drain.id)
        {
            state.draining.remove(&drain.account);
        }
        Ok(())
    }
}
