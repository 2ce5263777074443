//! What Stripe has of one day: its Checkout Sessions, refunds and disputes, page by page.

use domain::{PurchaseId, Timestamp};
use stripe_checkout::CheckoutSession;
use stripe_checkout::checkout_session::ListCheckoutSession;
use stripe_core::dispute::ListDispute;
use stripe_core::refund::ListRefund;
use stripe_core::{Dispute, Refund};
use stripe_types::{RangeBoundsTs, RangeQueryTs};

use super::{METADATA_KEY, Stripe, StripeFault, reversal};
use crate::store::claims::ClaimKind;

/// The largest page of a list.
const PAGE: i64 = 100;
/// Objects of one kind and day; more is a fault of somebody's.
const MAX_OBJECTS: usize = 100_000;

/// One day at Stripe.
pub(crate) struct Day {
    pub(crate) sessions: Vec<Session>,
    pub(crate) reversals: Vec<Reversal>,
}

/// A Checkout Session; without a purchase it is not one of ours.
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) purchase: Option<PurchaseId>,
    pub(crate) is_paid: bool,
    pub(crate) amount_minor: i64,
    pub(crate) currency: String,
}

/// A refund or a dispute.
pub(crate) struct Reversal {
    pub(crate) id: String,
    pub(crate) kind: ClaimKind,
    pub(crate) intent: Option<String>,
    /// Where a refund of ours names it.
    pub(crate) purchase: Option<PurchaseId>,
    pub(crate) amount_minor: i64,
    pub(crate) currency: String,
    pub(crate) status: String,
    pub(crate) in_force: bool,
}

/// Every object of a list.
macro_rules! every {
    ($client:expr, $list:expr) => {{
        let mut request = $list.limit(PAGE);
        let mut all = Vec::new();
        loop {
            let page = request.send($client).await?;
            let last = page.data.last().map(|one| one.id.to_string());
            let has_more = page.has_more;
            all.extend(page.data);
            match last.filter(|_| has_more) {
                Some(_) if MAX_OBJECTS < all.len() => {
                    let why = format!("more than {MAX_OBJECTS} objects of one day");
                    return Err(StripeFault::Malformed(why));
                }
                Some(last) => request = request.starting_after(last),
                None => break all,
            }
        }
    }};
}

impl Stripe {
    /// What was begun from `from` until before `to`, as it is now.
    pub(crate) async fn day(&self, from: Timestamp, to: Timestamp) -> Result<Day, StripeFault> {
        let created = || {
            RangeQueryTs::Bounds(RangeBoundsTs {
                gte: Some(from.seconds()),
                lt: Some(to.seconds()),
                ..RangeBoundsTs::default()
            })
        };
        let client = &self.client;
        let sessions = every!(client, ListCheckoutSession::new().created(created()));
        let refunds = every!(client, ListRefund::new().created(created()));
        let disputes = every!(client, ListDispute::new().created(created()));
        let refunds = refunds.into_iter().map(of_refund);
        let disputes = disputes.into_iter().map(of_dispute);
        Ok(Day {
            sessions: sessions.into_iter().map(of_session).collect(),
            reversals: refunds.chain(disputes).collect(),
        })
    }
}

fn of_session(session: CheckoutSession) -> Session {
    Session {
        id: session.id.to_string(),
        purchase: session
            .client_reference_id
            .and_then(|id| PurchaseId::parse(&id).ok()),
        is_paid: matches!(
            session.payment_status.as_str(),
            "paid" | "no_payment_required"
        ),
        amount_minor: session.amount_total.unwrap_or_default(),
        currency: session
            .currency
            .map(|currency| currency.to_string())
            .unwrap_or_default(),
    }
}

fn of_refund(refund: Refund) -> Reversal {
    let (status, in_force) = reversal::refund_status(refund.status);
    let named = refund.metadata.as_ref().and_then(|of| of.get(METADATA_KEY));
    Reversal {
        id: refund.id.to_string(),
        kind: ClaimKind::Refund,
        purchase: named.and_then(|id| PurchaseId::parse(id).ok()),
        intent: refund.payment_intent.map(|intent| intent.id().to_string()),
        amount_minor: refund.amount,
        currency: refund.currency.to_string(),
        status,
        in_force,
    }
}

fn of_dispute(dispute: Dispute) -> Reversal {
    let (status, in_force) = reversal::dispute_status(&dispute);
    Reversal {
        id: dispute.id.to_string(),
        kind: ClaimKind::Dispute,
        purchase: None,
        intent: dispute.payment_intent.map(|intent| intent.id().to_string()),
        amount_minor: dispute.amount,
        currency: dispute.currency.to_string(),
        status,
        in_force,
    }
}
