//! A private Redis with nothing on disk; each test takes a fresh database.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::OnceCell;

use crate::process::Process;
use crate::scratch::Scratch;

const PATIENCE: Duration = Duration::from_secs(30);
const DATABASES: u32 = 1_024;

/// A running server. Dropping it kills it.
pub struct Redis {
    process: Process,
    port: u16,
    databases: AtomicU32,
    // Last: the folder goes after the process that works in it.
    scratch: Scratch,
}

impl Redis {
    /// A fresh server.
    pub async fn start() -> Self {
        let scratch = Scratch::new("redis");
        let [port] = crate::free_ports();
        let process = launch(&scratch, port).await;
        Self {
            process,
            port,
            databases: AtomicU32::new(0),
            scratch,
        }
    }

    /// The server that all tests of this process share; ends with the process.
    pub async fn shared() -> &'static Self {
        static SHARED: OnceCell<Redis> = OnceCell::const_new();
        SHARED.get_or_init(Self::start).await
    }

    /// The URL of a database that nobody has used.
    pub fn database(&self) -> String {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        assert!(
            number < DATABASES,
            "more than {DATABASES} databases of one Redis"
        );
        format!("redis://127.0.0.1:{}/{number}", self.port)
    }

    /// `kill -9`: every counter is lost, as it may be.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again, empty, on the same port.
    pub async fn restart(&mut self) {
        self.process.kill();
        self.process = launch(&self.scratch, self.port).await;
    }
}

async fn launch(scratch: &Scratch, port: u16) -> Process {
    let valkey = std::path::Path::new("/usr/bin/valkey-server");
    let mut command = Command::new(if valkey.exists() {
        "valkey-server"
    } else {
        "redis-server"
    });
    command.args(["--bind", "127.0.0.1", "--port", &port.to_string()]);
    command.args([
        "--save",
        "",
        "--appendonly",
        "no",
        "--databases",
        &DATABASES.to_string(),
    ]);
    command.arg("--dir").arg(scratch.path());
    command
        .arg("--unixsocket")
        .arg(scratch.path().join("redis.sock"));
    let mut process = Process::start(command, scratch, &scratch.path().join("redis.log"));
    if let Err(why) = process.until(PATIENCE, |_| answers(port)).await {
        panic!("Redis {why}");
    }
    process
}

fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else {
        return false;
    };
    let mut answer = [0; 5];
    stream
        .write_all(b"PING\r\n")
        .and_then(|()| stream.read_exact(&mut answer))
        .is_ok()
        && &answer == b"+PONG"
}
