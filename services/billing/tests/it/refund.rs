//! Refunds that an operator orders: written down first, made once, and followed by the units.

use std::time::Duration;

use domain::{Mode, RefundId, TenantId};
use internal_auth::Caller;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::{StoreKind, until};
use crate::shop::{Shop, Webhooks};

const REFUNDS: &str = "/internal/operator/refunds";

/// A paid bundle of 100 for 49.00: whose, which, and its payment.
struct Paid {
    tenant: TenantId,
    purchase: String,
    intent: String,
}

async fn paid(shop: &Shop) -> Paid {
    let tenant = TenantId::generate();
    let (purchase, page) = shop.buy(tenant).await;
    shop.pay(&page).await;
    assert_eq!(shop.purchase(tenant, &purchase).await["state"], "paid");
    let intents = shop.listed("/v1/payment_intents?limit=1").await;
    Paid {
        tenant,
        purchase,
        intent: intents[0]["id"].as_str().unwrap().to_owned(),
    }
}

async fn order(shop: &Shop, wanted: Value) -> (StatusCode, Value) {
    let call = shop
        .house
        .call(Caller::Operator, Method::POST, REFUNDS, Some(wanted));
    call.await
}

async fn at_stripe(shop: &Shop, paid: &Paid) -> Vec<Value> {
    shop.listed(&format!("/v1/refunds?payment_intent={}", paid.intent))
        .await
}

/// The refund as the list shows it.
async fn listed(shop: &Shop, id: &str) -> Value {
    let (status, list) = shop
        .house
        .call(Caller::Operator, Method::GET, REFUNDS, None)
        .await;
    assert_eq!(status, StatusCode::OK, "{list}");
    let items = list["items"].as_array().unwrap();
    items
        .iter()
        .find(|refund| refund["id"] == id)
        .cloned()
        .unwrap()
}

/// What is there when the process died between writing the order down and hearing Stripe's answer.
async fn unanswered(shop: &Shop, paid: &Paid) -> String {
    let id = RefundId::generate().to_string();
    let at = domain::Clock::now(&shop.house.clock).millis();
    let row = format!(
        "INSERT INTO refunds (id, tenant, purchase, amount_minor, reason, state, created_at, ask_at, asked) \
         VALUES ('{id}', '{}', '{}', 1225, 'a crash', 'asked', {at}, {}, 0)",
        paid.tenant,
        paid.purchase,
        at + 60_000
    );
    shop.house.sql(&row).await;
    id
}

async fn done(shop: &Shop, id: &str) -> Value {
    until("the refund is done", || async {
        let refund = listed(shop, id).await;
        (refund["state"] == "done").then_some(refund)
    })
    .await
}

async fn a_refund_takes_the_units_that_are_left_and_keeps_its_reason(kind: StoreKind) {
    // No event is told: the order itself has the books follow.
    let shop = Shop::open(kind, Webhooks::Lost).await;
    let paid = paid(&shop).await;
    let part = json!({"purchase": paid.purchase, "amountMinor": 1225, "reason": " a quarter did not work "});
    let (status, made) = order(&shop, part).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert_eq!(
        (
            &made["state"],
            &made["reason"],
            &made["unitsTaken"],
            &made["debt"]
        ),
        (
            &json!("done"),
            &json!("a quarter did not work"),
            &json!(25),
            &json!(0)
        )
    );
    let (_, rest) = order(
        &shop,
        json!({"purchase": paid.purchase, "reason": "the rest too"}),
    )
    .await;
    assert_eq!(
        (&rest["state"], &rest["unitsTaken"]),
        (&json!("done"), &json!(100))
    );
    let balance = shop.house.balance(paid.tenant, Mode::Live).await;
    assert_eq!(
        (&balance["available"], &balance["refunded"]),
        (&json!(0), &json!(100))
    );
    let refunds = at_stripe(&shop, &paid).await;
    let amounts: Vec<_> = refunds
        .iter()
        .map(|refund| refund["amount"].as_i64())
        .collect();
    assert_eq!(amounts, [Some(3675), Some(1225)]);
    assert_eq!(refunds[1]["metadata"]["refund"], made["id"]);
    assert_eq!(
        listed(&shop, made["id"].as_str().unwrap()).await["stripeRefund"],
        refunds[1]["id"]
    );
}

