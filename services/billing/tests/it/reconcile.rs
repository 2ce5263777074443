//! The nightly comparison with Stripe finds what no event told of, and says what it cannot mend.

use std::time::Duration;

use domain::{Mode, TenantId};
use internal_auth::Caller;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::{StoreKind, until};
use crate::shop::{Shop, Webhooks};

const DAYS: &str = "/internal/operator/reconciliations";
const TODAY: &str = "2026-11-24";

async fn run(shop: &Shop, day: &str) -> Value {
    let wanted = Some(json!({ "day": day }));
    let (status, report) = shop
        .house
        .call(Caller::Operator, Method::POST, DAYS, wanted)
        .await;
    assert_eq!(status, StatusCode::OK, "{report}");
    report
}

/// Pays a bundle that nobody hears of; the buyer does not come back.
async fn paid_unheard(shop: &Shop) -> (TenantId, String, String) {
    let tenant = TenantId::generate();
    let (purchase, page) = shop.buy(tenant).await;
    shop.pay(&page).await;
    let intents = shop.listed("/v1/payment_intents?limit=1").await;
    (
        tenant,
        purchase,
        intents[0]["id"].as_str().unwrap().to_owned(),
    )
}

async fn what_no_event_told_of_is_posted_and_counted_on_both_sides(kind: StoreKind) {
    let shop = Shop::open(kind, Webhooks::Lost).await;
    let (tenant, _, intent) = paid_unheard(&shop).await;
    let (other, _, disputed) = paid_unheard(&shop).await;
    let refund = format!("/sandbox/payments/{intent}/refund");
    shop.by_hand(&refund, &[("amount", "1225")]).await;
    let dispute = format!("/sandbox/payments/{disputed}/dispute");
    shop.by_hand(&dispute, &[]).await;
    // Begun and never paid: it is no difference.
    shop.buy(TenantId::generate()).await;
    let report = run(&shop, TODAY).await;
    let tally = json!({
        "paid": 2, "paidMinor": 9800, "refunds": 1, "refundedMinor": 1225, "disputes": 1, "disputedMinor": 4900,
    });
    assert_eq!(
        report["money"],
        json!([{"currency": "eur", "stripe": tally, "books": tally}])
    );
    assert_eq!(
        (&report["differences"], &report["purchases"]),
        (&json!([]), &json!(3))
    );
    for (tenant, available) in [(tenant, 75), (other, 0)] {
        let balance = shop.house.balance(tenant, Mode::Live).await;
        assert_eq!(balance["available"], available);
    }
}

async fn what_cannot_be_mended_is_told(kind: StoreKind) {
    let shop = Shop::open(kind, Webhooks::Lost).await;
    let (_, mismatched, _) = paid_unheard(&shop).await;
    shop.house.sql("UPDATE purchases SET price_minor = 1").await;
    let (_, lost, intent) = paid_unheard(&shop).await;
    shop.house
        .sql(&format!("DELETE FROM purchases WHERE id = '{lost}'"))
        .await;
    shop.by_hand(&format!("/sandbox/payments/{intent}/refund"), &[])
        .await;
    let (gone, _) = shop.buy(TenantId::generate()).await;
    let unknown = format!("UPDATE purchases SET session = 'cs_test_nowhere' WHERE id = '{gone}'");
    shop.house.sql(&unknown).await;
    let report = run(&shop, TODAY).await;
    let told: Vec<String> = report["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            format!(
                "{} {}",
                one["object"].as_str().unwrap(),
                one["what"].as_str().unwrap()
            )
        })
        .collect();
    let says = |part: &str| {
        assert!(
            told.iter().any(|one| one.contains(part)),
            "{part}: {told:#?}"
        );
    };
    says(&format!(
        "{mismatched} needs a person's review: amount_subtotal"
    ));
    says(&format!("is of {lost}, which the books do not have"));
    says(&format!(
        "{gone} cannot be brought up to date: Stripe did not tell"
    ));
    says(&format!("is a second session of {gone}"));
    assert_eq!(
        (told.len(), &report["foreign"]),
        (4, &json!(1)),
        "{told:#?}"
    );
}

async fn every_night_the_last_days_are_compared_once(kind: StoreKind) {
    let shop = Shop::open(kind, Webhooks::Lost).await;
    let (tenant, ..) = paid_unheard(&shop).await;
    shop.house.clock.advance(Duration::from_hours(24));
    let listed = until("yesterday is compared", || async {
        let call = shop.house.call(Caller::Operator, Method::GET, DAYS, None);
        let (_, list) = call.await;
        (list["items"][0]["day"] == TODAY).then_some(list)
    })
    .await;
    let report = &listed["items"][0];
    assert_eq!(report["money"][0]["books"]["paidMinor"], 4900, "{report}");
    assert_eq!(
        shop.house.balance(tenant, Mode::Live).await["purchased"],
        100
    );
    // A second look on the same day waits for the next night; by hand it takes the first one's place.
    shop.house.clock.advance(Duration::from_mins(1));
    let again = run(&shop, TODAY).await;
    assert!(report["checkedAt"].as_i64() < again["checkedAt"].as_i64());
    let rows = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM reconciliations WHERE day = '2026-11-24'";
    assert_eq!(shop.house.count(rows).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_to_come_and_words_that_are_no_day_are_refused() {
    let shop = Shop::open(StoreKind::Sqlite, Webhooks::Lost).await;
    for day in ["2026-11-25", "yesterday", "2026-11-31"] {
        let wanted = Some(json!({ "day": day }));
        let call = shop
            .house
            .call(Caller::Operator, Method::POST, DAYS, wanted);
        let (status, problem) = call.await;
        assert_eq!(
            (status.as_u16(), &problem["value"]),
            (400, &json!("day")),
            "{day}"
        );
    }
}

macro_rules! on_both {
    ($($name:ident)*) => {
        mod on_sqlite { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name(super::StoreKind::Sqlite).await; })* }
        mod on_postgres { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name(super::StoreKind::Postgres).await; })* }
    };
}
on_both! {
    what_no_event_told_of_is_posted_and_counted_on_both_sides
    what_cannot_be_mended_is_told
    every_night_the_last_days_are_compared_once
}
