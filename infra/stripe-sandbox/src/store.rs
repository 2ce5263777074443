//! What the sandbox remembers: sessions, intents, refunds, disputes, events and answers to idempotency keys. Knows no HTTP and no rule.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::time::Duration;

use domain::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::event::Event;
use crate::journal::{Journal, JournalError};
use crate::payment_intent::PaymentIntent;
use crate::reversal::{Dispute, Refund};
use crate::session::Session;

/// Stripe forgets idempotency keys after a day.
const ANSWERS_KEPT: Duration = Duration::from_hours(24);
/// Stripe lists events for thirty days.
const EVENTS_KEPT: Duration = Duration::from_hours(30 * 24);

/// The answer given under an idempotency key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StoredAnswer {
    pub(crate) key: String,
    pub(crate) fingerprint: String,
    pub(crate) request: String,
    pub(crate) body: Value,
    pub(crate) at: Timestamp,
}

/// One record put in place of what had its id before.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Entry {
    Session(Session),
    Intent(PaymentIntent),
    Refund(Refund),
    Dispute(Dispute),
    Event(Event),
    Answer(StoredAnswer),
}

/// Records in the order in which they were made.
pub(crate) struct Records<T> {
    in_order: Vec<T>,
    places: HashMap<String, usize>,
}

impl<T> Default for Records<T> {
    fn default() -> Self {
        Self {
            in_order: Vec::new(),
            places: HashMap::new(),
        }
    }
}

impl<T> Records<T> {
    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.place(id).and_then(|place| self.in_order.get(place))
    }

    pub(crate) fn place(&self, id: &str) -> Option<usize> {
        self.places.get(id).copied()
    }

    pub(crate) fn all(&self) -> &[T] {
        &self.in_order
    }

    fn put(&mut self, id: String, record: T) {
        let place = self.place(&id);
        if let Some(earlier) = place.and_then(|place| self.in_order.get_mut(place)) {
            *earlier = record;
            return;
        }
        self.places.insert(id, self.in_order.len());
        self.in_order.push(record);
    }
}

/// Where changes go before anybody is answered.
enum Keeping {
    Memory,
    File(Journal),
    /// The server has ended: nothing may be promised any more.
    Closed,
}

/// Everything, in memory, and the file it is written to first.
pub(crate) struct Store {
    pub(crate) sessions: Records<Session>,
    pub(crate) intents: Records<PaymentIntent>,
    pub(crate) refunds: Records<Refund>,
    pub(crate) disputes: Records<Dispute>,
    pub(crate) events: Records<Event>,
    answers: HashMap<String, StoredAnswer>,
    keeping: Keeping,
}

impl Store {
    /// Reads what `data_dir` holds; without one, everything ends with the process.
    pub(crate) fn open(data_dir: Option<&Path>, now: Timestamp) -> Result<Self, JournalError> {
        let mut store = Self {
            sessions: Records::default(),
            intents: Records::default(),
            refunds: Records::default(),
            disputes: Records::default(),
            events: Records::default(),
            answers: HashMap::new(),
            keeping: Keeping::Memory,
        };
        if let Some(dir) = data_dir {
            let (journal, changes) = Journal::open(dir)?;
            changes
                .into_iter()
                .flatten()
                .for_each(|entry| store.put(entry));
            store.forget_old(now);
            store.keeping = Keeping::File(journal);
        }
        Ok(store)
    }

    /// Makes all of `change` happen, or none of it.
    pub(crate) fn commit(&mut self, change: Vec<Entry>) -> io::Result<()> {
        match &mut self.keeping {
            Keeping::Memory => {}
            Keeping::File(journal) => journal.append(&change)?,
            Keeping::Closed => return Err(io::Error::other("the sandbox has ended")),
        }
        for entry in change {
            self.put(entry);
        }
        Ok(())
    }

    /// Lets go of the file, so that another sandbox may open it.
    pub(crate) fn close(&mut self) {
        self.keeping = Keeping::Closed;
    }

    pub(crate) fn answer(&self, key: &str, now: Timestamp) -> Option<&StoredAnswer> {
        self.answers
            .get(key)
            .filter(|answer| now.since(answer.at) < ANSWERS_KEPT)
    }

    fn put(&mut self, entry: Entry) {
        match entry {
            Entry::Session(session) => self.sessions.put(session.id.to_string(), session),
            Entry::Intent(intent) => self.intents.put(intent.id.to_string(), intent),
            Entry::Refund(refund) => self.refunds.put(refund.id.to_string(), refund),
            Entry::Dispute(dispute) => self.disputes.put(dispute.id.to_string(), dispute),
            Entry::Event(event) => self.events.put(event.id.to_string(), event),
            Entry::Answer(answer) => {
                self.answers
                    .retain(|_, earlier| answer.at.since(earlier.at) < ANSWERS_KEPT);
                self.answers.insert(answer.key.clone(), answer);
            }
        }
    }

    /// Old events leave memory at start; sessions and intents stay, since the product may ask for any it ever bought.
    fn forget_old(&mut self, now: Timestamp) {
        let events = std::mem::take(&mut self.events);
        for event in events
            .in_order
            .into_iter()
            .filter(|event| now.since(event.created) < EVENTS_KEPT)
        {
            self.events.put(event.id.to_string(), event);
        }
    }
}
