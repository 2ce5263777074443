//! The product as its users meet it: the `okdokument` program, in one process or in one per service, on SQLite or on
//! PostgreSQL with Redis. Starts it, kills single processes, starts them again, and stops it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::postgres::{Durability, Postgres};
use crate::process::Process;
use crate::redis::Redis;
use crate::scratch::Scratch;

/// A debug build that migrates its stores and makes its keys takes a few seconds; a busy machine, more.
const READY_PATIENCE: Duration = Duration::from_mins(2);
const STOP_PATIENCE: Duration = Duration::from_mins(1);
/// A gateway beside the shape's own.
const ANOTHER_GATEWAY: &str = "another gateway";

/// How many processes on which stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    OneSqlite,
    FourSqlite,
    OnePostgresRedis,
    FourPostgresRedis,
}

impl Shape {
    /// Process names, in the order in which they are started: a service after those it calls. The sandbox of Stripe is
    /// not one of the four.
    pub fn processes(self) -> &'static [&'static str] {
        match self {
            Self::OneSqlite | Self::OnePostgresRedis => &["okdokument"],
            Self::FourSqlite | Self::FourPostgresRedis => {
                &["sandbox", "signing", "tenant", "billing", "gateway"]
            }
        }
    }

    fn servers(self) -> bool {
        matches!(self, Self::OnePostgresRedis | Self::FourPostgresRedis)
    }
}

/// Where the parts answer, as URLs without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    pub api: String,
    pub portal: String,
    pub operator: String,
    pub sandbox: String,
    /// Of each process, by its name.
    pub metrics: BTreeMap<String, String>,
}

/// A stack that is not started yet.
pub struct StackBuilder {
    shape: Shape,
    settings: Vec<(String, String)>,
    durability: Durability,
    program: PathBuf,
}

impl StackBuilder {
    /// Adds or replaces a setting, by the name of its variable (`OKD_…`).
    #[must_use]
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Whether its PostgreSQL syncs.
    #[must_use]
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// Another program than the one built beside the test.
    #[must_use]
    pub fn program(mut self, program: &Path) -> Self {
        program.clone_into(&mut self.program);
        self
    }

    /// Starts the servers and every process, and waits for each one's ready line.
    pub async fn start(self) -> Stack {
        let scratch = Scratch::new("stack");
        let (mut settings, addresses) = settings(self.shape, &scratch);
        let (mut postgres, mut redis) = (None, None);
        if self.shape.servers() {
            let server = Postgres::start_with(self.durability).await;
            settings.push(("OKD_DATABASE_URL".to_owned(), server.database().await));
            postgres = Some(server);
            let server = Redis::start().await;
            settings.push(("OKD_REDIS_URL".to_owned(), server.database()));
            redis = Some(server);
        }
        settings.extend(self.settings);
        let mut stack = Stack {
            processes: BTreeMap::new(),
            addresses,
            settings,
            postgres,
            redis,
            shape: self.shape,
            program: self.program,
            scratch,
        };
        for name in self.shape.processes() {
            stack.launch(name).await;
        }
        stack
    }
}

/// A running product. Dropping it kills every process and removes all data.
pub struct Stack {
    // Before the servers and the folder: fields are dropped in this order.
    processes: BTreeMap<&'static str, Process>,
    addresses: Addresses,
    settings: Vec<(String, String)>,
    postgres: Option<Postgres>,
    redis: Option<Redis>,
    shape: Shape,
    program: PathBuf,
    scratch: Scratch,
}

impl Stack {
    /// A stack to be configured before it starts.
    pub fn of(shape: Shape) -> StackBuilder {
        StackBuilder {
            shape,
            settings: Vec::new(),
            durability: Durability::Fast,
            program: built_program(),
        }
    }

    /// A stack with default settings.
    pub async fn start(shape: Shape) -> Self {
        Self::of(shape).start().await
    }

