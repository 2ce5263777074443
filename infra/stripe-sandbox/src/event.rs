//! An event: a snapshot of what happened, and how far its delivery to the webhook endpoint has come.

use std::time::Duration;

use domain::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::id::EventId;

/// The version of Stripe's API whose shapes are spoken here: the one async-stripe pins.
pub(crate) const API_VERSION: &str = "2026-09-30.endive";

const FIRST_WAIT_MS: u64 = 1_000;
const LONGEST_WAIT_MS: u64 = 60_000;
/// Stripe gives up after three days.
const GIVE_UP_AFTER: Duration = Duration::from_hours(72);

/// The kinds of events the sandbox sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum EventKind {
    #[serde(rename = "checkout.session.completed")]
    SessionCompleted,
    #[serde(rename = "checkout.session.expired")]
    SessionExpired,
    #[serde(rename = "checkout.session.async_payment_succeeded")]
    SessionMoneyArrived,
    #[serde(rename = "checkout.session.async_payment_failed")]
    SessionMoneyFailed,
    #[serde(rename = "payment_intent.processing")]
    IntentProcessing,
    #[serde(rename = "payment_intent.succeeded")]
    IntentSucceeded,
    #[serde(rename = "payment_intent.payment_failed")]
    IntentFailed,
    #[serde(rename = "refund.created")]
    RefundCreated,
    #[serde(rename = "refund.failed")]
    RefundFailed,
    #[serde(rename = "charge.dispute.created")]
    DisputeCreated,
    #[serde(rename = "charge.dispute.funds_withdrawn")]
    DisputeWithdrawn,
    #[serde(rename = "charge.dispute.closed")]
    DisputeClosed,
    #[serde(rename = "charge.dispute.funds_reinstated")]
    DisputeReinstated,
}

impl EventKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::SessionCompleted => "checkout.session.completed",
            Self::SessionExpired => "checkout.session.expired",
            Self::SessionMoneyArrived => "checkout.session.async_payment_succeeded",
            Self::SessionMoneyFailed => "checkout.session.async_payment_failed",
            Self::IntentProcessing => "payment_intent.processing",
            Self::IntentSucceeded => "payment_intent.succeeded",
            Self::IntentFailed => "payment_intent.payment_failed",
            Self::RefundCreated => "refund.created",
            Self::RefundFailed => "refund.failed",
            Self::DisputeCreated => "charge.dispute.created",
            Self::DisputeWithdrawn => "charge.dispute.funds_withdrawn",
            Self::DisputeClosed => "charge.dispute.closed",
            Self::DisputeReinstated => "charge.dispute.funds_reinstated",
        }
    }
}

/// The API request that caused an event; absent for what people and time cause.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Cause {
    pub(crate) id: String,
    pub(crate) idempotency_key: Option<String>,
}

/// How far the delivery of an event has come.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Delivery {
    /// There is no endpoint, or somebody chose to send it by hand.
    Held,
    Due {
        at: Timestamp,
    },
    Delivered {
        at: Timestamp,
    },
    GivenUp,
}

/// One event, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) id: EventId,
    pub(crate) created: Timestamp,
    pub(crate) kind: EventKind,
    pub(crate) object: Value,
    pub(crate) cause: Option<Cause>,
    pub(crate) delivery: Delivery,
    pub(crate) attempts: u32,
    /// What the endpoint said last: `200`, `500`, `connection refused`.
    pub(crate) last_answer: Option<String>,
    /// The first attempt of the present run of attempts; a resend starts a new run.
    pub(crate) trying_since: Option<Timestamp>,
    /// How often somebody asked for it again.
    pub(crate) resends: u32,
}

impl Event {
    pub(crate) fn new(kind: EventKind, object: Value, now: Timestamp) -> Self {
        Self {
            id: EventId::generate(),
            created: now,
            kind,
            object,
            cause: None,
            delivery: Delivery::Held,
            attempts: 0,
            last_answer: None,
            trying_since: None,
            resends: 0,
        }
    }

    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        matches!(self.delivery, Delivery::Due { at } if at <= now)
    }

    pub(crate) fn object_id(&self) -> &str {
        self.object["id"].as_str().unwrap_or_default()
    }

    /// The event after one attempt to deliver it.
    #[must_use]
    pub(crate) fn after_attempt(mut self, attempt: Attempt, now: Timestamp) -> Self {
        let since = *self.trying_since.get_or_insert(now);
        let tries_before = self.attempts;
        self.attempts = self.attempts.saturating_add(1);
        self.last_answer = Some(attempt.answer);
        if attempt.of_resends < self.resends {
            return self; // somebody asked again while this attempt was on its way
        }
        self.delivery = if attempt.accepted {
            Delivery::Delivered { at: now }
        } else if now.since(since) < GIVE_UP_AFTER {
            Delivery::Due {
                at: now.plus(wait_after(tries_before)),
            }
        } else {
            Delivery::GivenUp
        };
        self
    }

    /// The event, which nobody hears of unless it is sent again.
    #[must_use]
    pub(crate) fn dropped(mut self) -> Self {
        self.delivery = Delivery::GivenUp;
        self
    }

    /// The event, to be sent at once whatever became of it before.
    #[must_use]
    pub(crate) fn resent(mut self, now: Timestamp) -> Self {
        self.delivery = Delivery::Due { at: now };
        self.trying_since = None;
        self.resends = self.resends.saturating_add(1);
        self
    }

    /// Stripe's JSON.
    pub(crate) fn to_json(&self) -> Value {
        let (request, key) = self
            .cause
            .as_ref()
            .map_or((None, None), |c| (Some(&c.id), c.idempotency_key.as_ref()));
        json!({
            "id": self.id,
            "object": "event",
            "api_version": API_VERSION,
            "created": self.created.seconds(),
            "data": { "object": self.object },
            "livemode": false,
            "pending_webhooks": i64::from(matches!(self.delivery, Delivery::Due { .. })),
            "request": { "id": request, "idempotency_key": key },
            "type": self.kind.as_str(),
        })
    }
}

/// What one attempt to deliver led to.
#[derive(Debug)]
pub(crate) struct Attempt {
    /// `Event::resends` when the attempt was made.
    pub(crate) of_resends: u32,
    pub(crate) accepted: bool,
    pub(crate) answer: String,
}

/// 1 s, 2 s, 4 s, … up to a minute.
fn wait_after(tries_before: u32) -> Duration {
    let wait_ms = FIRST_WAIT_MS.saturating_mul(2_u64.saturating_pow(tries_before));
    Duration::from_millis(wait_ms.min(LONGEST_WAIT_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_stop_at_a_minute() {
        let waits: Vec<u64> = [0, 1, 2, 5, 6, 900]
            .into_iter()
            .map(|tries| wait_after(tries).as_secs())
            .collect();
        assert_eq!(waits, [1, 2, 4, 32, 60, 60]);
    }

    #[test]
    fn an_event_nobody_takes_is_given_up_after_three_days_and_can_be_resent() {
        let start = Timestamp::from_millis(0);
        let refused = || Attempt {
            of_resends: 0,
            accepted: false,
            answer: "500".to_owned(),
        };
        let event = Event::new(EventKind::SessionCompleted, json!({}), start)
            .after_attempt(refused(), start);
        assert!(matches!(event.delivery, Delivery::Due { .. }));
        let later = start.plus(GIVE_UP_AFTER);
        let event = event.after_attempt(refused(), later);
        assert!(matches!(event.delivery, Delivery::GivenUp));
        assert!(event.resent(later).is_due(later));
    }
}
