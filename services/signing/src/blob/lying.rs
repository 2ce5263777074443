//! What lies in the folder of blobs, whether a row names it or not.

use std::io;
use std::path::{Path, PathBuf};

use domain::Timestamp;
use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use tokio::sync::mpsc;

use super::{BlobError, BlobKey};

/// Found and not looked at yet: what a walk holds in memory.
const AHEAD: usize = 256;
/// Of a blob's name: 20 random bytes as hex, the first of them the folder.
const FOLDER_DIGITS: usize = 2;
const NAME_DIGITS: usize = 38;

/// A file of the store: a blob, a picture of one of its pages, or a part of one that was never finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lying {
    /// Below the folder of blobs.
    path: PathBuf,
    /// The blob that it is, or belongs to.
    pub(crate) of: BlobKey,
    /// It is not whole, and nothing can name it.
    pub(crate) is_unfinished: bool,
    pub(crate) modified: Timestamp,
    pub(crate) size_bytes: u64,
}

/// Walks on a thread of its own, never further than [`AHEAD`] of whoever reads.
pub(super) fn walk(root: PathBuf) -> BoxStream<'static, Result<Lying, BlobError>> {
    let (found, reader) = mpsc::channel(AHEAD);
    // Ends when the reader goes: nobody takes what it finds.
    drop(tokio::task::spawn_blocking(move || {
        if let Err(cause) = walk_folder(&root, Path::new(""), &found) {
            // Where nobody reads any more, nobody wants to know.
            let _unread = found.blocking_send(Err(BlobError::Walk(cause)));
        }
    }));
    stream::unfold(reader, |mut reader| async {
        reader.recv().await.map(|lying| (lying, reader))
    })
    .boxed()
}

type Found = mpsc::Sender<Result<Lying, BlobError>>;

fn walk_folder(root: &Path, below: &Path, found: &Found) -> io::Result<()> {
    let entries = match std::fs::read_dir(root.join(below)) {
        Ok(entries) => entries,
        // Removed since it was listed.
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(cause) => return Err(cause),
    };
    for entry in entries {
        let entry = entry?;
        let path = below.join(entry.file_name());
        let metadata = match entry.metadata() {
            Ok(metadata) => metadata,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => continue,
            Err(cause) => return Err(cause),
        };
        if metadata.is_dir() {
            walk_folder(root, &path, found)?;
        } else if metadata.is_file()
            && let Some((of, is_unfinished)) = place(&path)
        {
            let lying = Lying {
                path,
                of,
                is_unfinished,
                modified: moment(&metadata)?,
                size_bytes: metadata.len(),
            };
            if found.blocking_send(Ok(lying)).is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The blob a path belongs to, and whether it is a part on its way in; nothing where it is no path of ours.
fn place(path: &Path) -> Option<(BlobKey, bool)> {
    let text = path.to_str()?;
    let (folder, rest) = text.split_once('/')?;
    // The store writes a part beside its place, under a number of its own.
    let (rest, part) = rest
        .split_once('#')
        .map_or((rest, None), |(rest, part)| (rest, Some(part)));
    let name = match rest.split_once('/') {
        None => rest.strip_suffix(".pdf")?,
        Some((pictures, picture)) => {
            let number = picture.strip_suffix(".png")?;
            pictures
                .strip_suffix(".pictures")
                .filter(|_| !number.contains('/'))?
        }
    };
    let is_hex = |text: &str, digits| {
        text.len() == digits && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    (is_hex(folder, FOLDER_DIGITS) && is_hex(name, NAME_DIGITS) && part.is_none_or(is_number)).then(
        || {
            (
                BlobKey::stored(&format!("{folder}/{name}.pdf")),
                part.is_some(),
            )
        },
    )
}

fn moment(metadata: &std::fs::Metadata) -> io::Result<Timestamp> {
    let since = metadata
        .modified()?
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Ok(Timestamp::from_millis(0).plus(since))
}

/// Removes a file, and its folder where that is empty then, unless it was written since `before`.
pub(super) async fn remove(
    root: &Path,
    lying: &Lying,
    before: Timestamp,
) -> Result<bool, BlobError> {
    let path = root.join(&lying.path);
    let removed = tokio::task::spawn_blocking(move || remove_older(&path, before)).await;
    removed
        .map_err(io::Error::other)
        .flatten()
        .map_err(BlobError::Walk)
}

fn remove_older(path: &Path, before: Timestamp) -> io::Result<bool> {
    let removed = std::fs::metadata(path)
        .and_then(|metadata| moment(&metadata))
        .and_then(|modified| {
            if before <= modified {
                return Ok(false);
            }
            std::fs::remove_file(path).map(|()| true)
        });
    match removed {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(false),
        Ok(true) => {
            // A folder of pictures has no use without its last; any other that is not empty stays by itself.
            if let Some(folder) = path.parent() {
                let _not_empty = std::fs::remove_dir(folder);
            }
            Ok(true)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_its_blob_and_strange_ones_are_left_alone() {
        let name = "c".repeat(NAME_DIGITS);
        let of =
            |path: &str| place(Path::new(path)).map(|(key, part)| (key.as_str().to_owned(), part));
        let blob = format!("ab/{name}.pdf");
        assert_eq!(of(&blob), Some((blob.clone(), false)));
        assert_eq!(of(&format!("{blob}#7")), Some((blob.clone(), true)));
        assert_eq!(
            of(&format!("ab/{name}.pictures/1-640.png")),
            Some((blob, false))
        );
        for strange in [
            "lost+found/x".to_owned(),
            "README".to_owned(),
            format!("{name}.pdf"),
            format!("AB/{name}.pdf"),
            format!("ab/{name}.txt"),
            format!("ab/{name}.pdf#x"),
            format!("ab/{name}.pictures/a/1-640.png"),
            "ab/cc.pdf".to_owned(),
        ] {
            assert_eq!(of(&strange), None, "{strange}");
        }
    }
}
