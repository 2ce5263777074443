//! Every act of the sandbox as one function: open, read, expire, resend; paying is next door. Knows Stripe's rules, not HTTP.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::{Clock, Timestamp};
use serde_json::Value;
use tokio::sync::Notify;
use url::Url;

use crate::api_error::ApiError;
use crate::event::{Attempt, Cause, Delivery, Event, EventKind};
use crate::id::{EventId, RequestId};
use crate::params::Params;
use crate::payment::Promptness;
use crate::reversal::{Dispute, Refund};
use crate::session::{Session, SessionStatus};
use crate::store::{Entry, Store, StoredAnswer};

/// How late a webhook comes when somebody asks for a late one.
pub(crate) const LATE_BY: Duration = Duration::from_secs(15);
/// How many rows the overview shows.
const OVERVIEW_ROWS: usize = 50;

/// One writing request of the API.
pub(crate) struct Call {
    pub(crate) id: RequestId,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) fingerprint: String,
}

/// What a writing request is answered.
pub(crate) enum Answer {
    Fresh(Value),
    /// The answer to the first request with this key, whose id it bears.
    Replayed {
        body: Value,
        original_request: String,
    },
}

/// What the overview shows, the newest first.
pub(crate) struct Overview {
    pub(crate) sessions: Vec<Session>,
    pub(crate) refunds: Vec<Refund>,
    pub(crate) disputes: Vec<Dispute>,
    pub(crate) events: Vec<Event>,
}

/// Keeps the till: all state behind one lock, so that acts happen one after the other.
pub(crate) struct Cashier {
    store: Mutex<Store>,
    clock: Arc<dyn Clock>,
    public_url: Url,
    endpoint: Option<Url>,
    /// Rung when an event became due.
    pub(crate) bell: Notify,
}

