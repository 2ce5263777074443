//! Stripe's events, read into as little as we need: a hint of which purchase to look at.

use std::collections::HashMap;

use domain::PurchaseId;
use serde::Deserialize;

use super::METADATA_KEY;

/// An event; fields we do not need are not read, so a new one cannot break us.
#[derive(Debug, Deserialize)]
pub(crate) struct Event {
    pub(crate) id: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    data: Data,
}

#[derive(Debug, Deserialize)]
struct Data {
    object: Object,
}

#[derive(Debug, Deserialize)]
struct Object {
    id: Option<String>,
    #[serde(rename = "object")]
    kind: Option<String>,
    client_reference_id: Option<String>,
    metadata: Option<HashMap<String, String>>,
    payment_intent: Option<String>,
}

impl Event {
    pub(crate) fn parse(payload: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(payload)
    }

    /// The purchase that the event is about; none: it is not about one of ours.
    pub(crate) fn purchase(&self) -> Option<PurchaseId> {
        let object = &self.data.object;
        let in_metadata = object.metadata.as_ref().and_then(|m| m.get(METADATA_KEY));
        let named = object.client_reference_id.as_ref().or(in_metadata)?;
        PurchaseId::parse(named).ok()
    }

    /// The payment intent that a refund or a dispute is of.
    pub(crate) fn intent(&self) -> Option<&str> {
        self.data.object.payment_intent.as_deref()
    }

    /// The Checkout Session, where the event is about one.
    pub(crate) fn session(&self) -> Option<&str> {
        let object = &self.data.object;
        object
            .id
            .as_deref()
            .filter(|_| object.kind.as_deref() == Some("checkout.session"))
    }
}
