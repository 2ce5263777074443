//! The ledger as its README tells it, in the plainest words: no store, no batch, no SQL, one unit at a time. Shares nothing
//! with the code it judges but the words of its answers.

use std::collections::BTreeMap;
use std::time::Duration;

use client_billing::{ChargeState, Leased, Reservation, Reserved, Settled};
use domain::{ChargeId, Mode, Timestamp, Units, Verdict};

const HOUR: Duration = Duration::from_hours(1);

/// A lot, with its units by where they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lot {
    pub(super) priority: i32,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) opened_at: Timestamp,
    pub(super) units: i64,
    /// Whose money went back.
    pub(super) reclaimed: i64,
    pub(super) available: i64,
    pub(super) held: i64,
    pub(super) consumed: i64,
    pub(super) lapsed: i64,
    pub(super) refunded: i64,
}

impl Lot {
    /// Used though the money went back: what lapsed was used by nobody.
    fn owed(&self) -> i64 {
        (self.reclaimed - self.refunded - self.lapsed).max(0)
    }

    fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }
}

/// A hold, with the exact lot that its unit came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hold {
    pub(super) mode: Mode,
    pub(super) request: String,
    pub(super) lot: String,
    pub(super) state: ChargeState,
    pub(super) lease_until: Timestamp,
    pub(super) taken_at: Timestamp,
    /// Until when nobody need ask again about a doubtful hold: the last question was not answered.
    pub(super) quiet_until: Timestamp,
}

/// Everything that one tenant has, and what the witness knows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Model {
    pub(super) now: Timestamp,
    /// By mode and origin.
    pub(super) lots: BTreeMap<(Mode, String), Lot>,
    pub(super) holds: BTreeMap<ChargeId, Hold>,
    /// One verdict a charge; the first one stays.
    pub(super) witness: BTreeMap<ChargeId, Verdict>,
}

impl Model {
    pub(super) fn at(now: Timestamp) -> Self {
        Self {
            now,
            lots: BTreeMap::new(),
            holds: BTreeMap::new(),
            witness: BTreeMap::new(),
        }
    }

    /// The clock moves, and what expired lapses.
    pub(super) fn wait(&mut self, time: Duration) {
        self.now = self.now.plus(time);
        for lot in self.lots.values_mut() {
            if lot.is_expired(self.now) {
                lot.lapsed += lot.available;
                lot.available = 0;
            }
        }
    }

    /// What can be reserved; today's test lot counts before it is posted.
    pub(super) fn available(&self, mode: Mode) -> i64 {
        let posted: i64 = self.of(mode).map(|lot| lot.available).sum();
        if mode == Mode::Test && !self.lots.contains_key(&(mode, self.own_origin(mode))) {
            return posted + 1_000;
        }
        posted
    }

    pub(super) fn held(&self, mode: Mode) -> i64 {
        self.of(mode).map(|lot| lot.held).sum()
    }

    fn of(&self, mode: Mode) -> impl Iterator<Item = &Lot> {
        self.lots
            .iter()
            .filter(move |((of, _), _)| *of == mode)
            .map(|(_, lot)| lot)
    }

    /// A purchase is paid, or units are given. The same origin once more changes nothing.
    pub(super) fn open(
        &mut self,
        (mode, origin): (Mode, String),
        units: i64,
        priority: i32,
        expires_at: Option<Timestamp>,
    ) {
        self.lots.entry((mode, origin)).or_insert(Lot {
            priority,
            expires_at,
            opened_at: self.now,
            units,
            reclaimed: 0,
            available: units,
            held: 0,
            consumed: 0,
            lapsed: 0,
            refunded: 0,
        });
    }

    /// The money of so many of a lot's units is gone: what is left of them is taken, and comes back when the money does.
    pub(super) fn reclaim(&mut self, mode: Mode, origin: &str, units: i64) {
        let now = self.now;
        let Some(lot) = self.lots.get_mut(&(mode, origin.to_owned())) else {
            return;
        };
        lot.reclaimed = units.min(lot.units);
        let taken = (lot.reclaimed - lot.refunded).min(lot.available);
        lot.refunded += taken;
        if 0 <= taken || !lot.is_expired(now) {
            lot.available -= taken;
        } else {
            lot.lapsed -= taken;
        }
    }

    fn own_origin(&self, mode: Mode) -> String {
        match mode {
            Mode::Live => "trial".to_owned(),
            Mode::Test => format!("test {}", self.now.utc_day()),
        }
    }

    /// The trial of a tenant, and the test lot of a day, are opened by whoever asks for something new.
    fn open_own(&mut self, mode: Mode) {
        let (units, priority, expires_at) = match mode {
            Mode::Live => (10, 10, self.now.plus(HOUR * 24 * 90)),
            Mode::Test => (1_000, 0, self.now.next_utc_midnight()),
        };
        self.open(
            (mode, self.own_origin(mode)),
            units,
            priority,
            Some(expires_at),
        );
    }

