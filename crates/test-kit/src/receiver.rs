//! A small HTTP server that collects callbacks, and can refuse them first.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// No callback of ours is larger; a body past this ends the connection.
const BODY_LIMIT_BYTES: usize = 64 * 1024 * 1024;
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// One request as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Callback {
    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!(
                "not JSON ({error}): {}",
                String::from_utf8_lossy(&self.body)
            )
        })
    }
}

#[derive(Default)]
struct Shared {
    callbacks: Mutex<Vec<Callback>>,
    refusals: AtomicU32,
    stopped: AtomicBool,
}

/// A listening receiver on a free port of loopback; dropping it closes the port.
pub struct Receiver {
    port: u16,
    shared: Arc<Shared>,
}

impl Receiver {
    /// Starts listening.
    pub fn start() -> Self {
        let [port] = crate::free_ports();
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("the port was free just now");
        let shared = Arc::new(Shared::default());
        let served = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if served.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let served = Arc::clone(&served);
                std::thread::spawn(move || serve(stream, &served));
            }
        });
        Self { port, shared }
    }

    /// The URL of a path on this receiver.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Answers the next `count` requests with 503; they are collected all the same.
    pub fn refuse_next(&self, count: u32) {
        self.shared.refusals.store(count, Ordering::SeqCst);
    }

    /// Everything that arrived so far, oldest first.
    pub fn callbacks(&self) -> Vec<Callback> {
        self.shared
            .callbacks
            .lock()
            .expect("no holder panics")
            .clone()
    }

    /// Waits until `count` requests have arrived, and returns all that have.
    pub async fn wait_for(&self, count: usize, patience: Duration) -> Vec<Callback> {
        let deadline = Instant::now() + patience;
        loop {
            let callbacks = self.callbacks();
            if count <= callbacks.len() {
                return callbacks;
            }
            let arrived = callbacks.len();
            assert!(
                Instant::now() < deadline,
                "{arrived} of {count} callbacks within {patience:?}"
            );
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // The listener sits in accept: one more connection lets it look.
        let _closed_already = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// Answers the requests of one connection until its other end closes it.
fn serve(stream: TcpStream, shared: &Shared) {
    let Ok(mut answers) = stream.try_clone() else {
        return;
    };
    let mut requests = BufReader::new(stream);
    while let Some(callback) = read(&mut requests, &mut answers) {
        shared
            .callbacks
            .lock()
            .expect("no holder panics")
            .push(callback);
        let refuse = shared
            .refusals
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(1)
            })
            .is_ok();
        let status = if refuse {
            "503 Service Unavailable"
        } else {
            "200 OK"
        };
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\n\r\nok");
        if answers.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

fn read(requests: &mut BufReader<TcpStream>, answers: &mut TcpStream) -> Option<Callback> {
    let line = read_line(requests)?;
    let mut words = line.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let line = read_line(requests)?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    if headers
        .get("expect")
        .is_some_and(|value| value == "100-continue")
    {
        answers.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").ok()?;
    }
    let body = if headers
        .get("transfer-encoding")
        .is_some_and(|value| value == "chunked")
    {
        read_chunks(requests)?
    } else {
        let length = headers
            .get("content-length")
            .map_or(Some(0), |value| value.parse().ok())?;
        read_exact(requests, length)?
    };
    Some(Callback {
        method,
        target,
        headers,
        body,
    })
}

fn read_chunks(requests: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = read_line(requests)?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        body.extend(read_exact(requests, size)?);
        read_line(requests)?;
        if size == 0 || BODY_LIMIT_BYTES < body.len() {
            return (size == 0).then_some(body);
        }
    }
}

fn read_exact(requests: &mut BufReader<TcpStream>, length: usize) -> Option<Vec<u8>> {
    if BODY_LIMIT_BYTES < length {
        return None;
    }
    let mut bytes = vec![0; length];
    requests.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

/// A line without its end; `None` at the end of the stream.
fn read_line(requests: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    (0 < requests.read_line(&mut line).ok()?).then(|| line.trim_end().to_owned())
}
