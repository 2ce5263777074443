//! Processes are killed while creates run; afterwards the clients' own log decides: every 200 downloads, nothing is charged twice,
//! registered = used, and no unit is adrift.
//!
//! A failpoint holds the gateway for a moment between signing's commit and the settlement, so that kills fall in there.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use e2e::{Admin, Answer, Integrator};
use serde_json::Value;
use test_kit::{Shape, Stack};
use tokio::sync::Mutex;

use crate::samples::pdf;
use crate::stack;

/// How long the failpoint holds a settlement back.
const HELD_BACK_MS: u64 = 400;
const CLIENTS: usize = 8;
/// A hold whose gateway died falls into doubt when its lease of 30 s lapses, and is swept then.
const SETTLED_WITHIN: Duration = Duration::from_mins(1);
/// A client gives one create up after this long; no create of these tests may need it.
const PATIENCE: Duration = Duration::from_mins(2);

#[tokio::test]
async fn kills_lose_and_double_nothing_in_one_process_on_sqlite() {
    run(
        Shape::OneSqlite,
        Plan {
            creates: 200,
            kills: 6,
            least_in_between: 1,
        },
    )
    .await;
}

#[tokio::test]
async fn kills_lose_and_double_nothing_in_four_processes_on_postgres_and_redis() {
    run(
        Shape::FourPostgresRedis,
        Plan {
            creates: 200,
            kills: 8,
            least_in_between: 1,
        },
    )
    .await;
}

#[tokio::test]
async fn soak_kills_one_process_on_sqlite() {
    run(Shape::OneSqlite, FULL).await;
}

#[tokio::test]
async fn soak_kills_four_processes_on_sqlite() {
    run(Shape::FourSqlite, FULL).await;
}

#[tokio::test]
async fn soak_kills_four_processes_on_postgres_and_redis() {
    run(Shape::FourPostgresRedis, FULL).await;
}

/// How much is tried.
#[derive(Clone, Copy)]
struct Plan {
    creates: usize,
    kills: usize,
    /// So many kills must meet a settlement that is held back.
    least_in_between: usize,
}

const FULL: Plan = Plan {
    creates: 2_000,
    kills: 40,
    least_in_between: 10,
};

/// What the clients wrote down.
#[derive(Default)]
struct Log {
    /// By idempotency key: the 200 that was first heard, and how often one was heard.
    registered: Mutex<HashMap<String, (Answer, usize)>>,
    /// When the last 200 was heard, in milliseconds of the run.
    last_registered_ms: AtomicU64,
    broken: AtomicUsize,
}

async fn run(shape: Shape, plan: Plan) {
    let Plan {
        creates,
        kills,
        least_in_between,
    } = plan;
    let held_back = format!("gateway::before_settlement=return({HELD_BACK_MS})");
    let mut stack = stack(shape).setting("FAILPOINTS", &held_back).start().await;
    let admin = Admin::with_active_api(&stack, "owner@tatra.example").await;
    admin.buy(if creates < 900 { 1_000 } else { 10_000 }).await;
    let client = admin.integrator("live").await;
    let bought = admin.balance("live").await["available"].as_i64().unwrap();

    let log = Arc::new(Log::default());
    let started = Instant::now();
    let next = Arc::new(AtomicUsize::new(0));
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..CLIENTS {
        clients.spawn(work(
            client.clone(),
            Arc::clone(&log),
            Arc::clone(&next),
            creates,
            started,
        ));
    }
    let in_between = kill_around(&mut stack, &log, &next, (plan, started)).await;
    while let Some(done) = clients.join_next().await {
        done.expect("a client ends");
    }
    judge(&admin, &client, &log, bought, creates).await;
    let broken = log.broken.load(Ordering::Relaxed);
    println!(
        "soak: {shape:?}: {creates} creates, {kills} kills, {in_between} of them between commit and settlement, {broken} broken calls"
    );
    assert!(
        least_in_between <= in_between,
        "only {in_between} kills fell between signing's commit and the settlement"
    );
    stack.stop().await;
}

