//! A payment intent: made by the first attempt to pay a session, with its JSON in Stripe's full shape.

use std::collections::BTreeMap;

use domain::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::amount::Amount;
use crate::card::Decline;
use crate::id::{ChargeId, IntentId, PaymentMethodId, secret_suffix};
use crate::session::Session;

/// What the last attempt led to.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub(crate) enum Outcome {
    Succeeded {
        payment_method: PaymentMethodId,
    },
    /// A bank debit on its way.
    Processing {
        payment_method: PaymentMethodId,
    },
    RequiresPaymentMethod {
        last_error: Decline,
    },
}

/// One intent, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PaymentIntent {
    pub(crate) id: IntentId,
    pub(crate) created_s: i64,
    pub(crate) amount: Amount,
    pub(crate) description: Option<String>,
    pub(crate) receipt_email: Option<String>,
    pub(crate) metadata: BTreeMap<String, String>,
    client_secret: String,
    pub(crate) outcome: Outcome,
    pub(crate) latest_charge: ChargeId,
}

impl PaymentIntent {
    /// The intent of `session` after an attempt: the one it has, or its first.
    pub(crate) fn after_attempt(
        session: &Session,
        earlier: Option<&Self>,
        outcome: Outcome,
        now: Timestamp,
    ) -> Self {
        let latest_charge = ChargeId::generate();
        if let Some(earlier) = earlier {
            return Self {
                outcome,
                latest_charge,
                ..earlier.clone()
            };
        }
        let id = IntentId::generate();
        Self {
            client_secret: format!("{id}_secret_{}", secret_suffix()),
            id,
            created_s: now.seconds(),
            amount: session.total.clone(),
            description: session.intent_data.description.clone(),
            receipt_email: session.intent_data.receipt_email.clone(),
            metadata: session.intent_data.metadata.clone(),
            outcome,
            latest_charge,
        }
    }

    /// Stripe's JSON.
    pub(crate) fn to_json(&self) -> Value {
        let (status, received, payment_method, last_error) = match &self.outcome {
            Outcome::Succeeded { payment_method } => (
                "succeeded",
                self.amount.minor,
                json!(payment_method),
                Value::Null,
            ),
            Outcome::Processing { payment_method } => {
                ("processing", 0, json!(payment_method), Value::Null)
            }
            Outcome::RequiresPaymentMethod { last_error } => (
                "requires_payment_method",
                0,
                Value::Null,
                self.error_json(last_error),
            ),
        };
        json!({
            "id": self.id,
            "object": "payment_intent",
            "amount": self.amount.minor,
            "amount_capturable": 0,
            "amount_details": { "tip": {} },
            "amount_received": received,
            "application": null,
            "application_fee_amount": null,
            "automatic_payment_methods": null,
            "canceled_at": null,
            "cancellation_reason": null,
            "capture_method": "automatic_async",
            "client_secret": self.client_secret,
            "confirmation_method": "automatic",
            "created": self.created_s,
            "currency": self.amount.currency,
            "customer": null,
            "customer_account": null,
            "description": self.description,
            "excluded_payment_method_types": null,
            "last_payment_error": last_error,
            "latest_charge": self.latest_charge,
            "livemode": false,
            "metadata": self.metadata,
            "next_action": null,
            "on_behalf_of": null,
            "payment_method": payment_method,
            "payment_method_configuration_details": null,
            "payment_method_options": { "card": {
                "installments": null, "mandate_options": null, "network": null, "request_three_d_secure": "automatic",
            } },
            "payment_method_types": ["card"],
            "processing": null,
            "receipt_email": self.receipt_email,
            "review": null,
            "setup_future_usage": null,
            "shipping": null,
            "source": null,
            "statement_descriptor": null,
            "statement_descriptor_suffix": null,
            "status": status,
            "transfer_data": null,
            "transfer_group": null,
        })
    }

    fn error_json(&self, decline: &Decline) -> Value {
        let mut error = json!({
            "charge": self.latest_charge,
            "code": decline.code,
            "doc_url": format!("https://docs.stripe.com/error-codes/{}", decline.code.replace('_', "-")),
            "message": decline.message,
            "type": "card_error",
        });
        if let Some(reason) = &decline.reason {
            error["decline_code"] = json!(reason);
        }
        error
    }
}
