//! Money that goes back takes its units along, in whatever order anybody tells of it.

use std::time::Duration;

use client_billing::{ChargeState, Reserved};
use domain::{Mode, TenantId, Units, Verdict};
use serde_json::Value;

use crate::house::{StoreKind, WEBHOOK_SECRET, reservation, until};
use crate::shop::{Shop, Webhooks};

/// A tenant with a paid bundle of 100 for 49.00, and the payment intent.
async fn paid(shop: &Shop) -> (TenantId, String) {
    let tenant = TenantId::generate();
    let (id, page) = shop.buy(tenant).await;
    shop.pay(&page).await;
    assert_eq!(shop.purchase(tenant, &id).await["state"], "paid");
    let intent = shop.listed("/v1/payment_intents?limit=1").await[0]["id"].clone();
    (tenant, intent.as_str().unwrap().to_owned())
}

/// Available, refunded and owed units.
async fn units(shop: &Shop, tenant: TenantId) -> [i64; 3] {
    let shown = shop.house.balance(tenant, Mode::Live).await;
    ["available", "refunded", "debt"].map(|name| shown[name].as_i64().unwrap())
}

async fn come_to(shop: &Shop, tenant: TenantId, wanted: [i64; 3]) {
    until(&format!("the units are {wanted:?}"), || async {
        (units(shop, tenant).await == wanted).then_some(())
    })
    .await;
    let found = shop.house.exactness().await;
    assert_eq!((found.over_sold, found.drift), (Units::ZERO, Units::ZERO));
}

async fn refund(shop: &Shop, intent: &str, amount: &str) {
    let path = format!("/sandbox/payments/{intent}/refund");
    shop.by_hand(&path, &[("amount", amount)]).await;
}

async fn fail_the_last_refund(shop: &Shop, intent: &str) {
    let refunds = shop
        .listed(&format!("/v1/refunds?payment_intent={intent}"))
        .await;
    let id = refunds[0]["id"].as_str().unwrap();
    shop.by_hand(&format!("/sandbox/refunds/{id}/fail"), &[])
        .await;
}

async fn dispute(shop: &Shop, intent: &str) {
    shop.by_hand(&format!("/sandbox/payments/{intent}/dispute"), &[])
        .await;
}

async fn end_the_dispute(shop: &Shop, intent: &str, end: &str) {
    let disputes = shop
        .listed(&format!("/v1/disputes?payment_intent={intent}"))
        .await;
    let id = disputes[0]["id"].as_str().unwrap();
    shop.by_hand(&format!("/sandbox/disputes/{id}/{end}"), &[])
        .await;
}

/// The events on what went back of a payment, the newest first.
async fn events(shop: &Shop, intent: &str) -> Vec<Value> {
    let mut events = shop.listed("/v1/events?limit=100").await;
    events.retain(|event| event["data"]["object"]["payment_intent"] == intent);
    events
}

async fn spent_units_of_a_refunded_bundle_are_debt(kind: StoreKind) {
    let shop = Shop::open(kind, Webhooks::Sent).await;
    let (tenant, intent) = paid(&shop).await;
    let mut charges = Vec::new();
    // Ten of the trial, which burns first, and three of the bundle.
    for _ in 0..13 {
        let asked = reservation(tenant, Mode::Live);
        assert!(matches!(
            shop.house.reserve(&asked).await,
            Reserved::Held { .. }
        ));
        charges.push(asked.charge);
    }
    let settle = |charge, verdict| {
        shop.house.witness.decide(
            charge,
            client_signing::Tombstone {
                tenant,
                mode: Mode::Live,
            },
            verdict,
        );
        shop.house.gateway.settle("r", charge, verdict)
    };
    settle(charges[10], Verdict::Registered).await.unwrap();
    refund(&shop, &intent, "4900").await;
    come_to(&shop, tenant, [0, 97, 3]).await;
    // A held unit counts as spent; given back, it pays of the debt and is not sold again.
    let released = settle(charges[11], Verdict::Refused).await.unwrap();
    assert_eq!(
        (released.state, released.available),
        (ChargeState::Released, Units::ZERO)
    );
    come_to(&shop, tenant, [0, 98, 2]).await;
    let none = shop.house.reserve(&reservation(tenant, Mode::Live)).await;
    assert_eq!(
        none,
        Reserved::Exhausted {
            held: Units::new(11)
        }
    );
    // The bank sends the money back: the units are the tenant's again.
    fail_the_last_refund(&shop, &intent).await;
    come_to(&shop, tenant, [98, 0, 0]).await;
}

