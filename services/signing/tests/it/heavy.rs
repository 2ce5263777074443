//! Files that ask for more than a file may: each is answered in time, and this process does not grow.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::bombs;
use crate::server::{Answer, Integrator, Server, base64, contract, pdf_workers};

const MEBIBYTE: u64 = 1 << 20;
/// Of a worker in these tests, so that it is felt.
const WORKER_MEMORY: u64 = 192 * MEBIBYTE;
/// What the worker program itself maps and touches, generously.
const WORKER_PROGRAM: u64 = 64 * MEBIBYTE;
/// For all of 64 uploads on a busy machine.
const IN_TIME: Duration = Duration::from_mins(2);

fn body(file: &[u8], tags: bool) -> Value {
    let mut body = json!({ "filedata": { "content": base64(file), "filename": "a.pdf" } });
    if tags {
        body["filedata"]["state"] = json!("tags");
    }
    body
}

/// Bytes of a line such as `VmHWM` of a process.
fn memory(process: &str, line: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let found = status.lines().find_map(|text| text.strip_prefix(line))?;
    let kilobytes: u64 = found.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// Watches how large the children of this process ever become.
struct Watch {
    largest: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
}

impl Watch {
    fn begin() -> Self {
        let watch = Self {
            largest: Arc::default(),
            stop: Arc::default(),
        };
        let (largest, stop) = (Arc::clone(&watch.largest), Arc::clone(&watch.stop));
        std::thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                for child in children() {
                    let peak = memory(&child, "VmHWM").unwrap_or(0);
                    largest.fetch_max(peak, Ordering::Relaxed);
                }
                std::thread::sleep(Duration::from_millis(10));
            }
        });
        watch
    }

    fn largest(&self) -> u64 {
        self.largest.load(Ordering::Relaxed)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

pub(crate) fn children() -> Vec<String> {
    let own = format!("\t{}", std::process::id());
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    processes
        .filter_map(|process| process.file_name().into_string().ok())
        .filter(|name| {
            let status = std::fs::read_to_string(format!("/proc/{name}/status"));
            status.is_ok_and(|status| {
                let parent = status.lines().find_map(|line| line.strip_prefix("PPid:"));
                parent == Some(own.as_str())
            })
        })
        .collect()
}

/// Sends all at once; the answers in order.
async fn all_at_once(server: &Arc<Server>, bodies: Vec<Value>) -> Vec<Answer> {
    let tenant = Integrator::new();
    let calls = bodies.into_iter().map(|body| {
        let (server, tenant) = (Arc::clone(server), tenant.clone());
        actix_web::rt::spawn(async move { tenant.create(&server, &body).await })
    });
    let answers = futures_util::future::join_all(calls.collect::<Vec<_>>());
    let answers = tokio::time::timeout(IN_TIME, answers).await;
    let answers = answers.expect("all are answered in time");
    answers.into_iter().map(Result::unwrap).collect()
}

/// 64 uploads, seven kinds of hostile ones among honest ones; answers how much this process grew at its peak.
async fn a_round(server: &Arc<Server>, mebibytes: usize) -> u64 {
    let kinds: Vec<(Value, bool)> = vec![
        (contract(), true),
        (body(&bombs::content_bomb(mebibytes), true), false),
        (body(&bombs::object_stream_bomb(mebibytes), false), false),
        (body(&bombs::xref_loop(), false), true),
        (body(&bombs::deep_nesting(), false), false),
        (body(&bombs::ten_gigabytes(), false), true),
        (body(&bombs::page_loop(), false), false),
        (body(&bombs::many_objects(20_000), false), true),
    ];
    let bodies: Vec<Value> = (0..64)
        .map(|index| kinds[index % kinds.len()].0.clone())
        .collect();
    let before = memory("self", "VmHWM").unwrap();
    let answers = all_at_once(server, bodies).await;
    for (index, answer) in answers.iter().enumerate() {
        let (_, may_be_taken) = &kinds[index % kinds.len()];
        let fits = match answer.status {
            StatusCode::OK => *may_be_taken,
            StatusCode::BAD_REQUEST => answer.code() == "err.invalid.file",
            // A page whose content is not unpacked shows no tag.
            StatusCode::UNPROCESSABLE_ENTITY => answer.code() == "err.tags.not.found",
            _ => false,
        };
        assert!(fits, "upload {index}: {answer:?}");
        if index % kinds.len() == 0 {
            assert_eq!(answer.status, StatusCode::OK, "an honest file: {answer:?}");
        }
    }
    memory("self", "VmHWM").unwrap() - before
}

async fn small_workers() -> Arc<Server> {
    let mut workers = pdf_workers();
    workers.memory_bytes = WORKER_MEMORY;
    Arc::new(Server::with_workers(workers).await)
}

#[actix_web::test]
async fn hostile_uploads_at_once_are_answered_in_time_and_this_process_stays_flat() {
    let server = small_workers().await;
    let watch = Watch::begin();
    let grown = a_round(&server, 300).await;
    // 64 bodies, decoded once; the bombs themselves would be 5 GB.
    assert!(grown < 200 * MEBIBYTE, "grew by {} MB", grown / MEBIBYTE);
    let largest = watch.largest();
    assert!(0 < largest, "no worker was seen");
    assert!(
        largest < WORKER_MEMORY + WORKER_PROGRAM,
        "a worker had {} MB",
        largest / MEBIBYTE
    );
}

#[actix_web::test]
async fn soak_bombs_of_gigabytes_leave_this_process_flat() {
    let server = small_workers().await;
    let watch = Watch::begin();
    let first = a_round(&server, 2_000).await;
    let mut later = 0;
    for _ in 0..10 {
        later += a_round(&server, 2_000).await;
    }
    println!(
        "soak: 704 uploads, every fourth a bomb of 2 GB: this process grew by {} MB in the first round, {} MB in ten more; the largest worker had {} MB",
        first / MEBIBYTE,
        later / MEBIBYTE,
        watch.largest() / MEBIBYTE
    );
    assert!(later < 100 * MEBIBYTE, "it goes on growing");
    assert!(watch.largest() < WORKER_MEMORY + WORKER_PROGRAM);
}

#[actix_web::test]
async fn a_file_that_needs_too_much_memory_is_refused_with_a_sentence() {
    let mut workers = pdf_workers();
    workers.memory_bytes = 48 * MEBIBYTE;
    let server = Server::with_workers(workers).await;
    let tenant = Integrator::new();
    let file = bombs::many_objects(120_000);
    let answer = tenant.create(&server, &body(&file, false)).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{answer:?}");
    assert_eq!(answer.code(), "err.invalid.file");
    let sentence = answer.text("detail");
    assert!(sentence.contains("needed more than 48 MB"), "{sentence}");
    assert_works_at_once(&server, &tenant).await;
}

#[actix_web::test]
async fn a_file_that_takes_too_long_is_refused_with_a_sentence() {
    let mut workers = pdf_workers();
    workers.cpu = Duration::from_secs(1);
    let server = Server::with_workers(workers).await;
    let tenant = Integrator::new();
    // Far beyond a second on any machine, however few of the words are looked at on a page.
    let file = bombs::many_words(100, 200_000);
    let answer = tenant.create(&server, &body(&file, true)).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{answer:?}");
    assert_eq!(answer.code(), "err.invalid.file");
    let sentence = answer.text("detail");
    // By computing time or, where the machine has other work, by the clock.
    assert!(sentence.contains("took longer than"), "{sentence}");
    assert_works_at_once(&server, &tenant).await;
}

/// The death of a worker is not waited for by the next call.
async fn assert_works_at_once(server: &Server, tenant: &Integrator) {
    let began = Instant::now();
    let answer = tenant.create(server, &contract()).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert!(began.elapsed() < Duration::from_secs(5));
}
