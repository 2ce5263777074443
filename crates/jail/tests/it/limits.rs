//! A loop, a bomb, a crash: each costs one job, and the next is done at once.

use std::time::{Duration, Instant};

use jail::{Fault, Pool};

use crate::{assert_works, config, order, pool};

/// Within which the next job must be done: far less than a start on the request path plus any limit.
const AT_ONCE: Duration = Duration::from_secs(2);

async fn assert_works_at_once(pool: &Pool) {
    let began = Instant::now();
    assert_works(pool).await;
    assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_loop_is_ended_by_its_computing_time() {
    let mut config = config();
    config.limits.cpu = Duration::from_secs(1);
    let pool = Pool::start(config).await.unwrap();
    for _ in 0..2 {
        let fault = order(&pool, "loop").await.unwrap_err();
        assert_eq!(fault, Fault::OutOfTime(Duration::from_secs(1)));
        assert_works_at_once(&pool).await;
    }
}

#[tokio::test]
async fn computing_time_is_counted_for_each_job_anew() {
    let mut config = config();
    config.limits.cpu = Duration::from_secs(1);
    let pool = Pool::start(config).await.unwrap();
    let began = Instant::now();
    // Far more than one job's time in all, by one worker.
    while began.elapsed() < Duration::from_secs(4) {
        let text = "y".repeat(200_000);
        order(&pool, &format!("echo {text}")).await.unwrap();
    }
}

#[tokio::test]
async fn one_that_sleeps_is_ended_by_the_clock() {
    let mut config = config();
    config.limits.wall = Duration::from_millis(300);
    let pool = Pool::start(config).await.unwrap();
    let fault = order(&pool, "sleep").await.unwrap_err();
    assert_eq!(fault, Fault::OutOfTime(Duration::from_millis(300)));
    assert_works_at_once(&pool).await;
}

#[tokio::test]
async fn an_allocation_bomb_meets_the_memory_limit() {
    let pool = pool().await;
    let fault = order(&pool, "allocate").await.unwrap_err();
    let limit_bytes = config().limits.memory_bytes;
    assert_eq!(fault, Fault::OutOfMemory { limit_bytes });
    assert_works_at_once(&pool).await;
}

#[tokio::test]
async fn crashes_cost_one_job_each() {
    let pool = pool().await;
    for (words, why) in [
        ("panic", "panicked at"),
        ("abort", "signal: 6"),
        ("recurse", "signal: 6"),
    ] {
        let Fault::Crashed(told) = order(&pool, words).await.unwrap_err() else {
            panic!("{words} is a crash");
        };
        assert!(told.contains(why), "{words}: {told}");
        assert_works_at_once(&pool).await;
    }
}

#[tokio::test]
async fn too_large_an_answer_is_not_taken() {
    let pool = pool().await;
    assert_eq!(
        order(&pool, "flood 1000000").await.unwrap().len(),
        1_000_000
    );
    let fault = order(&pool, "flood 1100000").await.unwrap_err();
    let limit_bytes = config().limits.output_bytes;
    assert_eq!(fault, Fault::TooMuchOutput { limit_bytes });
    assert_works_at_once(&pool).await;
}