    /// Where the parts answer.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// The integrators' API and the signer's page.
    pub fn api(&self) -> &str {
        &self.addresses.api
    }

    /// The admins' portal.
    pub fn portal(&self) -> &str {
        &self.addresses.portal
    }

    /// The operator's surface.
    pub fn operator(&self) -> &str {
        &self.addresses.operator
    }

    /// The sandbox of Stripe.
    pub fn sandbox(&self) -> &str {
        &self.addresses.sandbox
    }

    /// The folder of everything the product keeps.
    pub fn data_dir(&self) -> PathBuf {
        data_dir(&self.scratch)
    }

    /// Names of its processes, in the order of their start.
    pub fn process_names(&self) -> &'static [&'static str] {
        self.shape.processes()
    }

    /// The process id of a running process, for a tracer.
    pub fn process_id(&self, name: &str) -> u32 {
        self.process(name).id()
    }

    /// What a process printed since its last start, the ready block included.
    pub fn said(&self, name: &str) -> String {
        self.process(name).said()
    }

    /// The file with everything a process printed since the stack started.
    pub fn log(&self, name: &str) -> PathBuf {
        self.scratch.path().join(format!("{name}.log"))
    }

    /// The settings it was started with, by variable.
    pub fn settings(&self) -> &[(String, String)] {
        &self.settings
    }

    /// Its PostgreSQL, in a shape that has one.
    pub fn postgres(&mut self) -> Option<&mut Postgres> {
        self.postgres.as_mut()
    }

    /// Its Redis, in a shape that has one.
    pub fn redis(&mut self) -> Option<&mut Redis> {
        self.redis.as_mut()
    }

    /// `kill -9` of one process.
    pub fn kill(&mut self, name: &str) {
        self.process_mut(name).kill();
    }

    /// Starts a process again, killing it first if it runs.
    pub async fn restart(&mut self, name: &str) {
        self.kill(name);
        let name = self.known(name);
        self.launch(name).await;
    }

    /// Starts a second gateway on the same stores, and answers where its API is. It stops with the stack.
    pub async fn another_gateway(&mut self) -> String {
        let [api, portal, operator, metrics] = crate::free_ports();
        let at = |port: u16| format!("127.0.0.1:{port}");
        let mut command = self.command(&["serve", "--only", "gateway"]);
        command.envs([
            ("OKD_API_ADDR", at(api)),
            ("OKD_PORTAL_ADDR", at(portal)),
            ("OKD_OPERATOR_ADDR", at(operator)),
            ("OKD_METRICS_ADDR", at(metrics)),
        ]);
        self.run(ANOTHER_GATEWAY, command).await;
        format!("http://{}", at(api))
    }

    /// SIGTERM to one process; its exit code.
    pub async fn stop_one(&mut self, name: &str) -> Option<i32> {
        match self.process_mut(name).stop(STOP_PATIENCE).await {
            Ok(status) => status.code(),
            Err(why) => panic!("{name} {why}"),
        }
    }

    /// SIGTERM to every process, those first that call others; fails the test when one does not drain and exit 0.
    pub async fn stop(mut self) {
        let own = self.shape.processes().iter().rev();
        for name in [ANOTHER_GATEWAY].iter().chain(own) {
            if !self.processes.contains_key(name) {
                continue;
            }
            let code = self.stop_one(name).await;
            assert_eq!(
                code,
                Some(0),
                "exit code of {name}; it said:\n{}",
                self.said(name)
            );
        }
    }

    /// The program with this stack's settings, for a command such as `check` or `operator …`.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(self.scratch.path());
        // A developer's own settings, and the variables of our scripts, are not the test's.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("OKD_") {
                command.env_remove(name);
            }
        }
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    async fn launch(&mut self, name: &'static str) {
        let mut command = match name {
            "okdokument" => self.command(&["serve"]),
            service => self.command(&["serve", "--only", service]),
        };
        let metrics = &self.addresses.metrics[name];
        command.env("OKD_METRICS_ADDR", metrics.trim_start_matches("http://"));
        self.run(name, command).await;
    }

    async fn run(&mut self, name: &'static str, command: Command) {
        let mut process = Process::start(command, &self.scratch, &self.log(name));
        let ready =
            |process: &Process| process.said().lines().any(|line| line.starts_with("ready"));
        if let Err(why) = process.until(READY_PATIENCE, ready).await {
            panic!("{name} {why}");
        }
        self.processes.insert(name, process);
    }

    fn known(&self, name: &str) -> &'static str {
        let names = self.shape.processes();
        names
            .iter()
            .chain(&[ANOTHER_GATEWAY])
            .find(|known| **known == name)
            .unwrap_or_else(|| panic!("no process {name} in {:?}: {names:?}", self.shape))
    }

    fn process(&self, name: &str) -> &Process {
        &self.processes[self.known(name)]
    }

    fn process_mut(&mut self, name: &str) -> &mut Process {
        let name = self.known(name);
        self.processes
            .get_mut(name)
            .expect("every process of the shape was started")
    }
}

