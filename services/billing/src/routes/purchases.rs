//! The shop: bundles, purchases, and the door that Stripe's events come in by.

use actix_web::web::{Bytes, Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse, get, post};
use client_billing::Done;
use domain::{Money, PurchaseId, Timestamp, Units};
use http_kit::{Caller, Problem, ProblemBody};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::permission::{BuyBundles, ReadBilling};
use crate::price_list::{self, Bundle};
use crate::purchase;
use crate::service::Books;
use crate::store::purchases::{Purchase, PurchaseState};

const STRIPE_SIGNATURE: &str = "stripe-signature";

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(list_bundles)
        .service(buy_bundle)
        .service(list_purchases)
        .service(read_purchase)
        .service(take_stripe_event);
}

/// What is sold, by the list of today.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BundlesView {
    items: Vec<BundleView>,
    price_list: &'static str,
}

/// A number of signature requests sold at once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BundleView {
    id: &'static str,
    units: Units,
    /// Without tax.
    price: Money,
    validity_months: i32,
}

impl From<Bundle> for BundleView {
    fn from(bundle: Bundle) -> Self {
        Self {
            id: bundle.id,
            units: bundle.units,
            price: bundle.price,
            validity_months: bundle.validity_months,
        }
    }
}

/// A sale of a bundle.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PurchaseView {
    id: PurchaseId,
    bundle_id: String,
    units: Units,
    price: Money,
    state: PurchaseState,
    created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    paid_at: Option<Timestamp>,
}

impl From<Purchase> for PurchaseView {
    fn from(purchase: Purchase) -> Self {
        Self {
            id: purchase.id,
            bundle_id: purchase.bundle,
            units: purchase.units,
            price: Money {
                minor: purchase.price_minor,
                currency: purchase.currency,
            },
            state: purchase.state,
            created_at: purchase.created_at,
            paid_at: purchase.paid_at,
        }
    }
}

/// What can be bought.
#[utoipa::path(
    operation_id = "list_bundles", tag = "portal",
    responses((status = 200, body = BundlesView), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)),
    extensions(("x-okd-permission" = json!("ReadBilling"))),
)]
#[get("/api/billing/bundles")]
async fn list_bundles(_: Caller<ReadBilling>) -> Json<BundlesView> {
    Json(BundlesView {
        items: Vec::from(price_list::BUNDLES.map(BundleView::from)),
        price_list: price_list::VERSION,
    })
}

/// Which bundle to buy.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BuyIn {
    bundle_id: String,
}

/// A purchase and the page on which it is paid.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BoughtView {
    purchase: PurchaseView,
    checkout_url: String,
}

/// Starts a purchase; the browser goes on to the payment page.
#[utoipa::path(
    operation_id = "buy_bundle", tag = "portal", request_body = BuyIn,
    responses((status = 201, body = BoughtView), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody), (status = 503, body = ProblemBody)),
    extensions(("x-okd-permission" = json!("BuyBundles"))),
)]
#[post("/api/billing/purchases")]
async fn buy_bundle(
    caller: Caller<BuyBundles>,
    books: Data<Books>,
    wanted: Json<BuyIn>,
) -> Result<HttpResponse, Problem> {
    let (purchase, checkout_url) = purchase::buy(&books, *caller, &wanted.bundle_id).await?;
    Ok(HttpResponse::Created().json(BoughtView {
        purchase: purchase.into(),
        checkout_url,
    }))
}

/// Purchases, the newest first.
#[derive(Serialize, ToSchema)]
struct PurchasesView {
    items: Vec<PurchaseView>,
}

/// The tenant's purchases.
#[utoipa::path(
    operation_id = "list_purchases", tag = "portal",
    responses((status = 200, body = PurchasesView), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)),
    extensions(("x-okd-permission" = json!("ReadBilling"))),
)]
#[get("/api/billing/purchases")]
async fn list_purchases(
    caller: Caller<ReadBilling>,
    books: Data<Books>,
) -> Result<Json<PurchasesView>, Problem> {
    let purchases = purchase::list(&books, caller.tenant).await?;
    Ok(Json(PurchasesView {
        items: purchases.into_iter().map(PurchaseView::from).collect(),
    }))
}

/// One purchase; while it is pending, Stripe is asked again.
#[utoipa::path(
    operation_id = "read_purchase", tag = "portal", params(("id" = String, Path)),
    responses((status = 200, body = PurchaseView), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)),
    extensions(("x-okd-permission" = json!("ReadBilling"))),
)]
#[get("/api/billing/purchases/{id}")]
async fn read_purchase(
    caller: Caller<ReadBilling>,
    books: Data<Books>,
    id: Path<PurchaseId>,
) -> Result<Json<PurchaseView>, Problem> {
    let purchase = purchase::find(&books, caller.tenant, *id).await?;
    Ok(Json(purchase.into()))
}

/// Takes an event of Stripe's. Public: the signature over the raw body is all the credentials there are.
#[utoipa::path(
    operation_id = "take_stripe_event", tag = "webhook",
    request_body(content = String, content_type = "application/json"),
    responses((status = 200, body = Done), (status = 400, body = ProblemBody), (status = 503, body = ProblemBody)),
    extensions(("x-okd-permission" = json!("nobody's: Stripe signs"))),
)]
#[post("/stripe/webhook")]
async fn take_stripe_event(
    request: HttpRequest,
    books: Data<Books>,
    body: Bytes,
) -> Result<Json<Done>, Problem> {
    let signature = request
        .headers()
        .get(STRIPE_SIGNATURE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    purchase::take_event(&books, signature, &body).await?;
    Ok(Json(Done {}))
}
