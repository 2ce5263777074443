//! What an account has: read without writing, as if everything that is due by now had been posted.

use std::collections::HashMap;
use std::time::Duration;

use client_billing::{LiveHold, Operation, Standing};
use domain::{Clock, EntryId, Mode, Timestamp, UnitOverflow, Units};
use store_kit::Db;

use crate::debt::{self, DebtPolicy};
use crate::ledger::LedgerError;
use crate::lot::{self, TEST_UNITS};
use crate::store::accounts::{self, Balances};
use crate::store::entries::{self, Entry};
use crate::store::exactness::{self, Finding};
use crate::store::lots::{self, Lot};
use crate::store::{self, AccountKey, Connection, holds, tenants};

/// Lots on one page; more than anybody buys in a year.
const MAX_LOTS: u64 = 100;
/// Entries on one page of the ledger.
const LEDGER_PAGE: u64 = 100;
/// Days of usage that can be asked for.
pub(crate) const MAX_USAGE_DAYS: u32 = 366;
const DAY: Duration = Duration::from_hours(24);

/// An account's balance with what the last check of the books found.
pub(crate) struct Overview {
    pub(crate) balances: Balances,
    pub(crate) lots: Vec<Lot>,
    /// Units that were used though their money went back.
    pub(crate) debt: Units,
    pub(crate) policy: DebtPolicy,
    /// None: no fault was ever found or looked for here.
    pub(crate) finding: Option<Finding>,
    pub(crate) checked_at: Option<Timestamp>,
}

/// The balances as of `now`: lots that expired but were not posted yet are subtracted, and a test account shows today's
/// lot before its first reserve.
pub(crate) async fn as_of(
    db: &impl Connection,
    account: AccountKey,
    now: Timestamp,
) -> Result<Balances, LedgerError> {
    let posted = accounts::find(db, account)
        .await?
        .unwrap_or_else(|| Balances::empty(account));
    let own = lot::own_origin(account.mode, now);
    let lots = lots::of_each(db, [(account, own)]).await?;
    Ok(due(posted, &lots, now)?)
}

/// [`as_of`] of what was read: the account's posted balances and [`lots::of_each`] of it.
pub(crate) fn due<'a>(
    posted: Balances,
    lots: impl IntoIterator<Item = &'a Lot>,
    now: Timestamp,
) -> Result<Balances, UnitOverflow> {
    let mut balances = posted;
    let own = lot::own_origin(balances.mode, now);
    let mut has_own = false;
    for lot in lots {
        has_own |= lot.origin == own;
        if lot.is_expired(now) {
            balances.available = balances.available.checked_sub(lot.available)?;
            balances.lapsed = balances.lapsed.checked_add(lot.available)?;
        }
    }
    if balances.mode == Mode::Test && !has_own {
        balances.available = balances.available.checked_add(TEST_UNITS)?;
        balances.granted = balances.granted.checked_add(TEST_UNITS)?;
    }
    Ok(balances)
}

/// The balance for the gateway, with the hold under `request_id` where there is one.
pub(crate) async fn standing(
    (db, clock): (&Db, &dyn Clock),
    server: DebtPolicy,
    account: AccountKey,
    request_id: Option<&str>,
) -> Result<Standing, LedgerError> {
    open_trial_when_due(db, clock, account).await?;
    let now = clock.now();
    let view = store::snapshot(db).await?;
    let balances = as_of(&view, account, now).await?;
    let hold = match request_id {
        Some(id) => holds::binding(&view, account, Operation::Create, id).await?,
        None => None,
    };
    let debt = debt::owed(&lots::reclaimed(&view, account).await?)?;
    let policy = debt::policy_of(&view, server, account.tenant).await?;
    Ok(Standing {
        available: balances.available,
        held: balances.held,
        debt,
        debt_blocks: policy.blocks && Units::ZERO < debt,
        purchase_pays_debt: policy.purchase_pays,
        used: balances.held.checked_add(balances.consumed)?,
        hold: hold.map(|hold| LiveHold {
            charge: hold.charge,
            state: hold.state_at(now).into(),
        }),
    })
}

/// The balance for the portal.
pub(crate) async fn overview(
    (db, clock): (&Db, &dyn Clock),
    server: DebtPolicy,
    account: AccountKey,
) -> Result<Overview, LedgerError> {
    open_trial_when_due(db, clock, account).await?;
    let now = clock.now();
    let view = store::snapshot(db).await?;
    let mut lots = lots::current(&view, account, now, MAX_LOTS).await?;
    lots.retain(|lot| !lot.is_expired(now));
    lots.sort_by_key(Lot::burn_order);
    Ok(Overview {
        debt: debt::owed(&lots::reclaimed(&view, account).await?)?,
        policy: debt::policy_of(&view, server, account.tenant).await?,
        balances: as_of(&view, account, now).await?,
        lots,
        finding: exactness::find(&view, account).await?,
        checked_at: exactness::last_complete(&view).await?,
    })
}

/// An active tenant has its trial from the first look on, even when the activation's event is still under way.
async fn open_trial_when_due(
    db: &Db,
    clock: &dyn Clock,
    account: AccountKey,
) -> Result<(), LedgerError> {
    if account.mode != Mode::Live || !tenants::is_active(db.reader(), account.tenant).await? {
        return Ok(());
    }
    let own = lot::own_origin(account.mode, clock.now());
    let found = lots::of_each(db.reader(), [(account, own.clone())]).await?;
    if found.iter().any(|lot| lot.origin == own) {
        return Ok(());
    }
    let tx = db.begin().await?;
    accounts::lock(&*tx, account).await?;
    lot::bring_up_to_date(&tx, account, clock.now()).await?;
    Ok(tx.commit().await?)
}

/// One day's use.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DayUse {
    pub(crate) day: String,
    pub(crate) used: i64,
}

/// Units used on each of the last `days` UTC days, the oldest first, days without use included.
pub(crate) async fn usage(
    db: &Db,
    clock: &dyn Clock,
    account: AccountKey,
    days: u32,
) -> Result<Vec<DayUse>, LedgerError> {
    let tomorrow = clock.now().next_utc_midnight();
    let starts: Vec<Timestamp> = (1..=days.clamp(1, MAX_USAGE_DAYS))
        .rev()
        .map(|back| tomorrow.minus(DAY.saturating_mul(back)))
        .collect();
    let since = starts.first().copied().unwrap_or(tomorrow);
    let used: HashMap<i64, i64> = holds::used_by_day(db.reader(), account, since)
        .await?
        .into_iter()
        .collect();
    Ok(starts
        .into_iter()
        .map(|start| DayUse {
            day: start.utc_day(),
            used: used
                .get(&holds::day_number(start))
                .copied()
                .unwrap_or_default(),
        })
        .collect())
}

/// A page of the ledger, the newest entry first, and where the next one starts.
pub(crate) async fn ledger_page(
    db: &Db,
    account: AccountKey,
    before: Option<EntryId>,
) -> Result<(Vec<Entry>, Option<EntryId>), LedgerError> {
    let view = store::snapshot(db).await?;
    let mut page = entries::page(&view, account, before, LEDGER_PAGE + 1).await?;
    let full = usize::try_from(LEDGER_PAGE).unwrap_or(usize::MAX);
    let more = full < page.len();
    page.truncate(full);
    let next = page.last().filter(|_| more).map(|entry| entry.id);
    Ok((page, next))
}
