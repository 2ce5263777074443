//! The adapter to Stripe: Checkout Sessions out, signed events in. Knows Stripe's words, nothing of lots or the ledger.

pub(crate) mod day;
pub(crate) mod event;
mod reversal;
pub(crate) mod signature;

use std::collections::HashMap;
use std::time::Duration;

use ::stripe::{
    Client, ClientBuilder, IdempotencyKey, RequestStrategy, StripeError, StripeRequest as _,
};
use domain::PurchaseId;
use secrecy::{ExposeSecret as _, SecretString};
use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionLineItems, CreateCheckoutSessionLineItemsPriceData,
    CreateCheckoutSessionPaymentIntentData, ProductData, RetrieveCheckoutSession,
};
use stripe_checkout::{CheckoutSession, CheckoutSessionMode};
use thiserror::Error;
use url::Url;

use crate::service::StripeConfig;
use crate::store::purchases::Purchase;

/// Stripe answers within seconds; who waits longer asks again with the same key.
const TIMEOUT: Duration = Duration::from_secs(15);
/// The key of our purchase id in the metadata of Stripe's objects: never change it.
pub(crate) const METADATA_KEY: &str = "purchase";

/// Why Stripe did not do what was asked. Holds no text of Stripe's that could name a person.
#[derive(Debug, Error)]
pub(crate) enum StripeFault {
    /// Whether Stripe acted is unknown; asking again with the same key is safe.
    #[error("Stripe cannot be reached: {0}")]
    Unreachable(String),
    #[error("Stripe refused with {status} ({code}, {param})")]
    Refused {
        status: u16,
        code: String,
        param: String,
    },
    #[error("Stripe answered in a form we do not know: {0}")]
    Malformed(String),
    #[error("the settings for Stripe are not usable: {0}")]
    Settings(String),
}

impl StripeFault {
    /// Stripe has judged what was asked; asking the same again is told the same. What it says of our key or of its load is
    /// no such judgement.
    pub(crate) const fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Refused {
                status: 400 | 402 | 404,
                ..
            }
        )
    }
}

impl From<StripeError> for StripeFault {
    fn from(error: StripeError) -> Self {
        match error {
            StripeError::Stripe(refusal, status) => Self::Refused {
                status,
                code: refusal
                    .code
                    .map_or_else(|| "no code".to_owned(), |code| code.to_string()),
                param: refusal.param.unwrap_or_else(|| "no parameter".to_owned()),
            },
            StripeError::ClientError(why) => Self::Unreachable(why),
            StripeError::Timeout => Self::Unreachable("no answer in time".to_owned()),
            StripeError::JSONDeserialize(why) => Self::Malformed(why),
            StripeError::ConfigError(why) => Self::Settings(why),
        }
    }
}

/// Our one client of Stripe.
pub(crate) struct Stripe {
    client: Client,
    livemode: bool,
    pub(crate) webhook_secret: SecretString,
}

/// A session that was just opened.
pub(crate) struct OpenSession {
    pub(crate) id: String,
    pub(crate) url: Option<String>,
}

/// What a session says of the money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SessionFacts {
    pub(crate) payment: Payment,
    pub(crate) amount_subtotal: Option<i64>,
    pub(crate) amount_total: Option<i64>,
    pub(crate) amount_tax: Option<i64>,
    pub(crate) currency: Option<String>,
    pub(crate) livemode: bool,
    pub(crate) client_reference_id: Option<String>,
    pub(crate) payment_intent: Option<String>,
}

/// How far a session's payment has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payment {
    /// It may still be paid.
    Expected,
    /// Stripe says that nothing more is owed.
    Paid,
    /// The payment failed after the form was sent (delayed methods).
    Failed,
    /// Nobody can pay any more.
    Expired,
}

impl Stripe {
    pub(crate) fn new(config: StripeConfig) -> Result<Self, StripeFault> {
        let secret = config.secret_key.expose_secret();
        let livemode = secret.starts_with("sk_live_") || secret.starts_with("rk_live_");
        let mut builder = ClientBuilder::new(secret).timeout(TIMEOUT);
        if let Some(url) = config.api_url {
            // The client appends `v1/…` as it stands.
            builder = builder.url(format!("{}/", url.as_str().trim_end_matches('/')));
        }
        Ok(Self {
            client: builder.build()?,
            livemode,
            webhook_secret: config.webhook_secret,
        })
    }

