//! Money that goes back: refunds, and disputes that a buyer's bank opens, with their JSON in Stripe's shape.

use std::collections::BTreeMap;

use domain::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::amount::Amount;
use crate::api_error::ApiError;
use crate::cashier::{Answer, Call, Cashier};
use crate::event::{Event, EventKind};
use crate::id::{ChargeId, DisputeId, IntentId, RefundId};
use crate::params::Params;
use crate::payment::Promptness;
use crate::payment_intent::{Outcome, PaymentIntent};
use crate::store::{Entry, Store};

/// How far a refund has come. It succeeds at once, and may fail days later, when the bank sends the money back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefundStatus {
    Succeeded,
    Failed,
}

/// One refund, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Refund {
    pub(crate) id: RefundId,
    pub(crate) created_s: i64,
    pub(crate) amount: Amount,
    pub(crate) intent: IntentId,
    charge: ChargeId,
    reason: Option<String>,
    metadata: BTreeMap<String, String>,
    pub(crate) status: RefundStatus,
}

/// How far a dispute has come. The money is gone while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DisputeStatus {
    NeedsResponse,
    Won,
    Lost,
}

/// One dispute, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Dispute {
    pub(crate) id: DisputeId,
    pub(crate) created_s: i64,
    pub(crate) amount: Amount,
    pub(crate) intent: IntentId,
    charge: ChargeId,
    pub(crate) status: DisputeStatus,
}

impl RefundStatus {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}

impl DisputeStatus {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::NeedsResponse => "needs_response",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }
}

impl Refund {
    /// Stripe's JSON.
    pub(crate) fn to_json(&self) -> Value {
        let failed = self.status == RefundStatus::Failed;
        json!({
            "id": self.id,
            "object": "refund",
            "amount": self.amount.minor,
            "balance_transaction": null,
            "charge": self.charge,
            "created": self.created_s,
            "currency": self.amount.currency,
            "destination_details": null,
            "failure_reason": failed.then_some("lost_or_stolen_card"),
            "metadata": self.metadata,
            "payment_intent": self.intent,
            "reason": self.reason,
            "receipt_number": null,
            "source_transfer_reversal": null,
            "status": self.status.as_str(),
            "transfer_reversal": null,
        })
    }
}

impl Dispute {
    /// Stripe's JSON.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "object": "dispute",
            "amount": self.amount.minor,
            "balance_transactions": [],
            "charge": self.charge,
            "created": self.created_s,
            "currency": self.amount.currency,
            "enhanced_eligibility_types": [],
            "evidence": { "enhanced_evidence": {} },
            "evidence_details": {
                "due_by": null, "enhanced_eligibility": {}, "has_evidence": false, "past_due": false,
                "submission_count": 0,
            },
            "is_charge_refundable": false,
            "livemode": false,
            "metadata": {},
            "network_reason_code": "10.4",
            "payment_intent": self.intent,
            "payment_method_details": null,
            "reason": "fraudulent",
            "status": self.status.as_str(),
        })
    }
}

/// What a refund asks for.
struct Wanted {
    intent: String,
    minor: Option<i64>,
    reason: Option<String>,
    metadata: BTreeMap<String, String>,
}

impl Cashier {
    /// `POST /v1/refunds`.
    pub(crate) fn refund(&self, call: &Call, mut params: Params) -> Result<Answer, ApiError> {
        self.idempotent(call, |store, now| {
            let wanted = Wanted {
                intent: params.require("payment_intent")?,
                minor: params.take_integer("amount")?,
                reason: params.take_one_of(
                    "reason",
                    &["duplicate", "fraudulent", "requested_by_customer"],
                )?,
                metadata: params.take_metadata("metadata")?,
            };
            params.finish()?;
            let refund = refunded(store, wanted, now)?;
            let body = refund.to_json();
            let event = self.told(EventKind::RefundCreated, body.clone(), now);
            Ok((vec![Entry::Refund(refund), event], body))
        })
    }

    /// A refund of `minor`, else of all that is left, as somebody gives it in Stripe's dashboard.
    pub(crate) fn refund_by_hand(&self, intent: &str, minor: Option<i64>) -> Result<(), ApiError> {
        let (mut store, now) = self.open_till()?;
        let wanted = Wanted {
            intent: intent.to_owned(),
            minor,
            reason: Some("requested_by_customer".to_owned()),
            metadata: BTreeMap::new(),
        };
        let refund = refunded(&store, wanted, now)?;
        let event = self.told(EventKind::RefundCreated, refund.to_json(), now);
        self.keep(&mut store, vec![Entry::Refund(refund), event])
    }