impl Cashier {
    pub(crate) fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        public_url: Url,
        endpoint: Option<Url>,
    ) -> Self {
        Self {
            store: Mutex::new(store),
            clock,
            public_url,
            endpoint,
            bell: Notify::new(),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Where events are delivered.
    pub(crate) fn endpoint(&self) -> Option<&Url> {
        self.endpoint.as_ref()
    }

    /// Opens a session.
    pub(crate) fn open_session(&self, call: &Call, mut params: Params) -> Result<Answer, ApiError> {
        self.idempotent(call, |store, now| {
            let expand = expands_intent(&mut params)?;
            let session = Session::from_params(params, now)?;
            let body = self.session_json(store, &session, expand);
            Ok((vec![Entry::Session(session)], body))
        })
    }

    /// Ends an open session before its time.
    pub(crate) fn expire_session(
        &self,
        call: &Call,
        id: &str,
        mut params: Params,
    ) -> Result<Answer, ApiError> {
        self.idempotent(call, |store, now| {
            let expand = expands_intent(&mut params)?;
            params.finish()?;
            let session = store.sessions.get(id).ok_or_else(|| no_such_session(id))?;
            if !session.is_open() {
                return Err(ApiError::not_open(session.status.as_str()));
            }
            let cause = Cause {
                id: call.id.to_string(),
                idempotency_key: call.idempotency_key.clone(),
            };
            let (session, event) = self.expired(session, Some(cause), now);
            let body = self.session_json(store, &session, expand);
            Ok((vec![Entry::Session(session), Entry::Event(event)], body))
        })
    }

    /// A session in Stripe's JSON.
    pub(crate) fn read_session(&self, id: &str, mut params: Params) -> Result<Value, ApiError> {
        let expand = expands_intent(&mut params)?;
        params.finish()?;
        let (store, _) = self.open_till()?;
        let session = store.sessions.get(id).ok_or_else(|| no_such_session(id))?;
        Ok(self.session_json(&store, session, expand))
    }

    /// A session for the hosted page.
    pub(crate) fn session(&self, id: &str) -> Result<Session, ApiError> {
        let (store, _) = self.open_till()?;
        store
            .sessions
            .get(id)
            .cloned()
            .ok_or_else(|| no_such_session(id))
    }

    pub(crate) fn read_intent(&self, id: &str, mut params: Params) -> Result<Value, ApiError> {
        if let Some(property) = params.take_list("expand").first() {
            return Err(ApiError::not_expandable(property));
        }
        params.take("client_secret");
        params.finish()?;
        let (store, _) = self.open_till()?;
        let intent = store
            .intents
            .get(id)
            .ok_or_else(|| ApiError::no_such("payment_intent", "intent", id))?;
        Ok(intent.to_json())
    }

    pub(crate) fn read_event(&self, id: &str, params: Params) -> Result<Value, ApiError> {
        params.finish()?;
        let (store, _) = self.open_till()?;
        store
            .events
            .get(id)
            .map(Event::to_json)
            .ok_or_else(|| ApiError::no_such("event", "id", id))
    }

    /// What `listing` selects of what is kept.
    pub(crate) fn list(
        &self,
        listing: fn(&Self, &Store, Params) -> Result<Value, ApiError>,
        params: Params,
    ) -> Result<Value, ApiError> {
        let (store, _) = self.open_till()?;
        listing(self, &store, params)
    }

    /// Sends an event once more, now; without an endpoint there is nothing to do.
    pub(crate) fn resend(&self, id: &str) -> Result<(), ApiError> {
        let (mut store, now) = self.open_till()?;
        let event = store
            .events
            .get(id)
            .cloned()
            .ok_or_else(|| ApiError::no_such("event", "id", id))?;
        if self.endpoint.is_none() {
            return Ok(());
        }
        store
            .commit(vec![Entry::Event(event.resent(now))])
            .map_err(ApiError::disk)?;
        self.bell.notify_one();
        Ok(())
    }

    /// Has an event never be delivered by itself.
    pub(crate) fn drop_event(&self, id: &str) -> Result<(), ApiError> {
        let (mut store, _) = self.open_till()?;
        let event = store.events.get(id).cloned();
        let event = event.ok_or_else(|| ApiError::no_such("event", "id", id))?;
        store
            .commit(vec![Entry::Event(event.dropped())])
            .map_err(ApiError::disk)
    }

    /// Events to be delivered now, the oldest first.
    pub(crate) fn due_events(&self) -> Result<Vec<Event>, ApiError> {
        let (store, now) = self.open_till()?;
        Ok(store
            .events
            .all()
            .iter()
            .filter(|event| event.is_due(now))
            .cloned()
            .collect())
    }

    /// Writes down what an attempt to deliver led to.
    pub(crate) fn record_attempt(&self, id: &EventId, attempt: Attempt) -> Result<(), ApiError> {
        let (mut store, now) = self.open_till()?;
        let Some(event) = store.events.get(id.as_ref()).cloned() else {
            return Ok(());
        };
        store
            .commit(vec![Entry::Event(event.after_attempt(attempt, now))])
            .map_err(ApiError::disk)
    }

    /// The newest of everything.
    pub(crate) fn overview(&self) -> Result<Overview, ApiError> {
        let (store, _) = self.open_till()?;
        Ok(Overview {
            sessions: newest(store.sessions.all()),
            refunds: newest(store.refunds.all()),
            disputes: newest(store.disputes.all()),
            events: newest(store.events.all()),
        })
    }

    /// The end: what comes later is refused, and the journal is free.
    pub(crate) fn close(&self) {
        self.store
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .close();
    }

    pub(crate) fn session_json(
        &self,
        store: &Store,
        session: &Session,
        expand_intent: bool,
    ) -> Value {
        let mut page = self.public_url.clone();
        page.set_path(&format!("c/pay/{}", session.id));
        let intent = session.payment_intent.as_ref().filter(|_| expand_intent);
        session.to_json(&page, intent.and_then(|id| store.intents.get(id.as_ref())))
    }

    /// The lock, after what time alone has changed.
    pub(crate) fn open_till(&self) -> Result<(MutexGuard<'_, Store>, Timestamp), ApiError> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        let change: Vec<Entry> = store
            .sessions
            .all()
            .iter()
            .filter(|session| session.is_due_to_expire(now))
            .map(|session| self.expired(session, None, now))
            .flat_map(|(session, event)| [Entry::Session(session), Entry::Event(event)])
            .collect();
        if !change.is_empty() {
            store.commit(change).map_err(ApiError::disk)?;
            self.bell.notify_one();
        }
        Ok((store, now))
    }

    /// Does `act` once per idempotency key: its change and the answer are one line of the journal.
    pub(crate) fn idempotent<A>(&self, call: &Call, act: A) -> Result<Answer, ApiError>
    where
        A: FnOnce(&Store, Timestamp) -> Result<(Vec<Entry>, Value), ApiError>,
    {
        let (mut store, now) = self.open_till()?;
        if let Some(first) = call
            .idempotency_key
            .as_ref()
            .and_then(|key| store.answer(key, now))
        {
            if first.fingerprint != call.fingerprint {
                return Err(ApiError::key_used_otherwise(&first.key));
            }
            return Ok(Answer::Replayed {
                body: first.body.clone(),
                original_request: first.request.clone(),
            });
        }
        let (mut change, body) = act(&store, now)?;
        if let Some(key) = &call.idempotency_key {
            change.push(Entry::Answer(StoredAnswer {
                key: key.clone(),
                fingerprint: call.fingerprint.clone(),
                request: call.id.to_string(),
                body: body.clone(),
                at: now,
            }));
        }
        store.commit(change).map_err(ApiError::disk)?;
        self.bell.notify_one();
        Ok(Answer::Fresh(body))
    }

    fn expired(&self, session: &Session, cause: Option<Cause>, now: Timestamp) -> (Session, Event) {
        let session = Session {
            status: SessionStatus::Expired,
            ..session.clone()
        };
        let event = Event {
            cause,
            ..self.event_of(EventKind::SessionExpired, &session, Promptness::AtOnce, now)
        };
        (session, event)
    }

    pub(crate) fn event_of(
        &self,
        kind: EventKind,
        session: &Session,
        promptness: Promptness,
        now: Timestamp,
    ) -> Event {
        let mut page = self.public_url.clone();
        page.set_path(&format!("c/pay/{}", session.id));
        self.scheduled(
            Event::new(kind, session.to_json(&page, None), now),
            promptness,
            now,
        )
    }

    pub(crate) fn scheduled(&self, event: Event, promptness: Promptness, now: Timestamp) -> Event {
        let delivery = match promptness {
            Promptness::AtOnce if self.endpoint.is_some() => Delivery::Due { at: now },
            Promptness::Late if self.endpoint.is_some() => Delivery::Due {
                at: now.plus(LATE_BY),
            },
            Promptness::AtOnce | Promptness::Late | Promptness::ByHand => Delivery::Held,
        };
        Event { delivery, ..event }
    }
}

/// Whether the intent is to stand in place of its id; nothing else can be expanded here.
pub(crate) fn expands_intent(params: &mut Params) -> Result<bool, ApiError> {
    let mut expand = false;
    for property in params.take_list("expand") {
        match property.as_str() {
            "payment_intent" | "data.payment_intent" => expand = true,
            other => return Err(ApiError::not_expandable(other)),
        }
    }
    Ok(expand)
}

pub(crate) fn no_such_session(id: &str) -> ApiError {
    ApiError::no_such("checkout.session", "session", id)
}

fn newest<T: Clone>(in_order: &[T]) -> Vec<T> {
    in_order.iter().rev().take(OVERVIEW_ROWS).cloned().collect()
}
