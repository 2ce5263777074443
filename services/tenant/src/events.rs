//! Tells the other services of a tenant's changes: the outbox worker's way to each subscriber.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use client_tenant::{CallError, Transport};
use domain::{Clock, TenantChanged};
use store_kit::outbox::{Deliver, Message, Outcome, back_off};

const FIRST_WAIT: Duration = Duration::from_millis(500);
/// A subscriber that was away for long is told within this time of its return.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Posts events to the subscribers, by their names.
pub(crate) struct EventPost {
    pub(crate) subscribers: HashMap<String, Transport>,
    pub(crate) clock: Arc<dyn Clock>,
}

#[async_trait]
impl Deliver for EventPost {
    async fn deliver(&self, message: &Message) -> Outcome {
        let Some(subscriber) = self.subscribers.get(&message.destination) else {
            // Not configured in this process; another may be. Never given up: an event must not be lost.
            return self.again(message, "no such subscriber is configured".to_owned());
        };
        let event: TenantChanged = match serde_json::from_str(&message.payload) {
            Ok(event) => event,
            Err(error) => {
                return Outcome::GivenUp {
                    error: error.to_string(),
                };
            }
        };
        let request_id = message.id.to_string();
        let taken: Result<serde_json::Value, CallError> = subscriber
            .post(&request_id, "/internal/events", &event)
            .await;
        match taken {
            // A success without a JSON body is a success.
            Ok(_) | Err(CallError::Malformed { .. }) => Outcome::Done,
            Err(error) => {
                tracing::warn!(
                    error = &error as &(dyn std::error::Error + 'static),
                    subscriber = message.destination,
                    tries = message.tries,
                    "an event was not taken"
                );
                self.again(message, error.to_string())
            }
        }
    }
}

impl EventPost {
    fn again(&self, message: &Message, error: String) -> Outcome {
        let wait = back_off(message.tries, FIRST_WAIT, LONGEST_WAIT, rand::random());
        Outcome::Again {
            at: self.clock.now().plus(wait),
            error,
        }
    }
}
