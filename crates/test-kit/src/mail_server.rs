//! A real mail server that writes down what it takes: `aiosmtpd` from the venv that the installer of the test tools makes.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::process::Process;
use crate::scratch::Scratch;

const PATIENCE: Duration = Duration::from_mins(1);
/// Whom the server knows.
pub const MAIL_USER: &str = "okd@example.com";
pub const MAIL_PASSWORD: &str = "correct horse";

/// How the server wants to be talked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailSecurity {
    /// TLS from the first byte, and a login.
    Tls,
    /// STARTTLS before anything else, and a login.
    StartTls,
    /// Neither.
    Clear,
}

impl MailSecurity {
    const fn name(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::StartTls => "starttls",
            Self::Clear => "clear",
        }
    }
}

/// A running server. Dropping it kills it.
pub struct MailServer {
    process: Process,
    port: u16,
    security: MailSecurity,
    // Last: the folder goes after the process that works in it.
    scratch: Scratch,
}

impl MailServer {
    /// With a certificate of its own for `localhost`.
    pub async fn start(security: MailSecurity) -> Self {
        let scratch = Scratch::new("mail");
        let [port] = crate::free_ports();
        std::fs::create_dir(scratch.path().join("taken")).expect("our own folder is writable");
        make_certificate(&scratch);
        Self {
            process: launch(&scratch, port, security).await,
            port,
            security,
            scratch,
        }
    }

    /// Where it is, with the user where it wants one, but no password.
    pub fn url(&self) -> String {
        let port = self.port;
        let user = MAIL_USER.replace('@', "%40");
        match self.security {
            MailSecurity::Tls => format!("smtps://{user}@localhost:{port}"),
            MailSecurity::StartTls => format!("smtp://{user}@localhost:{port}"),
            MailSecurity::Clear => format!("smtp+clear://127.0.0.1:{port}"),
        }
    }

    /// Its certificate, which is its own root: PEM.
    pub fn root_pem(&self) -> PathBuf {
        self.scratch.path().join("server.crt")
    }

    /// As [`MailServer::root_pem`], DER.
    pub fn root_der(&self) -> Vec<u8> {
        std::fs::read(self.scratch.path().join("server.der")).expect("our own file")
    }

    /// Every message that was taken, oldest first, as `mail_server.py` writes it down.
    pub fn taken(&self) -> Vec<Value> {
        let folder = std::fs::read_dir(self.scratch.path().join("taken")).expect("our own folder");
        let mut files: Vec<PathBuf> = folder.flatten().map(|entry| entry.path()).collect();
        files.retain(|path| path.extension().is_some_and(|suffix| suffix == "json"));
        files.sort();
        let read = |path| std::fs::read(path).expect("our own file");
        let parsed =
            |bytes: Vec<u8>| serde_json::from_slice(&bytes).expect("the server writes JSON");
        files.into_iter().map(read).map(parsed).collect()
    }

    /// Waits until so many messages are taken, and answers all.
    pub async fn wait_for(&self, count: usize, patience: Duration) -> Vec<Value> {
        let started = Instant::now();
        loop {
            let taken = self.taken();
            if count <= taken.len() {
                return taken;
            }
            assert!(
                started.elapsed() < patience,
                "{} of {count} letters came:\n{}",
                taken.len(),
                self.process.said()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// `kill -9`: nobody answers any more.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again on the same port.
    pub async fn restart(&mut self) {
        self.process.kill();
        self.process = launch(&self.scratch, self.port, self.security).await;
    }
}

async fn launch(scratch: &Scratch, port: u16, security: MailSecurity) -> Process {
    let cache = std::env::var_os("OKD_CACHE")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache/okdokument")));
    let python = cache
        .expect("there is a home folder")
        .join("tools/aiosmtpd/bin/python");
    let script = scratch.path().join("mail_server.py");
    std::fs::write(&script, include_str!("mail_server.py")).expect("our own folder is writable");
    let mut command = Command::new(python);
    command.current_dir(scratch.path());
    command
        .arg(script)
        .arg(port.to_string())
        .arg(scratch.path().join("taken"))
        .arg(security.name());
    let log = scratch.path().join("mail.log");
    let mut process = Process::start(command, scratch, &log);
    let ready = process
        .until(PATIENCE, |process| process.said().contains("listening"))
        .await;
    ready.unwrap_or_else(|said| panic!("the mail server (infra/dev/tools.sh installs it) {said}"));
    process
}

fn make_certificate(scratch: &Scratch) {
    let mut made = Command::new("openssl");
    made.current_dir(scratch.path());
    made.args([
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
    ]);
    made.args([
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
        "-keyout",
        "server.key",
        "-out",
        "server.crt",
    ]);
    made.args([
        "-addext",
        "subjectAltName=DNS:localhost",
        "-addext",
        "basicConstraints=critical,CA:FALSE",
    ]);
    run(made);
    let mut converted = Command::new("openssl");
    converted.current_dir(scratch.path());
    converted.args([
        "x509",
        "-in",
        "server.crt",
        "-outform",
        "DER",
        "-out",
        "server.der",
    ]);
    run(converted);
}

fn run(mut command: Command) {
    let done = command.output().expect("openssl is installed");
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}
