//! The wire contract, row by row: `tests/e2e/contract/*.rows` are tables that read like it, and this runs them over HTTP through
//! the gateway, on both store shapes. How a row is written stands in `tests/e2e/contract/README.md`.

mod answer;
mod arrivals;
mod pattern;
mod row;
mod world;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use test_kit::{Shape, Stack};

use row::{Row, Table};
use world::{Neighbours, World};

/// Tables that run beside each other, each with a tenant of its own.
const AT_ONCE: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn every_row_holds_in_one_process_on_sqlite() {
    hold(Shape::OneSqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_holds_in_four_processes_on_postgres_and_redis() {
    hold(Shape::FourPostgresRedis).await;
}

/// With the rates of a fresh installation: they are part of the contract.
async fn hold(shape: Shape) {
    let builder = Stack::of(shape)
        .setting("OKD_OPERATOR_PASSWORD", e2e::OPERATOR_PASSWORD)
        // So that each tenant signs up from an address of its own: one alone may not sign up so many.
        .setting("OKD_TRUSTED_PROXIES", "127.0.0.1/32");
    let stack = Arc::new(builder.start().await);
    let started = Instant::now();
    let neighbours = Arc::new(Neighbours::move_in(&stack).await);
    let turns = Arc::new(tokio::sync::Semaphore::new(AT_ONCE));
    let mut running = tokio::task::JoinSet::new();
    for table in row::tables() {
        let (stack, neighbours) = (Arc::clone(&stack), Arc::clone(&neighbours));
        let turns = Arc::clone(&turns);
        running.spawn(async move {
            let _turn = turns.acquire().await.expect("nobody closes it");
            run(&stack, &neighbours, table).await
        });
    }
    let (mut rows, mut broken) = (0, Vec::new());
    while let Some(done) = running.join_next().await {
        let (ran, found) = done.expect("a table runs to its end");
        rows += ran;
        broken.extend(found);
    }
    broken.sort();
    println!(
        "{rows} rows of the wire contract on {shape:?} in {:?}",
        started.elapsed()
    );
    assert!(
        broken.is_empty(),
        "{} of {rows} rows do not hold:\n\n{}",
        broken.len(),
        broken.join("\n\n")
    );
    let stack = Arc::into_inner(stack).expect("every table has ended");
    stack.stop().await;
}

/// How many rows ran, and what does not hold.
async fn run(stack: &Stack, neighbours: &Neighbours, table: Table) -> (usize, Vec<String>) {
    let (started, rows) = (Instant::now(), table.rows.len());
    let mut world = World::of(stack, neighbours, &table.name).await;
    let mut broken = Vec::new();
    for row in &table.rows {
        if let Err(why) = world.hold(row).await {
            broken.push(format!("{}: {}\n{why}", row.at, row.rule));
        }
    }
    println!("{}: {rows} rows, {:?}", table.name, started.elapsed());
    (rows, broken)
}

fn rows() -> Vec<Row> {
    row::tables()
        .into_iter()
        .flat_map(|table| table.rows)
        .collect()
}

/// The numbered sections of the contract.
const SECTIONS: [&str; 17] = [
    "1", "2", "3", "4", "5", "6.1", "6.2", "7", "8", "9.1", "9.2", "9.3", "9.4", "10", "11", "12",
    "13",
];

#[test]
fn every_section_has_rows() {
    let rows = rows();
    let of = |section: &str| {
        let has = |row: &&Row| row.section() == Some(section);
        rows.iter().filter(has).count()
    };
    for section in SECTIONS {
        println!("section {section}: {} rows", of(section));
        assert!(0 < of(section), "section {section} has no row");
    }
    let known: BTreeSet<&str> = SECTIONS.into_iter().collect();
    for row in &rows {
        let section = row.section();
        let is_known = section.is_none_or(|section| known.contains(section));
        assert!(is_known, "{}: there is no section {section:?}", row.at);
    }
}

/// Numbers of the endpoints of section 1.
const ENDPOINTS: [u8; 14] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14];

#[test]
fn every_endpoint_has_its_row() {
    let rows = rows();
    for number in ENDPOINTS {
        let rule = format!("1 ({number}) ");
        let found = rows.iter().any(|row| row.rule.starts_with(&rule));
        assert!(found, "endpoint {number} has no row");
    }
}

/// The errors of section 2 that a row can bring about. For the others something must be held back (`repeats.rs`), grow old
/// (billing's `quota.rs`) or die (`kills.rs`).
const ERRORS: [&str; 20] = [
    "err.signature.request.not.exist",
    "err.invalid.json",
    "err.invalid.field",
    "err.invalid.file",
    "err.invalid.rule",
    "err.unknown.field.name",
    "err.expiration.range",
    "err.unauthorized",
    "err.signature.requests.exhausted",
    "err.api.not.active",
    "err.forbidden",
    "err.not.found",
    "err.method.not.allowed",
    "err.signature.request.exists",
    "err.document.state",
    "err.idempotency.mismatch",
    "err.file.too.large",
    "err.unsupported.media.type",
    "err.tags.not.found",
    "err.rate.limited",
];

#[test]
fn every_refusal_of_section_2_has_a_row() {
    let rows = rows();
    for code in ERRORS {
        let (alone, quoted) = (format!(" {code}"), format!("\"{code}\""));
        let names = |line: &String| line.contains(&alone) || line.contains(&quoted);
        let refuses = |row: &Row| row.answer.iter().any(names);
        assert!(rows.iter().any(refuses), "{code} has no row");
    }
}
