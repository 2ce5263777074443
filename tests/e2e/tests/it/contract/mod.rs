//! The wire contract, row by row: `tests/e2e/contract/*.rows` are tables that read like it, and this runs them over HTTP through
//! the gateway, on both store shapes. How a row is written stands in `tests/e2e/contract/README.md`.

mod answer;
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
const SECTIONS: [&str; 18] = [
    "1", "2", "3", "4", "5", "6.1", "6.2", "7", "8", "9.1", "9.2", "9.3", "9.4", "10", "11", "12",
    "13", "14",
];

#[test]
fn every_section_has_rows() {
    let rows = rows();
    let of = |section: &str| {
        rows.iter()
            .filter(|row| row.section() == Some(section))
            .count()
    };
    for section in SECTIONS.iter().take(17) {
        println!("section {section}: {} rows", of(section));
        assert!(0 < of(section), "section {section} has no row");
    }
    let known: BTreeSet<&str> = SECTIONS.into_iter().collect();
    for row in &rows {
        let section = row.section();
        assert!(
            section.is_none_or(|section| known.contains(section)),
            "{}: there is no section {section:?}",
            row.at
        );
    }
}
