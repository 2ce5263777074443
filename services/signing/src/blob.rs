//! Where document bytes are. A row names a blob only after the blob is safe on the disk.

mod lying;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use domain::Timestamp;
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::{GetOptions, ObjectStore, ObjectStoreExt as _, PutPayload, WriteMultipart};
use thiserror::Error;

/// Of a blob that is received in parts: memory holds a few of them.
const PART_BYTES: usize = 1024 * 1024;
const HEAD_BYTES: u64 = 16;
const MAX_PARTS_UNDER_WAY: usize = 2;

/// The blob store failed.
#[derive(Debug, Error)]
pub(crate) enum BlobError {
    #[error("the folder of documents cannot be made")]
    Folder(#[source] std::io::Error),
    #[error("the folder of documents cannot be walked")]
    Walk(#[source] std::io::Error),
    #[error("the blob store failed")]
    Store(#[from] object_store::Error),
}

/// The key of a blob: random, so that a name never tells what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BlobKey(String);

impl BlobKey {
    /// From 20 random bytes. The first byte spreads blobs over 256 folders.
    pub(crate) fn new(random: [u8; 20]) -> Self {
        let digits = hex::encode(random);
        let (folder, name) = digits.split_at(2);
        Self(format!("{folder}/{name}.pdf"))
    }

    pub(crate) fn generate() -> Self {
        Self::new(rand::random())
    }

    /// Where a picture of one of the blob's pages is kept: in a folder of the blob's own, so that they are found without a row.
    pub(crate) fn picture(&self, page: usize, width: u32) -> Self {
        Self(format!("{}/{page}-{width}.png", self.pictures()))
    }

    fn pictures(&self) -> String {
        let name = self.0.strip_suffix(".pdf").unwrap_or(&self.0);
        format!("{name}.pictures")
    }

    /// As a row keeps it.
    pub(crate) fn stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

pub(crate) use lying::Lying;

/// Keeps bytes under keys.
#[async_trait]
pub(crate) trait Blobs: Send + Sync + 'static {
    /// Returns only when the bytes would survive the power.
    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<(), BlobError>;
    async fn get(&self, key: &BlobKey) -> Result<Bytes, BlobError>;
    /// As [`Blobs::get`], for what may not be there.
    async fn find(&self, key: &BlobKey) -> Result<Option<Bytes>, BlobError>;
    /// How many bytes there are; `None`: no such blob.
    async fn size(&self, key: &BlobKey) -> Result<Option<u64>, BlobError>;
    /// The first bytes, enough to tell a format by.
    async fn head(&self, key: &BlobKey, size: u64) -> Result<Bytes, BlobError>;
    /// A part of the bytes, as a stream.
    async fn read(
        &self,
        key: &BlobKey,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, Result<Bytes, BlobError>>, BlobError>;
    /// Takes bytes as they arrive.
    async fn receive(&self, key: &BlobKey) -> Result<Box<dyn BlobWriter>, BlobError>;
    /// Removes the bytes and all pictures of them. Removing what is not there is no error.
    async fn remove(&self, key: &BlobKey) -> Result<(), BlobError>;
    /// Everything that lies in the store, as it is found, in no order. What is not of this store's making is left out.
    fn walk(&self) -> BoxStream<'static, Result<Lying, BlobError>>;
    /// Removes what was found, unless it was written since `before`; `false`: it was, or is gone.
    async fn remove_lying(&self, lying: &Lying, before: Timestamp) -> Result<bool, BlobError>;
}

/// A blob on its way in. Dropped before [`BlobWriter::finish`], nothing of it stays.
#[async_trait]
pub(crate) trait BlobWriter: Send {
    async fn write(&mut self, chunk: Bytes) -> Result<(), BlobError>;
    /// Returns only when the bytes would survive the power.
    async fn finish(self: Box<Self>) -> Result<(), BlobError>;
}

struct Upload(WriteMultipart);

#[async_trait]
impl BlobWriter for Upload {
    async fn write(&mut self, chunk: Bytes) -> Result<(), BlobError> {
        self.0.wait_for_capacity(MAX_PARTS_UNDER_WAY).await?;
        self.0.put(chunk);
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<(), BlobError> {
        self.0.finish().await?;
        Ok(())
    }
}

/// Blobs in a folder of this machine.
pub(crate) struct FolderBlobs {
    files: Arc<LocalFileSystem>,
    root: PathBuf,
}

impl FolderBlobs {
    pub(crate) fn open(folder: &Path) -> Result<Self, BlobError> {
        std::fs::create_dir_all(folder).map_err(BlobError::Folder)?;
        let files = LocalFileSystem::new_with_prefix(folder)?
            .with_fsync(true)
            .with_automatic_cleanup(true);
        Ok(Self {
            files: Arc::new(files),
            root: folder.to_owned(),
        })
    }
}

#[async_trait]
impl Blobs for FolderBlobs {
    async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<(), BlobError> {
        self.files
            .put(&path(key), PutPayload::from_bytes(bytes))
            .await?;
        Ok(())
    }

    async fn get(&self, key: &BlobKey) -> Result<Bytes, BlobError> {
        Ok(self.files.get(&path(key)).await?.bytes().await?)
    }

    async fn find(&self, key: &BlobKey) -> Result<Option<Bytes>, BlobError> {
        match self.files.get(&path(key)).await {
            Ok(found) => Ok(Some(found.bytes().await?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn size(&self, key: &BlobKey) -> Result<Option<u64>, BlobError> {
        match self.files.head(&path(key)).await {
            Ok(found) => Ok(Some(found.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn head(&self, key: &BlobKey, size: u64) -> Result<Bytes, BlobError> {
        if size == 0 {
            return Ok(Bytes::new());
        }
        let range = 0..size.min(HEAD_BYTES);
        Ok(self.files.get_range(&path(key), range).await?)
    }

    async fn read(
        &self,
        key: &BlobKey,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, Result<Bytes, BlobError>>, BlobError> {
        let options = GetOptions {
            range: Some(range.into()),
            ..GetOptions::default()
        };
        let found = self.files.get_opts(&path(key), options).await?;
        Ok(found
            .into_stream()
            .map(|chunk| chunk.map_err(BlobError::from))
            .boxed())
    }

    async fn receive(&self, key: &BlobKey) -> Result<Box<dyn BlobWriter>, BlobError> {
        let upload = self.files.put_multipart(&path(key)).await?;
        Ok(Box::new(Upload(WriteMultipart::new_with_chunk_size(
            upload, PART_BYTES,
        ))))
    }

    async fn remove(&self, key: &BlobKey) -> Result<(), BlobError> {
        let folder = object_store::path::Path::from(key.pictures());
        let pictures: Vec<_> = self.files.list(Some(&folder)).collect().await;
        for picture in pictures {
            self.delete(&picture?.location).await?;
        }
        self.delete(&path(key)).await
    }

    fn walk(&self) -> BoxStream<'static, Result<Lying, BlobError>> {
        lying::walk(self.root.clone())
    }

    async fn remove_lying(&self, lying: &Lying, before: Timestamp) -> Result<bool, BlobError> {
        lying::remove(&self.root, lying, before).await
    }
}

impl FolderBlobs {
    async fn delete(&self, path: &object_store::path::Path) -> Result<(), BlobError> {
        match self.files.delete(path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

fn path(key: &BlobKey) -> object_store::path::Path {
    object_store::path::Path::from(key.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_put_is_read_whole_and_in_part_until_it_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = FolderBlobs::open(folder.path()).unwrap();
        let key = BlobKey::generate();
        blobs
            .put(&key, Bytes::from_static(b"0123456789"))
            .await
            .unwrap();
        assert_eq!(blobs.get(&key).await.unwrap(), "0123456789");
        let part: Vec<_> = blobs.read(&key, 2..5).await.unwrap().collect().await;
        assert_eq!(
            part.into_iter()
                .map(Result::unwrap)
                .collect::<Vec<_>>()
                .concat(),
            b"234"
        );
        blobs.remove(&key).await.unwrap();
        blobs.remove(&key).await.unwrap();
        assert!(blobs.get(&key).await.is_err());
    }

    #[tokio::test]
    async fn pictures_go_with_the_blob_they_show() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = FolderBlobs::open(folder.path()).unwrap();
        let (shown, other) = (BlobKey::generate(), BlobKey::generate());
        let bytes = Bytes::from_static(b"0123456789");
        let pictures = [
            shown.picture(1, 640),
            shown.picture(2, 640),
            other.picture(1, 640),
        ];
        for key in pictures.iter().chain([&shown, &other]) {
            blobs.put(key, bytes.clone()).await.unwrap();
        }
        blobs.remove(&shown).await.unwrap();
        let [first, second, kept] = &pictures;
        assert_eq!(blobs.find(first).await.unwrap(), None);
        assert_eq!(blobs.find(second).await.unwrap(), None);
        assert_eq!(blobs.find(&shown).await.unwrap(), None);
        assert_eq!(blobs.find(kept).await.unwrap(), Some(bytes.clone()));
        assert_eq!(blobs.find(&other).await.unwrap(), Some(bytes));
    }

    #[tokio::test]
    async fn a_blob_that_was_not_finished_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = FolderBlobs::open(folder.path()).unwrap();
        let (whole, cut) = (BlobKey::generate(), BlobKey::generate());
        let mut writer = blobs.receive(&whole).await.unwrap();
        let chunk = Bytes::from(vec![7; PART_BYTES]);
        for _ in 0..3 {
            writer.write(chunk.clone()).await.unwrap();
        }
        writer.finish().await.unwrap();
        assert_eq!(blobs.get(&whole).await.unwrap().len(), 3 * PART_BYTES);
        blobs
            .receive(&cut)
            .await
            .unwrap()
            .write(chunk)
            .await
            .unwrap();
        assert!(blobs.get(&cut).await.is_err());
    }
}
