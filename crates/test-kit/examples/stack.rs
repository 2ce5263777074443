//! Starts a stack for tests that are not Rust, prints where it answers as one line of JSON, and ends with its own
//! standard input:
//!
//! `cargo run -p test-kit --example stack -- four-postgres-redis OKD_LOG=debug …` (shape and settings may be left out)

#![expect(clippy::print_stdout, reason = "the line of JSON is what it is for")]

use std::io::{Read, Write};

use test_kit::{Shape, Stack};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), String> {
    let mut shape = Shape::OneSqlite;
    let mut settings = Vec::new();
    for argument in std::env::args().skip(1) {
        match argument.split_once('=') {
            Some((name, value)) => settings.push((name.to_owned(), value.to_owned())),
            None => shape = parse(&argument)?,
        }
    }
    let builder = settings
        .iter()
        .fold(Stack::of(shape), |builder, (name, value)| {
            builder.setting(name, value)
        });
    let stack = builder.start().await;
    println!("{}", told(&stack));
    std::io::stdout()
        .flush()
        .map_err(|error| error.to_string())?;

    let input = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    input
        .await
        .map_err(|error| error.to_string())?
        .map_err(|error| error.to_string())?;
    stack.stop().await;
    Ok(())
}

fn parse(name: &str) -> Result<Shape, String> {
    Ok(match name {
        "one-sqlite" => Shape::OneSqlite,
        "four-sqlite" => Shape::FourSqlite,
        "one-postgres-redis" => Shape::OnePostgresRedis,
        "four-postgres-redis" => Shape::FourPostgresRedis,
        other => return Err(format!("no shape {other}")),
    })
}

fn told(stack: &Stack) -> serde_json::Value {
    let addresses = stack.addresses();
    let logs: serde_json::Map<_, _> = stack
        .process_names()
        .iter()
        .map(|name| {
            (
                (*name).to_owned(),
                stack.log(name).display().to_string().into(),
            )
        })
        .collect();
    let processes: serde_json::Map<_, _> = stack
        .process_names()
        .iter()
        .map(|name| ((*name).to_owned(), stack.process_id(name).into()))
        .collect();
    let database = stack
        .settings()
        .iter()
        .find(|(name, _)| name == "OKD_DATABASE_URL")
        .map(|(_, url)| url);
    serde_json::json!({
        "api": addresses.api,
        "portal": addresses.portal,
        "operator": addresses.operator,
        "sandbox": addresses.sandbox,
        "metrics": addresses.metrics,
        "dataDir": stack.data_dir(),
        "logs": logs,
        "processes": processes,
        "database": database,
    })
}
