//! What a reservation costs: ours beside one row-locking transaction per request, in the same run on the same server.
//!
//! Prints one line of Markdown a measurement. `infra/dev/bench-quota.sh` runs it and writes the report.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::format_push_string,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a measurement prints what it found and stops at the first surprise; its numbers are small"
)]

mod store;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use billing::Judge;
use client_billing::{Operation, Reservation, Reserved};
use domain::{ApiKeyId, ChargeId, Mode, SystemClock, TenantId};
use store_kit::StoreUrl;
use test_kit::{Durability, Postgres};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::store::{Peer, history, units};

/// Callers at once; each asks again as soon as it is answered.
const CLIENTS: usize = 64;
const TENANTS: usize = 1_000;
const WARM_UP: Duration = Duration::from_secs(3);
const LONG: Duration = Duration::from_secs(10);
/// Charges whose ledger is four entries each: reserved and committed.
const FEW_CHARGES: usize = 2_500;
const MANY_CHARGES: usize = 2_500_000;

#[tokio::main]
async fn main() {
    let server = Postgres::start_with(Durability::Full).await;
    let tenants: Vec<TenantId> = (0..TENANTS).map(|_| TenantId::generate()).collect();
    println!("| What | reserves/s | p50 | p99 |");
    println!("| --- | --- | --- | --- |");

    let url = server.database().await;
    let peer = Arc::new(Peer::open(&url, &tenants).await);
    let judge = postgres_judge(&server, &url, &tenants).await;
    for round in 1..=2 {
        compare(
            &format!("one tenant, round {round}"),
            &peer,
            &judge,
            &tenants[..1],
        )
        .await;
        compare(
            &format!("1,000 tenants, round {round}"),
            &peer,
            &judge,
            &tenants,
        )
        .await;
    }
    drop((peer, judge));

    let folder = tempfile::tempdir().unwrap();
    let file = StoreUrl::SqliteFile(folder.path().join("billing.sqlite"));
    let judge = started(&file).await;
    store::give(&file, &units(&tenants)).await;
    let sqlite = measure(LONG, &judge, &tenants[..1]).await;
    sqlite.print("SQLite, one tenant: ours");
    let sqlite = measure(LONG, &judge, &tenants).await;
    sqlite.print("SQLite, 1,000 tenants: ours");

    growth(&server, &tenants).await;
}

/// The cost of one reservation over a long ledger beside that over a short one: two databases, measured in turns.
async fn growth(server: &Postgres, tenants: &[TenantId]) {
    let mut judges = Vec::new();
    for charges in [FEW_CHARGES, MANY_CHARGES] {
        let url = server.database().await;
        let judge = postgres_judge(server, &url, tenants).await;
        server.sql(&url, &history(tenants[0], charges)).await;
        server.sql(&url, "VACUUM ANALYZE").await;
        judges.push((charges, judge));
    }
    server.sql(&server.database().await, "CHECKPOINT").await;
    for round in 1..=3 {
        for (charges, judge) in &judges {
            let found = measure(LONG, judge, &tenants[..1]).await;
            found.print(&format!(
                "one tenant with {} entries, round {round}: ours",
                charges * 4
            ));
        }
    }
}

async fn compare(what: &str, peer: &Arc<Peer>, judge: &Arc<Judge>, tenants: &[TenantId]) {
    let theirs = peer_rate(peer, tenants).await;
    theirs.print(&format!("{what}: peer"));
    let ours = measure(LONG, judge, tenants).await;
    ours.print(&format!("{what}: ours"));
    println!("| {what}: ratio | {:.1} | | |", ours.rate / theirs.rate);
}

async fn started(store: &StoreUrl) -> Arc<Judge> {
    let judge = Judge::over(store, Arc::new(SystemClock)).await.unwrap();
    judge.start(&CancellationToken::new());
    Arc::new(judge)
}

async fn postgres_judge(server: &Postgres, url: &str, tenants: &[TenantId]) -> Arc<Judge> {
    let judge = started(&StoreUrl::Postgres(url.to_owned().into())).await;
    server
        .sql(
            url,
            &format!("SET search_path TO billing; {}", units(tenants)),
        )
        .await;
    judge
}

struct Found {
    rate: f64,
    p50_ms: f64,
    p99_ms: f64,
}

impl Found {
    fn print(&self, what: &str) {
        let Self {
            rate,
            p50_ms,
            p99_ms,
        } = self;
        println!("| {what} | {rate:.0} | {p50_ms:.1} ms | {p99_ms:.1} ms |");
    }
}

async fn peer_rate(peer: &Arc<Peer>, tenants: &[TenantId]) -> Found {
    let peer = Arc::clone(peer);
    let reserve = move |tenant| {
        let peer = Arc::clone(&peer);
        async move { peer.reserve(tenant).await }
    };
    run(WARM_UP, tenants, reserve.clone()).await;
    run(LONG, tenants, reserve).await
}

async fn measure(long: Duration, judge: &Arc<Judge>, tenants: &[TenantId]) -> Found {
    let judge = Arc::clone(judge);
    let reserve = move |tenant| {
        let judge = Arc::clone(&judge);
        async move {
            let charge = ChargeId::generate();
            let asked = Reservation {
                charge,
                tenant,
                mode: Mode::Live,
                key: ApiKeyId::generate(),
                operation: Operation::Create,
                request_id: format!("req_{charge}"),
                idempotent: false,
            };
            assert!(matches!(
                judge.reserve(asked).await.unwrap(),
                Reserved::Held { .. }
            ));
        }
    };
    run(WARM_UP, tenants, reserve.clone()).await;
    run(long, tenants, reserve).await
}

/// All clients for a time, each on the tenant after the last that anybody took.
async fn run<F, Fut>(long: Duration, tenants: &[TenantId], reserve: F) -> Found
where
    F: Fn(TenantId) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = ()> + Send,
{
    let (next, began) = (Arc::new(AtomicUsize::new(0)), Instant::now());
    let tenants: Arc<[TenantId]> = tenants.into();
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (next, tenants, reserve) = (Arc::clone(&next), Arc::clone(&tenants), reserve.clone());
        clients.spawn(async move {
            let mut took = Vec::new();
            while began.elapsed() < long {
                let nth = next.fetch_add(1, Ordering::Relaxed) % tenants.len();
                let asked = Instant::now();
                reserve(tenants[nth]).await;
                took.push(asked.elapsed());
            }
            took
        });
    }
    let mut took: Vec<Duration> = clients.join_all().await.into_iter().flatten().collect();
    let rate = took.len() as f64 / began.elapsed().as_secs_f64();
    took.sort_unstable();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize].as_secs_f64() * 1_000.0;
    Found {
        rate,
        p50_ms: at(0.5),
        p99_ms: at(0.99),
    }
}
