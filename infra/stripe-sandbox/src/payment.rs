//! Paying a session: the card is judged, then session, intent and events change as one.

use domain::Timestamp;

use crate::api_error::ApiError;
use crate::card::{self, Authentication, Card, Decline, Verdict};
use crate::cashier::{Cashier, no_such_session};
use crate::event::{Event, EventKind};
use crate::id::PaymentMethodId;
use crate::payment_intent::{Outcome, PaymentIntent};
use crate::session::{Money, Payer, Session, SessionStatus};
use crate::store::{Entry, Store};

/// When the events of a payment are to be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Promptness {
    AtOnce,
    Late,
    ByHand,
}

/// How somebody pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Card,
    /// The order is taken at once, the money comes days later or not at all.
    BankDebit,
}

/// One attempt to pay, as the hosted page sends it.
pub(crate) struct Attempted {
    pub(crate) number: String,
    pub(crate) expiry: String,
    pub(crate) cvc: String,
    pub(crate) payer: Payer,
    pub(crate) promptness: Promptness,
    pub(crate) way: Way,
    pub(crate) authentication: Authentication,
}

/// What became of an attempt to pay.
pub(crate) enum Payment {
    /// Paid, now or before.
    Paid(Session),
    Refused(Session, Decline),
    /// The bank wants to know the buyer first; nothing has happened yet.
    Challenged(Session),
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
        if attempted.way == Way::BankDebit {
            let payment = self.complete(&mut store, session, attempted, now)?;
            self.bell.notify_one();
            return Ok(payment);
        }
        let card = Card {
            number: &attempted.number,
            expiry: &attempted.expiry,
            cvc: &attempted.cvc,
            authentication: attempted.authentication,
        };
        let payment = match card::judge(&card, now) {
            Verdict::Mistyped(mistake) => return Ok(Payment::Refused(session, mistake)),
            Verdict::Challenged => return Ok(Payment::Challenged(session)),
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
        let payment_method = PaymentMethodId::generate();
        let (outcome, money, kind) = match paid.way {
            Way::Card => (
                Outcome::Succeeded { payment_method },
                Money::Arrived,
                EventKind::IntentSucceeded,
            ),
            Way::BankDebit => (
                Outcome::Processing { payment_method },
                Money::OnItsWay,
                EventKind::IntentProcessing,
            ),
        };
        let intent = attempt(store, &mut session, outcome, now);
        session.status = SessionStatus::Complete;
        session.money = money;
        session.payer = Some(paid.payer);
        let succeeded = Event::new(kind, intent.to_json(), now);
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

impl Cashier {
    /// The money of a bank debit arrives, or the bank says that it never will.
    pub(crate) fn end_debit(&self, id: &str, money: Money) -> Result<(), ApiError> {
        let (mut store, now) = self.open_till()?;
        let session = store.sessions.get(id).cloned();
        let mut session = session.ok_or_else(|| no_such_session(id))?;
        if session.money != Money::OnItsWay {
            return Err(ApiError::refused(
                "payment_intent_unexpected_state",
                format!("No money is on its way for session {id}."),
            ));
        }
        session.money = money;
        let (outcome, of_intent, of_session) = if money == Money::Arrived {
            (
                Outcome::Succeeded {
                    payment_method: PaymentMethodId::generate(),
                },
                EventKind::IntentSucceeded,
                EventKind::SessionMoneyArrived,
            )
        } else {
            (
                Outcome::RequiresPaymentMethod {
                    last_error: Decline::insufficient_funds(),
                },
                EventKind::IntentFailed,
                EventKind::SessionMoneyFailed,
            )
        };
        let intent = attempt(&store, &mut session, outcome, now);
        let told = Event::new(of_intent, intent.to_json(), now);
        let change = vec![
            Entry::Event(self.scheduled(told, Promptness::AtOnce, now)),
            Entry::Event(self.event_of(of_session, &session, Promptness::AtOnce, now)),
            Entry::Session(session),
            Entry::Intent(intent),
        ];
        store.commit(change).map_err(ApiError::disk)?;
        self.bell.notify_one();
        Ok(())
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
