//! What a receipt promises: a repeat costs nothing and is answered to the byte, and a rotated key draws on one balance.

use e2e::{Admin, Integrator};
use reqwest::Method;
use serde_json::json;
use test_kit::Shape;

use crate::samples::pdf;
use crate::stack;

#[tokio::test]
async fn a_repeat_is_answered_to_the_byte_and_costs_nothing() {
    let stack = stack(Shape::OneSqlite).start().await;
    let admin = Admin::with_active_api(&stack, "owner@tatra.example").await;
    let client = admin.integrator("live").await;
    let body = Integrator::create_body(&pdf("Contract"));

    let first = client.create(&body, Some("k1")).await.unwrap();
    let again = client.create(&body, Some("k1")).await.unwrap();
    assert_eq!(again.body, first.body);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.header("charge-id"), first.header("charge-id"));
    assert_eq!(again.header("charge-state"), "committed");
    assert_eq!(again.header("balance-remaining"), "9");

    let other = client
        .create(&Integrator::create_body(&pdf("Another")), Some("k1"))
        .await
        .unwrap();
    assert_eq!(
        (other.status.as_u16(), other.message().as_str()),
        (409, "err.idempotency.mismatch")
    );

    let bad = Integrator::create_body(b"no pdf");
    let refused = client.create(&bad, Some("k2")).await.unwrap();
    assert_eq!(
        (refused.status.as_u16(), refused.header("charge-state")),
        (400, "released")
    );
    let refused_again = client.create(&bad, Some("k2")).await.unwrap();
    assert_eq!(refused_again.body, refused.body);
    assert_eq!(
        refused_again.header("charge-id"),
        refused.header("charge-id")
    );
    assert_eq!(admin.balance("live").await["available"], 9);
    stack.stop().await;
}

#[tokio::test]
async fn two_keys_overlap_on_one_balance_until_the_old_one_is_revoked() {
    let stack = stack(Shape::OneSqlite).start().await;
    let admin = Admin::with_active_api(&stack, "owner@tatra.example").await;
    let order = json!({ "name": "shop", "mode": "live" });
    let made: serde_json::Value = admin
        .call(Method::POST, "/api/tenant/api-keys", &order)
        .await
        .json()
        .await
        .unwrap();
    let id = made["key"]["id"].as_str().unwrap();
    let path = format!("/api/tenant/api-keys/{id}/rotations");
    let rotated: serde_json::Value = admin
        .call(Method::POST, &path, &json!({ "overlapSeconds": 3600 }))
        .await
        .json()
        .await
        .unwrap();
    let body = Integrator::create_body(&pdf("Contract"));
    let old = Integrator::new(stack.api(), made["secret"].as_str().unwrap());
    let new = Integrator::new(stack.api(), rotated["secret"].as_str().unwrap());
    assert_eq!(
        old.create(&body, None)
            .await
            .unwrap()
            .header("balance-remaining"),
        "9"
    );
    assert_eq!(
        new.create(&body, None)
            .await
            .unwrap()
            .header("balance-remaining"),
        "8"
    );

    assert_eq!(
        admin
            .call(
                Method::DELETE,
                &format!("/api/tenant/api-keys/{id}"),
                &json!(null)
            )
            .await
            .status(),
        204
    );
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    assert_eq!(
        old.create(&body, None).await.unwrap().status,
        401,
        "in force within a second"
    );
    assert_eq!(new.create(&body, None).await.unwrap().status, 200);
    stack.stop().await;
}
