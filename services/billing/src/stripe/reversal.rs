//! What Stripe says of money that went back: the refunds and disputes of a payment.

use domain::Timestamp;
use stripe_core::dispute::ListDispute;
use stripe_core::refund::ListRefund;
use stripe_core::{Dispute, Refund};

use super::{Stripe, StripeFault};
use crate::store::claims::{Claim, ClaimKind};
use crate::store::purchases::Purchase;

/// The largest page of a list; no payment has more refunds than we would give.
const PAGE: i64 = 100;

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
}

fn refund(purchase: &Purchase, refund: Refund) -> Claim {
    // Stripe leaves it out only for refunds older than statuses are.
    let status = refund.status.unwrap_or_else(|| "succeeded".to_owned());
    let in_force = !matches!(status.as_str(), "failed" | "canceled");
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

/// The money of a dispute is gone while it runs; a warning takes none.
fn dispute(purchase: &Purchase, dispute: &Dispute) -> Claim {
    let status = dispute.status.as_str().to_owned();
    let in_force = matches!(status.as_str(), "needs_response" | "under_review" | "lost");
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
