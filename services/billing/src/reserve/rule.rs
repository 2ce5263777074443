//! The judge's rule: what a reservation is answered, from what was read under the accounts' locks. Pure; knows no store.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use client_billing::{Reservation, Reserved};
use domain::{ChargeId, Timestamp, UnitOverflow, Units};

use super::ReserveError;
use crate::charge::LEASE;
use crate::store::AccountKey;
use crate::store::accounts::Balances;
use crate::store::holds::{Hold, HoldState, operation_name};
use crate::store::lots::Lot;

/// How long a committed request id is answered again, counted from its hold's creation on our clock.
pub(super) const REPLAY_WINDOW: Duration = Duration::from_hours(24);

/// What one account has, as of now.
pub(super) struct Funds {
    pub(super) balances: Balances,
    /// The lots that units may be taken from, the first to burn first.
    pub(super) lots: VecDeque<Lot>,
}

/// What the judge sees; every answer changes it as its posting will change the rows.
pub(super) struct Sight {
    now: Timestamp,
    funds: HashMap<AccountKey, Funds>,
    by_charge: HashMap<ChargeId, Hold>,
    /// The charges that bind request ids.
    bound: HashMap<(AccountKey, String, String), ChargeId>,
    /// Holds to be written, in the order in which they were granted.
    taken: Vec<Hold>,
}

pub(super) fn account_of(asked: &Reservation) -> AccountKey {
    AccountKey {
        tenant: asked.tenant,
        mode: asked.mode,
    }
}

impl Sight {
    /// `met` are the holds of the asked charges and those that bind the asked request ids.
    pub(super) fn new(now: Timestamp, met: Vec<Hold>) -> Self {
        let mut sight = Self {
            now,
            funds: HashMap::new(),
            by_charge: HashMap::new(),
            bound: HashMap::new(),
            taken: Vec::new(),
        };
        for hold in met {
            sight.see(hold);
        }
        sight
    }

    pub(super) fn fund(&mut self, account: AccountKey, funds: Funds) {
        self.funds.insert(account, funds);
    }

    pub(super) fn into_taken(self) -> Vec<Hold> {
        self.taken
    }

    fn see(&mut self, hold: Hold) {
        if hold.state != HoldState::Released {
            let (operation, request) = (hold.operation.clone(), hold.request_id.clone());
            self.bound
                .insert((hold.account(), operation, request), hold.charge);
        }
        self.by_charge.insert(hold.charge, hold);
    }

    /// What a reservation meets: the hold of the same charge, else the one that binds the request id.
    pub(super) fn met(&self, asked: &Reservation) -> Option<&Hold> {
        let account = account_of(asked);
        let own = self.by_charge.get(&asked.charge);
        own.filter(|hold| hold.account() == account).or_else(|| {
            let operation = operation_name(asked.operation).to_owned();
            let charge = self
                .bound
                .get(&(account, operation, asked.request_id.clone()))?;
            self.by_charge.get(charge)
        })
    }

    /// The answer to one reservation.
    pub(super) fn judge(&mut self, asked: &Reservation) -> Result<Reserved, ReserveError> {
        let account = account_of(asked);
        let funds = self.funds.get(&account).ok_or(ReserveError::Unseen)?;
        // A live hold is the answer whatever the balance says.
        if let Some(hold) = self.met(asked) {
            return Ok(repeated(hold, asked, funds.balances.available, self.now));
        }
        if funds.lots.is_empty() {
            explain_refusal(asked, &funds.balances);
            return Ok(Reserved::Exhausted {
                held: funds.balances.held,
            });
        }
        if self.by_charge.contains_key(&asked.charge) {
            return Err(ReserveError::ForeignCharge);
        }
        let (hold, available) = self.take(account, asked)?;
        self.taken.push(hold.clone());
        self.see(hold);
        Ok(Reserved::Held { available })
    }

    /// One unit of the lot that burns first.
    fn take(
        &mut self,
        account: AccountKey,
        asked: &Reservation,
    ) -> Result<(Hold, Units), ReserveError> {
        let funds = self.funds.get_mut(&account).ok_or(ReserveError::Unseen)?;
        let lot = funds.lots.front_mut().ok_or(ReserveError::Unseen)?;
        let (lot_id, left) = (lot.id, move_one(&mut lot.available, &mut lot.held)?);
        if left == Units::ZERO {
            funds.lots.pop_front();
        }
        let balances = &mut funds.balances;
        let available = move_one(&mut balances.available, &mut balances.held)?;
        let hold = Hold {
            charge: asked.charge,
            tenant: account.tenant,
            mode: account.mode,
            api_key: asked.key,
            operation: operation_name(asked.operation).to_owned(),
            request_id: asked.request_id.clone(),
            idempotent: asked.idempotent,
            state: HoldState::Held,
            lot: lot_id,
            lease_until: self.now.plus(LEASE),
            created_at: self.now,
            settled_at: None,
            verdict: None,
            ask_at: None,
            asked: 0,
        };
        Ok((hold, available))
    }
}