    /// What a reservation meets: its own charge, else the live hold under its request id.
    fn met(&self, asked: &Reservation) -> Option<(ChargeId, &Hold)> {
        let own = self.holds.get(&asked.charge).map(|own| (asked.charge, own));
        own.or_else(|| {
            let mut holds = self.holds.iter();
            let bound = holds.find(|(_, hold)| {
                hold.mode == asked.mode
                    && hold.request == asked.request_id
                    && hold.state != ChargeState::Released
            });
            bound.map(|(charge, hold)| (*charge, hold))
        })
    }

    pub(super) fn reserve(&mut self, asked: &Reservation) -> Reserved {
        if let Some((charge, hold)) = self.met(asked) {
            return self.repeated(asked, charge, hold);
        }
        self.open_own(asked.mode);
        let mut lots: Vec<(&(Mode, String), &mut Lot)> = self
            .lots
            .iter_mut()
            .filter(|((mode, _), lot)| *mode == asked.mode && 0 < lot.available)
            .collect();
        lots.sort_by_key(|(_, lot)| {
            let expires_at = lot.expires_at.map_or(i64::MAX, Timestamp::millis);
            (lot.priority, expires_at, lot.opened_at)
        });
        let Some(((_, origin), lot)) = lots.into_iter().next() else {
            return Reserved::Exhausted {
                held: Units::new(self.held(asked.mode)),
            };
        };
        lot.available -= 1;
        lot.held += 1;
        let hold = Hold {
            mode: asked.mode,
            request: asked.request_id.clone(),
            lot: origin.clone(),
            state: ChargeState::Held,
            lease_until: self.now.plus(Duration::from_secs(30)),
            taken_at: self.now,
            quiet_until: self.now,
        };
        self.holds.insert(asked.charge, hold);
        Reserved::Held {
            available: Units::new(self.available(asked.mode)),
        }
    }

    fn repeated(&self, asked: &Reservation, charge: ChargeId, hold: &Hold) -> Reserved {
        let available = Units::new(self.available(asked.mode));
        match hold.state {
            ChargeState::Committed if self.now.since(hold.taken_at) <= HOUR * 24 => {
                Reserved::Committed { charge, available }
            }
            ChargeState::Committed => Reserved::Expired { charge },
            ChargeState::Held if hold.lease_until < self.now => Reserved::Unsettled {
                charge,
                state: ChargeState::InDoubt,
            },
            ChargeState::Held if charge == asked.charge => Reserved::Held { available },
            state => Reserved::Unsettled { charge, state },
        }
    }

    /// The first verdict stays; what stands is what everybody hears.
    pub(super) fn decide(&mut self, charge: ChargeId, verdict: Verdict) -> Verdict {
        *self.witness.entry(charge).or_insert(verdict)
    }

    /// The verdict is told: the unit is spent, or goes back to where its lot now stands.
    pub(super) fn settle(&mut self, charge: ChargeId, verdict: Verdict) {
        let Some(hold) = self.holds.get_mut(&charge) else {
            return;
        };
        if matches!(hold.state, ChargeState::Committed | ChargeState::Released) {
            return;
        }
        let Some(lot) = self.lots.get_mut(&(hold.mode, hold.lot.clone())) else {
            return;
        };
        lot.held -= 1;
        if verdict == Verdict::Registered {
            hold.state = ChargeState::Committed;
            lot.consumed += 1;
            return;
        }
        hold.state = ChargeState::Released;
        if 0 < lot.owed() {
            lot.refunded += 1;
        } else if lot.is_expired(self.now) {
            lot.lapsed += 1;
        } else {
            lot.available += 1;
        }
    }

    pub(super) fn settled(&self, charge: ChargeId) -> Option<Settled> {
        let hold = self.holds.get(&charge)?;
        Some(Settled {
            state: hold.state,
            available: Units::new(self.available(hold.mode)),
        })
    }

    pub(super) fn doubt(&mut self, charge: ChargeId) {
        let now = self.now;
        if let Some(hold) = self.holds.get_mut(&charge)
            && hold.state == ChargeState::Held
        {
            (hold.state, hold.quiet_until) = (ChargeState::InDoubt, now);
        }
    }

    pub(super) fn renew(&mut self, charge: ChargeId) -> Option<Leased> {
        let until = self.now.plus(Duration::from_secs(30));
        let hold = self.holds.get_mut(&charge)?;
        if hold.state == ChargeState::Held {
            hold.lease_until = hold.lease_until.max(until);
        }
        Some(Leased {
            until: hold.lease_until,
        })
    }

    /// Leases that ran out make their holds doubtful; nothing is freed.
    pub(super) fn doubt_lapsed(&mut self) {
        let now = self.now;
        for hold in self.holds.values_mut() {
            if hold.state == ChargeState::Held && hold.lease_until < now {
                (hold.state, hold.quiet_until) = (ChargeState::InDoubt, now);
            }
        }
    }

    /// Doubtful holds that a sweeper must ask about now.
    pub(super) fn to_ask(&self) -> impl Iterator<Item = ChargeId> {
        let due = |hold: &&Hold| hold.state == ChargeState::InDoubt && hold.quiet_until <= self.now;
        self.holds
            .iter()
            .filter(move |(_, hold)| due(hold))
            .map(|(charge, _)| *charge)
    }
}
