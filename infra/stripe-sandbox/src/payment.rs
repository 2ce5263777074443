//! Paying a session: the card is judged, then session, intent and events change as one.

use domain::Timestamp;

use crate::api_error::ApiError;
use crate::card::{self, Card, Decline, Verdict};
use crate::cashier::{Cashier, no_such_session};
use crate::event::{Event, EventKind};
use crate::id::PaymentMethodId;
use crate::payment_intent::{Outcome, PaymentIntent};
use crate::session::{Payer, Session, SessionStatus};
use crate::store::{Entry, Store};

/// When the events of a payment are to be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Promptness {
    AtOnce,
    Late,
    ByHand,
}

/// One attempt to pay, as the hosted page sends it.
pub(crate) struct Attempted {
    pub(crate) number: String,
    pub(crate) expiry: String,
    pub(crate) cvc: String,
    pub(crate) payer: Payer,
    pub(crate) promptness: Promptness,
}

/// What became of an attempt to pay.
pub(crate) enum Payment {
    /// Paid, now or before.
    Paid(Session),
    Refused(Session, Decline),
    Expired(Session),
}

impl Cashier {
    /// Tries to pay a session with a card.
    pub(crate) fn pay(&self, id: &str, attempted: Attempted) -> Result<Payment, ApiError> {
        let (mut store, now) = self.open_till()?;
        let session = store
            .sessions
            .get(id)
            .cloned()
            .ok_or_else(|| no_such_session(id))?;
        match session.status {
            SessionStatus::Complete => return Ok(Payment::Paid(session)),
            SessionStatus::Expired => return Ok(Payment::Expired(session)),
            SessionStatus::Open => {}
        }
        let card = Card {
            number: &attempted.number,
            expiry: &attempted.expiry,
            cvc: &attempted.cvc,
        };
        let payment = match card::judge(&card, now) {
            Verdict::Mistyped(mistake) => return Ok(Payment::Refused(session, mistake)),
            Verdict::Declined(decline) => self.decline(&mut store, session, decline, now)?,
            Verdict::Approved => self.complete(&mut store, session, attempted, now)?,
        };
        self.bell.notify_one();
        Ok(payment)
    }

    fn decline(
        &self,
        store: &mut Store,
        mut session: Session,
        decline: Decline,
        now: Timestamp,
    ) -> Result<Payment, ApiError> {
        let outcome = Outcome::RequiresPaymentMethod {
            last_error: decline.clone(),
        };
        let intent = attempt(store, &mut session, outcome, now);
        let event = self.scheduled(
            Event::new(EventKind::IntentFailed, intent.to_json(), now),
            Promptness::AtOnce,
            now,
        );
        let change = vec![
            Entry::Session(session.clone()),
            Entry::Intent(intent),
            Entry::Event(event),
        ];
        store.commit(change).map_err(ApiError::disk)?;
        Ok(Payment::Refused(session, decline))
    }

    fn complete(
        &self,
        store: &mut Store,
        mut session: Session,
        paid: Attempted,
        now: Timestamp,
    ) -> Result<Payment, ApiError> {
        let outcome = Outcome::Succeeded {
            payment_method: PaymentMethodId::generate(),
        };
        let intent = attempt(store, &mut session, outcome, now);
        session.status = SessionStatus::Complete;
        session.payer = Some(paid.payer);
        let succeeded = Event::new(EventKind::IntentSucceeded, intent.to_json(), now);
        let change = vec![
            Entry::Event(self.scheduled(succeeded, paid.promptness, now)),
            Entry::Event(self.event_of(
                EventKind::SessionCompleted,
                &session,
                paid.promptness,
                now,
            )),
            Entry::Session(session.clone()),
            Entry::Intent(intent),
        ];
        store.commit(change).map_err(ApiError::disk)?;
        Ok(Payment::Paid(session))
    }
}

/// The intent of `session` after an attempt; the session remembers it.
fn attempt(
    store: &Store,
    session: &mut Session,
    outcome: Outcome,
    now: Timestamp,
) -> PaymentIntent {
    let earlier = session
        .payment_intent
        .as_ref()
        .and_then(|id| store.intents.get(id.as_ref()));
    let intent = PaymentIntent::after_attempt(session, earlier, outcome, now);
    session.payment_intent = Some(intent.id.clone());
    intent
}
