//! A charge that was registered and that the books know nothing of, as after a store was set back to an older copy: what was
//! used is posted as used, and stays visible as debt, since nothing paid for it.

use client_billing::Operation;
use client_signing::{ChargeVerdict, SigningClient};
use domain::{ApiKeyId, Timestamp, Units};
use store_kit::{Db, Tx};

use super::CheckError;
use crate::ledger::{self, LedgerError, Posting};
use crate::store::entries::{Account, Occasion, PostingKind};
use crate::store::holds::{self, Hold, HoldState, operation_name};
use crate::store::lots::{self, LotKind, NewLot};
use crate::store::{AccountKey, accounts, all_tenants};

/// Burns after everything else; it never has a unit that could.
const PRIORITY: i32 = 100;

/// Posts it, once. `false`: a hold of the charge is there, so that it is not unknown.
pub(super) async fn post(
    db: &Db,
    now: Timestamp,
    witness: &SigningClient,
    told: &ChargeVerdict,
) -> Result<bool, CheckError> {
    let account = AccountKey {
        tenant: told.tenant,
        mode: told.mode,
    };
    let record = witness
        .charge(&super::witness::request_id(), told.charge)
        .await?;
    let used_at = record.map_or(now, |record| record.at);
    let tx = db.begin().await?;
    accounts::lock(&*tx, account).await?;
    if all_tenants::hold(&*tx, told.charge).await?.is_some() {
        return Ok(false);
    }
    let is_new = write(&tx, account, told, (used_at, now)).await?;
    tx.commit().await?;
    if is_new {
        metrics::counter!("quota_unknown_charges_total").increment(1);
        tracing::error!(
            charge = %told.charge, tenant = %told.tenant, mode = %told.mode,
            "a registered charge was unknown to the books; it is posted as used, and owed"
        );
    }
    Ok(is_new)
}

/// A lot of one unit that is spent from the start, and the charge's hold on it.
async fn write(
    tx: &Tx,
    account: AccountKey,
    told: &ChargeVerdict,
    (used_at, now): (Timestamp, Timestamp),
) -> Result<bool, LedgerError> {
    let origin = format!("found {}", told.charge);
    let lot = NewLot {
        kind: LotKind::Grant,
        origin: origin.clone(),
        units: Units::ONE,
        priority: PRIORITY,
        expires_at: Some(now),
    };
    let Some(lot) = lots::insert(&**tx, account, lot, now).await? else {
        return Ok(false);
    };
    let posting = Posting {
        occasion: Occasion {
            key: origin,
            kind: PostingKind::Found,
            charge: Some(told.charge),
            purchase: None,
        },
        lot,
        from: Account::Granted,
        to: Account::Consumed,
        units: Units::ONE,
    };
    ledger::post(tx, account, posting, now).await?;
    lots::set_reclaimed(&**tx, account, lot, (Units::ONE, Some(now))).await?;
    let hold = Hold {
        charge: told.charge,
        tenant: told.tenant,
        mode: told.mode,
        // Whose key it was only the lost row knew.
        api_key: ApiKeyId::new(Timestamp::from_millis(0), [0; 10]),
        operation: operation_name(Operation::Create).to_owned(),
        // Bound under a name that no caller's key can take: what the caller's was is lost, too.
        request_id: format!("found {}", told.charge),
        idempotent: false,
        state: HoldState::Held,
        lot,
        lease_until: used_at,
        created_at: used_at,
        settled_at: None,
        verdict: None,
        ask_at: None,
        asked: 0,
    };
    holds::insert_new(&**tx, &[hold]).await?;
    holds::settle_each(
        &**tx,
        &[told.charge],
        (HoldState::Committed, told.verdict),
        now,
    )
    .await?;
    Ok(true)
}