/// The built program: `OKD_BIN`, else beside the test that asks (`target/debug/okdokument`).
fn built_program() -> PathBuf {
    if let Some(given) = std::env::var_os("OKD_BIN") {
        return PathBuf::from(given);
    }
    let test = std::env::current_exe().expect("Linux tells");
    let built = test
        .ancestors()
        .skip(1)
        .map(|folder| folder.join("okdokument"))
        .find(|candidate| candidate.is_file());
    // Where it is not built, its start says so with this name.
    built.unwrap_or_else(|| PathBuf::from("okdokument"))
}

fn data_dir(scratch: &Scratch) -> PathBuf {
    scratch.path().join("data")
}

fn settings(shape: Shape, scratch: &Scratch) -> (Vec<(String, String)>, Addresses) {
    let [api, portal, operator, sandbox, tenant, billing, signing] = crate::free_ports();
    let metrics: [u16; 5] = crate::free_ports();
    let at = |port: u16| format!("127.0.0.1:{port}");
    let http = |port: u16| format!("http://127.0.0.1:{port}");
    let addresses = Addresses {
        api: http(api),
        // Another host than the API's: cookies do not see ports.
        portal: format!("http://localhost:{portal}"),
        operator: http(operator),
        sandbox: http(sandbox),
        metrics: shape
            .processes()
            .iter()
            .zip(metrics)
            .map(|(name, port)| ((*name).to_owned(), http(port)))
            .collect(),
    };
    let mut settings = vec![
        ("OKD_DATA_DIR", data_dir(scratch).display().to_string()),
        ("OKD_API_ADDR", at(api)),
        ("OKD_API_URL", addresses.api.clone()),
        ("OKD_PORTAL_ADDR", at(portal)),
        ("OKD_PORTAL_URL", addresses.portal.clone()),
        ("OKD_OPERATOR_ADDR", at(operator)),
        ("OKD_SANDBOX_ADDR", at(sandbox)),
        ("OKD_MASTER_SECRET", master_secret(scratch.path())),
    ];
    if shape.processes().len() != 1 {
        settings.extend([
            ("OKD_TENANT_ADDR", at(tenant)),
            ("OKD_TENANT_URL", http(tenant)),
            ("OKD_BILLING_ADDR", at(billing)),
            ("OKD_BILLING_URL", http(billing)),
            ("OKD_SIGNING_ADDR", at(signing)),
            ("OKD_SIGNING_URL", http(signing)),
        ]);
    }
    (
        settings
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        addresses,
    )
}

/// Long enough and of this stack only; the folder's name is random. It protects nothing but a test.
fn master_secret(scratch: &Path) -> String {
    let name = scratch
        .file_name()
        .map_or_else(String::new, |name| name.display().to_string());
    name.bytes()
        .cycle()
        .take(32)
        .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}
