//! The pool: files and questions, replacement, the queue.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use jail::{Fault, Parcel, Pool, StartFault};

use crate::{assert_works, config, order, pool};

#[tokio::test]
async fn files_come_back_as_they_were_sent() {
    let mut config = config();
    config.limits.output_bytes = 64 * 1024 * 1024;
    let pool = Pool::start(config).await.unwrap();
    let large: Vec<u8> = (0..20_000_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    let files = vec![Bytes::from(large), Bytes::new(), Bytes::from_static(b"x")];
    let job = Parcel::new(&"echo", files.clone()).unwrap();
    let answer = pool.run(&job, |_| async { None }).await.unwrap();
    assert!(answer.files == files);
}

#[tokio::test]
async fn a_question_is_answered_by_the_parent_and_stops_the_clock() {
    let mut config = config();
    config.limits.wall = Duration::from_secs(1);
    let pool = Pool::start(config).await.unwrap();
    let job = Parcel::new(&"ask what now", Vec::new()).unwrap();
    let answered = pool.run(&job, |question| async move {
        let asked: String = question.head().unwrap();
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        Parcel::new(&format!("{asked}: this"), Vec::new()).ok()
    });
    let told: String = answered.await.unwrap().head().unwrap();
    assert_eq!(told, "what now: this");
}

#[tokio::test]
async fn a_question_that_nobody_answers_ends_the_job() {
    let pool = pool().await;
    assert!(matches!(
        order(&pool, "ask something").await,
        Err(Fault::Crashed(_))
    ));
    assert_works(&pool).await;
}

#[tokio::test]
async fn a_used_up_worker_is_replaced() {
    let mut config = config();
    config.jobs_per_worker = 2;
    let pool = Pool::start(config).await.unwrap();
    let mut seen = BTreeSet::new();
    for _ in 0..12 {
        assert_works(&pool).await;
        while pool.idle_workers().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        seen.extend(pool.idle_workers());
    }
    assert!(seen.len() >= 6, "{seen:?}");
}

#[tokio::test]
async fn one_killed_from_outside_while_idle_costs_nobody_a_job() {
    let pool = pool().await;
    for _ in 0..3 {
        assert_works(&pool).await;
        for worker in pool.idle_workers() {
            let pid = rustix::process::Pid::from_raw(i32::try_from(worker).unwrap()).unwrap();
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_works(&pool).await;
}

#[tokio::test]
async fn a_caller_who_hangs_up_ends_the_job() {
    let pool = pool().await;
    let given_up = tokio::time::timeout(Duration::from_millis(200), order(&pool, "loop")).await;
    assert!(given_up.is_err());
    // The only seat is free again, and no process computes on.
    assert_works(&pool).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_beyond_the_queue_is_refused() {
    let mut config = config();
    config.waiting = 2;
    config.limits.wall = Duration::from_millis(800);
    let pool = Pool::start(config).await.unwrap();
    let jobs: Vec<_> = (0..5)
        .map(|_| {
            let pool = pool.clone();
            tokio::runtime::Handle::current().spawn(async move { order(&pool, "sleep").await })
        })
        .collect();
    let mut refused = 0;
    for job in jobs {
        match job.await.unwrap().unwrap_err() {
            Fault::Busy => refused += 1,
            Fault::OutOfTime(_) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!((2..=3).contains(&refused), "{refused}");
    assert_works(&pool).await;
}

#[tokio::test]
async fn a_program_that_is_no_worker_is_told_at_the_start() {
    let mut absent = config();
    absent.program.path = "/nowhere/at/all".into();
    assert!(matches!(
        Pool::start(absent).await,
        Err(StartFault::Spawn { .. })
    ));
    let mut other = config();
    other.program.arguments.clear();
    assert!(matches!(
        Pool::start(other).await,
        Err(StartFault::NotReady { .. })
    ));
}
