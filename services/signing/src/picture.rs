//! Pages as pictures: drawn once for each revision, page and width, then kept beside the revision's bytes and go with them.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use moka::future::Cache;
use pdf::RenderError;
use pdf_worker::jobs::Render;
use thiserror::Error;

use crate::blob::{BlobError, BlobKey};
use crate::desk::Desk;
use crate::document::DocumentError;
use crate::engine::EngineError;
use crate::store::documents;

/// Widths that are drawn, in pixels. One that is asked for in between gets the next larger.
pub(crate) const WIDTHS: [u32; 6] = [160, 320, 640, 960, 1_280, 1_920];
/// Where nobody says: sharp in a list, readable on a phone.
pub(crate) const DEFAULT_WIDTH: u32 = 640;
/// Of all pictures in memory together.
const MAX_CACHED_BYTES: u64 = 64 * 1024 * 1024;
/// In memory; a deleted document's pictures are unreachable at once and gone after this.
const KEPT_IN_MEMORY: Duration = Duration::from_mins(5);
/// What a refusal weighs beside pictures.
const REFUSAL_BYTES: u32 = 64;

/// One picture of a document's current revision.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Wanted {
    /// The revision's bytes.
    blob: String,
    page: usize,
    width: u32,
}

/// Why there is no picture.
#[derive(Debug, Error)]
pub(crate) enum PictureError {
    #[error("the page cannot be drawn")]
    Render(#[from] RenderError),
    #[error("the page could not be fetched or drawn now")]
    Failed(#[from] Arc<DrawError>),
    #[error(transparent)]
    Document(#[from] DocumentError),
}

/// What may succeed when it is tried again.
#[derive(Debug, Error)]
pub(crate) enum DrawError {
    #[error(transparent)]
    Blob(#[from] BlobError),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error("it cannot be seen whether the document is still there")]
    Store(#[from] store_kit::StoreError),
}

/// Pictures in memory. Those who want the same one at once wait for one drawing of it.
pub(crate) struct Pictures(Cache<Wanted, Result<Bytes, RenderError>>);

impl Pictures {
    pub(crate) fn new() -> Self {
        let weight = |_: &Wanted, picture: &Result<Bytes, RenderError>| match picture {
            Ok(bytes) => u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            Err(_) => REFUSAL_BYTES,
        };
        let cache = Cache::builder()
            .weigher(weight)
            .max_capacity(MAX_CACHED_BYTES)
            .time_to_live(KEPT_IN_MEMORY)
            .build();
        Self(cache)
    }
}

impl Wanted {
    /// The picture that is drawn for so wide a wish.
    pub(crate) fn of(document: &documents::Model, page: usize, width: u32) -> Self {
        let larger = WIDTHS.into_iter().find(|drawn| width <= *drawn);
        Self {
            blob: document.blob.clone(),
            page,
            width: larger.unwrap_or(DEFAULT_WIDTH),
        }
    }

    /// Changes with the revision, the page and the width.
    pub(crate) fn etag(&self, document: &documents::Model) -> String {
        format!("\"{}-{}-{}\"", document.sha256, self.page, self.width)
    }

    fn key(&self) -> BlobKey {
        BlobKey::stored(&self.blob).picture(self.page, self.width)
    }
}

/// The picture as a PNG: from memory, from the blob store, or drawn now.
pub(crate) async fn png(
    desk: &Desk,
    document: &documents::Model,
    wanted: Wanted,
) -> Result<Bytes, PictureError> {
    let made = desk
        .pictures
        .0
        .try_get_with(wanted.clone(), fetch(desk, document, &wanted))
        .await?;
    Ok(made?)
}

async fn fetch(
    desk: &Desk,
    document: &documents::Model,
    wanted: &Wanted,
) -> Result<Result<Bytes, RenderError>, DrawError> {
    if let Some(kept) = desk.blobs.find(&wanted.key()).await? {
        return Ok(Ok(kept));
    }
    let file = desk.blobs.get(&BlobKey::stored(&wanted.blob)).await?;
    let job = Render {
        page: wanted.page,
        width: wanted.width,
    };
    let drawn = desk.engine.workers.render(job, file).await;
    // A page that a worker does not survive is not drawn; trying again would only cost another worker.
    let drawn = match drawn {
        Err(fault) if fault.is_of_the_job() => Err(RenderError::Failed),
        other => other.map_err(EngineError::from)?,
    };
    match drawn {
        Ok(png) => {
            keep(desk, document, &wanted.key(), png.clone()).await?;
            Ok(Ok(png))
        }
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// Puts the picture beside its revision. The document may be deleted meanwhile: its pictures are removed after the row
/// says so, hence one that comes later sees it here and removes itself.
async fn keep(
    desk: &Desk,
    document: &documents::Model,
    key: &BlobKey,
    png: Bytes,
) -> Result<(), DrawError> {
    desk.blobs.put(key, png).await?;
    let owner = crate::store::Owner {
        tenant: document.tenant,
        mode: document.mode,
    };
    if documents::find(desk.db.reader(), owner, &document.id)
        .await?
        .is_none()
    {
        desk.blobs.remove(key).await?;
    }
    Ok(())
}
