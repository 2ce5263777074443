//! Money in: whatever Stripe tells, late, twice, wrongly or never, the ledger ends the same.

use std::time::Duration;

use domain::{Mode, Role, TenantId};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::house::{House, StoreKind, WEBHOOK_SECRET, activated, member, until};
use crate::shop::{Shop, Webhooks};

/// Writes each test twice, as `on_both_stores` does, with a shop.
macro_rules! in_a_shop {
    ($webhooks:expr; $(async fn $name:ident($shop:ident) $body:block)*) => {
        $(async fn $name($shop: Shop) $body)*
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() { super::$name(super::Shop::open(super::StoreKind::Sqlite, $webhooks).await).await; })*
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() { super::$name(super::Shop::open(super::StoreKind::Postgres, $webhooks).await).await; })*
        }
    };
}

in_a_shop! { super::Webhooks::Lost;
    async fn the_return_page_alone_brings_the_units(shop) {
        let tenant = TenantId::generate();
        let (id, page) = shop.buy(tenant).await;
        assert_eq!(shop.purchase(tenant, &id).await["state"], "pending");
        shop.pay(&page).await;
        let paid = shop.purchase(tenant, &id).await;
        assert_eq!((&paid["state"], &paid["units"], &paid["price"]), (&json!("paid"), &json!(100), &json!({"minor": 4900, "currency": "eur"})));
        let balance = shop.house.balance(tenant, Mode::Live).await;
        assert_eq!((&balance["available"], &balance["purchased"]), (&json!(100), &json!(100)));
        // 12 months from noon of 24 November 2026.
        assert_eq!(balance["lots"][0]["expiresAt"], 1_795_521_600_000_i64 + 365 * 86_400_000);
    }

    async fn with_no_event_and_no_visitor_the_sweeper_finds_the_money(shop) {
        let tenant = TenantId::generate();
        let (_, page) = shop.buy(tenant).await;
        shop.pay(&page).await;
        shop.house.clock.advance(Duration::from_secs(11));
        until("the purchase is paid", || async {
            (shop.listed_state(tenant).await == "paid").then_some(())
        }).await;
    }

    async fn events_doubled_and_out_of_order_open_one_lot(shop) {
        let tenant = TenantId::generate();
        let (id, page) = shop.buy(tenant).await;
        shop.pay(&page).await;
        let mut events = shop.events().await;
        events.extend(events.clone());
        events.reverse();
        for event in &events {
            assert_eq!(shop.send(event, WEBHOOK_SECRET).await.0, StatusCode::OK);
            assert_eq!(shop.purchase(tenant, &id).await["state"], "paid");
        }
        until("the purchase is paid", || async {
            (shop.listed_state(tenant).await == "paid").then_some(())
        }).await;
        assert_eq!(shop.house.balance(tenant, Mode::Live).await["purchased"], 100);
        assert_eq!(shop.house.exactness().await.drift.count(), 0);
    }

    async fn an_event_signed_by_somebody_else_is_refused(shop) {
        let event = json!({"id": "evt_1", "type": "checkout.session.completed", "data": {"object": {}}});
        let (status, problem) = shop.send(&event, "whsec_of_somebody_else").await;
        assert_eq!((status, &problem["code"]), (StatusCode::BAD_REQUEST, &json!("err.invalid.stripe.signature")));
        assert_eq!(shop.send(&event, WEBHOOK_SECRET).await.0, StatusCode::OK);
    }

    async fn an_expired_session_closes_its_purchase(shop) {
        let tenant = TenantId::generate();
        let (id, page) = shop.buy(tenant).await;
        shop.expire(&page).await;
        assert_eq!(shop.purchase(tenant, &id).await["state"], "expired");
        assert_eq!(shop.house.balance(tenant, Mode::Live).await["purchased"], 0);
    }

    async fn a_paid_amount_that_is_not_ours_needs_review_and_brings_nothing(shop) {
        let tenant = TenantId::generate();
        let (id, page) = shop.buy(tenant).await;
        shop.house.sql("UPDATE purchases SET price_minor = 1").await;
        shop.pay(&page).await;
        assert_eq!(shop.purchase(tenant, &id).await["state"], "needs_review");
        assert_eq!(shop.house.balance(tenant, Mode::Live).await["purchased"], 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paid_bundle_arrives_by_the_sandboxs_own_webhook() {
    let shop = Shop::open(StoreKind::Sqlite, Webhooks::Sent).await;
    let tenant = TenantId::generate();
    shop.house.tell(&activated(tenant, 1)).await;
    let (_, page) = shop.buy(tenant).await;
    shop.pay(&page).await;
    until("the webhook brought the units", || async {
        let balance = shop.house.balance(tenant, Mode::Live).await;
        (balance["available"] == 110).then_some(())
    })
    .await;
    assert_eq!(shop.listed_state(tenant).await, "paid");
    until("every event is handled", || async {
        let open =
            "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM stripe_events WHERE handled_at IS NULL";
        (shop.house.count(open).await == 0).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_whose_page_never_opened_ends_by_itself() {
    let house = House::on(StoreKind::Sqlite).await;
    let tenant = TenantId::generate();
    let body = json!({"bundleId": "requests-100"});
    let (status, problem) = house
        .call(
            member(tenant, Role::Billing),
            Method::POST,
            "/api/billing/purchases",
            Some(body),
        )
        .await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::SERVICE_UNAVAILABLE, &json!("err.unavailable"))
    );
    house.clock.advance(Duration::from_mins(16));
    until("the purchase failed", || async {
        let listed = house.portal(tenant, "/api/billing/purchases").await;
        (listed["items"][0]["state"] == "failed").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bundles_are_shown_to_all_and_sold_to_those_who_may_buy() {
    let house = House::on(StoreKind::Sqlite).await;
    let tenant = TenantId::generate();
    let bundles = house.portal(tenant, "/api/billing/bundles").await;
    let prices: Vec<_> = bundles["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bundle| (bundle["units"].as_i64(), bundle["price"]["minor"].as_i64()))
        .collect();
    assert_eq!(
        prices,
        [
            (Some(100), Some(4_900)),
            (Some(1_000), Some(39_000)),
            (Some(10_000), Some(290_000))
        ]
    );
    let buy = |role, bundle: &'static str| {
        house.call(
            member(tenant, role),
            Method::POST,
            "/api/billing/purchases",
            Some(json!({"bundleId": bundle})),
        )
    };
    let (status, problem) = buy(Role::Viewer, "requests-100").await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::FORBIDDEN, &json!("err.forbidden"))
    );
    let (status, problem) = buy(Role::Owner, "requests-7").await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::BAD_REQUEST, &json!("err.unknown.bundle"))
    );
}
