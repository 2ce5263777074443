//! The child's side: gives up its rights, then works off one job after another.

use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use crate::confine;
use crate::frame::{self, Kind, Parcel};
use crate::limits::Limits;

/// Room for what recurses; only touched pages cost memory.
const STACK_BYTES: usize = 64 * 1024 * 1024;
const MAX_PANIC_CHARS: usize = 500;

/// The parent has closed the pipe or speaks nonsense: there is nobody to work for.
#[derive(Debug, thiserror::Error)]
#[error("the parent hung up")]
pub struct Hangup;

impl From<io::Error> for Hangup {
    fn from(_: io::Error) -> Self {
        Self
    }
}

/// The other end, for a job that has a question.
pub struct Parent {
    from: File,
    to: File,
}

impl Parent {
    /// Puts a question and waits for the reply; the job's clock stands still meanwhile.
    pub fn ask(&mut self, question: &Parcel) -> Result<Parcel, Hangup> {
        frame::write(&mut self.to, Kind::Question, question)?;
        match frame::read(&mut self.from)? {
            (Kind::Reply, reply) => Ok(reply),
            _ => Err(Hangup),
        }
    }
}

/// Serves the parent on standard input and output until it hangs up. The process is confined before the first job.
///
/// `work` must not open, start or connect anything: load what it needs before. A panic ends the process after it was told.
pub fn serve(work: impl FnMut(Parcel, &mut Parent) -> Parcel + Send + 'static) -> ExitCode {
    let served = std::thread::Builder::new()
        .name("jailed".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || session(work));
    match served.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn session(mut work: impl FnMut(Parcel, &mut Parent) -> Parcel) -> Result<(), Hangup> {
    let mut parent = connect()?;
    let (Kind::Setup, setup) = frame::read(&mut parent.from)? else {
        return Err(Hangup);
    };
    let limits: Limits = setup.head().map_err(|_| Hangup)?;
    let panicked = note_panics();
    let confinement = confine::enter(&limits);
    let ready = Parcel::new(&confinement, Vec::new()).map_err(|_| Hangup)?;
    frame::write(&mut parent.to, Kind::Ready, &ready)?;
    loop {
        let job = match frame::read(&mut parent.from) {
            Ok((Kind::Job, job)) => job,
            Err(end) if end.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            Ok(_) | Err(_) => return Err(Hangup),
        };
        // What a panic left half done is not used again: the process ends with it.
        let done = catch_unwind(AssertUnwindSafe(|| work(job, &mut parent)));
        let Ok(answer) = done else {
            let text = panicked.lock().unwrap_or_else(PoisonError::into_inner);
            let told = Parcel::new(&*text, Vec::new()).map_err(|_| Hangup)?;
            frame::write(&mut parent.to, Kind::Panicked, &told)?;
            return Ok(());
        };
        frame::write(&mut parent.to, Kind::Answer, &answer)?;
    }
}

/// Copies of the pipes that no buffer of the standard library sits on.
#[cfg(unix)]
fn connect() -> io::Result<Parent> {
    use std::os::fd::AsFd as _;
    Ok(Parent {
        from: io::stdin().as_fd().try_clone_to_owned()?.into(),
        to: io::stdout().as_fd().try_clone_to_owned()?.into(),
    })
}

#[cfg(windows)]
fn connect() -> io::Result<Parent> {
    use std::os::windows::io::AsHandle as _;
    Ok(Parent {
        from: io::stdin().as_handle().try_clone_to_owned()?.into(),
        to: io::stdout().as_handle().try_clone_to_owned()?.into(),
    })
}

/// Keeps the last panic's words instead of printing them: a job may catch its own, and a file must not fill a log.
fn note_panics() -> Arc<Mutex<String>> {
    let noted = Arc::new(Mutex::new(String::new()));
    let note = Arc::clone(&noted);
    std::panic::set_hook(Box::new(move |panic| {
        let text = panic.to_string().chars().take(MAX_PANIC_CHARS).collect();
        *note.lock().unwrap_or_else(PoisonError::into_inner) = text;
    }));
    noted
}
