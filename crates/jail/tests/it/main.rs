//! A real child, told to misbehave.
#![expect(
    clippy::unwrap_used,
    reason = "what cannot be set up fails the test on the spot"
)]

mod limits;
mod pool;
mod walls;

use std::time::Duration;

use jail::{Fault, Limits, Parcel, Pool, PoolConfig, Program};

pub(crate) fn config() -> PoolConfig {
    PoolConfig {
        program: Program {
            path: env!("CARGO_BIN_EXE_jail-inmate").into(),
            arguments: vec!["jailed".to_owned()],
        },
        limits: Limits {
            memory_bytes: 256 * 1024 * 1024,
            cpu: Duration::from_secs(20),
            wall: Duration::from_secs(20),
            output_bytes: 1024 * 1024,
        },
        workers: 1,
        jobs_per_worker: 100,
        waiting: 100,
    }
}

pub(crate) async fn pool() -> Pool {
    Pool::start(config()).await.unwrap()
}

/// One job without questions; what it says.
pub(crate) async fn order(pool: &Pool, words: &str) -> Result<String, Fault> {
    let job = Parcel::new(&words, Vec::new()).unwrap();
    let answer = pool.run(&job, |_| async { None }).await?;
    Ok(answer.head().unwrap())
}

/// The next job is done, by whichever worker.
pub(crate) async fn assert_works(pool: &Pool) {
    assert_eq!(order(pool, "echo still here").await.unwrap(), "still here");
}
