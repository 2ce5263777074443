//! Settle: one transaction for all verdicts that arrive at once ends their charges.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use client_billing::Settled;
use domain::{ChargeId, Clock, LotId, Timestamp, Units, Verdict};
use store_kit::{Db, StoreError, Tx};

use crate::balance;
use crate::charge::ChargeError;
use crate::fault;
use crate::ledger::{self, LedgerError, Posting};
use crate::lot;
use crate::store::accounts::{self, Balances};
use crate::store::entries::{Account, Occasion, PostingKind};
use crate::store::holds::{self, Hold, HoldState};
use crate::store::lots::{self, Lot};
use crate::store::{AccountKey, all_tenants};

/// The witness's word on a charge.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told {
    pub(crate) charge: ChargeId,
    pub(crate) verdict: Verdict,
}

type Answer = Result<Settled, ChargeError>;

/// Ends charges by the witness's word, each answered for itself. A second word on one changes nothing and tells how it ended.
pub(crate) async fn settle_all(db: &Db, clock: &dyn Clock, told: &[Told]) -> Vec<Answer> {
    let error = match settle_together(db, clock, told).await {
        Ok(answers) => return answers,
        Err(error) => error,
    };
    if told.len() <= 1 || !error.may_be_of_one() {
        return vec![Err(error); told.len()];
    }
    tracing::warn!(
        error = &error as &(dyn std::error::Error + 'static),
        "a batch of settlements is done one by one"
    );
    let mut answers = Vec::with_capacity(told.len());
    let mut away = None;
    for one in told {
        if let Some(error) = &away {
            answers.push(Err(ChargeError::clone(error)));
            continue;
        }
        match settle_together(db, clock, std::slice::from_ref(one)).await {
            Ok(answer) => answers.extend(answer),
            Err(error) => {
                away = Some(error.clone()).filter(|error| !error.may_be_of_one());
                answers.push(Err(error));
            }
        }
    }
    answers
}

async fn settle_together(
    db: &Db,
    clock: &dyn Clock,
    told: &[Told],
) -> Result<Vec<Answer>, ChargeError> {
    let charges: Vec<ChargeId> = told.iter().map(|told| told.charge).collect();
    // Whose a charge is never changes, so that is read before anything is locked.
    let accounts: BTreeSet<AccountKey> = all_tenants::holds(db.reader(), &charges)
        .await?
        .iter()
        .map(Hold::account)
        .collect();
    let accounts: Vec<AccountKey> = accounts.into_iter().collect();
    if accounts.is_empty() {
        return Ok(vec![Err(ChargeError::NotFound); told.len()]);
    }
    let tx = db.begin().await?;
    accounts::lock_each(&*tx, &accounts).await?;
    let now = clock.now();
    let mut holds = all_tenants::holds(&*tx, &charges).await?;
    // One that was taken this moment is not locked, and nobody can have a verdict on it yet.
    holds.retain(|hold| accounts.contains(&hold.account()));
    let mut endings = Endings::new(lots_of(&tx, &holds).await?, holds, now);
    let mut states = Vec::with_capacity(told.len());
    for told in told {
        states.push(endings.end(*told));
    }
    endings.write(&tx).await?;
    let standing = standing(&tx, &accounts, now).await?;
    fail::fail_point!("billing::settle::before-commit");
    tx.commit().await?;
    fail::fail_point!("billing::settle::committed");
    let answer = |ended: Option<(AccountKey, HoldState)>| {
        let (account, state) = ended.ok_or(ChargeError::NotFound)?;
        let balances = standing.get(&account).ok_or(ChargeError::NotFound)?;
        Ok(Settled {
            state: state.into(),
            available: balances.available,
        })
    };
    Ok(states.into_iter().map(answer).collect())
}

async fn lots_of(tx: &Tx, holds: &[Hold]) -> Result<HashMap<LotId, Lot>, StoreError> {
    let wanted: BTreeSet<(AccountKey, LotId)> = holds
        .iter()
        .filter(|hold| !hold.state.is_settled())
        .map(|hold| (hold.account(), hold.lot))
        .collect();
    let lots = lots::find_each(&**tx, &wanted).await?;
    Ok(lots.into_iter().map(|lot| (lot.id, lot)).collect())
}

/// The balances after the batch, as of now.
async fn standing(
    tx: &Tx,
    accounts: &[AccountKey],
    now: Timestamp,
) -> Result<HashMap<AccountKey, Balances>, LedgerError> {
    let owns = accounts
        .iter()
        .map(|account| (*account, lot::own_origin(account.mode, now)));
    let lots = lots::of_each(&**tx, owns).await?;
    let mut standing = HashMap::new();
    // Locked by this transaction before: that only reads them.
    for row in accounts::lock_each(&**tx, accounts).await? {
        let account = row.key();
        let lots = lots.iter().filter(|lot| lot.account() == account);
        standing.insert(account, balance::due(row, lots, now)?);
    }
    Ok(standing)
}

/// The ends of a batch's charges, in the order in which they were told.
struct Endings {
    holds: HashMap<ChargeId, Hold>,
    lots: HashMap<LotId, Lot>,
    now: Timestamp,
    postings: Vec<(AccountKey, Posting)>,
    ended: BTreeMap<&'static str, (HoldState, Verdict, Vec<ChargeId>)>,
}

impl Endings {
    fn new(lots: HashMap<LotId, Lot>, holds: Vec<Hold>, now: Timestamp) -> Self {
        Self {
            holds: holds.into_iter().map(|hold| (hold.charge, hold)).collect(),
            lots,
            now,
            postings: Vec::new(),
            ended: BTreeMap::new(),
        }
    }

    /// Spends the held unit, or gives it back to where its lot now stands. None: there is no such charge.
    fn end(&mut self, told: Told) -> Option<(AccountKey, HoldState)> {
        let hold = self.holds.get_mut(&told.charge)?;
        let account = hold.account();
        if hold.state.is_settled() {
            warn_of_contradiction(hold, told.verdict);
            return Some((account, hold.state));
        }
        let (state, kind, to) = if told.verdict.commits() {
            (HoldState::Committed, PostingKind::Commit, Account::Consumed)
        } else {
            let lot = self.lots.get_mut(&hold.lot);
            let to = lot.map_or(Account::Available, |lot| give_back(lot, self.now));
            (HoldState::Released, PostingKind::Release, to)
        };
        hold.state = state;
        let of_lot = returned_lot(hold, &self.lots, state);
        let posting = Posting {
            occasion: Occasion {
                // One key for both ends: a charge ends once.
                key: format!("settle {}", hold.charge),
                kind,
                charge: Some(hold.charge),
                purchase: None,
            },
            lot: of_lot,
            from: Account::Held,
            to,
            units: Units::ONE,
        };
        let lost = to == Account::Lapsed && fault::is_on(fault::LOSES_WHAT_EXPIRED);
        if !lost {
            self.postings.push((account, posting));
        }
        let same = self.ended.entry(told.verdict.as_str());
        let (_, _, charges) = same.or_insert_with(|| (state, told.verdict, Vec::new()));
        charges.push(told.charge);
        Some((account, state))
    }

    async fn write(&self, tx: &Tx) -> Result<(), LedgerError> {
        ledger::post_new(tx, &self.postings, self.now).await?;
        for (state, verdict, charges) in self.ended.values() {
            holds::settle_each(&**tx, charges, (*state, *verdict), self.now).await?;
            let count = u64::try_from(charges.len()).unwrap_or(u64::MAX);
            metrics::counter!("quota_settlements_total", "verdict" => verdict.as_str())
                .increment(count);
        }
        Ok(())
    }
}

/// Where the unit goes; what it pays of a debt is not paid again by the next of the batch.
fn give_back(lot: &mut Lot, now: Timestamp) -> Account {
    let to = lot.takes_back(now);
    if to == Account::Refunded {
        lot.refunded = lot.refunded.checked_add(Units::ONE).unwrap_or(lot.refunded);
    }
    to
}

/// The lot of a hold, of which its unit is taken and to which it goes back.
fn returned_lot(hold: &Hold, lots: &HashMap<LotId, Lot>, state: HoldState) -> LotId {
    if state == HoldState::Released && fault::is_on(fault::RELEASES_TO_ANOTHER_LOT) {
        let others = lots
            .values()
            .filter(|lot| lot.account() == hold.account() && lot.id != hold.lot);
        return others.map(|lot| lot.id).min().unwrap_or(hold.lot);
    }
    hold.lot
}

/// Exactly one verdict is ever recorded, so two different ends mean that a store was set back.
fn warn_of_contradiction(hold: &Hold, verdict: Verdict) {
    let committed = hold.state == HoldState::Committed;
    if committed != verdict.commits() {
        tracing::error!(
            charge = %hold.charge, tenant = %hold.tenant, state = ?hold.state, %verdict,
            "the witness contradicts a settled charge; the exactness check counts it"
        );
    }
}
