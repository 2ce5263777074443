//! One conversion: a folder, a process group, a clock.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};

use crate::child::PROBE;
use crate::format::Format;
use crate::{ConvertError, Settings, profile};

/// Of the program's own words, for one line of ours.
const MAX_WORDS: u64 = 4 * 1024;
/// A program that does not even tell its version in this time is broken.
const VERSION_PATIENCE: Duration = Duration::from_secs(20);
/// The largest PDF that is taken from it.
const MAX_OUTPUT_BYTES: u64 = 64 * 1024 * 1024;

/// What a run came to.
struct Ended {
    status: ExitStatus,
    output: Vec<u8>,
    words: String,
}

pub(crate) async fn convert(
    settings: &Settings,
    format: Format,
    bytes: &[u8],
) -> Result<Vec<u8>, ConvertError> {
    let folder = tempfile::Builder::new()
        .prefix("okd-office-")
        .tempdir()
        .map_err(ConvertError::Broken)?;
    // The sender's name of the file is not used: it would be a name in a shell of somebody's.
    let input = folder.path().join(format!("in.{}", format.extension()));
    let output = folder.path().join("out");
    prepare(folder.path(), &input, &output, bytes)
        .await
        .map_err(ConvertError::Broken)?;
    let arguments = arguments(folder.path(), format, &input, &output);
    let ended = run_to_end(settings, folder.path(), &arguments).await?;
    match read_output(&output.join("in.pdf")).await {
        Ok(pdf) => Ok(pdf),
        Err(_) => Err(why(&ended)),
    }
}

/// Runs it again for as long as it asks to be: the first start of a profile only makes the profile. LibreOffice's own launcher would
/// do the same, but not between two starts take away the socket that a jailed process cannot.
async fn run_to_end(
    settings: &Settings,
    folder: &Path,
    arguments: &[String],
) -> Result<Ended, ConvertError> {
    /// `EXITHELPER_CRASH_WITH_RESTART` and `EXITHELPER_NORMAL_RESTART` of its sources.
    const AGAIN: [i32; 2] = [79, 81];
    const MOST_STARTS: usize = 3;
    let started = Instant::now();
    let too_slow = |_| ConvertError::TooSlow(settings.patience);
    for _ in 1..MOST_STARTS {
        let left = settings.patience.saturating_sub(started.elapsed());
        let ended = run(settings, folder, arguments, left).await;
        match ended {
            Ok(ended)
                if ended
                    .status
                    .code()
                    .is_some_and(|code| AGAIN.contains(&code)) => {}
            Err(ConvertError::TooSlow(left)) => return Err(too_slow(left)),
            other => return other,
        }
    }
    let left = settings.patience.saturating_sub(started.elapsed());
    run(settings, folder, arguments, left).await
}

/// The program itself where it stands beside its launcher, which would start it again and again out of our sight.
fn program(settings: &Settings) -> PathBuf {
    let real = settings.office.canonicalize().ok();
    let beside = real.map(|real| real.with_extension("bin"));
    beside
        .filter(|program| program.is_file())
        .unwrap_or_else(|| settings.office.clone())
}

async fn prepare(folder: &Path, input: &Path, output: &Path, bytes: &[u8]) -> io::Result<()> {
    profile::write(&folder.join("profile"))?;
    tokio::fs::create_dir(output).await?;
    tokio::fs::create_dir(folder.join("tmp")).await?;
    tokio::fs::write(input, bytes).await
}

fn arguments(folder: &Path, format: Format, input: &Path, output: &Path) -> Vec<String> {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    vec![
        profile_argument(folder),
        "--headless".to_owned(),
        "--invisible".to_owned(),
        "--norestore".to_owned(),
        "--nolockcheck".to_owned(),
        "--nodefault".to_owned(),
        "--nologo".to_owned(),
        format!("--infilter={}", format.filter()),
        "--convert-to".to_owned(),
        "pdf".to_owned(),
        "--outdir".to_owned(),
        text(output),
        text(input),
    ]
}

fn profile_argument(folder: &Path) -> String {
    let profile = folder.join("profile");
    format!("-env:UserInstallation=file://{}", profile.to_string_lossy())
}