/// Moves one unit; what is left where it came from.
fn move_one(from: &mut Units, to: &mut Units) -> Result<Units, UnitOverflow> {
    (*from, *to) = (from.checked_sub(Units::ONE)?, to.checked_add(Units::ONE)?);
    Ok(*from)
}

/// The answer to a repeat: of the charge itself, or of the request id under another charge.
fn repeated(hold: &Hold, asked: &Reservation, available: Units, now: Timestamp) -> Reserved {
    let charge = hold.charge;
    match hold.state_at(now) {
        HoldState::Held if charge == asked.charge => Reserved::Held { available },
        HoldState::Committed if now.since(hold.created_at) <= REPLAY_WINDOW => {
            Reserved::Committed { charge, available }
        }
        HoldState::Committed => Reserved::Expired { charge },
        // A released charge is met by its own id only: the witness has ended it, so its caller must come with a new one.
        state @ (HoldState::Held | HoldState::InDoubt | HoldState::Released) => {
            Reserved::Unsettled {
                charge,
                state: state.into(),
            }
        }
    }
}

/// A 402 must be explicable: what the judge saw, in one line.
fn explain_refusal(asked: &Reservation, saw: &Balances) {
    tracing::info!(
        tenant = %asked.tenant, mode = %asked.mode, charge = %asked.charge,
        available = saw.available.count(), held = saw.held.count(), consumed = saw.consumed.count(),
        lapsed = saw.lapsed.count(), purchased = saw.purchased.count(), granted = saw.granted.count(),
        "nothing is available to reserve"
    );
}

#[cfg(test)]
mod tests {
    use client_billing::Operation;
    use domain::{ApiKeyId, LotId, Mode, TenantId};

    use super::*;
    use crate::store::lots::LotKind;

    const NOW: Timestamp = Timestamp::from_millis(1_795_521_600_000);

    fn lot(account: AccountKey, available: i64) -> Lot {
        Lot {
            id: LotId::generate(),
            tenant: account.tenant,
            mode: account.mode,
            kind: LotKind::Grant,
            origin: "grant".to_owned(),
            units: Units::new(available),
            priority: 20,
            expires_at: None,
            created_at: NOW,
            available: Units::new(available),
            held: Units::ZERO,
            consumed: Units::ZERO,
            lapsed: Units::ZERO,
            refunded: Units::ZERO,
            reclaimed: Units::ZERO,
            owed_since: None,
        }
    }

    fn asked(account: AccountKey) -> Reservation {
        let charge = ChargeId::generate();
        Reservation {
            charge,
            tenant: account.tenant,
            mode: account.mode,
            key: ApiKeyId::generate(),
            operation: Operation::Create,
            request_id: format!("req_{charge}"),
            idempotent: false,
        }
    }

    #[test]
    fn units_come_from_the_next_lot_once_one_is_empty_and_then_nothing_comes() {
        let account = AccountKey {
            tenant: TenantId::generate(),
            mode: Mode::Live,
        };
        let lots = [lot(account, 2), lot(account, 1)];
        let ids = lots.each_ref().map(|lot| lot.id);
        let mut balances = Balances::empty(account);
        balances.available = Units::new(3);
        let mut sight = Sight::new(NOW, Vec::new());
        sight.fund(
            account,
            Funds {
                balances,
                lots: VecDeque::from(lots),
            },
        );
        let answers: Vec<_> = (0..4)
            .map(|_| sight.judge(&asked(account)).unwrap())
            .collect();
        let held = |left| Reserved::Held {
            available: Units::new(left),
        };
        let none = Reserved::Exhausted {
            held: Units::new(3),
        };
        assert_eq!(answers, [held(2), held(1), held(0), none]);
        let from: Vec<_> = sight.into_taken().iter().map(|hold| hold.lot).collect();
        assert_eq!(from, [ids[0], ids[0], ids[1]]);
    }
}
