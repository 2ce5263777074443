use std::time::Duration;

use domain::{ApiState, TenantChanged};
use internal_auth::{Caller, ServiceName, Verifier};
use reqwest::Method;
use rstest::rstest;
use test_kit::{Callback, Receiver};

use crate::world::{KEY, On, World, master};

const PATIENCE: Duration = Duration::from_secs(20);

fn event(callback: &Callback) -> TenantChanged {
    serde_json::from_value(callback.json()).unwrap()
}

/// Retries are due by the world's clock, which stands still unless it is moved.
async fn wait_for(world: &World, receiver: &Receiver, count: usize) -> Vec<Callback> {
    for _ in 0..400 {
        if count <= receiver.callbacks().len() {
            break;
        }
        world.pass(1);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    receiver.wait_for(count, PATIENCE).await
}

#[rstest]
#[case::sqlite(On::Sqlite)]
#[case::postgres(On::Postgres)]
#[tokio::test]
async fn every_change_reaches_both_subscribers_in_order_even_if_one_was_down(#[case] on: On) {
    let (billing, signing) = (Receiver::start(), Receiver::start());
    let at = |receiver: &Receiver| receiver.url("/").parse().unwrap();
    let subscribers = vec![
        (ServiceName::Billing, at(&billing)),
        (ServiceName::Signing, at(&signing)),
    ];
    signing.refuse_next(2);
    let world = World::start_with(on, "http://localhost:8081", subscribers).await;
    let owner = world.owner("jana@tatra.sk").await;
    world.activate(&owner, KEY).await;

    let told = wait_for(&world, &billing, 2).await;
    assert_eq!(told[0].target, "/internal/events");
    let (created, activated) = (event(&told[0]), event(&told[1]));
    assert_eq!((created.version, created.api), (1, ApiState::Inactive));
    assert_eq!((activated.version, activated.api), (2, ApiState::Active));
    assert_eq!(activated.tenant, owner.tenant().unwrap());
    assert_eq!(activated.public_key.as_deref(), Some(KEY));
    assert!(activated.activated_at.is_some());
    let token = &told[0].headers[internal_auth::HEADER];
    let claims = Verifier::new(ServiceName::Billing, &master())
        .verify(token)
        .unwrap();
    assert_eq!(claims.issuer(), ServiceName::Tenant);

    let told = wait_for(&world, &signing, 4).await;
    let versions: Vec<_> = told
        .iter()
        .map(|callback| event(callback).version)
        .collect();
    assert_eq!(versions, [1, 1, 1, 2], "the second waits for the first");
    assert_eq!(event(&told[3]), activated);
}

#[tokio::test]
async fn a_suspension_is_told_and_taken_back() {
    let billing = Receiver::start();
    let subscribers = vec![(ServiceName::Billing, billing.url("/").parse().unwrap())];
    let world = World::start_with(On::Sqlite, "http://localhost:8081", subscribers).await;
    let owner = world.owner("jana@tatra.sk").await;
    let path = format!(
        "/internal/operator/tenants/{}/suspension",
        owner.tenant().unwrap()
    );
    let suspend = async || {
        world
            .call(&Caller::Operator, Method::PUT, &path, None)
            .await
    };
    assert_eq!(
        suspend().await.code(),
        "err.api.not.active",
        "never activated"
    );
    world.activate(&owner, KEY).await;
    let head = world
        .client()
        .api_key_changes("r1", -1)
        .await
        .unwrap()
        .position;

    assert_eq!(suspend().await.status, 204);
    let me = world.get(&owner, "/api/tenant/me").await;
    assert_eq!(me.body["tenant"]["apiState"], "suspended");
    let changes = world.client().api_key_changes("r1", head).await.unwrap();
    assert_eq!(changes.tenants, [owner.tenant().unwrap()]);
    let answer = world.create_key(&owner, "K", "live").await;
    assert_eq!(answer.code(), "err.api.not.active");
    assert_eq!(world.delete(&Caller::Operator, &path).await.status, 204);

    let told = wait_for(&world, &billing, 4).await;
    let states: Vec<_> = told.iter().map(|callback| event(callback).api).collect();
    assert_eq!(
        states,
        [
            ApiState::Inactive,
            ApiState::Active,
            ApiState::Suspended,
            ApiState::Active
        ]
    );
}
