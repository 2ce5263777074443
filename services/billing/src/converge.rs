//! One way from Stripe to the ledger: whatever was told, late, twice or never, look at Stripe and post what is missing.

use std::time::Duration;

use domain::{Clock as _, Mode, Timestamp};
use jiff::ToSpan as _;
use jiff::tz::TimeZone;
use store_kit::{StoreError, Tx, outbox};
use thiserror::Error;

use crate::claim;
use crate::debt;
use crate::ledger::LedgerError;
use crate::lot;
use crate::service::Books;
use crate::store::claims::Claim;
use crate::store::purchases::{self, Ending, Purchase, PurchaseState, Rest};
use crate::store::{AccountKey, accounts, all_tenants, stripe_events};
use crate::stripe::{Payment, SessionFacts, StripeFault};

/// Fetches before a purchase that keeps stirring is left to the next round.
const MAX_FETCHES: usize = 5;
/// A purchase without a session was never shown to anybody: its page's address is given out only once it is bound.
const UNBOUND_LIFE: Duration = Duration::from_mins(15);
/// Purchases asked about in one round.
const BATCH: u64 = 50;
const FIRST_WAIT: Duration = Duration::from_secs(5);
const LONGEST_WAIT: Duration = Duration::from_mins(10);
/// Banks open disputes up to 120 days after the payment, and take weeks to end them.
const RECONCILED_FOR: Duration = Duration::from_hours(24 * 365);
const RECONCILE_EVERY: Duration = Duration::from_hours(24);

