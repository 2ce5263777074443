//! Removes bytes that no row names: a call that was cut off between its bytes and its commit left them, or a process that
//! died. Whatever is younger than a day may still be on its way to its row, and is let be.

use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use futures_util::StreamExt as _;
use store_kit::StoreError;
use thiserror::Error;
use tokio_util::sync::CancellationToken;

use crate::blob::{BlobError, Lying};
use crate::desk::Desk;
use crate::store::blob_names;

const EVERY: Duration = Duration::from_hours(6);
/// Far longer than any call or job lives: what a row will ever name, it names by then.
const MARGIN: Duration = Duration::from_hours(24);
/// Names that are looked up at once.
const BATCH: usize = 500;
/// Strays that one sweep removes, and holds in memory until then; the rest waits for the next.
const MOST: usize = 10_000;
/// From here on, strays that are more than all that is named look like a store that is not ours.
const SUSPICIOUS: u64 = 100;

/// Why a sweep removed nothing, or not all.
#[derive(Debug, Error)]
pub(crate) enum SweepError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// A folder beside the wrong database, or beside one that was lost, is full of strays: nobody's mistake may delete it.
    #[error("{strays} files without a row beside {named} with one: is this the right store?")]
    Distrusted { strays: u64, named: u64 },
}

/// What a sweep found among what is old enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Swept {
    pub(crate) named: u64,
    pub(crate) strays: u64,
    pub(crate) removed: u64,
    pub(crate) removed_bytes: u64,
}

