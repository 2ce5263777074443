//! One append-only file: every line is one change, whole or absent, on disk before anybody is answered.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::store::Entry;

const FILE_NAME: &str = "stripe-sandbox.jsonl";
const LOCK_NAME: &str = "stripe-sandbox.lock";

/// Why the data directory cannot be used.
#[derive(Debug, Error)]
pub enum JournalError {
    #[error("cannot use the data directory {}", .0.display())]
    Io(PathBuf, #[source] io::Error),
    #[error("another sandbox uses the data directory {}", .0.display())]
    InUse(PathBuf),
    #[error("line {line} of {} is not what the sandbox wrote", .file.display())]
    Corrupt {
        file: PathBuf,
        line: usize,
        #[source]
        source: serde_json::Error,
    },
}

/// The open file.
pub(crate) struct Journal {
    file: File,
    /// How much of the file is whole lines; a failed write is cut off here.
    whole: u64,
    /// Held as long as the journal is: two writers would tear each other's lines.
    _lock: File,
}

impl Journal {
    /// Reads every change and opens the file for more. A last line without its end was never answered and is cut off.
    pub(crate) fn open(dir: &Path) -> Result<(Self, Vec<Vec<Entry>>), JournalError> {
        let failed = |error| JournalError::Io(dir.to_owned(), error);
        fs::create_dir_all(dir).map_err(failed)?;
        let lock = File::create(dir.join(LOCK_NAME)).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(JournalError::InUse(dir.to_owned())),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let path = dir.join(FILE_NAME);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed)?;
        File::open(dir)
            .and_then(|dir| dir.sync_all())
            .map_err(failed)?;
        let text = fs::read_to_string(&path).map_err(failed)?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let changes = text[..whole]
            .lines()
            .enumerate()
            .map(|(index, line)| {
                serde_json::from_str(line).map_err(|source| JournalError::Corrupt {
                    file: path.clone(),
                    line: index + 1,
                    source,
                })
            })
            .collect::<Result<_, _>>()?;
        let mut journal = Self {
            file,
            whole: whole as u64,
            _lock: lock,
        };
        journal.cut_off().map_err(failed)?;
        Ok((journal, changes))
    }

    /// Writes one change and waits for the disk; on failure the file is as before.
    pub(crate) fn append(&mut self, change: &[Entry]) -> io::Result<()> {
        let mut line = serde_json::to_vec(change)?;
        line.push(b'\n');
        let written = self
            .file
            .write_all(&line)
            .and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            self.cut_off()?;
            return Err(error);
        }
        self.whole += line.len() as u64;
        Ok(())
    }

    fn cut_off(&mut self) -> io::Result<()> {
        self.file.set_len(self.whole)?;
        self.file.seek(SeekFrom::Start(self.whole)).map(drop)
    }
}