/// Why a purchase could not be brought up to date; the sweeper tries again.
#[derive(Debug, Error)]
pub(crate) enum ConvergeError {
    #[error("Stripe did not tell")]
    Stripe(#[from] StripeFault),
    #[error("the purchase changed while it was looked at, again and again")]
    Restless,
    #[error("the lot's expiry is out of range")]
    Expiry(#[source] jiff::Error),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Brings one purchase to where Stripe is. Idempotent, in any order, any number of times, side by side.
pub(crate) async fn converge(books: &Books, known: &Purchase) -> Result<(), ConvergeError> {
    let mut seen = known.clone();
    for _ in 0..MAX_FETCHES {
        let told = told(books, &seen).await?;
        let tx = books.db.begin().await?;
        let Some(purchase) = purchases::lock(&*tx, seen.tenant, seen.id).await? else {
            return Ok(());
        };
        // What was fetched before the purchase stirred may be older than what stirred it.
        if purchase.generation != seen.generation {
            tx.rollback().await?;
            seen = purchase;
            continue;
        }
        let now = books.clock.now();
        apply(&tx, &purchase, told.as_ref(), now).await?;
        let policy = debt::policy_of(&*tx, books.debt, purchase.tenant).await?;
        if policy.purchase_pays {
            debt::pay(&tx, live_account(&purchase), now).await?;
        }
        stripe_events::mark_handled(&*tx, purchase.id, now).await?;
        return Ok(tx.commit().await?);
    }
    Err(ConvergeError::Restless)
}

/// What Stripe says: of the session, and once that is paid of what went back.
struct Told {
    facts: SessionFacts,
    claims: Vec<Claim>,
}

async fn told(books: &Books, purchase: &Purchase) -> Result<Option<Told>, ConvergeError> {
    let Some(session) = &purchase.session else {
        return Ok(None);
    };
    let facts = books.stripe.session(session).await?;
    let claims = match &facts.payment_intent {
        Some(intent) if facts.payment == Payment::Paid => {
            books.stripe.claims(purchase, intent).await?
        }
        _ => Vec::new(),
    };
    Ok(Some(Told { facts, claims }))
}

/// What the fetched facts mean for a purchase.
#[derive(Debug, PartialEq, Eq)]
enum Meaning {
    Wait,
    Nothing,
    Paid,
    Closed(PurchaseState),
    Mismatch(&'static str),
}

async fn apply(
    tx: &Tx,
    purchase: &Purchase,
    told: Option<&Told>,
    now: Timestamp,
) -> Result<(), ConvergeError> {
    let facts = told.map(|told| &told.facts);
    let (state, review, paid_at) = match meaning(purchase, facts, now) {
        Meaning::Wait => return Ok(()),
        Meaning::Nothing => {
            take_back(tx, purchase, told, now).await?;
            let next = purchase.paid_at.and_then(|paid| next_look(paid, now));
            let intent = facts.and_then(|facts| facts.payment_intent.clone());
            let rest = Rest {
                ask_at: next,
                payment_intent: intent.or_else(|| purchase.payment_intent.clone()),
            };
            return Ok(purchases::rest(&**tx, purchase.tenant, purchase.id, rest).await?);
        }
        Meaning::Paid => {
            post_lot(tx, purchase, now).await?;
            take_back(tx, purchase, told, now).await?;
            (PurchaseState::Paid, None, Some(now))
        }
        Meaning::Closed(state) => (state, None, None),
        Meaning::Mismatch(why) => {
            tracing::error!(
                purchase = %purchase.id, tenant = %purchase.tenant, why,
                "money arrived that does not fit its purchase; it needs a person's review"
            );
            (PurchaseState::NeedsReview, Some(why.to_owned()), Some(now))
        }
    };
    let ending = Ending {
        state,
        review,
        paid_at,
        amount_total: facts.and_then(|facts| facts.amount_total),
        amount_tax: facts.and_then(|facts| facts.amount_tax),
        payment_intent: facts.and_then(|facts| facts.payment_intent.clone()),
        ask_at: paid_at.and_then(|paid| next_look(paid, now)),
    };
    purchases::end(&**tx, purchase.tenant, purchase.id, ending).await?;
    metrics::counter!("purchases_total", "state" => state.as_str()).increment(1);
    Ok(())
}

/// Posts what refunds and disputes say.
async fn take_back(
    tx: &Tx,
    purchase: &Purchase,
    told: Option<&Told>,
    now: Timestamp,
) -> Result<(), ConvergeError> {
    let Some(told) = told else {
        return Ok(());
    };
    let paid = told.facts.amount_total.or(purchase.amount_total);
    let paid = paid.unwrap_or(purchase.price_minor);
    claim::bring_up_to_date(tx, purchase, paid, &told.claims, now).await?;
    Ok(())
}

/// Once a day, events or none, for as long as money may still go back.
fn next_look(paid_at: Timestamp, now: Timestamp) -> Option<Timestamp> {
    (now.since(paid_at) < RECONCILED_FOR).then(|| now.plus(RECONCILE_EVERY))
}

fn meaning(purchase: &Purchase, facts: Option<&SessionFacts>, now: Timestamp) -> Meaning {
    let closed = |state| match purchase.state {
        PurchaseState::Pending => Meaning::Closed(state),
        _ => Meaning::Nothing,
    };
    if matches!(
        purchase.state,
        PurchaseState::Paid | PurchaseState::NeedsReview
    ) {
        return Meaning::Nothing;
    }
    let Some(facts) = facts else {
        return if UNBOUND_LIFE < now.since(purchase.created_at) {
            closed(PurchaseState::Failed)
        } else {
            Meaning::Wait
        };
    };
    match facts.payment {
        // Money counts even for a purchase that was closed before.
        Payment::Paid => mismatch(purchase, facts).map_or(Meaning::Paid, Meaning::Mismatch),
        Payment::Failed => closed(PurchaseState::Failed),
        Payment::Expired => closed(PurchaseState::Expired),
        Payment::Expected if purchase.state == PurchaseState::Pending => Meaning::Wait,
        Payment::Expected => Meaning::Nothing,
    }
}

/// What of Stripe's facts does not equal our row; tax lies beside the subtotal.
fn mismatch(purchase: &Purchase, facts: &SessionFacts) -> Option<&'static str> {
    let id = purchase.id.to_string();
    if facts.amount_subtotal != Some(purchase.price_minor) {
        Some("amount_subtotal")
    } else if facts.currency.as_deref() != Some(purchase.currency.as_str()) {
        Some("currency")
    } else if facts.livemode != purchase.livemode {
        Some("livemode")
    } else if facts.client_reference_id.as_deref() != Some(id.as_str()) {
        Some("client_reference_id")
    } else {
        None
    }
}

/// What is bought is live.
const fn live_account(purchase: &Purchase) -> AccountKey {
    AccountKey {
        tenant: purchase.tenant,
        mode: Mode::Live,
    }
}

async fn post_lot(tx: &Tx, purchase: &Purchase, now: Timestamp) -> Result<(), ConvergeError> {
    let account = live_account(purchase);
    accounts::lock(&**tx, account).await?;
    let expires_at = months_later(now, purchase.validity_months)?;
    let lot = (purchase.units, expires_at);
    lot::open_purchased(tx, account, purchase.id, lot, now).await?;
    Ok(())
}

/// Whole months of the UTC calendar: a lot of 29 February ends on 28 February.
fn months_later(from: Timestamp, months: i32) -> Result<Timestamp, ConvergeError> {
    from.to_jiff()
        .to_zoned_datetime(TimeZone::UTC)
        .checked_add(months.months())
        .map(|then| then.timestamp().into())
        .map_err(ConvergeError::Expiry)
}

/// One round over the purchases that are due: events that came, and pages that nobody told us of.
pub(crate) async fn sweep(books: &Books) -> Result<(), ConvergeError> {
    for purchase in
        all_tenants::purchases_to_ask(books.db.reader(), books.clock.now(), BATCH).await?
    {
        if !claim(books, &purchase).await? {
            continue;
        }
        match converge(books, &purchase).await {
            // Stripe away is away for all; a refusal is of this purchase only.
            Err(error @ ConvergeError::Stripe(StripeFault::Unreachable(_))) => return Err(error),
            Err(error) => tracing::error!(
                purchase = %purchase.id,
                error = &error as &(dyn std::error::Error + 'static),
                "a purchase could not be brought up to date"
            ),
            Ok(()) => {}
        }
    }
    Ok(())
}

async fn claim(books: &Books, purchase: &Purchase) -> Result<bool, StoreError> {
    let wait = outbox::back_off(purchase.asked, FIRST_WAIT, LONGEST_WAIT, 0);
    let tx = books.db.begin().await?;
    let claimed = all_tenants::claim_purchase(&*tx, purchase, books.clock.now().plus(wait)).await?;
    tx.commit().await?;
    Ok(claimed)
}
