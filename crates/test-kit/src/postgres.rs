//! A private PostgreSQL with its own data folder, socket and port; each test takes a fresh database.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::OnceCell;

use crate::process::Process;
use crate::scratch::Scratch;

const ROLE: &str = "okd";
const LOG: &str = "postgres.log";
const PATIENCE: Duration = Duration::from_mins(1);

/// Whether a commit survives the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// No sync at all: as fast as it gets, and still safe against the kill of any process.
    Fast,
    /// As in production: a commit is on the disk before it is answered.
    Full,
}

/// A running server. Dropping it kills it and removes its data.
pub struct Postgres {
    process: Process,
    programs: Programs,
    port: u16,
    durability: Durability,
    databases: AtomicU32,
    // Last: the folder goes after the process that works in it.
    scratch: Scratch,
}

impl Postgres {
    /// A server that does not sync.
    pub async fn start() -> Self {
        Self::start_with(Durability::Fast).await
    }

    /// A server of the given durability.
    pub async fn start_with(durability: Durability) -> Self {
        let programs = Programs::find();
        let scratch = Scratch::new("postgres");
        programs.hand_over(scratch.path());
        programs.copy_template(&scratch.path().join("data"));
        let [port] = crate::free_ports();
        let process = launch(&programs, &scratch, port, durability).await;
        Self {
            process,
            programs,
            port,
            durability,
            databases: AtomicU32::new(0),
            scratch,
        }
    }

    /// The server that all tests of this process share; ends with the process.
    pub async fn shared() -> &'static Self {
        static SHARED: OnceCell<Postgres> = OnceCell::const_new();
        SHARED.get_or_init(Self::start).await
    }

    /// Makes a fresh, empty database and returns its URL.
    pub async fn database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.run("createdb", &[&name]).await;
        self.url(&name)
    }

    /// Runs SQL in a database named by its URL, as its owner; returns the rows, columns separated by `|`.
    pub async fn sql(&self, url: &str, sql: &str) -> String {
        self.run("psql", &["-v", "ON_ERROR_STOP=1", "-XAtc", sql, url])
            .await
    }

    /// `kill -9` of the whole server, as a power cut would do it.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again on the same data and port.
    pub async fn restart(&mut self) {
        self.process.kill();
        self.process = launch(&self.programs, &self.scratch, self.port, self.durability).await;
    }

    /// Where it writes its log.
    pub fn log(&self) -> PathBuf {
        self.scratch.path().join(LOG)
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://{ROLE}@127.0.0.1:{}/{database}", self.port)
    }

    async fn run(&self, program: &str, arguments: &[&str]) -> String {
        let mut command = tokio::process::Command::new(self.programs.folder.join(program));
        command
            .args(arguments)
            .env("PGHOST", self.scratch.path())
            .env("PGUSER", ROLE);
        command.env("PGPORT", self.port.to_string());
        let output = command
            .output()
            .await
            .expect("PostgreSQL's programs lie side by side");
        assert!(
            output.status.success(),
            "{program} {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned()
    }
}

