use domain::Role;
use rstest::rstest;
use serde_json::json;

use crate::world::{KEY, OTHER_KEY, On, World, in_role};

#[rstest]
#[case::sqlite(On::Sqlite)]
#[case::postgres(On::Postgres)]
#[tokio::test]
async fn the_api_is_activated_once(#[case] on: On) {
    let world = World::start(on).await;
    let owner = world.owner("jana@tatra.sk").await;
    let first = world.activate(&owner, KEY).await;
    assert_eq!(first.status, 200);
    assert_eq!(first.body["tenant"]["apiState"], "active");
    assert_eq!(first.body["tenant"]["keepRawInk"], true);
    assert_eq!(
        world.activate(&owner, KEY).await.status,
        200,
        "the same again"
    );
    let other = world.activate(&owner, OTHER_KEY).await;
    assert_eq!((other.status, other.code()), (409, "err.already.active"));
    let me = world.get(&owner, "/api/tenant/me").await;
    assert_eq!(me.body["tenant"]["apiState"], "active");

    let log = world.get(&owner, "/api/tenant/audit-log").await.body;
    let acts: Vec<_> = log["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["act"])
        .collect();
    assert_eq!(acts, ["api.activated", "session.started", "tenant.created"]);
    assert_eq!(log["items"][0]["actor"], "jana@tatra.sk");
    assert_eq!(log["items"][0]["from"], "192.0.2.7");
}

#[tokio::test]
async fn old_terms_and_unfit_keys_do_not_activate() {
    let world = World::start(On::Sqlite).await;
    let owner = world.owner("jana@tatra.sk").await;
    let old = json!({"termsVersion": "2025-01", "keepRawInk": false, "publicKey": KEY});
    let answer = world.post(&owner, "/api/tenant/activation", old).await;
    assert_eq!((answer.status, answer.code()), (400, "err.invalid.field"));
    assert_eq!(answer.body["value"], "2026-11");
    for key in [
        "",
        include_str!("../keys/rsa-2048.pem"),
        include_str!("../keys/p256.pem"),
    ] {
        let answer = world.activate(&owner, key).await;
        assert_eq!(
            (answer.status, answer.code()),
            (400, "err.invalid.public.key")
        );
    }
    let me = world.get(&owner, "/api/tenant/me").await;
    assert_eq!(me.body["tenant"]["apiState"], "inactive");
}

#[tokio::test]
async fn only_owners_and_admins_activate() {
    let world = World::start(On::Sqlite).await;
    let owner = world.owner("jana@tatra.sk").await;
    for role in [Role::Developer, Role::Billing, Role::Viewer] {
        let answer = world.activate(&in_role(&owner, role), KEY).await;
        assert_eq!((answer.status, answer.code()), (403, "err.forbidden"));
    }
    assert_eq!(
        world
            .activate(&in_role(&owner, Role::Admin), KEY)
            .await
            .status,
        200
    );
}
