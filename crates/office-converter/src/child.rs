//! The child's side: closes the walls, then becomes LibreOffice.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use jail::{ForeignLimits, Rooms};

/// Of each process. LibreOffice maps much more than it uses.
const MEMORY_BYTES: u64 = 3 * 1024 * 1024 * 1024;
/// Of each process; its own clock beside the parent's.
const CPU: Duration = Duration::from_secs(40);
const FILE_BYTES: u64 = 128 * 1024 * 1024;

/// Tells what walls there are, instead of becoming a program.
pub(crate) const PROBE: &str = "--probe";

/// What a program needs of a system to start at all. Of `/etc` and `/proc` only what is named: the rest may hold secrets, such as
/// the environments of other processes.
const SYSTEM: &[&str] = &[
    "/usr",
    "/lib",
    "/lib64",
    "/bin",
    "/opt/libreoffice",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/group",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/libreoffice",
    "/etc/locale.alias",
    "/etc/localtime",
    "/etc/nsswitch.conf",
    "/etc/passwd",
    "/var/cache/fontconfig",
    "/var/lib/libreoffice",
    "/var/spool/libreoffice",
    "/dev/urandom",
    "/dev/random",
    "/dev/zero",
    "/proc/cpuinfo",
    "/proc/filesystems",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/version",
    "/sys/devices/system/cpu",
];

/// LibreOffice makes a socket here by which a second start would find it; the folder is fixed in its code.
pub(crate) const SOCKETS: &str = "/tmp";

/// `<folder> <program> <arguments…>`: runs the program with no more than this folder to write in. Ends with 126 where it
/// cannot be run.
pub fn child(arguments: &[String]) -> ExitCode {
    let [folder, program, rest @ ..] = arguments else {
        return ExitCode::from(126);
    };
    let mut readable: Vec<PathBuf> = SYSTEM.iter().map(PathBuf::from).collect();
    readable.extend(installation(Path::new(program)));
    let rooms = Rooms {
        readable,
        writable: vec![PathBuf::from(folder), PathBuf::from("/dev/null")],
        sockets: vec![PathBuf::from(SOCKETS)],
    };
    let limits = ForeignLimits {
        memory_bytes: MEMORY_BYTES,
        cpu: CPU,
        file_bytes: FILE_BYTES,
    };
    let confinement = jail::enter_as_foreign(&limits, &rooms);
    if program == PROBE {
        let told = serde_json::to_string(&confinement).unwrap_or_default();
        let written = std::io::stdout().write_all(told.as_bytes());
        return ExitCode::from(u8::from(written.is_err()));
    }
    let error = jail::become_program(Path::new(program), rest);
    // The parent reads it.
    let _unread = writeln!(std::io::stderr(), "{program}: {error}");
    ExitCode::from(126)
}

/// Where the program's own files are: beside it, and beside what it is a link to.
fn installation(program: &Path) -> Vec<PathBuf> {
    let folder_of = |path: &Path| path.parent().and_then(Path::parent).map(Path::to_owned);
    let real = program.canonicalize().ok();
    let folders = [folder_of(program), real.as_deref().and_then(folder_of)];
    // A program at the root would open everything.
    let narrow = |folder: &PathBuf| 1 < folder.components().count();
    folders.into_iter().flatten().filter(narrow).collect()
}
