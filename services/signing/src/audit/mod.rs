//! The audit record: who did what when to a document. A fact is written in the transaction of its act, never changed, and
//! outlives the document's bytes.

mod content;
mod device;
mod fact;
mod page;
mod record;
mod words;

use std::time::Duration;

use domain::{DocumentId, EventId, SignatureRequestId, Timestamp};
use store_kit::StoreError;

pub(crate) use device::Device;
pub(crate) use fact::{Actor, Fact, KeyUse, Visit, Way, gist};
pub(crate) use page::{PageError, PageMaker, TOPIC, of as page_of, order as order_page};
pub(crate) use record::{Record, RecordError, facts_of, of as record_of};

use crate::blob::BlobKey;
use crate::desk::Desk;
use crate::erasure;
use crate::signer::Signer;
use crate::store::{Connection, Owner, audit_events, audit_pages};

/// How long a record is kept once its document was deleted: ten years, the longest time in which a claim from a contract can
/// come before a court in the countries we serve. Told to customers in `docs/guides/audit.md`.
pub(crate) const KEPT_AFTER_DELETION: Duration = Duration::from_hours(24 * 3_653);

/// Which document and which round of it.
pub(crate) type About<'a> = (&'a DocumentId, Option<&'a SignatureRequestId>);

/// Writes a fact with the act itself: `tx` is the act's own transaction.
pub(crate) async fn note(
    tx: &impl Connection,
    owner: Owner,
    about: About<'_>,
    told: (&Actor, &Fact),
    now: Timestamp,
) -> Result<(), StoreError> {
    let id = EventId::new(now, rand::random());
    note_as(tx, id, (owner, about), told, now).await
}

/// As [`note`], for a fact that may be told twice: it is kept once under its id.
pub(crate) async fn note_as(
    tx: &impl Connection,
    id: EventId,
    (owner, (document, request)): (Owner, About<'_>),
    (actor, fact): (&Actor, &Fact),
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = audit_events::Model {
        id,
        tenant: owner.tenant,
        mode: owner.mode,
        document: document.clone(),
        signature_request: request.cloned(),
        act: fact.name().to_owned(),
        actor: to_text(actor),
        fact: to_text(fact),
        at: now,
    };
    audit_events::insert(tx, row).await
}

/// How often the record of a round tells of such a fact.
pub(crate) async fn count(
    tx: &impl Connection,
    owner: Owner,
    about: About<'_>,
    fact: &Fact,
) -> Result<u64, StoreError> {
    audit_events::count(tx, owner, about, fact.name()).await
}

/// Plain structs of texts and numbers always become JSON.
fn to_text(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Openings of one round that are kept: a page that is reloaded for ever must not fill the record.
const MAX_OPENINGS: usize = 20;

/// Whether nobody has opened the round from this address and device before.
pub(crate) async fn is_new_visit(
    desk: &Desk,
    signer: &Signer,
    by: &Actor,
) -> Result<bool, StoreError> {
    let openings = openings(desk, signer).await?;
    let told = to_text(by);
    Ok(openings.len() < MAX_OPENINGS && openings.iter().all(|row| row.actor != told))
}

/// Whether the round was opened on a phone or a tablet.
pub(crate) async fn is_open_in_hand(desk: &Desk, signer: &Signer) -> Result<bool, StoreError> {
    let in_hand = |row: &audit_events::Model| match serde_json::from_str(&row.actor) {
        Ok(Actor::Signer(visit)) => visit.device.is_held(),
        _ => false,
    };
    Ok(openings(desk, signer).await?.iter().any(in_hand))
}

/// The openings of the signer's round.
async fn openings(desk: &Desk, signer: &Signer) -> Result<Vec<audit_events::Model>, StoreError> {
    let document = &signer.document.id;
    let mut rows = audit_events::of_document(desk.db.reader(), signer.owner, document).await?;
    rows.retain(|row| {
        row.act == Fact::OPENED && row.signature_request.as_ref() == Some(&signer.request.id)
    });
    Ok(rows)
}

/// Ends a record whose term is over, and the pages made of it.
pub(crate) async fn forget(
    desk: &Desk,
    owner: Owner,
    document: &DocumentId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let tx = desk.db.begin().await?;
    let pages = audit_pages::of_document(&*tx, owner, document).await?;
    let blobs: Vec<_> = pages
        .iter()
        .map(|page| BlobKey::stored(&page.blob))
        .collect();
    if !blobs.is_empty() {
        erasure::put(&tx, document, &blobs, now).await?;
    }
    audit_pages::forget(&*tx, owner, document).await?;
    audit_events::forget(&*tx, owner, document).await?;
    tx.commit().await
}
