//! Takes a file in: checked, prepared for signing, hashed. What comes out is ready to be stored; nothing is stored here.

use std::str::FromStr;

use std::time::Duration;

use bytes::Bytes;
use domain::Mode;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::blob::{BlobError, BlobKey};
use crate::conversion::{self, ConversionError};
use crate::desk::Desk;
use crate::engine::EngineError;
use crate::order::{SentFile, StartState};
use crate::sealing::{self, StampError};
use crate::store::Owner;
use crate::tenant::Tenant;
use pdf::{Inspected, Refusal, Report, Watermark};
use pdf_worker::jobs::Ingest;

/// Why a file is not taken.
#[derive(Debug, Error)]
pub(crate) enum IntakeError {
    #[error("the file has more than {limit} bytes")]
    TooLarge { limit: usize },
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Conversion(#[from] ConversionError),
    #[error("the document holds no tag")]
    NoTags,
    #[error("the file bears {0} signatures already")]
    AlreadySigned(usize),
    #[error("the seal could not be put on")]
    Stamp(#[from] StampError),
    #[error(transparent)]
    Blob(#[from] BlobError),
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// What becomes of an upload that somebody has signed already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignedUploads {
    /// Our signatures are added behind the others, which stay as they are.
    #[default]
    CoSign,
    Refuse,
}

impl FromStr for SignedUploads {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "co-sign" => Ok(Self::CoSign),
            "refuse" => Ok(Self::Refuse),
            _ => Err(()),
        }
    }
}

/// A file that can be signed.
pub(crate) struct Prepared {
    pub(crate) filename: Option<String>,
    /// The name it came under.
    pub(crate) sent_as: Option<String>,
    /// The program that made a PDF of it.
    pub(crate) converted_by: Option<String>,
    pub(crate) bytes: Bytes,
    pub(crate) sha256: String,
    pub(crate) inspected: Inspected,
    pub(crate) original: Bytes,
    pub(crate) original_sha256: String,
    pub(crate) report: Report,
    /// While nobody signs it.
    pub(crate) kept_for: Duration,
    /// Where the bytes as sent are already.
    received: Option<BlobKey>,
}

/// Where a prepared file was put.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) blob: BlobKey,
    /// Where the bytes as sent are, if they are not those of `blob`.
    pub(crate) original: Option<BlobKey>,
}

/// Checks and prepares a file.
pub(crate) async fn prepare(
    desk: &Desk,
    owner: Owner,
    tenant: &Tenant,
    file: SentFile,
) -> Result<Prepared, IntakeError> {
    let limit = tenant.max_file_bytes();
    if file.content.len() > limit {
        return Err(IntakeError::TooLarge { limit });
    }
    let converted = conversion::to_pdf(desk, &file).await?;
    let mark = match owner.mode {
        Mode::Live => Watermark::None,
        Mode::Test => Watermark::Test,
    };
    let original = file.content;
    let sent = match &converted {
        Some(converted) => converted.pdf.clone(),
        None => original.clone(),
    };
    let with_tags = file.start == StartState::Tags;
    let (readied, original_sha256) = tokio::try_join!(
        desk.engine.ingest(Ingest { mark, with_tags }, sent),
        desk.engine.sha256(original.clone()),
    )?;
    let (readied, mut bytes) = readied?;
    if with_tags && readied.tags.is_empty() {
        return Err(IntakeError::NoTags);
    }
    let found = readied.ingested.inspected.signatures;
    if desk.signed_uploads == SignedUploads::Refuse && 0 < found {
        return Err(IntakeError::AlreadySigned(found));
    }
    let (mut inspected, mut report) = (readied.ingested.inspected, readied.ingested.report);
    // What is evidence is summed by this process, not by the worker that read the bytes.
    report.original_sha256 = original_sha256;
    let (filename, converted_by) = match converted {
        Some(converted) => (Some(converted.filename), Some(converted.by)),
        None => (file.filename.clone(), None),
    };
    if file.start == StartState::ToStamp {
        bytes = sealing::stamp(desk, owner, tenant, bytes).await?;
        inspected.signatures += 1;
        report.is_stamped = true;
    }
    report.sha256 = desk.engine.sha256(bytes.clone()).await?;
    Ok(Prepared {
        sent_as: file.filename,
        filename,
        converted_by,
        kept_for: tenant.keeps_unsigned(),
        received: file.blob,
        sha256: report.sha256.clone(),
        bytes,
        inspected,
        original,
        original_sha256: report.original_sha256.clone(),
        report,
    })
}

/// Puts the bytes where they survive; a row may name them afterwards.
pub(crate) async fn store(desk: &Desk, prepared: &Prepared) -> Result<Stored, BlobError> {
    let original = async {
        match &prepared.received {
            Some(received) => Ok(received.clone()),
            None => put(desk, prepared.original.clone()).await,
        }
    };
    if prepared.sha256 == prepared.original_sha256 {
        return Ok(Stored {
            blob: original.await?,
            original: None,
        });
    }
    // Side by side: each waits for the disk.
    let (original, blob) = tokio::try_join!(original, put(desk, prepared.bytes.clone()))?;
    Ok(Stored {
        blob,
        original: Some(original),
    })
}

async fn put(desk: &Desk, bytes: Bytes) -> Result<BlobKey, BlobError> {
    let key = BlobKey::generate();
    desk.blobs.put(&key, bytes).await?;
    Ok(key)
}

/// Takes back what [`store`] put, when no row came to name it.
pub(crate) async fn take_back(desk: &Desk, stored: &Stored) {
    for key in [Some(&stored.blob), stored.original.as_ref()]
        .into_iter()
        .flatten()
    {
        discard(desk, key).await;
    }
}

/// Removes a blob that no row names; one that stays costs room and nothing else.
pub(crate) async fn discard(desk: &Desk, key: &BlobKey) {
    if let Err(error) = desk.blobs.remove(key).await {
        tracing::warn!(
            error = &error as &(dyn std::error::Error + 'static),
            "a blob without a row was left behind"
        );
    }
}

/// Lower-case hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