    /// The bank sends a refund's money back.
    pub(crate) fn fail_refund(&self, id: &str) -> Result<(), ApiError> {
        let (mut store, now) = self.open_till()?;
        let refund = store.refunds.get(id).cloned();
        let mut refund = refund.ok_or_else(|| ApiError::no_such("refund", "id", id))?;
        refund.status = RefundStatus::Failed;
        let event = self.told(EventKind::RefundFailed, refund.to_json(), now);
        self.keep(&mut store, vec![Entry::Refund(refund), event])
    }

    /// The buyer's bank takes the whole payment back until the dispute has ended.
    pub(crate) fn dispute(&self, intent: &str) -> Result<(), ApiError> {
        let (mut store, now) = self.open_till()?;
        let paid = succeeded(&store, intent)?;
        let dispute = Dispute {
            id: DisputeId::generate(),
            created_s: now.seconds(),
            amount: paid.amount.clone(),
            intent: paid.id.clone(),
            charge: paid.latest_charge.clone(),
            status: DisputeStatus::NeedsResponse,
        };
        let body = dispute.to_json();
        let events = [EventKind::DisputeCreated, EventKind::DisputeWithdrawn]
            .map(|kind| self.told(kind, body.clone(), now));
        let change = std::iter::once(Entry::Dispute(dispute)).chain(events);
        self.keep(&mut store, change.collect())
    }

    /// The dispute ends. The money of one that is won comes back.
    pub(crate) fn close_dispute(&self, id: &str, status: DisputeStatus) -> Result<(), ApiError> {
        let (mut store, now) = self.open_till()?;
        let dispute = store.disputes.get(id).cloned();
        let mut dispute = dispute.ok_or_else(|| ApiError::no_such("dispute", "id", id))?;
        dispute.status = status;
        let body = dispute.to_json();
        let mut change = vec![
            Entry::Dispute(dispute),
            self.told(EventKind::DisputeClosed, body.clone(), now),
        ];
        if status == DisputeStatus::Won {
            change.push(self.told(EventKind::DisputeReinstated, body, now));
        }
        self.keep(&mut store, change)
    }

    fn told(&self, kind: EventKind, object: Value, now: Timestamp) -> Entry {
        Entry::Event(self.scheduled(Event::new(kind, object, now), Promptness::AtOnce, now))
    }

    fn keep(&self, store: &mut Store, change: Vec<Entry>) -> Result<(), ApiError> {
        store.commit(change).map_err(ApiError::disk)?;
        self.bell.notify_one();
        Ok(())
    }
}

fn succeeded<'a>(store: &'a Store, intent: &str) -> Result<&'a PaymentIntent, ApiError> {
    let missing = || ApiError::no_such("payment_intent", "payment_intent", intent);
    let found = store.intents.get(intent).ok_or_else(missing)?;
    match found.outcome {
        Outcome::Succeeded { .. } => Ok(found),
        Outcome::Processing { .. } | Outcome::RequiresPaymentMethod { .. } => {
            Err(ApiError::invalid(
                "payment_intent",
                "This PaymentIntent does not have a successful charge to refund.",
            ))
        }
    }
}

fn refunded(store: &Store, wanted: Wanted, now: Timestamp) -> Result<Refund, ApiError> {
    let paid = succeeded(store, &wanted.intent)?;
    let returned: i64 = store
        .refunds
        .all()
        .iter()
        .filter(|refund| refund.intent == paid.id && refund.status == RefundStatus::Succeeded)
        .map(|refund| refund.amount.minor)
        .sum();
    let disputed = store
        .disputes
        .all()
        .iter()
        .any(|dispute| dispute.intent == paid.id && dispute.status != DisputeStatus::Won);
    if disputed {
        return Err(ApiError::refused(
            "charge_disputed",
            format!(
                "Charge {} has been charged back; cannot issue a refund.",
                paid.latest_charge
            ),
        ));
    }
    let left = paid.amount.minor.saturating_sub(returned);
    if left <= 0 {
        return Err(ApiError::refused(
            "charge_already_refunded",
            format!("Charge {} has already been refunded.", paid.latest_charge),
        ));
    }
    let minor = wanted.minor.unwrap_or(left);
    let of = |minor| Amount {
        minor,
        currency: paid.amount.currency.clone(),
    };
    if !(1..=left).contains(&minor) {
        return Err(ApiError::invalid(
            "amount",
            format!(
                "Refund amount ({}) is greater than unrefunded amount on charge ({})",
                of(minor),
                of(left)
            ),
        ));
    }
    Ok(Refund {
        id: RefundId::generate(),
        created_s: now.seconds(),
        amount: of(minor),
        intent: paid.id.clone(),
        charge: paid.latest_charge.clone(),
        reason: wanted.reason,
        metadata: wanted.metadata,
        status: RefundStatus::Succeeded,
    })
}
