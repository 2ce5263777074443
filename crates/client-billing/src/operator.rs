//! What the platform's operator sees of money and does about it.

use domain::{Currency, PurchaseId, RefundId, TenantId, Timestamp, Units};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An order to give money of a purchase back.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefundIn {
    pub purchase: PurchaseId,
    /// In minor units, tax included; all that is left of the payment when absent.
    pub amount_minor: Option<i64>,
    /// For the books: who asked for it, and why. 1 to 500 characters.
    pub reason: String,
}

/// How far a refund has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// Stripe has not answered yet; it is asked again, under the same key.
    Asked,
    Done,
    /// Stripe will not do it; nothing was changed.
    Refused,
}

impl RefundState {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}

/// A refund that an operator ordered.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefundView {
    pub id: RefundId,
    pub tenant: TenantId,
    pub purchase: PurchaseId,
    /// None: all that was left of the payment.
    pub amount_minor: Option<i64>,
    pub currency: Currency,
    pub reason: String,
    pub state: RefundState,
    /// Stripe's own id, `re_…`.
    pub stripe_refund: Option<String>,
    /// Why Stripe refused.
    pub refusal: Option<String>,
    pub created_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    /// Units of the purchase that were taken back until now, by this refund and by others.
    pub units_taken: Units,
    /// Units of the purchase that were used though their money is gone.
    pub debt: Units,
}

/// The newest refunds, over all tenants.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RefundsView {
    pub items: Vec<RefundView>,
}

/// Which day to compare with Stripe.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct ReconcileIn {
    /// A UTC day, `2026-11-24`; yesterday when absent.
    pub day: Option<String>,
}

/// A UTC day's comparison with Stripe: what was begun there on that day, and what the books make of it now.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reconciliation {
    /// `2026-11-24`.
    pub day: String,
    pub checked_at: Timestamp,
    /// Purchases that were brought up to date for it.
    pub purchases: i64,
    /// Payments, refunds and disputes of that Stripe account that are not ours.
    pub foreign: i64,
    /// By currency.
    pub money: Vec<DayMoney>,
    /// None: Stripe and the books say the same.
    pub differences: Vec<Difference>,
}

/// The money of one currency, as each side counts it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DayMoney {
    pub currency: String,
    pub stripe: Tally,
    pub books: Tally,
}

/// Counts, and sums in minor units with tax; refunds and disputes only where the money is gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tally {
    pub paid: i64,
    pub paid_minor: i64,
    pub refunds: i64,
    pub refunded_minor: i64,
    pub disputes: i64,
    pub disputed_minor: i64,
}

/// What the two sides do not agree on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Difference {
    /// Stripe's id of what it is about, or our purchase's.
    pub object: String,
    pub what: String,
}

/// The latest days' comparisons, the newest day first.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Reconciliations {
    pub items: Vec<Reconciliation>,
}
