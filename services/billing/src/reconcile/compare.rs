//! One day of Stripe's held against the books. Pure; knows neither of them.

use std::collections::BTreeMap;

use client_billing::{DayMoney, Difference, Reconciliation, Tally};
use domain::{PurchaseId, Timestamp};

use crate::store::claims::{Claim, ClaimKind};
use crate::store::purchases::{Purchase, PurchaseState};
use crate::stripe::day::{Reversal, Session};

/// What was found so far.
#[derive(Default)]
pub(super) struct Comparison {
    /// Stripe's and ours, by currency.
    money: BTreeMap<String, (Tally, Tally)>,
    foreign: i64,
    differences: Vec<Difference>,
}

impl Comparison {
    pub(super) fn differs(&mut self, object: &impl ToString, what: impl Into<String>) {
        self.differences.push(Difference {
            object: object.to_string(),
            what: what.into(),
        });
    }

    /// A session beside the purchase that it names, where it names one and we have it.
    pub(super) fn session(
        &mut self,
        session: &Session,
        purchase: Option<(PurchaseId, Option<&Purchase>)>,
    ) {
        let Some((named, purchase)) = purchase else {
            self.foreign = self.foreign.saturating_add(1);
            return;
        };
        if session.is_paid {
            let (stripe, _) = self.money.entry(session.currency.clone()).or_default();
            stripe.paid = stripe.paid.saturating_add(1);
            stripe.paid_minor = stripe.paid_minor.saturating_add(session.amount_minor);
        }
        let Some(purchase) = purchase else {
            self.differs(
                &session.id,
                format!("is of {named}, which the books do not have"),
            );
            return;
        };
        if purchase.session.as_deref() != Some(session.id.as_str()) {
            self.differs(&session.id, format!("is a second session of {named}"));
            return;
        }
        let has_money = matches!(
            purchase.state,
            PurchaseState::Paid | PurchaseState::NeedsReview
        );
        if has_money {
            let minor = purchase.amount_total.unwrap_or_default();
            let currency = purchase.currency.as_str().to_owned();
            let (_, books) = self.money.entry(currency).or_default();
            books.paid = books.paid.saturating_add(1);
            books.paid_minor = books.paid_minor.saturating_add(minor);
            if minor != session.amount_minor || purchase.currency.as_str() != session.currency {
                self.differs(
                    &session.id,
                    format!(
                        "is of {} {}, the books have {minor} {}",
                        session.amount_minor,
                        session.currency,
                        purchase.currency.as_str()
                    ),
                );
            }
        }
        if has_money != session.is_paid {
            let paid = if session.is_paid { "paid" } else { "not paid" };
            let state = purchase.state.as_str();
            self.differs(&session.id, format!("is {paid}, and {named} is {state}"));
        }
        if let Some(why) = &purchase.review {
            self.differs(&named, format!("needs a person's review: {why}"));
        }
    }

    /// A refund or dispute beside the purchase it is of, and what is kept of that one's.
    pub(super) fn reversal(
        &mut self,
        reversal: &Reversal,
        purchase: Option<&Purchase>,
        kept: &[Claim],
    ) {
        let Some(purchase) = purchase else {
            match reversal.purchase {
                Some(named) => self.differs(
                    &reversal.id,
                    format!("is of {named}, which the books do not have"),
                ),
                None => self.foreign = self.foreign.saturating_add(1),
            }
            return;
        };
        let told = (reversal.kind, reversal.in_force, reversal.amount_minor);
        let (stripe, _) = self.money.entry(reversal.currency.clone()).or_default();
        count(stripe, told);
        let Some(claim) = kept.iter().find(|claim| claim.id == reversal.id) else {
            self.differs(
                &reversal.id,
                format!("of {} is not in the books", purchase.id),
            );
            return;
        };
        let (_, books) = self.money.entry(claim.currency.clone()).or_default();
        count(books, (claim.kind, claim.in_force, claim.amount_minor));
        if (&claim.status, claim.amount_minor) != (&reversal.status, reversal.amount_minor) {
            self.differs(
                &reversal.id,
                format!(
                    "is {} of {}, the books have {} of {}",
                    reversal.status, reversal.amount_minor, claim.status, claim.amount_minor
                ),
            );
        }
        if claim.currency != purchase.currency.as_str() {
            self.differs(
                &reversal.id,
                "is in another currency than its purchase and took no units",
            );
        }
    }

    pub(super) fn report(
        self,
        day: String,
        checked_at: Timestamp,
        purchases: i64,
    ) -> Reconciliation {
        let money = self.money.into_iter();
        Reconciliation {
            day,
            checked_at,
            purchases,
            foreign: self.foreign,
            money: money
                .map(|(currency, (stripe, books))| DayMoney {
                    currency,
                    stripe,
                    books,
                })
                .collect(),
            differences: self.differences,
        }
    }
}

/// Counts money that is gone.
fn count(tally: &mut Tally, (kind, in_force, minor): (ClaimKind, bool, i64)) {
    if !in_force {
        return;
    }
    let (number, sum) = match kind {
        ClaimKind::Refund => (&mut tally.refunds, &mut tally.refunded_minor),
        ClaimKind::Dispute => (&mut tally.disputes, &mut tally.disputed_minor),
    };
    *number = number.saturating_add(1);
    *sum = sum.saturating_add(minor);
}