/// Tries for a while: after a kill the old server's children need a moment to notice, and till then a new one refuses.
async fn launch(
    programs: &Programs,
    scratch: &Scratch,
    port: u16,
    durability: Durability,
) -> Process {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match try_launch(programs, scratch, port, durability).await {
            Ok(process) => return process,
            Err(why) if deadline < Instant::now() => panic!("PostgreSQL {why}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

async fn try_launch(
    programs: &Programs,
    scratch: &Scratch,
    port: u16,
    durability: Durability,
) -> Result<Process, String> {
    let data = scratch.path().join("data");
    // A killed server leaves its pid file, whose last line would say "ready" of the dead one.
    let pid_file = data.join("postmaster.pid");
    let _none_there = std::fs::remove_file(&pid_file);
    let mut command = programs.command("postgres");
    command.arg("-D").arg(&data).arg("-k").arg(scratch.path());
    command.args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"]);
    command.args(["-c", "max_connections=300", "-c", "shared_buffers=64MB"]);
    if durability == Durability::Fast {
        command.args(["-c", "fsync=off", "-c", "synchronous_commit=off"]);
        command.args(["-c", "full_page_writes=off"]);
    }
    let mut process = Process::start(command, scratch, &scratch.path().join(LOG));
    let ready = |_: &Process| {
        std::fs::read_to_string(&pid_file).is_ok_and(|text| {
            text.lines()
                .nth(7)
                .is_some_and(|line| line.trim() == "ready")
        })
    };
    process.until(PATIENCE, ready).await?;
    Ok(process)
}

/// Where PostgreSQL's programs are, and as whom they run: the server refuses root.
struct Programs {
    folder: PathBuf,
    /// User and group ids, when we are root.
    run_as: Option<(u32, u32)>,
}

impl Programs {
    fn find() -> Self {
        let mut folders: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path().join("bin"))
            .collect();
        // Versions have two digits: the newest sorts last.
        folders.sort();
        folders.reverse();
        folders.extend(
            std::env::var_os("PATH")
                .iter()
                .flat_map(std::env::split_paths)
                .collect::<Vec<_>>(),
        );
        let folder = folders
            .into_iter()
            .find(|folder| folder.join("initdb").exists())
            .expect("PostgreSQL is not installed: infra/dev/tools.sh installs it or says how");
        Self {
            folder,
            run_as: (own_user() == 0).then(postgres_user),
        }
    }

    fn command(&self, program: &str) -> Command {
        self.with_user(Command::new(self.folder.join(program)))
    }

    fn with_user(&self, mut command: Command) -> Command {
        if let Some((user, group)) = self.run_as {
            command.uid(user).gid(group);
        }
        command.current_dir("/");
        command
    }

    fn hand_over(&self, folder: &Path) {
        if let Some((user, group)) = self.run_as {
            std::os::unix::fs::chown(folder, Some(user), Some(group)).expect("root may");
        }
    }

    /// `initdb` takes most of a second of one core; its result is the same each time, so it is copied.
    fn copy_template(&self, data: &Path) {
        let template = self.template();
        let mut copy = self.with_user(Command::new("cp"));
        copy.arg("-a").arg(template).arg(data);
        assert!(
            copy.status().expect("cp is there").success(),
            "the template could not be copied"
        );
    }

    fn template(&self) -> PathBuf {
        let version = self
            .command("postgres")
            .arg("--version")
            .output()
            .expect("found above");
        let version = String::from_utf8_lossy(&version.stdout).into_owned();
        let version = version
            .split(' ')
            .nth(2)
            .expect("postgres (PostgreSQL) 15.18 …")
            .trim();
        let owner = self.run_as.map_or_else(own_user, |(user, _)| user);
        let template = std::env::temp_dir().join(format!("okd-postgres-{version}-{owner}"));
        if std::fs::metadata(&template).is_ok_and(|found| found.uid() == owner) {
            return template;
        }
        let fresh = Scratch::new("initdb");
        self.hand_over(fresh.path());
        let data = fresh.path().join("data");
        let mut initdb = self.command("initdb");
        initdb.args(["--username", ROLE, "--auth", "trust", "--encoding", "UTF8"]);
        initdb
            .args(["--no-locale", "--no-sync", "--pgdata"])
            .arg(&data);
        let output = initdb.output().expect("found above");
        assert!(
            output.status.success(),
            "initdb: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        // Somebody else may have been faster; theirs is as good, and a rename never shows half a folder.
        let _lost_the_race = std::fs::rename(&data, &template);
        template
    }
}

fn own_user() -> u32 {
    std::fs::metadata("/proc/self")
        .expect("Linux has /proc")
        .uid()
}

fn postgres_user() -> (u32, u32) {
    let users = std::fs::read_to_string("/etc/passwd").expect("every Unix has it");
    users
        .lines()
        .filter(|line| line.starts_with("postgres:"))
        .find_map(|line| {
            let mut fields = line.split(':').skip(2);
            Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
        })
        .expect(
            "Debian's package makes the user postgres, as which the server runs when we are root",
        )
}
