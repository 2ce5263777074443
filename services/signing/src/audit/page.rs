//! The audit page: a sealed PDF beside the document, one for each round that ended. Made by a durable job, or by the first who
//! asks for it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use domain::{DocumentId, EventId, Mode, SignatureRequestId, TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use store_kit::outbox::{self, Deliver, Message, Outcome, Outgoing};
use store_kit::{StoreError, Tx};
use thiserror::Error;

use super::Fact;
use super::content::{self, Told};
use super::record::{self, Record, RecordError};
use crate::blob::{BlobError, BlobKey};
use crate::desk::Desk;
use crate::engine::EngineError;
use crate::intake;
use crate::sealing::{self, StampError};
use crate::store::{Owner, audit_pages};
use crate::tenant;

/// The outbox topic of audit pages to be made.
pub(crate) const TOPIC: &str = "audit-page";
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_mins(10);

/// Why there is no page.
#[derive(Debug, Error)]
pub(crate) enum PageError {
    #[error(transparent)]
    Record(#[from] RecordError),
    #[error("no round of the document has ended yet")]
    NotEnded,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Blob(#[from] BlobError),
    #[error("the page could not be drawn")]
    Draw(#[from] audit_page::DrawError),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error("the page could not be sealed")]
    Stamp(#[from] StampError),
}

/// Where a page is.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) blob: BlobKey,
    pub(crate) sha256: String,
    pub(crate) size_bytes: u64,
    pub(crate) filename: String,
}

/// The document whose page is to be made.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Job {
    tenant: TenantId,
    mode: Mode,
    document: DocumentId,
}

/// Orders the page of a round, in the transaction that ends it.
pub(crate) async fn order(
    tx: &Tx,
    owner: Owner,
    document: &DocumentId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let job = Job {
        tenant: owner.tenant,
        mode: owner.mode,
        document: document.clone(),
    };
    let message = Outgoing {
        id: EventId::new(now, rand::random()),
        topic: TOPIC,
        destination: TOPIC.to_owned(),
        order_group: document.to_string(),
        payload: serde_json::to_value(job).unwrap_or_default(),
        due_at: now,
    };
    outbox::put(&**tx, message, now).await
}

/// The page of the round that ended last; made now where the job has not come to it yet.
pub(crate) async fn of(desk: &Desk, owner: Owner, id: &str) -> Result<Page, PageError> {
    let record = record::of(desk, owner, id).await?;
    let round = last_ended(&record).ok_or(PageError::NotEnded)?.clone();
    let document = &record.document_id;
    let made = audit_pages::find(desk.db.reader(), owner, document, &round).await?;
    let row = match made {
        Some(row) => row,
        None => make(desk, owner, &record, round).await?,
    };
    Ok(Page {
        blob: BlobKey::stored(&row.blob),
        sha256: row.sha256,
        size_bytes: u64::try_from(row.size_bytes).unwrap_or(0),
        filename: filename(&record.filename),
    })
}

fn last_ended(record: &Record) -> Option<&SignatureRequestId> {
    let ended = |fact: &Fact| matches!(fact, Fact::Sealed { .. } | Fact::Canceled { .. });
    let last = record.events.iter().rfind(|event| ended(&event.fact))?;
    last.signature_request_id.as_ref()
}

/// `contract.pdf` has `contract.audit.pdf` beside it.
fn filename(document: &str) -> String {
    let stem = document.rsplit_once('.').map_or(document, |(stem, _)| stem);
    format!("{stem}.audit.pdf")
}

async fn make(
    desk: &Desk,
    owner: Owner,
    record: &Record,
    round: SignatureRequestId,
) -> Result<audit_pages::Model, PageError> {
    let now = desk.clock.now();
    let tenant = tenant::look_up(&desk.db, owner.tenant).await?;
    let content = content::of(&Told {
        record,
        tenant: &tenant,
        mode: owner.mode,
        verify_url: desk.addresses.verify(),
        now,
    });
    let drawn = desk
        .engine
        .own(move || audit_page::draw(&content))
        .await??;
    let sealed = sealing::stamp(desk, owner, &tenant, Bytes::from(drawn)).await?;
    let blob = BlobKey::generate();
    let row = audit_pages::Model {
        document: record.document_id.clone(),
        signature_request: round,
        tenant: owner.tenant,
        mode: owner.mode,
        sha256: intake::sha256(&sealed),
        size_bytes: i64::try_from(sealed.len()).unwrap_or(i64::MAX),
        blob: blob.as_str().to_owned(),
        made_at: now,
    };
    desk.blobs.put(&blob, sealed).await?;
    let tx = desk.db.begin().await?;
    let kept = audit_pages::insert(&*tx, row.clone()).await?;
    tx.commit().await?;
    if kept {
        return Ok(row);
    }
    // Another was faster: its page stands.
    intake::discard(desk, &blob).await;
    let (document, round) = (&row.document, &row.signature_request);
    let first = audit_pages::find(desk.db.reader(), owner, document, round).await?;
    first.ok_or(PageError::NotEnded)
}

/// Makes pages.
pub(crate) struct PageMaker(pub(crate) Arc<Desk>);

#[async_trait]
impl Deliver for PageMaker {
    async fn deliver(&self, message: &Message) -> Outcome {
        let job: Job = match serde_json::from_str(&message.payload) {
            Ok(job) => job,
            Err(error) => {
                return Outcome::GivenUp {
                    error: error.to_string(),
                };
            }
        };
        let owner = Owner {
            tenant: job.tenant,
            mode: job.mode,
        };
        match of(&self.0, owner, job.document.as_str()).await {
            Ok(_) | Err(PageError::NotEnded | PageError::Record(RecordError::NotFound(_))) => {
                Outcome::Done
            }
            Err(error) => {
                tracing::error!(
                    error = &error as &(dyn std::error::Error + 'static),
                    document = %job.document,
                    tries = message.tries,
                    "an audit page could not be made"
                );
                let spread = rand::random();
                let pause = outbox::back_off(message.tries, FIRST_PAUSE, LONGEST_PAUSE, spread);
                Outcome::Again {
                    at: self.0.clock.now().plus(pause),
                    error: error.to_string(),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_called_like_its_document() {
        assert_eq!(filename("a.b.pdf"), "a.b.audit.pdf");
        assert_eq!(filename("contract"), "contract.audit.pdf");
    }
}
