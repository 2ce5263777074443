//! How far the books were proven. A checkpoint moves to an id only when it was the newest long enough ago that whatever was then
//! under way with an older one has ended.

use std::time::Duration;

use domain::{ChargeId, Timestamp};
use store_kit::{Db, StoreError};

use crate::store::proofs::{self, Checkpoint, Series};

/// An entry's id is made before its transaction commits, perhaps by another instance's clock.
pub(super) const SETTLES_WITHIN: Duration = Duration::from_mins(10);
/// A charge's id is made before its body arrives.
const REGISTERS_WITHIN: Duration = Duration::from_hours(1);

/// Sums up what is old enough.
pub(super) async fn move_entries(db: &Db, now: Timestamp) -> Result<(), StoreError> {
    let checkpoint = proofs::checkpoint(db.reader(), Series::Entries).await?;
    if !is_due(&checkpoint, SETTLES_WITHIN, now) {
        return Ok(());
    }
    let newest = proofs::newest_entry(db.reader()).await?;
    let tx = db.begin().await?;
    let mut checkpoint = proofs::lock(&*tx, Series::Entries).await?;
    // Another instance may have been here meanwhile.
    if is_due(&checkpoint, SETTLES_WITHIN, now) {
        let before = checkpoint.through.clone();
        advance(&mut checkpoint, newest, now);
        if let Some(through) = checkpoint
            .through
            .as_deref()
            .filter(|_| checkpoint.through != before)
        {
            proofs::sum_up(&*tx, before.as_deref(), through).await?;
        }
        proofs::put(&*tx, checkpoint).await?;
    }
    tx.commit().await
}

/// Everything was proven just now: the sums up to the checkpoint are made anew, from the entries themselves.
pub(super) async fn begin_anew(db: &Db, now: Timestamp) -> Result<(), StoreError> {
    let tx = db.begin().await?;
    let mut checkpoint = proofs::lock(&*tx, Series::Entries).await?;
    proofs::forget(&*tx).await?;
    if let Some(through) = &checkpoint.through {
        proofs::sum_up(&*tx, None, through).await?;
    }
    checkpoint.proven_at = Some(now);
    proofs::put(&*tx, checkpoint).await?;
    tx.commit().await
}

/// The charge after which registrations are looked at.
pub(super) async fn registered(db: &Db) -> Result<Option<ChargeId>, StoreError> {
    let checkpoint = proofs::checkpoint(db.reader(), Series::Registered).await?;
    Ok(checkpoint
        .through
        .and_then(|through| ChargeId::parse(&through).ok()))
}

/// Registrations up to `newest` were looked at.
pub(super) async fn move_registered(
    db: &Db,
    newest: Option<ChargeId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let checkpoint = proofs::checkpoint(db.reader(), Series::Registered).await?;
    if !is_due(&checkpoint, REGISTERS_WITHIN, now) {
        return Ok(());
    }
    let tx = db.begin().await?;
    let mut checkpoint = proofs::lock(&*tx, Series::Registered).await?;
    if is_due(&checkpoint, REGISTERS_WITHIN, now) {
        advance(
            &mut checkpoint,
            newest.map(|charge| charge.to_string()),
            now,
        );
        proofs::put(&*tx, checkpoint).await?;
    }
    tx.commit().await
}

fn is_due(checkpoint: &Checkpoint, within: Duration, now: Timestamp) -> bool {
    checkpoint.next_at.is_none_or(|at| at.plus(within) <= now)
}

/// What was the newest when the checkpoint last moved is old enough now.
fn advance(checkpoint: &mut Checkpoint, newest: Option<String>, now: Timestamp) {
    if checkpoint.next.is_some() {
        checkpoint.through = checkpoint.next.take();
    }
    checkpoint.next = newest.or_else(|| checkpoint.through.clone());
    checkpoint.next_at = Some(now);
}