async fn read_output(path: &Path) -> io::Result<Vec<u8>> {
    let file = tokio::fs::File::open(path).await?;
    if MAX_OUTPUT_BYTES < file.metadata().await?.len() {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let mut bytes = Vec::new();
    file.take(MAX_OUTPUT_BYTES).read_to_end(&mut bytes).await?;
    Ok(bytes)
}

/// Why nothing came out.
fn why(ended: &Ended) -> ConvertError {
    /// A launcher that could not become the program.
    const NOT_RUN: i32 = 126;
    match ended.status.code() {
        Some(NOT_RUN) => ConvertError::Broken(io::Error::other(ended.words.clone())),
        Some(_) => ConvertError::Unreadable,
        // Ended by a signal: out of memory, out of time.
        None => ConvertError::TooMuch,
    }
}

async fn run(
    settings: &Settings,
    folder: &Path,
    arguments: &[String],
    patience: Duration,
) -> Result<Ended, ConvertError> {
    let mut command = Command::new(&settings.launcher);
    command
        .args(&settings.launcher_arguments)
        .arg(folder)
        .arg(program(settings))
        .args(arguments);
    run_command(command, folder, patience).await
}

/// Runs a command in the folder with nothing of our environment, as a group of its own that is ended whole.
async fn run_command(
    mut command: Command,
    folder: &Path,
    patience: Duration,
) -> Result<Ended, ConvertError> {
    command
        .current_dir(folder)
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("HOME", folder)
        .env("TMPDIR", folder.join("tmp"))
        .env("LANG", "C.UTF-8")
        .env("SAL_USE_VCLPLUGIN", "svp")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command.spawn().map_err(ConvertError::Broken)?;
    let _group = Group::of(&child);
    match tokio::time::timeout(patience, collect(&mut child)).await {
        Ok(ended) => ended.map_err(ConvertError::Broken),
        Err(_) => Err(ConvertError::TooSlow(patience)),
    }
}

async fn collect(child: &mut Child) -> io::Result<Ended> {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (output, words, status) = tokio::join!(words(stdout), words(stderr), child.wait());
    Ok(Ended {
        status: status?,
        output,
        words: String::from_utf8_lossy(&words).into_owned(),
    })
}

/// The first of what a process says; the rest is read and dropped, so that it is never blocked by us.
async fn words(pipe: Option<impl tokio::io::AsyncRead + Unpin>) -> Vec<u8> {
    let mut first = Vec::new();
    if let Some(mut pipe) = pipe {
        let _told = (&mut pipe).take(MAX_WORDS).read_to_end(&mut first).await;
        let _dropped = tokio::io::copy(&mut pipe, &mut tokio::io::sink()).await;
    }
    first
}

/// Takes away sockets of LibreOffice that nobody listens at any more: one that is ended cannot do so itself. It does the same
/// when it finds one in its way.
#[cfg(unix)]
fn sweep_sockets() {
    const NAME: &str = "OSL_PIPE_";
    let Ok(entries) = std::fs::read_dir(crate::child::SOCKETS) else {
        return;
    };
    for entry in entries.flatten() {
        let is_theirs = entry.file_name().to_string_lossy().starts_with(NAME);
        let is_dead = || {
            let tried = std::os::unix::net::UnixStream::connect(entry.path());
            tried.is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
        };
        if is_theirs && is_dead() {
            // What another takes away first is gone as well.
            let _gone = std::fs::remove_file(entry.path());
        }
    }
}

/// A process group that is ended when this is dropped: also when the caller hangs up.
struct Group(Option<u32>);

impl Group {
    fn of(child: &Child) -> Self {
        Self(child.id())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(id) = self.0.and_then(|id| i32::try_from(id).ok())
            && let Some(group) = rustix::process::Pid::from_raw(id)
        {
            // Of a group that has ended there is nobody left to kill.
            let _gone = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        #[cfg(unix)]
        sweep_sockets();
    }
}

pub(crate) async fn version(settings: &Settings) -> Result<String, ConvertError> {
    let folder = tempfile::tempdir().map_err(ConvertError::Broken)?;
    profile::write(&folder.path().join("profile")).map_err(ConvertError::Broken)?;
    let arguments = [profile_argument(folder.path()), "--version".to_owned()];
    let ended = run(settings, folder.path(), &arguments, VERSION_PATIENCE).await?;
    let told = String::from_utf8_lossy(&ended.output);
    // `LibreOffice 7.4.7.2 40(Build:2)`: the first two words.
    let words: Vec<&str> = told.split_whitespace().take(2).collect();
    if ended.status.success() && words.len() == 2 {
        Ok(words.join(" "))
    } else {
        Err(ConvertError::Broken(io::Error::other(ended.words)))
    }
}

pub(crate) async fn confinement(settings: &Settings) -> Result<jail::Confinement, ConvertError> {
    let folder = tempfile::tempdir().map_err(ConvertError::Broken)?;
    let mut command = Command::new(&settings.launcher);
    command
        .args(&settings.launcher_arguments)
        .arg(folder.path())
        .arg(PROBE);
    let ended = run_command(command, folder.path(), VERSION_PATIENCE).await?;
    serde_json::from_slice(&ended.output)
        .map_err(|error| ConvertError::Broken(io::Error::other(error)))
}
