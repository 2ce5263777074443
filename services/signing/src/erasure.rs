//! Removes the bytes of deleted documents: an outbox row of the deletion's own commit, so that no crash leaves them behind.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::{DocumentId, EventId, Timestamp};
use store_kit::outbox::{self, Deliver, Message, Outcome, Outgoing};
use store_kit::{StoreError, Tx};

use crate::blob::BlobKey;
use crate::desk::Desk;

/// The outbox topic of bytes to be removed.
pub(crate) const TOPIC: &str = "erase";
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// Writes down which blobs must go once the transaction is committed.
pub(crate) async fn put(
    tx: &Tx,
    document: &DocumentId,
    blobs: &[BlobKey],
    now: Timestamp,
) -> Result<(), StoreError> {
    let keys: Vec<_> = blobs.iter().map(BlobKey::as_str).collect();
    let message = Outgoing {
        id: EventId::new(now, rand::random()),
        topic: TOPIC,
        destination: TOPIC.to_owned(),
        order_group: document.to_string(),
        payload: serde_json::Value::from(keys),
        due_at: now,
    };
    outbox::put(&**tx, message, now).await
}

/// Removes bytes.
pub(crate) struct Eraser(pub(crate) Arc<Desk>);

#[async_trait]
impl Deliver for Eraser {
    async fn deliver(&self, message: &Message) -> Outcome {
        let keys: Vec<String> = match serde_json::from_str(&message.payload) {
            Ok(keys) => keys,
            Err(error) => {
                return Outcome::GivenUp {
                    error: error.to_string(),
                };
            }
        };
        for key in keys {
            if let Err(error) = self.0.blobs.remove(&BlobKey::stored(&key)).await {
                tracing::error!(
                    error = &error as &(dyn std::error::Error + 'static),
                    tries = message.tries,
                    "the bytes of a deleted document are still there"
                );
                let spread = rand::random();
                let pause = outbox::back_off(message.tries, FIRST_PAUSE, LONGEST_PAUSE, spread);
                return Outcome::Again {
                    at: self.0.clock.now().plus(pause),
                    error: error.to_string(),
                };
            }
        }
        Outcome::Done
    }
}
