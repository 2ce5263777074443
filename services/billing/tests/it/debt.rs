//! What an operator may want done about debt: let it stand in the way, and have later purchases pay it.

use std::time::Duration;

use client_billing::Reserved;
use domain::{ChargeId, Mode, TenantChanged, TenantId, TenantSettings, Units, Verdict};

use crate::house::{StoreKind, activated, reservation, until};
use crate::shop::{Shop, Webhooks};

const TRIAL: usize = 10;
const USED_OF_THE_BUNDLE: usize = 3;

fn told(tenant: TenantId, version: i64, debt: (Option<bool>, Option<bool>)) -> TenantChanged {
    TenantChanged {
        settings: TenantSettings {
            debt_blocks: debt.0,
            purchase_pays_debt: debt.1,
            ..TenantSettings::default()
        },
        ..activated(tenant, version)
    }
}

/// Buys and pays a bundle of 100, a second after whatever was before; its payment intent.
async fn bought(shop: &Shop, tenant: TenantId) -> String {
    shop.house.clock.advance(Duration::from_secs(1));
    let (id, page) = shop.buy(tenant).await;
    shop.pay(&page).await;
    assert_eq!(shop.purchase(tenant, &id).await["state"], "paid");
    let intents = shop.listed("/v1/payment_intents?limit=1").await;
    intents[0]["id"].as_str().unwrap().to_owned()
}

async fn refund(shop: &Shop, intent: &str) {
    shop.house.clock.advance(Duration::from_secs(1));
    let path = format!("/sandbox/payments/{intent}/refund");
    shop.by_hand(&path, &[]).await;
}

async fn use_one(shop: &Shop, tenant: TenantId) -> ChargeId {
    let asked = reservation(tenant, Mode::Live);
    let held = shop.house.reserve(&asked).await;
    assert!(matches!(held, Reserved::Held { .. }), "{held:?}");
    shop.house
        .witness
        .register(asked.charge, tenant, Mode::Live);
    let settled = shop
        .house
        .gateway
        .settle("r", asked.charge, Verdict::Registered);
    settled.await.unwrap();
    asked.charge
}

/// A tenant that used its trial and three units of a bundle whose money then went back; the payment intent.
async fn owing(shop: &Shop, debt: (Option<bool>, Option<bool>)) -> (TenantId, String) {
    let tenant = TenantId::generate();
    shop.house.tell(&told(tenant, 1, debt)).await;
    let intent = bought(shop, tenant).await;
    for _ in 0..TRIAL + USED_OF_THE_BUNDLE {
        use_one(shop, tenant).await;
    }
    refund(shop, &intent).await;
    come_to(shop, tenant, [0, 13, 97, 3]).await;
    (tenant, intent)
}

/// Available, used, refunded and owed.
async fn come_to(shop: &Shop, tenant: TenantId, wanted: [i64; 4]) {
    until(&format!("the units are {wanted:?}"), || async {
        let shown = shop.house.balance(tenant, Mode::Live).await;
        let found =
            ["available", "used", "refunded", "debt"].map(|name| shown[name].as_i64().unwrap());
        (found == wanted).then_some(())
    })
    .await;
    let found = shop.house.exactness().await;
    assert_eq!((found.over_sold, found.drift), (Units::ZERO, Units::ZERO));
}

async fn debt_blocks_what_is_new_until_a_purchase_pays_it(kind: StoreKind) {
    let shop = Shop::open(kind, Webhooks::Sent).await;
    let (tenant, first) = owing(&shop, (Some(true), None)).await;
    // Nothing pays as long as nobody set that: a hundred are there, and none is given.
    let second = bought(&shop, tenant).await;
    let asked = reservation(tenant, Mode::Live);
    assert_eq!(
        shop.house.reserve(&asked).await,
        Reserved::Exhausted { held: Units::ZERO }
    );
    let standing = shop.house.gateway.standing("r", tenant, Mode::Live, None);
    let standing = standing.await.unwrap();
    assert_eq!(
        (standing.available, standing.debt, standing.debt_blocks),
        (Units::new(100), Units::new(3), true)
    );
    // The operator lets purchases pay; the daily look has the one that came since do so.
    let settings = told(tenant, 2, (Some(true), Some(true)));
    shop.house.tell(&settings).await;
    shop.house.clock.advance(Duration::from_hours(24));
    come_to(&shop, tenant, [97, 13, 100, 0]).await;
    use_one(&shop, tenant).await;
    // The money of what paid goes back too: all that was used of both is owed.
    refund(&shop, &second).await;
    come_to(&shop, tenant, [0, 14, 196, 4]).await;
    // The first payment stays after all, and pays what it paid for.
    let refunds = shop
        .listed(&format!("/v1/refunds?payment_intent={first}"))
        .await;
    let id = refunds[0]["id"].as_str().unwrap();
    shop.by_hand(&format!("/sandbox/refunds/{id}/fail"), &[])
        .await;
    come_to(&shop, tenant, [100, 14, 96, 4]).await;
}

async fn a_purchase_pays_at_once_where_it_is_to_and_only_what_came_before_it(kind: StoreKind) {
    let shop = Shop::open(kind, Webhooks::Sent).await;
    let (tenant, _) = owing(&shop, (None, Some(true))).await;
    let second = bought(&shop, tenant).await;
    come_to(&shop, tenant, [97, 13, 100, 0]).await;
    let third = bought(&shop, tenant).await;
    use_one(&shop, tenant).await;
    come_to(&shop, tenant, [196, 14, 100, 0]).await;
    // The third was bought before the second's money went back: it pays nothing of that.
    refund(&shop, &second).await;
    come_to(&shop, tenant, [100, 14, 196, 4]).await;
    refund(&shop, &third).await;
    come_to(&shop, tenant, [0, 14, 296, 4]).await;
    bought(&shop, tenant).await;
    come_to(&shop, tenant, [96, 14, 300, 0]).await;
}

async fn debt_is_a_number_and_no_more_unless_somebody_says_so(kind: StoreKind) {
    let shop = Shop::open(kind, Webhooks::Sent).await;
    let (tenant, _) = owing(&shop, (None, None)).await;
    bought(&shop, tenant).await;
    come_to(&shop, tenant, [100, 13, 97, 3]).await;
    use_one(&shop, tenant).await;
    come_to(&shop, tenant, [99, 14, 97, 3]).await;
}

macro_rules! on_both {
    ($($name:ident)*) => {
        mod on_sqlite { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name(super::StoreKind::Sqlite).await; })* }
        mod on_postgres { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name(super::StoreKind::Postgres).await; })* }
    };
}
on_both! {
    debt_blocks_what_is_new_until_a_purchase_pays_it
    a_purchase_pays_at_once_where_it_is_to_and_only_what_came_before_it
    debt_is_a_number_and_no_more_unless_somebody_says_so
}
