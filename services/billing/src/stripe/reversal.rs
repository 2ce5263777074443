//! Money that goes back: the refunds and disputes of a payment, and refunds of our own.

use std::collections::HashMap;

use ::stripe::{IdempotencyKey, RequestStrategy, StripeRequest as _};
use domain::Timestamp;
use stripe_core::dispute::ListDispute;
use stripe_core::refund::{CreateRefund, CreateRefundReason, ListRefund};
use stripe_core::{Dispute, Refund};

use super::{METADATA_KEY, Stripe, StripeFault};
use crate::store::claims::{Claim, ClaimKind};
use crate::store::purchases::Purchase;
use crate::store::refunds;

/// The largest page of a list; no payment has more refunds than we would give.
const PAGE: i64 = 100;
/// The key of our refund's id in the metadata of Stripe's: never change it.
const REFUND_KEY: &str = "refund";

impl Stripe {
    /// Every refund and dispute of the payment of a purchase, as it is now.
    pub(crate) async fn claims(
        &self,
        purchase: &Purchase,
        intent: &str,
    ) -> Result<Vec<Claim>, StripeFault> {
        let refunds = ListRefund::new()
            .payment_intent(intent)
            .limit(PAGE)
            .send(&self.client)
            .await?;
        let disputes = ListDispute::new()
            .payment_intent(intent)
            .limit(PAGE)
            .send(&self.client)
            .await?;
        if refunds.has_more || disputes.has_more {
            return Err(StripeFault::Malformed(
                "more than 100 refunds or disputes of one payment".to_owned(),
            ));
        }
        if disputes
            .data
            .iter()
            .any(|one| one.livemode != purchase.livemode)
        {
            return Err(StripeFault::Malformed(
                "a dispute of the other mode".to_owned(),
            ));
        }
        let refunds = refunds.data.into_iter().map(|one| refund(purchase, one));
        let disputes = disputes.data.iter().map(|one| dispute(purchase, one));
        Ok(refunds.chain(disputes).collect())
    }

    /// Makes a refund; asked again for the same one within a day, Stripe answers with the same. Returns Stripe's id of it.
    pub(crate) async fn refund(
        &self,
        purchase: &Purchase,
        refund: &refunds::Refund,
    ) -> Result<String, StripeFault> {
        let key = IdempotencyKey::new(refund.id.to_string())
            .map_err(|cause| StripeFault::Settings(cause.to_string()))?;
        let metadata = HashMap::from([
            (METADATA_KEY.to_owned(), purchase.id.to_string()),
            (REFUND_KEY.to_owned(), refund.id.to_string()),
        ]);
        let mut create = CreateRefund::new()
            .payment_intent(intent_of(purchase)?)
            .reason(CreateRefundReason::RequestedByCustomer)
            .metadata(metadata);
        if let Some(minor) = refund.amount_minor {
            create = create.amount(minor);
        }
        let made = create
            .customize()
            .request_strategy(RequestStrategy::Idempotent(key))
            .send(&self.client)
            .await?;
        Ok(made.id.to_string())
    }

    /// Stripe's id of a refund of ours, if it ever made it.
    pub(crate) async fn made_refund(
        &self,
        purchase: &Purchase,
        refund: &refunds::Refund,
    ) -> Result<Option<String>, StripeFault> {
        let made = ListRefund::new()
            .payment_intent(intent_of(purchase)?)
            .limit(PAGE)
            .send(&self.client)
            .await?;
        let id = refund.id.to_string();
        let ours = made.data.into_iter().find(|made| {
            let named = made.metadata.as_ref().and_then(|of| of.get(REFUND_KEY));
            named == Some(&id)
        });
        Ok(ours.map(|made| made.id.to_string()))
    }
}

fn intent_of(purchase: &Purchase) -> Result<&str, StripeFault> {
    let intent = purchase.payment_intent.as_deref();
    intent.ok_or_else(|| StripeFault::Malformed("a purchase without a payment".to_owned()))
}

fn refund(purchase: &Purchase, refund: Refund) -> Claim {
    let (status, in_force) = refund_status(refund.status);
    let (amount, currency) = (refund.amount, refund.currency.to_string());
    Claim {
        amount_minor: amount,
        currency,
        ..claim(
            purchase,
            refund.id.to_string(),
            (status, in_force),
            refund.created,
        )
    }
}

/// Whether the money of a refund is gone.
pub(super) fn refund_status(status: Option<String>) -> (String, bool) {
    // Stripe leaves it out only for refunds older than statuses are.
    let status = status.unwrap_or_else(|| "succeeded".to_owned());
    let in_force = !matches!(status.as_str(), "failed" | "canceled");
    (status, in_force)
}

/// The money of a dispute is gone while it runs; a warning takes none.
pub(super) fn dispute_status(dispute: &Dispute) -> (String, bool) {
    let status = dispute.status.as_str().to_owned();
    let in_force = matches!(status.as_str(), "needs_response" | "under_review" | "lost");
    (status, in_force)
}

fn dispute(purchase: &Purchase, dispute: &Dispute) -> Claim {
    let (status, in_force) = dispute_status(dispute);
    Claim {
        kind: ClaimKind::Dispute,
        amount_minor: dispute.amount,
        currency: dispute.currency.to_string(),
        ..claim(
            purchase,
            dispute.id.to_string(),
            (status, in_force),
            dispute.created,
        )
    }
}

fn claim(
    purchase: &Purchase,
    id: String,
    (status, in_force): (String, bool),
    created_s: i64,
) -> Claim {
    let created_at = Timestamp::from_millis(created_s.saturating_mul(1_000));
    Claim {
        id,
        tenant: purchase.tenant,
        purchase: purchase.id,
        kind: ClaimKind::Refund,
        amount_minor: 0,
        currency: String::new(),
        status,
        in_force,
        created_at,
        changed_at: created_at,
    }
}
