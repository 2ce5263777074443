//! Counters in Redis: one for all gateways. Every change is one atomic script; the keys of an account share one hash tag.

use std::future::Future;
use std::sync::LazyLock;
use std::time::Duration;

use ::redis::aio::{ConnectionManager, ConnectionManagerConfig};
use ::redis::{AsyncCommands as _, Client, RedisResult, Script};
use async_trait::async_trait;
use domain::{ApiKeyId, EventId, Mode, TenantId, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{Account, Admission, Counters, CountersError, Drain, Rate};

/// The hot path waits no longer than this for a counter.
const BUDGET: Duration = Duration::from_millis(20);
/// Drains run beside the hot path and may take longer.
const DRAIN_BUDGET: Duration = Duration::from_secs(2);
/// Accounts that have something to drain; not in an account's slot, hence never part of a script.
const DIRTY: &str = "okd:to-drain";

static ADMIT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("lua/admit.lua")));
static DRAIN: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("lua/drain.lua")));
static DRAINED: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("lua/drained.lua")));

/// Counters behind a connection that heals itself.
#[derive(Clone)]
pub(crate) struct Redis(ConnectionManager);

#[derive(Deserialize)]
struct StoredDrain {
    id: EventId,
    downloads: Vec<(String, i64)>,
}

impl Redis {
    pub(crate) async fn connect(url: &SecretString) -> Result<Self, CountersError> {
        let client = Client::open(url.expose_secret())?;
        let config = ConnectionManagerConfig::new().set_number_of_retries(3);
        Ok(Self(
            ConnectionManager::new_with_config(client, config).await?,
        ))
    }
}

impl Redis {
    /// Takes an account off the list of those to drain. What was counted meanwhile puts it back: whoever counts adds the
    /// account afterwards, and here the counts are looked at after the account was taken off.
    async fn forget_if_empty(&self, account: Account) -> Result<(), CountersError> {
        let mut connection = self.0.clone();
        let _gone: i64 = within(DRAIN_BUDGET, connection.srem(DIRTY, member(account))).await?;
        let left: i64 = within(DRAIN_BUDGET, connection.hlen(counts(account))).await?;
        if 0 < left {
            let _back: i64 = within(DRAIN_BUDGET, connection.sadd(DIRTY, member(account))).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Counters for Redis {
    async fn admit(
        &self,
        account: Account,
        key: ApiKeyId,
        rate: Rate,
        now: Timestamp,
    ) -> Result<Admission, CountersError> {
        let interval = 1_000_000 / i64::from(rate.per_second.max(1));
        let tolerance = interval * i64::from(rate.burst.max(1) - 1);
        let mut script = ADMIT.prepare_invoke();
        script
            .key(format!("{}:rate:{key}", root(account)))
            .arg(now.millis() * 1_000)
            .arg(interval)
            .arg(tolerance);
        let mut connection = self.0.clone();
        let (admitted, number): (i64, i64) =
            within(BUDGET, script.invoke_async(&mut connection)).await?;
        Ok(if admitted == 1 {
            Admission::Admitted {
                remaining: u32::try_from(number).unwrap_or(0),
            }
        } else {
            Admission::Refused {
                retry_after: Duration::from_micros(u64::try_from(number).unwrap_or(0)),
            }
        })
    }

    async fn count_download(&self, account: Account, month: &str) -> Result<(), CountersError> {
        let mut connection = self.0.clone();
        let _count: i64 = within(BUDGET, connection.hincr(counts(account), month, 1)).await?;
        // After the count, so that no account waits in the set without one; a lost hint heals with the next download.
        let _new: i64 = within(BUDGET, connection.sadd(DIRTY, member(account))).await?;
        Ok(())
    }

    async fn pending_downloads(
        &self,
        account: Account,
    ) -> Result<Vec<(String, i64)>, CountersError> {
        let mut connection = self.0.clone();
        let mut pending: Vec<(String, i64)> =
            within(BUDGET, connection.hgetall(counts(account))).await?;
        let draining: Option<String> = within(BUDGET, connection.get(draining(account))).await?;
        if let Some(stored) = draining {
            pending.extend(serde_json::from_str::<StoredDrain>(&stored)?.downloads);
        }
        Ok(pending)
    }

    async fn accounts_to_drain(&self) -> Result<Vec<Account>, CountersError> {
        let members: Vec<String> = within(DRAIN_BUDGET, self.0.clone().smembers(DIRTY)).await?;
        Ok(members
            .iter()
            .filter_map(|text| parse_member(text))
            .collect())
    }

    async fn drain(
        &self,
        account: Account,
        proposed: EventId,
    ) -> Result<Option<Drain>, CountersError> {
        let mut connection = self.0.clone();
        let mut script = DRAIN.prepare_invoke();
        script
            .key(counts(account))
            .key(draining(account))
            .arg(proposed.to_string());
        let stored: Option<String> =
            within(DRAIN_BUDGET, script.invoke_async(&mut connection)).await?;
        let Some(stored) = stored else {
            self.forget_if_empty(account).await?;
            return Ok(None);
        };
        let StoredDrain { id, downloads } = serde_json::from_str(&stored)?;
        Ok(Some(Drain {
            id,
            account,
            downloads,
        }))
    }

    async fn drained(&self, drain: &Drain) -> Result<(), CountersError> {
        let mut script = DRAINED.prepare_invoke();
        script
            .key(draining(drain.account))
            .arg(drain.id.to_string());
        let mut connection = self.0.clone();
        let _ended: i64 = within(DRAIN_BUDGET, script.invoke_async(&mut connection)).await?;
        self.forget_if_empty(drain.account).await
    }
}

async fn within<T>(
    budget: Duration,
    call: impl Future<Output = RedisResult<T>>,
) -> Result<T, CountersError> {
    tokio::time::timeout(budget, call)
        .await
        .map_err(|_| CountersError::Slow)?
        .map_err(CountersError::Unreachable)
}

/// The braces are the hash tag: all keys of one account live in one slot of a cluster.
fn root(account: Account) -> String {
    format!("okd:{{{}}}", member(account))
}

fn counts(account: Account) -> String {
    format!("{}:downloads", root(account))
}

fn draining(account: Account) -> String {
    format!("{}:draining", root(account))
}

fn member(account: Account) -> String {
    format!("{}:{}", account.tenant, account.mode)
}

fn parse_member(text: &str) -> Option<Account> {
    let (tenant, mode) = text.split_once(':')?;
    Some(Account {
        tenant: TenantId::parse(tenant).ok()?,
        mode: Mode::parse(mode).ok()?,
    })
}
