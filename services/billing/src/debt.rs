//! Debt: units that were used though their money is gone. Whether it stands in the way of new requests, and how a later
//! purchase pays it.

use domain::{PostingId, TenantId, Timestamp, UnitOverflow, Units};
use store_kit::{StoreError, Tx};

use crate::ledger::{self, LedgerError, Posting};
use crate::lot;
use crate::store::entries::{Account, Occasion, PostingKind};
use crate::store::lots::{self, Lot, LotKind};
use crate::store::{AccountKey, Connection, accounts, tenants};

/// What an operator wants done about debt, on the whole server or for one tenant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DebtPolicy {
    /// Nothing new is registered while units are owed.
    pub blocks: bool,
    /// A purchase that comes after the money went back pays with its units first.
    pub purchase_pays: bool,
}

/// What counts for a tenant: its own settings, else the server's.
pub(crate) async fn policy_of(
    db: &impl Connection,
    server: DebtPolicy,
    tenant: TenantId,
) -> Result<DebtPolicy, StoreError> {
    let own = tenants::debt_settings(db, tenant).await?;
    Ok(DebtPolicy {
        blocks: own.blocks.unwrap_or(server.blocks),
        purchase_pays: own.purchase_pays.unwrap_or(server.purchase_pays),
    })
}

/// What all these lots owe.
pub(crate) fn owed<'a>(lots: impl IntoIterator<Item = &'a Lot>) -> Result<Units, UnitOverflow> {
    lots.into_iter()
        .map(Lot::debt)
        .try_fold(Units::ZERO, Units::checked_add)
}

/// Has later purchases pay what is owed: units used from the owing lot become units used from the paying one, so that no
/// number of used units changes. What comes of it depends on the lots only.
pub(crate) async fn pay(tx: &Tx, account: AccountKey, now: Timestamp) -> Result<(), LedgerError> {
    if owed(&lots::reclaimed(&**tx, account).await?)? <= Units::ZERO {
        return Ok(());
    }
    accounts::lock(&**tx, account).await?;
    let mut owing = lots::reclaimed(&**tx, account).await?;
    owing.sort_by_key(|lot| (lot.owed_since, lot.id));
    let own = lot::own_origin(account.mode, now);
    let mut paying = lots::of_each(&**tx, [(account, own)]).await?;
    paying.retain(|lot| lot.kind == LotKind::Purchase && !lot.is_expired(now));
    paying.sort_by_key(Lot::burn_order);
    for debtor in &mut owing {
        for payer in &mut paying {
            let units = debtor.debt().min(debtor.consumed).min(payer.available);
            let later = debtor.owed_since <= Some(payer.created_at);
            if later && payer.id != debtor.id && Units::ZERO < units {
                post(tx, (&*debtor, &*payer), units, now).await?;
                debtor.consumed = debtor.consumed.checked_sub(units)?;
                debtor.refunded = debtor.refunded.checked_add(units)?;
                payer.available = payer.available.checked_sub(units)?;
            }
        }
    }
    Ok(())
}

async fn post(
    tx: &Tx,
    (debtor, payer): (&Lot, &Lot),
    units: Units,
    now: Timestamp,
) -> Result<(), LedgerError> {
    // The lots themselves say what is still to be paid, so that each payment is an act of its own.
    let payment = PostingId::generate();
    let halves = [
        (debtor, "owed", Account::Consumed, Account::Refunded),
        (payer, "paid", Account::Available, Account::Consumed),
    ];
    for (lot, half, from, to) in halves {
        let posting = Posting {
            occasion: Occasion {
                key: format!("repay {payment} {half}"),
                kind: PostingKind::Repay,
                charge: None,
                purchase: None,
            },
            lot: lot.id,
            from,
            to,
            units,
        };
        ledger::post(tx, lot.account(), posting, now).await?;
    }
    tracing::info!(
        tenant = %payer.tenant, debtor = %debtor.id, payer = %payer.id, units = units.count(),
        "a purchase paid debt"
    );
    Ok(())
}