    /// Whether the key moves real money.
    pub(crate) const fn livemode(&self) -> bool {
        self.livemode
    }

    /// Opens the purchase's one Checkout Session; asked again for the same purchase, Stripe answers with the same session.
    pub(crate) async fn open_session(
        &self,
        purchase: &Purchase,
        pages: &Pages,
    ) -> Result<OpenSession, StripeFault> {
        let metadata = || HashMap::from([(METADATA_KEY.to_owned(), purchase.id.to_string())]);
        let mut intent = CreateCheckoutSessionPaymentIntentData::new();
        intent.metadata = Some(metadata());
        let key = IdempotencyKey::new(purchase.id.to_string())
            .map_err(|cause| StripeFault::Settings(cause.to_string()))?;
        let session = CreateCheckoutSession::new()
            .mode(CheckoutSessionMode::Payment)
            .line_items(vec![line_item(purchase)])
            .client_reference_id(purchase.id.to_string())
            .metadata(metadata())
            .payment_intent_data(intent)
            .success_url(pages.success.as_str())
            .cancel_url(pages.cancel.as_str())
            .customize()
            .request_strategy(RequestStrategy::Idempotent(key))
            .send(&self.client)
            .await?;
        Ok(OpenSession {
            id: session.id.to_string(),
            url: session.url,
        })
    }

    /// The session as it is now.
    pub(crate) async fn session(&self, id: &str) -> Result<SessionFacts, StripeFault> {
        let session = RetrieveCheckoutSession::new(id)
            .expand(vec!["payment_intent".to_owned()])
            .send(&self.client)
            .await?;
        Ok(facts(session))
    }
}

/// Where Stripe sends the buyer's browser afterwards.
pub(crate) struct Pages {
    pub(crate) success: Url,
    pub(crate) cancel: Url,
}

impl Pages {
    pub(crate) fn of(portal: &Url, purchase: PurchaseId) -> Self {
        let page = |path: &str, name: &str| {
            let mut url = portal.clone();
            url.set_path(path);
            url.query_pairs_mut()
                .clear()
                .append_pair(name, &purchase.to_string());
            url
        };
        Self {
            success: page("/billing/return", "purchase"),
            cancel: page("/billing", "canceled"),
        }
    }
}

fn line_item(purchase: &Purchase) -> CreateCheckoutSessionLineItems {
    let name = format!("{} signature requests", purchase.units);
    // Cannot fail: a currency Stripe does not know yet is kept by its code.
    let Ok(currency) = purchase.currency.as_str().parse();
    let mut item = CreateCheckoutSessionLineItems::new();
    item.quantity = Some(1);
    item.price_data = Some(CreateCheckoutSessionLineItemsPriceData {
        currency,
        product: None,
        product_data: Some(ProductData::new(name)),
        recurring: None,
        tax_behavior: None,
        unit_amount: Some(purchase.price_minor),
        unit_amount_decimal: None,
    });
    item
}

fn facts(session: CheckoutSession) -> SessionFacts {
    let status = session.status.as_ref().map_or("", |status| status.as_str());
    let intent = session
        .payment_intent
        .as_ref()
        .and_then(|intent| intent.as_object())
        .map_or("", |intent| intent.status.as_str());
    let payment = match (session.payment_status.as_str(), status, intent) {
        ("paid" | "no_payment_required", _, _) => Payment::Paid,
        (_, "expired", _) => Payment::Expired,
        (_, "complete", "canceled" | "requires_payment_method") => Payment::Failed,
        _ => Payment::Expected,
    };
    SessionFacts {
        payment,
        amount_subtotal: session.amount_subtotal,
        amount_total: session.amount_total,
        amount_tax: session.total_details.map(|details| details.amount_tax),
        currency: session.currency.map(|currency| currency.to_string()),
        livemode: session.livemode,
        client_reference_id: session.client_reference_id,
        payment_intent: session.payment_intent.map(|intent| intent.id().to_string()),
    }
}