async fn parts_take_their_share_and_disputes_all_until_they_are_won(kind: StoreKind) {
    let shop = Shop::open(kind, Webhooks::Sent).await;
    let (tenant, intent) = paid(&shop).await;
    refund(&shop, &intent, "1225").await;
    come_to(&shop, tenant, [75, 25, 0]).await;
    // A cent pays for no whole unit.
    refund(&shop, &intent, "1").await;
    come_to(&shop, tenant, [75, 25, 0]).await;
    dispute(&shop, &intent).await;
    come_to(&shop, tenant, [0, 100, 0]).await;
    end_the_dispute(&shop, &intent, "win").await;
    come_to(&shop, tenant, [75, 25, 0]).await;
    let (tenant, intent) = paid(&shop).await;
    dispute(&shop, &intent).await;
    end_the_dispute(&shop, &intent, "lose").await;
    come_to(&shop, tenant, [0, 100, 0]).await;
}

/// Every order of `of` things.
fn orders(of: usize) -> Vec<Vec<usize>> {
    (0..of).fold(vec![Vec::new()], |shorter, next| {
        let insert = |order: &Vec<usize>| {
            let places = 0..=order.len();
            let longer = places.map(|place| {
                let mut longer = order.clone();
                longer.insert(place, next);
                longer
            });
            longer.collect::<Vec<_>>()
        };
        shorter.iter().flat_map(insert).collect()
    })
}

/// Two refunds of which one fails, and a dispute that is won, told in every order, one event twice and one never, some of
/// them before the next thing happens.
async fn events_in_every_order_end_in_the_same_ledger(kind: StoreKind) {
    let shop = Shop::open(kind, Webhooks::Lost).await;
    for (nth, order) in orders(4).into_iter().enumerate() {
        let (tenant, intent) = paid(&shop).await;
        refund(&shop, &intent, "1225").await;
        if nth % 2 == 0 {
            for event in events(&shop, &intent).await {
                shop.send(&event, WEBHOOK_SECRET).await;
            }
        }
        refund(&shop, &intent, "2450").await;
        fail_the_last_refund(&shop, &intent).await;
        dispute(&shop, &intent).await;
        if nth % 3 == 0 {
            shop.send(&events(&shop, &intent).await[0], WEBHOOK_SECRET)
                .await;
        }
        end_the_dispute(&shop, &intent, "win").await;
        let told = events(&shop, &intent).await;
        let dropped = order[0];
        for place in order
            .iter()
            .chain(&order[1..2])
            .filter(|place| **place != dropped)
        {
            shop.send(&told[*place], WEBHOOK_SECRET).await;
        }
        come_to(&shop, tenant, [75, 25, 0]).await;
    }
}

async fn what_no_event_told_of_is_found_within_a_day(kind: StoreKind) {
    let shop = Shop::open(kind, Webhooks::Lost).await;
    let (tenant, intent) = paid(&shop).await;
    refund(&shop, &intent, "2450").await;
    shop.house.clock.advance(Duration::from_hours(24));
    come_to(&shop, tenant, [50, 50, 0]).await;
}

macro_rules! on_both {
    ($($name:ident)*) => {
        mod on_sqlite { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name(super::StoreKind::Sqlite).await; })* }
        mod on_postgres { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name(super::StoreKind::Postgres).await; })* }
    };
}
on_both! {
    spent_units_of_a_refunded_bundle_are_debt
    parts_take_their_share_and_disputes_all_until_they_are_won
    events_in_every_order_end_in_the_same_ledger
    what_no_event_told_of_is_found_within_a_day
}
