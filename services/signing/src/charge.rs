//! The witness: which one verdict stands on a charge. Only a verdict settles a hold, and the first one recorded stays.

use client_signing::{ChargeRecord, ChargeVerdict, StoredAnswer, Tombstone, Verdicts};
use domain::{ChargeId, Mode, SignatureRequestId, TenantId, Timestamp, Verdict};
use store_kit::{Db, StoreError};
use thiserror::Error;

use crate::answer::SuccessBody;
use crate::desk::Desk;
use crate::store::{Connection, Owner, all_tenants, answers, charges};

/// Charges that may be asked for at once.
const MAX_CHARGES: usize = 1_000;

/// Why the witness says nothing.
#[derive(Debug, Error)]
pub(crate) enum WitnessError {
    #[error("no verdict stands on this charge")]
    NoVerdict,
    #[error("the charge is another tenant's")]
    NotTheirs,
    #[error("more than {MAX_CHARGES} charges at once")]
    TooMany,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Records a verdict without a signature request; the answer is whichever verdict stands now.
pub(crate) async fn decide(
    tx: &impl Connection,
    owner: Owner,
    charge: ChargeId,
    verdict: Verdict,
    now: Timestamp,
) -> Result<Verdict, StoreError> {
    let row = charges::Model {
        charge,
        tenant: owner.tenant,
        mode: owner.mode,
        verdict,
        signature_request: None,
        document: None,
        url: None,
        recorded_at: now,
    };
    if charges::record(tx, owner, row).await? {
        return Ok(verdict);
    }
    Ok(all_tenants::charge(tx, charge)
        .await?
        .map_or(verdict, |row| row.verdict))
}

/// The verdict on a charge, and what it stands for.
pub(crate) async fn look_up(db: &Db, charge: ChargeId) -> Result<ChargeRecord, WitnessError> {
    let row = all_tenants::charge(db.reader(), charge)
        .await?
        .ok_or(WitnessError::NoVerdict)?;
    Ok(record(db.reader(), row).await?)
}

/// The charge under which a signature request was registered.
pub(crate) async fn of_request(
    db: &Db,
    tenant: TenantId,
    mode: Mode,
    id: &SignatureRequestId,
) -> Result<ChargeRecord, WitnessError> {
    let owner = Owner { tenant, mode };
    let row = charges::find_registered(db.reader(), owner, id)
        .await?
        .ok_or(WitnessError::NoVerdict)?;
    Ok(record(db.reader(), row).await?)
}

/// Ends the charge where no verdict stands; whatever stands now is the answer.
pub(crate) async fn tombstone(
    desk: &Desk,
    charge: ChargeId,
    of: Tombstone,
) -> Result<ChargeRecord, WitnessError> {
    let owner = Owner {
        tenant: of.tenant,
        mode: of.mode,
    };
    let tx = desk.db.begin().await?;
    decide(&*tx, owner, charge, Verdict::Tombstoned, desk.clock.now()).await?;
    tx.commit().await?;
    let record = look_up(&desk.db, charge).await?;
    if record.tenant != of.tenant || record.mode != of.mode {
        return Err(WitnessError::NotTheirs);
    }
    Ok(record)
}

pub(crate) async fn among(db: &Db, ids: Vec<ChargeId>) -> Result<Verdicts, WitnessError> {
    if ids.len() > MAX_CHARGES {
        return Err(WitnessError::TooMany);
    }
    Ok(told(all_tenants::charges_among(db.reader(), ids).await?))
}

/// Registered charges after one, in id order.
pub(crate) async fn registered_after(
    db: &Db,
    after: Option<ChargeId>,
    limit: usize,
) -> Result<Verdicts, WitnessError> {
    let limit = u64::try_from(limit.clamp(1, MAX_CHARGES)).unwrap_or(1);
    Ok(told(
        all_tenants::registered_after(db.reader(), after, limit).await?,
    ))
}

fn told(rows: Vec<charges::Model>) -> Verdicts {
    let verdict = |row: charges::Model| ChargeVerdict {
        charge: row.charge,
        tenant: row.tenant,
        mode: row.mode,
        verdict: row.verdict,
    };
    Verdicts {
        verdicts: rows.into_iter().map(verdict).collect(),
    }
}

/// The answer is the stored one where it is kept, else rebuilt: a registration's follows from its row.
async fn record(db: &impl Connection, row: charges::Model) -> Result<ChargeRecord, StoreError> {
    let owner = Owner {
        tenant: row.tenant,
        mode: row.mode,
    };
    let kept = answers::of_charge(db, owner, row.charge).await?;
    let kept = kept.map(|kept| StoredAnswer {
        status: u16::try_from(kept.status).unwrap_or(500),
        body: kept.body,
    });
    let answer = kept.or_else(|| rebuilt(&row));
    Ok(ChargeRecord {
        charge: row.charge,
        tenant: row.tenant,
        mode: row.mode,
        verdict: row.verdict,
        at: row.recorded_at,
        signature_request_id: row.signature_request,
        document_id: row.document,
        url: row.url,
        answer,
    })
}

/// The answer to a registration, as it was or would have been given.
pub(crate) fn rebuilt(row: &charges::Model) -> Option<StoredAnswer> {
    let (id, url, document) = (
        row.signature_request.as_ref()?,
        row.url.as_ref()?,
        row.document.as_ref()?,
    );
    let body = SuccessBody::created(id, url, document).to_text();
    Some(StoredAnswer { status: 200, body })
}
