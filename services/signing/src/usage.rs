//! What a tenant created, used, downloaded and deleted, by month.

use client_signing::{Counters, UsageDrain};
use store_kit::StoreError;

use crate::desk::Desk;
use crate::store::Owner;
use crate::store::usage::{self, Counted};

/// Adds what a gateway counted; a drain that comes again is not counted again.
pub(crate) async fn drain(desk: &Desk, drain: &UsageDrain) -> Result<(), StoreError> {
    let tx = desk.db.begin().await?;
    if usage::take_drain(&*tx, drain.drain, desk.clock.now()).await? {
        for one in &drain.downloads {
            let owner = Owner {
                tenant: one.tenant,
                mode: one.mode,
            };
            usage::add(
                &*tx,
                owner,
                Counted::Downloads,
                one.month.clone(),
                one.count,
            )
            .await?;
        }
    }
    tx.commit().await
}

pub(crate) async fn counters(desk: &Desk, owner: Owner) -> Result<Counters, StoreError> {
    let mut counters = Counters::default();
    for row in usage::of(desk.db.reader(), owner).await? {
        let Some(counted) = Counted::parse(&row.counted) else {
            continue;
        };
        let (total, months) = match counted {
            Counted::Files => (&mut counters.stored_files, &mut counters.files_by_month),
            Counted::Deleted => (&mut counters.deleted_files, &mut counters.deleted_by_month),
            Counted::SignatureRequests => (
                &mut counters.used_signature_requests,
                &mut counters.signature_requests_by_month,
            ),
            Counted::Downloads => (&mut counters.downloaded, &mut counters.downloaded_by_month),
        };
        *total = total.saturating_add(row.total);
        months.insert(row.month, row.total);
    }
    // What is stored is what came in and has not gone.
    counters.stored_files = counters.stored_files.saturating_sub(counters.deleted_files);
    Ok(counters)
}
