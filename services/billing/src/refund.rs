//! An operator gives money back: the order first, with its reason, then Stripe under the order's own key, then the units.

use std::time::Duration;

use client_billing::{RefundIn, RefundState as Told, RefundView};
use domain::{Clock as _, Mode, RefundId, Units};
use store_kit::{StoreError, outbox};
use thiserror::Error;

use crate::converge;
use crate::lot;
use crate::service::Books;
use crate::store::lots::{self, Lot};
use crate::store::purchases::{self, Purchase, PurchaseState};
use crate::store::refunds::{self, Answer, NewRefund, Refund, RefundState};
use crate::store::{AccountKey, all_tenants};
use crate::stripe::StripeFault;

/// Characters of a reason.
const MAX_REASON: usize = 500;
/// Longer than Stripe takes to answer: a refund whose asker died is taken up by the sweeper.
const FIRST_WAIT: Duration = Duration::from_mins(1);
const LONGEST_WAIT: Duration = Duration::from_mins(10);
/// Refunds taken up in one round.
const BATCH: u64 = 20;
/// Refunds on one page.
const MAX_LISTED: u64 = 50;

/// Why no refund was ordered.
#[derive(Debug, Error)]
pub(crate) enum RefundError {
    #[error("there is no such purchase")]
    NoSuchPurchase,
    #[error("no money came in for the purchase")]
    NotPaid,
    #[error("a reason has 1 to {MAX_REASON} characters")]
    Reason,
    #[error("an amount is a positive number of minor units")]
    Amount,
    #[error("a refund of the purchase is under way")]
    UnderWay,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Orders a refund and asks Stripe. What is told is where it stands: done, refused, or still being asked.
pub(crate) async fn order(books: &Books, wanted: RefundIn) -> Result<RefundView, RefundError> {
    let reason = wanted.reason.trim().to_owned();
    if !(1..=MAX_REASON).contains(&reason.chars().count()) || reason.contains('\0') {
        return Err(RefundError::Reason);
    }
    if wanted.amount_minor.is_some_and(|minor| minor <= 0) {
        return Err(RefundError::Amount);
    }
    let purchase = all_tenants::purchase(books.db.reader(), wanted.purchase)
        .await?
        .ok_or(RefundError::NoSuchPurchase)?;
    let now = books.clock.now();
    let tx = books.db.begin().await?;
    let purchase = purchases::lock(&*tx, purchase.tenant, purchase.id)
        .await?
        .ok_or(RefundError::NoSuchPurchase)?;
    let has_money = matches!(
        purchase.state,
        PurchaseState::Paid | PurchaseState::NeedsReview
    );
    if !has_money || purchase.payment_intent.is_none() {
        return Err(RefundError::NotPaid);
    }
    if refunds::is_under_way(&*tx, purchase.tenant, purchase.id).await? {
        return Err(RefundError::UnderWay);
    }
    let new = NewRefund {
        id: RefundId::generate(),
        purchase: purchase.id,
        amount_minor: wanted.amount_minor,
        reason,
        created_at: now,
        ask_at: now.plus(FIRST_WAIT),
    };
    let refund = refunds::insert(&*tx, purchase.tenant, new).await?;
    tx.commit().await?;
    tracing::info!(
        refund = %refund.id, purchase = %purchase.id, tenant = %purchase.tenant, reason = refund.reason,
        "an operator orders a refund"
    );
    let asked = books.stripe.refund(&purchase, &refund).await;
    carry_on(books, &purchase, &refund, asked).await
}

/// Writes down what Stripe said, and has the units follow the money.
async fn carry_on(
    books: &Books,
    purchase: &Purchase,
    refund: &Refund,
    asked: Result<String, StripeFault>,
) -> Result<RefundView, RefundError> {
    let answer = match asked {
        Ok(id) => Answer::Done(id),
        Err(fault) if fault.is_final() => Answer::Refused(fault.to_string()),
        Err(fault) => {
            tracing::warn!(
                refund = %refund.id,
                error = &fault as &(dyn std::error::Error + 'static),
                "Stripe did not tell whether a refund was made; it is asked again"
            );
            return shown(books, purchase, refund.id).await;
        }
    };
    let now = books.clock.now();
    let tx = books.db.begin().await?;
    refunds::end(&*tx, refund.tenant, refund.id, answer, now).await?;
    purchases::stir(&*tx, purchase.tenant, purchase.id, now).await?;
    tx.commit().await?;
    let found = purchases::find(books.db.reader(), purchase.tenant, purchase.id).await?;
    if let Some(stirred) = found
        && let Err(error) = converge::converge(books, &stirred).await
    {
        tracing::warn!(
            purchase = %purchase.id,
            error = &error as &(dyn std::error::Error + 'static),
            "the units of a refund are taken by the sweeper"
        );
    }
    shown(books, purchase, refund.id).await
}

async fn shown(
    books: &Books,
    purchase: &Purchase,
    id: RefundId,
) -> Result<RefundView, RefundError> {
    let db = books.db.reader();
    let refund = refunds::find(db, purchase.tenant, id)
        .await?
        .ok_or(RefundError::NoSuchPurchase)?;
    let account = AccountKey {
        tenant: purchase.tenant,
        mode: Mode::Live,
    };
    let origin = lot::purchase_origin(purchase.id);
    let lot = lots::of_origin(db, account, &origin).await?;
    Ok(view(&refund, purchase, lot.as_ref()))
}

fn view(refund: &Refund, purchase: &Purchase, lot: Option<&Lot>) -> RefundView {
    RefundView {
        id: refund.id,
        tenant: refund.tenant,
        purchase: refund.purchase,
        amount_minor: refund.amount_minor,
        currency: purchase.currency,
        reason: refund.reason.clone(),
        state: match refund.state {
            RefundState::Asked => Told::Asked,
            RefundState::Done => Told::Done,
            RefundState::Refused => Told::Refused,
        },
        stripe_refund: refund.stripe_refund.clone(),
        refusal: refund.refusal.clone(),
        created_at: refund.created_at,
        ended_at: refund.ended_at,
        units_taken: lot.map_or(Units::ZERO, |lot| lot.refunded),
        debt: lot.map_or(Units::ZERO, Lot::debt),
    }
}

/// The newest refunds, over all tenants.
pub(crate) async fn list(books: &Books) -> Result<Vec<RefundView>, RefundError> {
    let mut views = Vec::new();
    for refund in all_tenants::latest_refunds(books.db.reader(), MAX_LISTED).await? {
        let purchase = all_tenants::purchase(books.db.reader(), refund.purchase).await?;
        if let Some(purchase) = purchase {
            views.push(shown(books, &purchase, refund.id).await?);
        }
    }
    Ok(views)
}

/// Takes up refunds whose asker heard no answer. Stripe may have made one longer ago than it remembers keys, so its list is
/// read first.
pub(crate) async fn sweep(books: &Books) -> Result<(), RefundError> {
    let now = books.clock.now();
    for refund in all_tenants::refunds_to_ask(books.db.reader(), now, BATCH).await? {
        let wait = outbox::back_off(refund.asked, FIRST_WAIT, LONGEST_WAIT, 0);
        let tx = books.db.begin().await?;
        let claimed = all_tenants::claim_refund(&*tx, &refund, now.plus(wait)).await?;
        tx.commit().await?;
        let purchase = all_tenants::purchase(books.db.reader(), refund.purchase).await?;
        let Some(purchase) = purchase.filter(|_| claimed) else {
            continue;
        };
        let asked = match books.stripe.made_refund(&purchase, &refund).await {
            Ok(Some(made)) => Ok(made),
            Ok(None) => books.stripe.refund(&purchase, &refund).await,
            Err(fault) => Err(fault),
        };
        carry_on(books, &purchase, &refund, asked).await?;
    }
    Ok(())
}
