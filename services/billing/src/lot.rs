//! How lots come, burn and lapse: the trial, the test lot of a day, and the order in which units are taken.

use std::time::Duration;

use domain::{LotId, Mode, PurchaseId, Timestamp, Units};
use store_kit::Tx;

use crate::ledger::{self, LedgerError, Posting};
use crate::store::AccountKey;
use crate::store::entries::{Account, Occasion, PostingKind};
use crate::store::lots::{self, Lot, LotKind, NewLot};

/// What every tenant gets once, when its API is activated.
pub(crate) const TRIAL_UNITS: Units = Units::new(10);
const TRIAL_LIFE: Duration = Duration::from_hours(90 * 24);
/// What every tenant may use in test mode on one UTC day.
pub(crate) const TEST_UNITS: Units = Units::new(1_000);

/// Unique on the tenant for ever: never change it.
const TRIAL: &str = "trial";

/// Smaller burns first: what was given before what was paid for.
const fn priority(kind: LotKind) -> i32 {
    match kind {
        LotKind::Test => 0,
        LotKind::Trial => 10,
        LotKind::Grant => 20,
        LotKind::Purchase => 30,
    }
}

/// The lot that a tenant has by itself in this mode at this time.
fn own_lot(mode: Mode, now: Timestamp) -> NewLot {
    let (kind, origin, units, expires_at) = match mode {
        Mode::Live => (
            LotKind::Trial,
            TRIAL.to_owned(),
            TRIAL_UNITS,
            now.plus(TRIAL_LIFE),
        ),
        Mode::Test => (
            LotKind::Test,
            format!("test {}", now.utc_day()),
            TEST_UNITS,
            now.next_utc_midnight(),
        ),
    };
    NewLot {
        kind,
        origin,
        units,
        priority: priority(kind),
        expires_at: Some(expires_at),
    }
}

/// The origin under which [`own_lot`] is known.
pub(crate) fn own_origin(mode: Mode, now: Timestamp) -> String {
    own_lot(mode, now).origin
}

/// Whether [`bring_up_to_date`] has anything to post; `lots` are those that it would look at.
pub(crate) fn is_behind(mode: Mode, lots: &[Lot], now: Timestamp) -> bool {
    let own = own_origin(mode, now);
    let expired = |lot: &Lot| Units::ZERO < lot.available && lot.is_expired(now);
    lots.iter().any(expired) || !lots.iter().any(|lot| lot.origin == own)
}

/// Brings the account's lots up to date under its lock: what expired lapses, what the tenant has by itself is opened.
/// Returns the lots that units may be taken from, the first to burn first.
pub(crate) async fn bring_up_to_date(
    tx: &Tx,
    account: AccountKey,
    now: Timestamp,
) -> Result<Vec<Lot>, LedgerError> {
    let own = own_lot(account.mode, now);
    let found = lots::of_each(&**tx, [(account, own.origin.clone())]).await?;
    let has_own = found.iter().any(|lot| lot.origin == own.origin);
    let mut usable = Vec::new();
    for lot in found {
        if lot.available <= Units::ZERO {
            continue;
        }
        if lot.is_expired(now) {
            lapse(tx, account, &lot, now).await?;
        } else {
            usable.push(lot);
        }
    }
    if !has_own
        && let Some(id) = open(tx, account, own, None, now).await?
        && let Some(lot) = lots::find(&**tx, account, id).await?
    {
        usable.push(lot);
    }
    usable.sort_by_key(Lot::burn_order);
    Ok(usable)
}

/// Posts what expired, and opens nothing.
pub(crate) async fn lapse_expired(
    tx: &Tx,
    account: AccountKey,
    now: Timestamp,
) -> Result<(), LedgerError> {
    let origin = own_origin(account.mode, now);
    for lot in lots::of_each(&**tx, [(account, origin)]).await? {
        if Units::ZERO < lot.available && lot.is_expired(now) {
            lapse(tx, account, &lot, now).await?;
        }
    }
    Ok(())
}

/// The origin of a purchase's lot: never change it.
pub(crate) fn purchase_origin(purchase: PurchaseId) -> String {
    format!("purchase {purchase}")
}

/// Opens a lot that was paid for; a second call for the same purchase does nothing.
pub(crate) async fn open_purchased(
    tx: &Tx,
    account: AccountKey,
    purchase: PurchaseId,
    (units, expires_at): (Units, Timestamp),
    now: Timestamp,
) -> Result<(), LedgerError> {
    let lot = NewLot {
        kind: LotKind::Purchase,
        origin: purchase_origin(purchase),
        units,
        priority: priority(LotKind::Purchase),
        expires_at: Some(expires_at),
    };
    open(tx, account, lot, Some(purchase), now).await?;
    Ok(())
}

/// Opens a lot; `None`: its origin has one already, and nothing is changed.
pub(crate) async fn open(
    tx: &Tx,
    account: AccountKey,
    lot: NewLot,
    purchase: Option<PurchaseId>,
    now: Timestamp,
) -> Result<Option<LotId>, LedgerError> {
    let (kind, source) = match lot.kind {
        LotKind::Purchase => (PostingKind::Purchase, Account::Purchased),
        LotKind::Trial => (PostingKind::Trial, Account::Granted),
        LotKind::Test => (PostingKind::Test, Account::Granted),
        LotKind::Grant => (PostingKind::Grant, Account::Granted),
    };
    let (key, units) = (format!("open {}", lot.origin), lot.units);
    let Some(id) = lots::insert(&**tx, account, lot, now).await? else {
        return Ok(None);
    };
    let posting = Posting {
        occasion: Occasion {
            key,
            kind,
            charge: None,
            purchase,
        },
        lot: id,
        from: source,
        to: Account::Available,
        units,
    };
    ledger::post(tx, account, posting, now).await?;
    Ok(Some(id))
}

/// Takes what an expired lot still has. Held units are not here: they lapse when they are released.
async fn lapse(tx: &Tx, account: AccountKey, lot: &Lot, now: Timestamp) -> Result<(), LedgerError> {
    let posting = Posting {
        occasion: Occasion {
            // A unit that comes back after the first lapse lapses by itself.
            key: format!("lapse {} {}", lot.id, lot.lapsed),
            kind: PostingKind::Lapse,
            charge: None,
            purchase: None,
        },
        lot: lot.id,
        from: Account::Available,
        to: Account::Lapsed,
        units: lot.available,
    };
    ledger::post(tx, account, posting, now).await
}
