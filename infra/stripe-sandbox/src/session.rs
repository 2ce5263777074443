//! A Checkout Session: what is kept of it, and its JSON in Stripe's full shape.

use std::collections::BTreeMap;

use domain::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use url::Url;

use crate::amount::Amount;
use crate::id::{IntentId, SessionId};
use crate::payment_intent::PaymentIntent;

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SessionStatus {
    Open,
    Complete,
    Expired,
}

impl SessionStatus {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Complete => "complete",
            Self::Expired => "expired",
        }
    }
}

/// How far the money of a complete session has come: a card pays at once, a bank debit days later or never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Money {
    #[default]
    Arrived,
    OnItsWay,
    Failed,
}

/// One thing on the bill.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LineItem {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) unit_minor: i64,
    pub(crate) quantity: i64,
}

/// Who paid, as typed into the hosted page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Payer {
    pub(crate) email: Option<String>,
    pub(crate) name: Option<String>,
}

/// What the payment intent of a session will carry, once there is one.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct IntentData {
    pub(crate) description: Option<String>,
    pub(crate) receipt_email: Option<String>,
    pub(crate) metadata: BTreeMap<String, String>,
}

/// One session, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) created_s: i64,
    pub(crate) expires_at_s: i64,
    pub(crate) status: SessionStatus,
    pub(crate) total: Amount,
    pub(crate) line_items: Vec<LineItem>,
    pub(crate) client_reference_id: Option<String>,
    pub(crate) customer_email: Option<String>,
    pub(crate) locale: Option<String>,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) intent_data: IntentData,
    pub(crate) success_url: String,
    pub(crate) cancel_url: Option<String>,
    pub(crate) payer: Option<Payer>,
    /// Present from the first attempt to pay; shown by the API once the session is complete.
    pub(crate) payment_intent: Option<IntentId>,
    #[serde(default)]
    pub(crate) money: Money,
}

impl Session {
    pub(crate) fn is_open(&self) -> bool {
        self.status == SessionStatus::Open
    }

    pub(crate) fn is_due_to_expire(&self, now: Timestamp) -> bool {
        self.is_open() && self.expires_at_s <= now.seconds()
    }

    /// Where the browser goes after paying.
    pub(crate) fn landing_page(&self) -> String {
        self.success_url
            .replace("{CHECKOUT_SESSION_ID}", self.id.as_ref())
    }

    /// Stripe's JSON. `page` is the address of the hosted page, `expanded` the intent in place of its id.
    pub(crate) fn to_json(&self, page: &Url, expanded: Option<&PaymentIntent>) -> Value {
        let complete = self.status == SessionStatus::Complete;
        let paid = complete && self.money == Money::Arrived;
        let intent = match (complete, expanded) {
            (false, _) => Value::Null,
            (true, Some(intent)) => intent.to_json(),
            (true, None) => json!(self.payment_intent),
        };
        let mut session = absent_fields();
        session.extend(constant_fields());
        session.extend(object(json!({
            "id": self.id,
            "created": self.created_s,
            "expires_at": self.expires_at_s,
            "status": self.status.as_str(),
            "payment_status": if paid { "paid" } else { "unpaid" },
            "amount_subtotal": self.total.minor,
            "amount_total": self.total.minor,
            "currency": self.total.currency,
            "client_reference_id": self.client_reference_id,
            "customer_email": self.customer_email,
            "customer_details": self.customer_details(),
            "locale": self.locale,
            "metadata": self.metadata,
            "success_url": self.success_url,
            "cancel_url": self.cancel_url,
            "payment_intent": intent,
            "url": if self.is_open() { json!(page) } else { Value::Null },
        })));
        Value::Object(session)
    }

    fn customer_details(&self) -> Value {
        let payer = self.payer.as_ref();
        let email = payer
            .and_then(|payer| payer.email.as_ref())
            .or(self.customer_email.as_ref());
        if payer.is_none() && email.is_none() {
            return Value::Null;
        }
        json!({
            "address": payer.map(|_| json!({
                "city": null, "country": "SK", "line1": null, "line2": null, "postal_code": null, "state": null,
            })),
            "business_name": null,
            "email": email,
            "individual_name": null,
            "name": payer.and_then(|payer| payer.name.as_ref()),
            "phone": null,
            "tax_exempt": "none",
            "tax_ids": payer.map(|_| json!([])),
        })
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// What Stripe answers `null` for a plain card payment on the hosted page.
fn absent_fields() -> Map<String, Value> {
    const ABSENT: [&str; 27] = [
        "adaptive_pricing",
        "after_expiration",
        "allow_promotion_codes",
        "billing_address_collection",
        "branding_settings",
        "client_secret",
        "collected_information",
        "consent",
        "consent_collection",
        "currency_conversion",
        "customer",
        "customer_account",
        "discounts",
        "integration_identifier",
        "invoice",
        "name_collection",
        "optional_items",
        "origin_context",
        "payment_link",
        "payment_method_configuration_details",
        "permissions",
        "presentment_details",
        "recovered_from",
        "saved_payment_method_options",
        "setup_intent",
        "subscription",
        "wallet_options",
    ];
    ABSENT
        .iter()
        .map(|&field| (field.to_owned(), Value::Null))
        .collect()
}

/// What is the same in every session of the sandbox.
fn constant_fields() -> Map<String, Value> {
    object(json!({
        "object": "checkout.session",
        "livemode": false,
        "mode": "payment",
        "ui_mode": "hosted_page",
        "submit_type": null,
        "automatic_tax": { "enabled": false, "liability": null, "provider": null, "status": null },
        "custom_fields": [],
        "custom_text": {
            "after_submit": null, "shipping_address": null, "submit": null, "terms_of_service_acceptance": null,
        },
        "customer_creation": "if_required",
        "invoice_creation": {
            "enabled": false,
            "invoice_data": {
                "account_tax_ids": null, "custom_fields": null, "description": null, "footer": null,
                "issuer": null, "metadata": {}, "rendering_options": null,
            },
        },
        "payment_method_collection": "if_required",
        "payment_method_options": { "card": { "request_three_d_secure": "automatic" } },
        "payment_method_types": ["card"],
        "phone_number_collection": { "enabled": false },
        "shipping_address_collection": null,
        "shipping_cost": null,
        "shipping_options": [],
        "total_details": { "amount_discount": 0, "amount_shipping": 0, "amount_tax": 0 },
    }))
}
