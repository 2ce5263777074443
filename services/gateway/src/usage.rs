//! What was used: downloads counted on the hot path and handed over in drains, key uses, and the contract's counter.

use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::time::Duration;

use actix_web::HttpResponse;
use client_signing::{CallError, Counters as StoredCounters, DownloadCount, UsageDrain};
use domain::{Clock as _, EventId};
use http_kit::{Problem, kind};
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

use crate::api::Admitted;
use crate::counters::{Account, CountersError, Drain};
use crate::state::State;

/// The most that a dead Redis can lose.
const DRAIN_EVERY: Duration = Duration::from_secs(5);
/// As many as tenant takes at once.
const MAX_USES: usize = 1_000;

/// Counts a download; a counter that is away loses it, and says so.
pub(crate) async fn count_download(state: &State, account: Account) {
    let month = state
        .config
        .clock
        .now()
        .to_jiff()
        .strftime("%Y.%-m")
        .to_string();
    if let Err(error) = state.counters.count_download(account, &month).await {
        metrics::counter!("gateway_downloads_uncounted_total").increment(1);
        tracing::warn!(%error, "a download was not counted");
    }
}

/// `GET /JSON/counter` (spec section 7): every value a string, every key under the tenant's slug.
pub(crate) async fn counter(state: &State, admitted: &Admitted) -> Result<HttpResponse, Problem> {
    let key = admitted
        .key
        .as_ref()
        .ok_or_else(|| Problem::new(&kind::UNAUTHORIZED))?;
    let account = Account {
        tenant: key.tenant,
        mode: key.mode,
    };
    let id = &admitted.request_id;
    let pending = state
        .counters
        .pending_downloads(account)
        .await
        .unwrap_or_else(|error| {
            tracing::warn!(%error, "downloads not handed over yet are missing from a counter");
            Vec::new()
        });
    let mut stored = state
        .signing
        .counters(id, key.tenant, key.mode)
        .await
        .map_err(unavailable)?;
    let standing = state
        .billing
        .standing(id, key.tenant, key.mode, None)
        .await
        .map_err(unavailable)?;
    for (month, count) in pending {
        stored.downloaded += count;
        *stored.downloaded_by_month.entry(month).or_default() += count;
    }
    Ok(HttpResponse::Ok().json(told(key.slug.as_str(), &stored, standing.available.count())))
}

fn told(slug: &str, stored: &StoredCounters, available: i64) -> Value {
    let by_month = |counts: &BTreeMap<String, i64>| -> Value {
        counts
            .iter()
            .map(|(month, count)| (format!("{month}.{slug}"), json!(count.to_string())))
            .collect::<Map<_, _>>()
            .into()
    };
    json!({
        "actual": {
            format!("{slug}.storedFiles"): stored.stored_files.to_string(),
            format!("{slug}.deleted.f"): stored.deleted_files.to_string(),
            format!("{slug}.usedSignatureRequests"): stored.used_signature_requests.to_string(),
            format!("{slug}.downloaded"): stored.downloaded.to_string(),
            format!("{slug}.availableSignatureRequests"): available.to_string(),
        },
        "downloaded": by_month(&stored.downloaded_by_month),
        "files": by_month(&stored.files_by_month),
        "deleted.f": by_month(&stored.deleted_by_month),
        "signatureRequests": by_month(&stored.signature_requests_by_month),
    })
}

fn unavailable(cause: CallError) -> Problem {
    Problem::because(&kind::UNAVAILABLE, cause).retry_after(1)
}

/// Hands over downloads and key uses until told to stop, and once more then.
pub(crate) async fn hand_over(state: State, stop: CancellationToken) {
    loop {
        let last = tokio::select! {
            () = stop.cancelled() => true,
            () = tokio::time::sleep(DRAIN_EVERY) => false,
        };
        if let Err(error) = drain_downloads(&state).await {
            tracing::warn!(%error, "downloads could not be handed over; they are kept");
        }
        flush_uses(&state).await;
        if last {
            return;
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum DrainError {
    #[error("the counters failed")]
    Counters(#[from] CountersError),
    #[error("signing did not take the drain")]
    Signing(#[from] CallError),
}

async fn drain_downloads(state: &State) -> Result<(), DrainError> {
    let mut failed = Ok(());
    for account in state.counters.accounts_to_drain().await? {
        // One that fails stays on the list; the others need not wait for it.
        if let Err(error) = drain_account(state, account).await {
            failed = Err(error);
        }
    }
    failed
}

async fn drain_account(state: &State, account: Account) -> Result<(), DrainError> {
    if let Some(drain) = state.counters.drain(account, EventId::generate()).await? {
        state
            .signing
            .drain_usage("usage-drain", &usage_drain(&drain))
            .await?;
        state.counters.drained(&drain).await?;
    }
    Ok(())
}

fn usage_drain(drain: &Drain) -> UsageDrain {
    let Account { tenant, mode } = drain.account;
    let count = |(month, count): &(String, i64)| DownloadCount {
        tenant,
        mode,
        month: month.clone(),
        count: *count,
    };
    UsageDrain {
        drain: drain.id,
        downloads: drain.downloads.iter().map(count).collect(),
    }
}

async fn flush_uses(state: &State) {
    let uses = std::mem::take(&mut *state.uses.lock().unwrap_or_else(PoisonError::into_inner));
    for batch in uses.chunks(MAX_USES) {
        if let Err(error) = state.tenant.record_uses("key-uses", batch.to_vec()).await {
            tracing::warn!(%error, "when keys were last used was not recorded");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counter_has_the_shape_of_the_wire_contract() {
        let stored = StoredCounters {
            stored_files: 45,
            downloaded: 39,
            downloaded_by_month: BTreeMap::from([("2022.5".to_owned(), 20)]),
            ..StoredCounters::default()
        };
        let body = told("abc", &stored, 35);
        assert_eq!(body["actual"]["abc.storedFiles"], "45");
        assert_eq!(body["actual"]["abc.availableSignatureRequests"], "35");
        assert_eq!(body["downloaded"], json!({ "2022.5.abc": "20" }));
        assert_eq!(body["deleted.f"], json!({}));
    }
}