async fn a_refund_whose_answer_was_lost_is_made_once(kind: StoreKind) {
    let shop = Shop::open(kind, Webhooks::Lost).await;
    let never_heard = paid(&shop).await;
    let id = unanswered(&shop, &never_heard).await;
    let twice = json!({"purchase": never_heard.purchase, "reason": "again"});
    let (status, problem) = order(&shop, twice).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("err.refund.under.way"))
    );
    let heard = paid(&shop).await;
    let made = unanswered(&shop, &heard).await;
    let form = [
        ("payment_intent", heard.intent.as_str()),
        ("amount", "1225"),
        ("metadata[refund]", made.as_str()),
    ];
    let at_stripe_before = shop.api("/v1/refunds", &form).await;
    // Long after Stripe has forgotten the key.
    shop.house.clock.advance(Duration::from_hours(30));
    done(&shop, &id).await;
    assert_eq!(
        done(&shop, &made).await["stripeRefund"],
        at_stripe_before["id"]
    );
    for paid in [never_heard, heard] {
        assert_eq!(at_stripe(&shop, &paid).await.len(), 1);
        until("the units follow", || async {
            let balance = shop.house.balance(paid.tenant, Mode::Live).await;
            (balance["refunded"] == 25).then_some(())
        })
        .await;
    }
}

async fn what_stripe_refuses_changes_nothing_and_is_told(kind: StoreKind) {
    let shop = Shop::open(kind, Webhooks::Sent).await;
    let paid = paid(&shop).await;
    let too_much = json!({"purchase": paid.purchase, "amountMinor": 4901, "reason": "too much"});
    let (status, refused) = order(&shop, too_much).await;
    assert_eq!(
        (status, &refused["state"]),
        (StatusCode::CREATED, &json!("refused"))
    );
    assert!(
        refused["refusal"].as_str().unwrap().contains("amount"),
        "{refused}"
    );
    assert!(at_stripe(&shop, &paid).await.is_empty());
    assert_eq!(
        shop.house.balance(paid.tenant, Mode::Live).await["available"],
        100
    );
}

async fn what_makes_no_sense_is_refused_before_anything_is_written(kind: StoreKind) {
    let shop = Shop::open(kind, Webhooks::Lost).await;
    let (pending, _) = shop.buy(TenantId::generate()).await;
    let paid = paid(&shop).await;
    let nobodys = domain::PurchaseId::generate().to_string();
    for (wanted, status, code) in [
        (
            json!({"purchase": pending, "reason": "x"}),
            409,
            "err.not.paid",
        ),
        (
            json!({"purchase": nobodys, "reason": "x"}),
            404,
            "err.not.found",
        ),
        (
            json!({"purchase": paid.purchase, "reason": "  "}),
            400,
            "err.invalid.field",
        ),
        (
            json!({"purchase": paid.purchase, "reason": "x", "amountMinor": 0}),
            400,
            "err.invalid.field",
        ),
    ] {
        let (found, problem) = order(&shop, wanted).await;
        assert_eq!((found.as_u16(), &problem["code"]), (status, &json!(code)));
    }
    let owner = crate::house::owner(paid.tenant);
    let wanted = json!({"purchase": paid.purchase, "reason": "mine"});
    let (found, _) = shop
        .house
        .call(owner, Method::POST, REFUNDS, Some(wanted))
        .await;
    assert_eq!(found, StatusCode::FORBIDDEN);
    assert_eq!(
        shop.house
            .count("SELECT CAST(COUNT(*) AS BIGINT) AS n FROM refunds")
            .await,
        0
    );
}

macro_rules! on_both {
    ($($name:ident)*) => {
        mod on_sqlite { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name(super::StoreKind::Sqlite).await; })* }
        mod on_postgres { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name(super::StoreKind::Postgres).await; })* }
    };
}
on_both! {
    a_refund_takes_the_units_that_are_left_and_keeps_its_reason
    a_refund_whose_answer_was_lost_is_made_once
    what_stripe_refuses_changes_nothing_and_is_told
    what_makes_no_sense_is_refused_before_anything_is_written
}
