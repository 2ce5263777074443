//! PostgreSQL and Redis: fresh databases, kills, restarts.

use std::io::{Read, Write};
use std::net::TcpStream;

use test_kit::{Durability, Postgres, Redis};

#[tokio::test]
async fn each_postgres_database_is_fresh() {
    let postgres = Postgres::shared().await;
    let (first, second) = (postgres.database().await, postgres.database().await);
    postgres
        .sql(&first, "CREATE TABLE only_here (id BIGINT)")
        .await;
    let tables = "SELECT count(*) FROM pg_tables WHERE tablename = 'only_here'";
    assert_eq!(postgres.sql(&first, tables).await, "1");
    assert_eq!(postgres.sql(&second, tables).await, "0");
}

#[tokio::test]
async fn a_killed_postgres_comes_back_with_what_was_committed() {
    let mut postgres = Postgres::start_with(Durability::Full).await;
    let url = postgres.database().await;
    postgres
        .sql(&url, "CREATE TABLE kept AS SELECT 7 AS id")
        .await;
    postgres.kill();
    postgres.restart().await;
    assert_eq!(postgres.sql(&url, "SELECT id FROM kept").await, "7");
    assert_eq!(postgres.sql(&url, "SHOW fsync").await, "on");
}

#[tokio::test]
async fn each_redis_database_is_fresh_and_a_restart_forgets() {
    let mut redis = Redis::start().await;
    let (first, second) = (redis.database(), redis.database());
    assert_eq!(command(&first, "SET key 1"), "+OK");
    assert_eq!(command(&first, "GET key"), "$1");
    assert_eq!(command(&second, "GET key"), "$-1");
    redis.restart().await;
    assert_eq!(command(&first, "GET key"), "$-1");
}

/// The first line of Redis's answer, in the database that the URL names.
fn command(url: &str, command: &str) -> String {
    let (address, database) = url
        .trim_start_matches("redis://")
        .split_once('/')
        .expect("host and database");
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream
        .write_all(format!("SELECT {database}\r\n{command}\r\nQUIT\r\n").as_bytes())
        .expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("QUIT closes");
    answer
        .lines()
        .nth(1)
        .expect("an answer a command")
        .to_owned()
}
