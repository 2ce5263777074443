//! Makes a PDF of a Word or Excel file, by LibreOffice in a jail: a profile and folder of its own for each file, no network, no
//! file of ours, no macro, limits on memory and time, and its whole process group ended with it.
//!
//! A technique: knows files, no document and no tenant. What comes out is a stranger's PDF like any other.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod breaker;
mod child;
mod find;
mod format;
mod profile;
mod run;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use thiserror::Error;
use tokio::sync::{OnceCell, Semaphore};

use breaker::Breaker;

pub use child::child;
pub use find::find;
pub use format::{Format, NotWhatItSays};
pub use jail::Confinement;

/// How long one conversion may take before all of it is ended.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// How long a call waits for its turn.
const QUEUE_PATIENCE: Duration = Duration::from_secs(30);

/// How the converter is started.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Our own program that closes the walls and becomes LibreOffice; absolute.
    pub launcher: PathBuf,
    /// What stands before the launcher's own arguments.
    pub launcher_arguments: Vec<String>,
    /// LibreOffice's `soffice`; absolute.
    pub office: PathBuf,
    /// How long one conversion may take.
    pub patience: Duration,
    /// Conversions at the same time; 0: one for each two cores.
    pub at_once: usize,
}

impl Settings {
    pub fn new(launcher: PathBuf, launcher_arguments: Vec<String>, office: PathBuf) -> Self {
        Self {
            launcher,
            launcher_arguments,
            office,
            patience: PATIENCE,
            at_once: 0,
        }
    }
}

/// Why there is no PDF.
#[derive(Debug, Error)]
pub enum ConvertError {
    #[error(transparent)]
    NotWhatItSays(#[from] NotWhatItSays),
    /// LibreOffice read it and gave nothing.
    #[error("the file cannot be read by the converter")]
    Unreadable,
    #[error("the file took longer than {} s to convert", .0.as_secs())]
    TooSlow(Duration),
    #[error("the file needs more memory or time than a conversion may have")]
    TooMuch,
    /// Too many are under way.
    #[error("the converter is busy")]
    Busy,
    /// It failed several times in a row and is left alone for a while.
    #[error("the converter is out of order for {} s", .0.as_secs())]
    OutOfOrder(Duration),
    #[error("the converter cannot be run")]
    Broken(#[source] std::io::Error),
}

impl ConvertError {
    /// Whether another file might have fared better.
    pub const fn is_of_the_file(&self) -> bool {
        matches!(
            self,
            Self::NotWhatItSays(_) | Self::Unreadable | Self::TooSlow(_) | Self::TooMuch
        )
    }
}

/// Converts office files. Clones share turns and breaker.
#[derive(Clone)]
pub struct Converter(Arc<Inner>);

struct Inner {
    settings: Settings,
    turns: Semaphore,
    breaker: Mutex<Breaker>,
    version: OnceCell<String>,
}

impl Converter {
    pub fn new(settings: Settings) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let at_once = match settings.at_once {
            0 => (cores / 2).max(1),
            at_once => at_once,
        };
        Self(Arc::new(Inner {
            settings,
            turns: Semaphore::new(at_once),
            breaker: Mutex::new(Breaker::default()),
            version: OnceCell::new(),
        }))
    }

    /// The PDF of a file that claims to be of this format.
    pub async fn convert(&self, format: Format, bytes: &[u8]) -> Result<Vec<u8>, ConvertError> {
        format.check(bytes)?;
        let turn = tokio::time::timeout(QUEUE_PATIENCE, self.0.turns.acquire());
        let Ok(Ok(_turn)) = turn.await else {
            return Err(ConvertError::Busy);
        };
        let now = Instant::now();
        if let Some(wait) = self.breaker().refuses(now) {
            return Err(ConvertError::OutOfOrder(wait));
        }
        let converted = run::convert(&self.0.settings, format, bytes).await;
        self.breaker().note(&converted, Instant::now());
        converted
    }

    fn breaker(&self) -> std::sync::MutexGuard<'_, Breaker> {
        self.0
            .breaker
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Name and version of the program, as it tells them itself.
    pub async fn version(&self) -> Result<&str, ConvertError> {
        let asked = || run::version(&self.0.settings);
        Ok(self.0.version.get_or_try_init(asked).await?)
    }

    /// Which walls the jail has on this machine.
    pub async fn confinement(&self) -> Result<Confinement, ConvertError> {
        run::confinement(&self.0.settings).await
    }
}
