//! Buying a bundle: the row first, then Stripe's page; and the inbox that Stripe's events go to.

use std::time::Duration;

use domain::{Clock as _, PurchaseId, TenantId, Timestamp};
use http_kit::caller::Person;
use store_kit::StoreError;
use thiserror::Error;

use crate::converge::{self, ConvergeError};
use crate::price_list;
use crate::service::Books;
use crate::store::purchases::{self, NewPurchase, Purchase, PurchaseState};
use crate::store::{all_tenants, stripe_events};
use crate::stripe::event::Event;
use crate::stripe::signature::{self, BadSignature};
use crate::stripe::{Pages, StripeFault};

/// The first look after a purchase without waiting for an event.
const FIRST_LOOK: Duration = Duration::from_secs(10);
/// Purchases on one page.
const MAX_LISTED: u64 = 100;

/// Why nothing was bought.
#[derive(Debug, Error)]
pub(crate) enum PurchaseError {
    #[error("there is no such bundle")]
    UnknownBundle,
    #[error("there is no such purchase")]
    NotFound,
    #[error("the payment page could not be opened")]
    Stripe(#[from] StripeFault),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why an event was not taken.
#[derive(Debug, Error)]
pub(crate) enum EventError {
    #[error("the event is not signed by Stripe")]
    Signature(#[from] BadSignature),
    #[error("the event cannot be read")]
    Form(#[from] serde_json::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Writes the purchase down, then opens its payment page. A crash between the two leaves a row that ends by itself.
pub(crate) async fn buy(
    books: &Books,
    buyer: Person,
    bundle: &str,
) -> Result<(Purchase, String), PurchaseError> {
    let bundle = price_list::find(bundle).ok_or(PurchaseError::UnknownBundle)?;
    let now = books.clock.now();
    let tx = books.db.begin().await?;
    let new = NewPurchase {
        id: PurchaseId::generate(),
        member: buyer.member,
        bundle,
        livemode: books.stripe.livemode(),
        created_at: now,
        ask_at: now.plus(FIRST_LOOK),
    };
    let purchase = purchases::insert(&*tx, buyer.tenant, new).await?;
    tx.commit().await?;
    let pages = Pages::of(&books.portal_url, purchase.id);
    let session = books.stripe.open_session(&purchase, &pages).await?;
    let url = session
        .url
        .ok_or_else(|| StripeFault::Malformed("a session without a page".to_owned()))?;
    let tx = books.db.begin().await?;
    let bound = (session.id.as_str(), Some(url.as_str()));
    purchases::bind_session(&*tx, purchase.tenant, purchase.id, bound).await?;
    tx.commit().await?;
    Ok((purchase, url))
}

pub(crate) async fn list(books: &Books, tenant: TenantId) -> Result<Vec<Purchase>, PurchaseError> {
    Ok(purchases::latest(books.db.reader(), tenant, MAX_LISTED).await?)
}

/// The purchase as it stands; while it is pending Stripe is asked, so that the return page need not wait for an event.
pub(crate) async fn find(
    books: &Books,
    tenant: TenantId,
    id: PurchaseId,
) -> Result<Purchase, PurchaseError> {
    let purchase = stored(books, tenant, id).await?;
    if purchase.state != PurchaseState::Pending {
        return Ok(purchase);
    }
    match converge::converge(books, &purchase).await {
        Ok(()) => stored(books, tenant, id).await,
        // Pending is still the truth as far as we know it.
        Err(error) => {
            warn_of_stale(&purchase, &error);
            Ok(purchase)
        }
    }
}

fn warn_of_stale(purchase: &Purchase, error: &ConvergeError) {
    tracing::warn!(
        purchase = %purchase.id,
        error = error as &(dyn std::error::Error + 'static),
        "a pending purchase could not be brought up to date"
    );
}

async fn stored(
    books: &Books,
    tenant: TenantId,
    id: PurchaseId,
) -> Result<Purchase, PurchaseError> {
    purchases::find(books.db.reader(), tenant, id)
        .await?
        .ok_or(PurchaseError::NotFound)
}

/// Takes one of Stripe's events: proves it, keeps it, and stirs its purchase. Its effect comes after the answer.
pub(crate) async fn take_event(
    books: &Books,
    signature: &str,
    body: &[u8],
) -> Result<(), EventError> {
    let now = books.clock.now();
    signature::verify(&books.stripe.webhook_secret, signature, body, now)?;
    let event = Event::parse(body)?;
    keep(books, event, body, now).await?;
    books.wake_purchases.notify_one();
    Ok(())
}

async fn keep(books: &Books, event: Event, body: &[u8], now: Timestamp) -> Result<(), StoreError> {
    let tx = books.db.begin().await?;
    // A refund or a dispute made at Stripe names the payment only.
    let purchase = match (event.purchase(), event.intent()) {
        (Some(id), _) => all_tenants::purchase(&*tx, id).await?,
        (None, Some(intent)) => all_tenants::purchase_of_intent(&*tx, intent).await?,
        (None, None) => None,
    };
    let received = stripe_events::Received {
        id: event.id.clone(),
        kind: event.kind.clone(),
        purchase: purchase.as_ref().map(|purchase| purchase.id),
        payload: String::from_utf8_lossy(body).into_owned(),
        received_at: now,
        // What is about nothing of ours is done with.
        handled_at: purchase.is_none().then_some(now),
    };
    let is_new = stripe_events::insert(&*tx, received).await?;
    if let Some(purchase) = purchase.filter(|_| is_new) {
        if let Some(session) = event.session() {
            // We crashed between opening the session and binding it: the event tells which it was.
            purchases::bind_session(&*tx, purchase.tenant, purchase.id, (session, None)).await?;
        }
        purchases::stir(&*tx, purchase.tenant, purchase.id, now).await?;
    }
    tx.commit().await
}
