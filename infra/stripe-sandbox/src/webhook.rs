//! Deliveries to the webhook endpoint: signed as Stripe signs, tried again until the endpoint says yes.

use std::collections::HashSet;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, redirect};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::api_error::ApiError;
use crate::cashier::Cashier;
use crate::event::{Attempt, Event};
use crate::id::EventId;

/// How often the courier looks for what time alone made due.
const ROUND: Duration = Duration::from_millis(500);
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
const AT_ONCE: usize = 8;

/// Where events go, and the secret they are signed with.
pub(crate) struct Endpoint {
    pub(crate) url: Url,
    pub(crate) secret: SecretString,
}

/// Carries events to the endpoint and sees to it that sessions expire in time.
pub(crate) struct Courier {
    cashier: Arc<Cashier>,
    endpoint: Option<Endpoint>,
    client: Client,
}

impl Courier {
    pub(crate) fn new(
        cashier: Arc<Cashier>,
        endpoint: Option<Endpoint>,
    ) -> Result<Self, reqwest::Error> {
        // reqwest is built without a TLS provider of its own; the first one installed in the process stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .timeout(ANSWER_WITHIN)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .user_agent("Stripe/1.0 (+https://stripe.com/docs/webhooks)")
            .build()?;
        Ok(Self {
            cashier,
            endpoint,
            client,
        })
    }

    /// Runs until `stop`; what is on its way then is tried again after the next start.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let mut on_their_way = HashSet::new();
        let mut deliveries = FuturesUnordered::new();
        loop {
            for event in self.due_events().await {
                let has_room = deliveries.len() < AT_ONCE;
                if has_room && on_their_way.insert(event.id.clone()) {
                    deliveries.push(self.deliver(event));
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                Some((id, attempt)) = deliveries.next() => {
                    self.record(id.clone(), attempt).await;
                    on_their_way.remove(&id);
                }
                () = self.cashier.bell.notified() => {}
                () = tokio::time::sleep(ROUND) => {}
            }
        }
    }

    async fn due_events(&self) -> Vec<Event> {
        let cashier = Arc::clone(&self.cashier);
        let due = blocking(move || cashier.due_events())
            .await
            .unwrap_or_else(|error| {
                tracing::error!(
                    error = &error as &dyn Error,
                    "the sandbox cannot read what is due"
                );
                Vec::new()
            });
        if self.endpoint.is_some() {
            due
        } else {
            Vec::new()
        }
    }

    async fn deliver(&self, event: Event) -> (EventId, Attempt) {
        let (accepted, answer) = match &self.endpoint {
            Some(endpoint) => self.post(endpoint, &event).await,
            None => (false, "no endpoint".to_owned()),
        };
        let attempt = Attempt {
            of_resends: event.resends,
            accepted,
            answer,
        };
        (event.id, attempt)
    }

    /// Whether the endpoint took the event, and what it said.
    async fn post(&self, endpoint: &Endpoint, event: &Event) -> (bool, String) {
        let payload = format!("{:#}", event.to_json());
        let signature = sign(&endpoint.secret, self.cashier.now(), &payload);
        let sent = self
            .client
            .post(endpoint.url.clone())
            .header("content-type", "application/json; charset=utf-8")
            .header("stripe-signature", signature)
            .body(payload)
            .send()
            .await;
        match sent {
            Ok(answer) => (
                answer.status().is_success(),
                answer.status().as_u16().to_string(),
            ),
            Err(error) if error.is_timeout() => (false, "no answer in time".to_owned()),
            Err(error) if error.is_connect() => (false, "cannot connect".to_owned()),
            Err(error) => {
                tracing::warn!(error = &error as &dyn Error, event = %event.id, "a webhook was not delivered");
                (false, "connection broke".to_owned())
            }
        }
    }

    async fn record(&self, id: EventId, attempt: Attempt) {
        tracing::debug!(event = %id, accepted = attempt.accepted, answer = %attempt.answer, "webhook attempt");
        let cashier = Arc::clone(&self.cashier);
        if let Err(error) = blocking(move || cashier.record_attempt(&id, attempt)).await {
            tracing::error!(
                error = &error as &dyn Error,
                "the sandbox cannot write down a delivery"
            );
        }
    }
}

/// Runs an act of the cashier where waiting for the disk stops nobody.
pub(crate) async fn blocking<T, A>(act: A) -> Result<T, ApiError>
where
    T: Send + 'static,
    A: FnOnce() -> Result<T, ApiError> + Send + 'static,
{
    tokio::task::spawn_blocking(act)
        .await
        .unwrap_or_else(|_| Err(ApiError::interrupted()))
}

/// `t=…,v1=…` over `t.payload`; the key is the whole secret, `whsec_` included.
fn sign(secret: &SecretString, at: Timestamp, payload: &str) -> String {
    let at = at.seconds();
    match Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()) {
        Ok(mut mac) => {
            mac.update(format!("{at}.{payload}").as_bytes());
            format!("t={at},v1={}", hex::encode(mac.finalize().into_bytes()))
        }
        // HMAC takes keys of any length.
        Err(_) => format!("t={at}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_one_stripe_documents() {
        let secret = SecretString::from("whsec_test_secret");
        let signed = sign(
            &secret,
            Timestamp::from_millis(1_492_774_577_000),
            r#"{"id":"evt_1"}"#,
        );
        // echo -n '1492774577.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test_secret
        let expected = "799c4ba7bb339f3c8601adfd112f0e477c930a268be1243d341abb8286501c2f";
        assert_eq!(signed, format!("t=1492774577,v1={expected}"));
    }
}
