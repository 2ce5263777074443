//! Which key a caller presents, decided from a cache that may be trusted only while the change feed is fresh.
//!
//! Revocation is in force within one second, whatever is broken: a cached record counts only while the last successful poll
//! of tenant's change feed was *sent* less than a second ago. Otherwise every call asks tenant, and a tenant that does not
//! answer makes a 503, never a guess.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use client_tenant::{CallError, KeyRecord, TenantClient};
use domain::{ApiKey, ApiKeyHash, ApiState, Pepper, PublicKeyId, TenantId, Timestamp};
use thiserror::Error;
use tokio_util::sync::CancellationToken;

/// How long after a poll was sent its answer vouches for the cache.
const LEASE: Duration = Duration::from_secs(1);
/// Polls come often enough that one may be lost inside a lease.
const POLL_EVERY: Duration = Duration::from_millis(300);
/// Beyond this the cache is emptied: it refills in one call a key.
const MAX_CACHED: usize = 100_000;

/// Why a key opens nothing.
#[derive(Debug, Error)]
pub enum KeyError {
    /// Missing, malformed, unknown, revoked or expired: one answer for all.
    #[error("the key is not valid")]
    Invalid,
    #[error("the tenant's API is not active")]
    ApiNotActive,
    /// Nobody can say whether the key is valid.
    #[error("the key cannot be checked")]
    Unknown(#[from] CallError),
}

/// The keys this gateway knows, and how fresh that knowledge is.
pub(crate) struct KeyRing {
    tenant: TenantClient,
    pepper: Pepper,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    records: HashMap<PublicKeyId, Arc<KeyRecord>>,
    /// When the last answered poll was sent.
    polled: Option<Instant>,
    /// Counts changes, so that a record fetched before a change is not kept after it.
    generation: u64,
    /// Where the feed goes on; none: never read.
    position: Option<i64>,
}

impl KeyRing {
    pub(crate) fn new(tenant: TenantClient, pepper: Pepper) -> Self {
        Self {
            tenant,
            pepper,
            known: Mutex::default(),
        }
    }

    /// The record of the presented key, valid at `now`.
    pub(crate) async fn identify(
        &self,
        request_id: &str,
        presented: &str,
        now: Timestamp,
    ) -> Result<Arc<KeyRecord>, KeyError> {
        let key = ApiKey::parse(presented).map_err(|_| KeyError::Invalid)?;
        let record = self
            .record(request_id, key.public_id())
            .await?
            .ok_or(KeyError::Invalid)?;
        let stored = ApiKeyHash::parse_hex(&record.hash).map_err(|_| KeyError::Invalid)?;
        let same =
            record.pepper_version == self.pepper.version() && key.hash(&self.pepper) == stored;
        let ended = record.revoked_at.is_some() || record.expires_at.is_some_and(|at| at <= now);
        if !same || ended || key.mode() != record.mode {
            return Err(KeyError::Invalid);
        }
        match record.api {
            ApiState::Active => Ok(record),
            ApiState::Inactive | ApiState::Suspended => Err(KeyError::ApiNotActive),
        }
    }

    async fn record(
        &self,
        request_id: &str,
        id: &PublicKeyId,
    ) -> Result<Option<Arc<KeyRecord>>, CallError> {
        let generation = {
            let known = self.lock();
            let fresh = known.polled.is_some_and(|sent| sent.elapsed() < LEASE);
            if let Some(record) = known.records.get(id).filter(|_| fresh) {
                return Ok(Some(Arc::clone(record)));
            }
            known.generation
        };
        let Some(record) = self.tenant.api_key(request_id, id).await?.map(Arc::new) else {
            return Ok(None);
        };
        let mut known = self.lock();
        if known.generation == generation {
            if known.records.len() >= MAX_CACHED {
                known.records.clear();
            }
            known.records.insert(id.clone(), Arc::clone(&record));
        }
        Ok(Some(record))
    }

    /// Follows the change feed until told to stop.
    pub(crate) async fn follow(self: Arc<Self>, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.poll().await {
                tracing::warn!(%error, "the key change feed is stale; keys are checked one by one");
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(POLL_EVERY) => {}
            }
        }
    }

    async fn poll(&self) -> Result<(), CallError> {
        loop {
            let sent = Instant::now();
            let after = self.lock().position;
            let changes = self
                .tenant
                .api_key_changes("key-feed", after.unwrap_or(-1))
                .await?;
            let mut known = self.lock();
            if after.is_none() {
                // What was fetched before the feed was read may have changed unseen.
                known.records.clear();
                known.generation += 1;
            }
            known.forget(&changes.tenants);
            known.position = Some(changes.position);
            if !changes.more {
                known.polled = Some(sent);
                return Ok(());
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        // The map is whole after every statement: a panic elsewhere cannot leave it half changed.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn forget(&mut self, tenants: &[TenantId]) {
        if !tenants.is_empty() {
            self.generation += 1;
            self.records
                .retain(|_, record| !tenants.contains(&record.tenant));
        }
    }
}