/// Sweeps until told to stop. Any number of instances may do so at once: a file is removed once.
pub(crate) async fn run(desk: Arc<Desk>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => return,
            swept = sweep(&desk) => tell(swept),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

fn tell(swept: Result<Swept, SweepError>) {
    let failed = swept.is_err();
    metrics::gauge!("stray_sweep_failed").set(if failed { 1.0 } else { 0.0 });
    match swept {
        Ok(swept) => {
            metrics::counter!("stray_blobs_removed_total").increment(swept.removed);
            metrics::counter!("stray_blobs_removed_bytes_total").increment(swept.removed_bytes);
            if 0 < swept.strays {
                tracing::warn!(
                    strays = swept.strays,
                    removed = swept.removed,
                    bytes = swept.removed_bytes,
                    "bytes without a row were removed"
                );
            }
        }
        Err(error) => tracing::error!(
            error = &error as &(dyn std::error::Error + 'static),
            "bytes without a row were not looked for to the end"
        ),
    }
}

/// One round over everything that lies in the store.
pub(crate) async fn sweep(desk: &Desk) -> Result<Swept, SweepError> {
    let before = desk.clock.now().minus(MARGIN);
    let mut swept = Swept::default();
    let mut strays = Vec::new();
    let mut batches = desk.blobs.walk().chunks(BATCH);
    while let Some(batch) = batches.next().await {
        let batch: Vec<Lying> = batch.into_iter().collect::<Result<_, _>>()?;
        let old = batch.into_iter().filter(|lying| lying.modified < before);
        let old: Vec<_> = old.collect();
        let looked = old.len();
        let nobodys = nobodys(desk, old).await?;
        swept.strays += count(nobodys.len());
        swept.named += count(looked - nobodys.len());
        let room = MOST.saturating_sub(strays.len());
        strays.extend(nobodys.into_iter().take(room));
    }
    if SUSPICIOUS <= swept.strays && swept.named < swept.strays {
        return Err(SweepError::Distrusted {
            strays: swept.strays,
            named: swept.named,
        });
    }
    remove(desk, strays, before, &mut swept).await?;
    Ok(swept)
}

/// Asks for each once more: the walk may have taken long.
async fn remove(
    desk: &Desk,
    strays: Vec<Lying>,
    before: Timestamp,
    swept: &mut Swept,
) -> Result<(), SweepError> {
    let mut batches = futures_util::stream::iter(strays).chunks(BATCH);
    while let Some(batch) = batches.next().await {
        for stray in nobodys(desk, batch).await? {
            if desk.blobs.remove_lying(&stray, before).await? {
                swept.removed += 1;
                swept.removed_bytes = swept.removed_bytes.saturating_add(stray.size_bytes);
            }
        }
    }
    Ok(())
}

/// Those that no row names. A part that was never finished has no name that a row could know.
async fn nobodys(desk: &Desk, lying: Vec<Lying>) -> Result<Vec<Lying>, StoreError> {
    let keys: Vec<&str> = lying.iter().map(|one| one.of.as_str()).collect();
    let named = blob_names::among(desk.db.reader(), &keys).await?;
    let is_nobodys = |one: &Lying| one.is_unfinished || !named.contains(one.of.as_str());
    Ok(lying.into_iter().filter(is_nobodys).collect())
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::SystemTime;

    use domain::{Clock as _, ManualClock, Mode, SystemClock, TenantId};

    use super::*;
    use crate::blob::BlobKey;
    use crate::desk::own;
    use crate::document;
    use crate::store::Owner;

    const LIVE: Mode = Mode::Live;

    fn owner(mode: Mode) -> Owner {
        Owner {
            tenant: TenantId::generate(),
            mode,
        }
    }

    /// As if everything there had been written two days ago.
    fn age(folder: &Path) {
        let ago = SystemClock.now().minus(Duration::from_hours(48));
        let ago = Duration::from_millis(u64::try_from(ago.millis()).unwrap());
        for path in own::files(folder) {
            let file = std::fs::File::options().write(true).open(path).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + ago).unwrap();
        }
    }

    async fn desk(folder: &Path) -> Arc<Desk> {
        own::desk(folder, &ManualClock::at(SystemClock.now())).await
    }

    #[tokio::test]
    async fn what_no_row_names_goes_after_a_day_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let desk = desk(folder.path()).await;
        let owner = owner(Mode::Test);
        // Of a document that is there: original, marked file, picture.
        let id = own::stored(&desk, owner).await;
        let document = document::look_up(&desk, owner, id.as_str()).await.unwrap();
        let kept = BlobKey::stored(&document.blob);
        desk.blobs
            .put(&kept.picture(1, 640), "png".into())
            .await
            .unwrap();
        let named = own::files(folder.path());
        assert_eq!(named.len(), 3);
        // Of a call that was cut off between its bytes and its commit, and a picture of what is gone.
        let (_, stray) = own::prepared(&desk, owner).await;
        let picture = stray.blob.picture(2, 640);
        desk.blobs.put(&picture, "png".into()).await.unwrap();
        // A part that a killed process left.
        let unfinished = folder
            .path()
            .join("documents")
            .join(format!("{}#1", kept.as_str()));
        std::fs::write(&unfinished, "half").unwrap();
        let foreign = folder.path().join("documents/notes.txt");
        std::fs::write(&foreign, "ours").unwrap();
        age(folder.path());
        // Of a call that is under way.
        own::prepared(&desk, owner).await;
        let all = own::files(folder.path());

        let swept = sweep(&desk).await.unwrap();
        assert_eq!((swept.named, swept.strays, swept.removed), (3, 4, 4));
        let left = own::files(folder.path());
        assert_eq!(left.len(), all.len() - 4);
        assert!(
            named
                .iter()
                .chain([&foreign])
                .all(|path| left.contains(path))
        );
        assert!(!left.contains(&unfinished));
        assert_eq!(desk.blobs.find(&stray.blob).await.unwrap(), None);
        assert_eq!(desk.blobs.find(&picture).await.unwrap(), None);
        assert_eq!(sweep(&desk).await.unwrap().removed, 0);
    }

    #[tokio::test]
    async fn what_was_written_again_since_it_was_found_stays() {
        let folder = tempfile::tempdir().unwrap();
        let desk = desk(folder.path()).await;
        let (_, stray) = own::prepared(&desk, owner(LIVE)).await;
        let path = folder.path().join("documents").join(stray.blob.as_str());
        age(folder.path());
        // Beside it lies the original, and a folder has no order.
        let lying: Vec<_> = desk.blobs.walk().map(Result::unwrap).collect().await;
        let is_it = |one: &Lying| one.of.as_str() == stray.blob.as_str();
        let found = lying.into_iter().find(is_it).unwrap();
        desk.blobs.put(&stray.blob, "new".into()).await.unwrap();
        let before = desk.clock.now().minus(MARGIN);
        assert!(!desk.blobs.remove_lying(&found, before).await.unwrap());
        assert!(path.is_file());
        age(folder.path());
        assert!(desk.blobs.remove_lying(&found, before).await.unwrap());
        assert!(
            !desk.blobs.remove_lying(&found, before).await.unwrap(),
            "it is gone"
        );
    }

    #[tokio::test]
    async fn a_store_that_knows_hardly_any_of_the_files_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        let desk = desk(folder.path()).await;
        own::stored(&desk, owner(LIVE)).await;
        for _ in 0..SUSPICIOUS {
            desk.blobs
                .put(&BlobKey::generate(), "x".into())
                .await
                .unwrap();
        }
        let all = own::files(folder.path());
        age(folder.path());
        let refused = sweep(&desk).await.unwrap_err();
        assert!(matches!(
            refused,
            SweepError::Distrusted {
                strays: SUSPICIOUS,
                named: 1 | 2
            }
        ));
        assert_eq!(own::files(folder.path()), all);
    }

    #[tokio::test]
    async fn two_sweeps_at_once_remove_each_stray_once() {
        let folder = tempfile::tempdir().unwrap();
        let desk = desk(folder.path()).await;
        for _ in 0..20 {
            desk.blobs
                .put(&BlobKey::generate(), "x".into())
                .await
                .unwrap();
        }
        age(folder.path());
        let (one, other) = tokio::join!(sweep(&desk), sweep(&desk));
        assert_eq!(one.unwrap().removed + other.unwrap().removed, 20);
        assert!(own::files(folder.path()).is_empty());
    }
}