/// One client: each create under its own key until it is answered 200, every third one once more after that.
async fn work(
    client: Integrator,
    log: Arc<Log>,
    next: Arc<AtomicUsize>,
    creates: usize,
    started: Instant,
) {
    loop {
        let number = next.fetch_add(1, Ordering::SeqCst);
        if creates <= number {
            return;
        }
        let key = format!("create-{number}");
        let body = Integrator::create_body(&pdf(&format!("Contract {number}")));
        let times = if number.is_multiple_of(3) { 2 } else { 1 };
        for _ in 0..times {
            let answer = until_registered(&client, &log, &body, &key).await;
            log.last_registered_ms.store(
                u64::try_from(started.elapsed().as_millis()).unwrap(),
                Ordering::SeqCst,
            );
            let mut registered = log.registered.lock().await;
            let entry = registered
                .entry(key.clone())
                .or_insert_with(|| (answer.clone(), 0));
            assert_eq!(
                entry.0.body, answer.body,
                "{key}: a repeat is answered as the first time"
            );
            entry.1 += 1;
        }
    }
}

async fn until_registered(client: &Integrator, log: &Log, body: &Value, key: &str) -> Answer {
    let started = Instant::now();
    loop {
        assert!(started.elapsed() < PATIENCE, "{key} was never registered");
        match client.create(body, Some(key)).await {
            Ok(answer) if answer.status == 200 => return answer,
            Ok(answer) => {
                let (status, message) = (answer.status.as_u16(), answer.message());
                let may_be_tried_again = 500 <= status || message == "err.idempotency.in.flight";
                assert!(may_be_tried_again, "{key}: {status} {message}");
            }
            Err(_) => {
                log.broken.fetch_add(1, Ordering::Relaxed);
            }
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Kills each process in turn, spread over the run. Returns how many kills met a settlement that was held back.
async fn kill_around(
    stack: &mut Stack,
    log: &Log,
    next: &AtomicUsize,
    (plan, started): (Plan, Instant),
) -> usize {
    let victims: Vec<&str> = stack
        .process_names()
        .iter()
        .copied()
        .filter(|name| *name != "sandbox")
        .collect();
    let mut in_between = 0;
    for kill in 0..plan.kills {
        // From the first tenth on, so that every kill finds work under way.
        let at = plan.creates / 10 + plan.creates * 8 / 10 * kill / plan.kills;
        while next.load(Ordering::SeqCst) < at {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let victim = victims[kill % victims.len()];
        let settles = matches!(victim, "okdokument" | "gateway" | "billing");
        let now = u64::try_from(started.elapsed().as_millis()).unwrap();
        let last = log.last_registered_ms.load(Ordering::SeqCst);
        stack.kill(victim);
        // The last 200 was heard so lately that its settlement was still held back.
        if settles && 0 < last && now - last < HELD_BACK_MS / 2 {
            in_between += 1;
        }
        stack.restart(victim).await;
    }
    in_between
}

async fn judge(admin: &Admin, client: &Integrator, log: &Log, bought: i64, creates: usize) {
    let registered = log.registered.lock().await;
    assert_eq!(registered.len(), creates, "every create was answered 200");
    let mut charges = HashMap::new();
    for (key, (answer, heard)) in registered.iter() {
        assert_eq!(
            *heard,
            if key["create-".len()..].parse::<usize>().unwrap() % 3 == 0 {
                2
            } else {
                1
            }
        );
        let document = answer.json()["documentId"].as_str().unwrap().to_owned();
        let file = client.get(&format!("/JSON/document/{document}")).await;
        assert!(
            file.status == 200 && file.body.starts_with(b"%PDF-"),
            "{key}: {document} downloads"
        );
        let charge = answer.header("charge-id").to_owned();
        assert!(
            charges.insert(charge, key.clone()).is_none(),
            "{key}: one charge for two creates"
        );
    }
    let balance = settled(admin).await;
    let used = i64::try_from(creates).unwrap();
    assert_eq!(balance["available"], bought - used, "{balance}");
    assert_eq!(balance["used"], used, "{balance}");
    assert_eq!(
        (&balance["drift"], &balance["overSold"]),
        (&0.into(), &0.into()),
        "{balance}"
    );
    let counter = client.get("/JSON/counter").await.json();
    let registered = counter["actual"]
        .as_object()
        .unwrap()
        .iter()
        .find(|(key, _)| key.ends_with(".usedSignatureRequests"));
    assert_eq!(
        registered.unwrap().1,
        &Value::from(used.to_string()),
        "registered = used"
    );
    for charge in charges.keys() {
        let charge = client.get(&format!("/v1/charges/{charge}")).await.json();
        assert_eq!(charge["chargeState"], "committed", "{charge}");
    }
}

/// The balance once no unit is held any more.
async fn settled(admin: &Admin) -> Value {
    let started = Instant::now();
    loop {
        let balance = admin.balance("live").await;
        if balance["held"] == 0 {
            return balance;
        }
        assert!(
            started.elapsed() < SETTLED_WITHIN,
            "units are still held: {balance}"
        );
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}
