use client_tenant::KeyUse;
use domain::{ApiKey, ApiKeyHash, ApiState, Clock as _, Mode, Pepper, PublicKeyId, Role, Scope};
use internal_auth::Caller;
use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{KEY, On, World, in_role, master};

fn id(answer: &Value) -> String {
    answer["key"]["id"].as_str().unwrap().to_owned()
}

fn public_id(answer: &Value) -> PublicKeyId {
    PublicKeyId::parse(answer["key"]["publicId"].as_str().unwrap()).unwrap()
}

#[rstest]
#[case::sqlite(On::Sqlite)]
#[case::postgres(On::Postgres)]
#[tokio::test]
async fn a_key_is_shown_once_and_stored_as_a_hash(#[case] on: On) {
    let world = World::start(on).await;
    let owner = world.owner("jana@tatra.sk").await;
    let created = world.create_key(&owner, "Backend", "test").await;
    assert_eq!(created.status, 201);
    let plain = ApiKey::parse(created.body["secret"].as_str().unwrap()).unwrap();
    assert_eq!(created.body["key"]["state"], "active");
    assert_eq!(created.body["key"]["lastFour"], plain.last_four());

    let record = world
        .client()
        .api_key("r1", plain.public_id())
        .await
        .unwrap()
        .unwrap();
    let stored = ApiKeyHash::parse_hex(&record.hash).unwrap();
    assert!(stored == plain.hash(&Pepper::current(&master())));
    assert_eq!(record.scopes, Scope::ALL);
    assert_eq!(record.mode, Mode::Test);
    assert_eq!(record.slug.as_str(), "tatra");
    assert_eq!(record.api, ApiState::Inactive);

    let list = world.get(&owner, "/api/tenant/api-keys?mode=test").await;
    assert!(!list.body.to_string().contains(plain.reveal()));
    assert_eq!(list.body["items"][0]["name"], "Backend");
    let live = world.get(&owner, "/api/tenant/api-keys?mode=live").await;
    assert_eq!(live.body, json!({"items": []}));
}

#[rstest]
#[case::sqlite(On::Sqlite)]
#[case::postgres(On::Postgres)]
#[tokio::test]
async fn a_rotated_key_works_until_the_overlap_is_over(#[case] on: On) {
    let world = World::start(on).await;
    let owner = world.owner("jana@tatra.sk").await;
    let old = world.create_key(&owner, "Backend", "test").await.body;
    let path = format!("/api/tenant/api-keys/{}/rotations", id(&old));
    let rotated = world
        .post(&owner, &path, json!({"overlapSeconds": 3600}))
        .await;
    assert_eq!(rotated.status, 201);
    let new = &rotated.body;
    assert_eq!(new["old"]["rotatedTo"], new["key"]["id"]);
    assert_eq!(new["old"]["state"], "expiring");
    let record = world
        .client()
        .api_key("r1", &public_id(&old))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        record
            .expires_at
            .unwrap()
            .since(world.clock.now())
            .as_secs(),
        3600
    );
    assert!(ApiKey::parse(new["secret"].as_str().unwrap()).is_ok());

    let again = world
        .post(&owner, &path, json!({"overlapSeconds": 0}))
        .await;
    assert_eq!((again.status, again.code()), (409, "err.key.not.active"));
    world.pass(3600);
    let list = world.get(&owner, "/api/tenant/api-keys").await.body;
    assert_eq!(list["items"][0]["state"], "active");
    assert_eq!(list["items"][1]["state"], "expired");
}

#[rstest]
#[case::sqlite(On::Sqlite)]
#[case::postgres(On::Postgres)]
#[tokio::test]
async fn each_change_of_a_key_is_a_line_of_the_feed_in_commit_order(#[case] on: On) {
    let world = World::start(on).await;
    let client = world.client();
    let jana = world.owner("jana@tatra.sk").await;
    let peter = world.owner("peter@fatra.sk").await;
    let start = client.api_key_changes("r1", -1).await.unwrap().position;

    let key = world.create_key(&jana, "A", "test").await.body;
    let first = client.api_key_changes("r1", start).await.unwrap();
    assert_eq!(first.tenants, [jana.tenant().unwrap()]);
    assert_eq!(first.position, start + 1);

    world.create_key(&peter, "B", "test").await;
    world
        .delete(&jana, &format!("/api/tenant/api-keys/{}", id(&key)))
        .await;
    let changes = client.api_key_changes("r1", first.position).await.unwrap();
    assert_eq!(
        changes.tenants,
        [peter.tenant().unwrap(), jana.tenant().unwrap()]
    );
    assert_eq!((changes.position, changes.more), (start + 3, false));
    let none = client
        .api_key_changes("r1", changes.position)
        .await
        .unwrap();
    assert_eq!((none.position, none.tenants), (start + 3, vec![]));

    let burst = (0..5).map(|_| world.create_key(&jana, "C", "test"));
    futures_util::future::join_all(burst).await;
    let after = client.api_key_changes("r1", start + 3).await.unwrap();
    assert_eq!(
        after.position,
        start + 8,
        "no position is lost or given twice"
    );
}

#[tokio::test]
async fn a_revoked_key_is_revoked_at_once_and_stays_so() {
    let world = World::start(On::Sqlite).await;
    let owner = world.owner("jana@tatra.sk").await;
    let key = world.create_key(&owner, "Backend", "test").await.body;
    let path = format!("/api/tenant/api-keys/{}", id(&key));
    assert_eq!(world.delete(&owner, &path).await.status, 204);
    assert_eq!(world.delete(&owner, &path).await.status, 204);
    let record = world
        .client()
        .api_key("r1", &public_id(&key))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(record.revoked_at, Some(world.clock.now()));
    let rotation = format!("{path}/rotations");
    let answer = world
        .post(&owner, &rotation, json!({"overlapSeconds": 0}))
        .await;
    assert_eq!((answer.status, answer.code()), (409, "err.key.not.active"));
}

#[tokio::test]
async fn a_strangers_key_is_as_missing_as_one_that_never_was() {
    let world = World::start(On::Sqlite).await;
    let jana = world.owner("jana@tatra.sk").await;
    let peter = world.owner("peter@fatra.sk").await;
    let key = world.create_key(&jana, "Backend", "test").await.body;
    let hers = format!("/api/tenant/api-keys/{}", id(&key));
    let none = format!("/api/tenant/api-keys/{}", domain::ApiKeyId::generate());
    let broken = "/api/tenant/api-keys/nonsense".to_owned();
    let mut bodies = Vec::new();
    for path in [hers, none, broken] {
        let answer = world.delete(&peter, &path).await;
        assert_eq!(answer.status, 404);
        bodies.push(answer.body);
        let rotation = format!("{path}/rotations");
        let answer = world
            .post(&peter, &rotation, json!({"overlapSeconds": 0}))
            .await;
        assert_eq!(answer.status, 404);
        bodies.push(answer.body);
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
    assert_eq!(
        world.get(&peter, "/api/tenant/api-keys").await.body,
        json!({"items": []})
    );
    let unknown = PublicKeyId::parse("0123456789abcdef").unwrap();
    assert!(
        world
            .client()
            .api_key("r1", &unknown)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_live_key_needs_an_active_api() {
    let world = World::start(On::Sqlite).await;
    let owner = world.owner("jana@tatra.sk").await;
    let early = world.create_key(&owner, "Backend", "live").await;
    assert_eq!((early.status, early.code()), (403, "err.api.not.active"));
    world.activate(&owner, KEY).await;
    let key = world.create_key(&owner, "Backend", "live").await;
    assert_eq!(key.status, 201);
    let record = world
        .client()
        .api_key("r1", &public_id(&key.body))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(record.api, ApiState::Active);
}

#[tokio::test]
async fn roles_manage_read_or_do_neither() {
    let world = World::start(On::Sqlite).await;
    let owner = world.owner("jana@tatra.sk").await;
    let cases = [
        (Role::Owner, 201, 200),
        (Role::Admin, 201, 200),
        (Role::Developer, 201, 200),
        (Role::Viewer, 403, 200),
        (Role::Billing, 403, 403),
    ];
    for (role, create, list) in cases {
        let caller = in_role(&owner, role);
        assert_eq!(
            world.create_key(&caller, "K", "test").await.status,
            create,
            "{role}"
        );
        assert_eq!(
            world.get(&caller, "/api/tenant/api-keys").await.status,
            list,
            "{role}"
        );
    }
    let answer = world.create_key(&Caller::Nobody, "K", "test").await;
    assert_eq!((answer.status, answer.code()), (401, "err.session.ended"));
}

#[tokio::test]
async fn a_key_that_makes_no_sense_is_refused() {
    let world = World::start(On::Sqlite).await;
    let owner = world.owner("jana@tatra.sk").await;
    let past = world.clock.now().millis() - 1;
    for body in [
        json!({"name": "", "mode": "test"}),
        json!({"name": "K", "mode": "both"}),
        json!({"name": "K", "mode": "test", "scopes": []}),
        json!({"name": "K", "mode": "test", "scopes": ["everything"]}),
        json!({"name": "K", "mode": "test", "expiresAt": past}),
    ] {
        let answer = world
            .post(&owner, "/api/tenant/api-keys", body.clone())
            .await;
        assert_eq!(
            (answer.status, answer.code()),
            (400, "err.invalid.field"),
            "{body}"
        );
    }
}

#[rstest]
#[case::sqlite(On::Sqlite)]
#[case::postgres(On::Postgres)]
#[tokio::test]
async fn of_two_uses_the_later_is_kept(#[case] on: On) {
    let world = World::start(on).await;
    let owner = world.owner("jana@tatra.sk").await;
    let key = world.create_key(&owner, "Backend", "test").await.body;
    let used = |millis: i64, address: &str| KeyUse {
        key: id(&key).parse().unwrap(),
        at: domain::Timestamp::from_millis(millis),
        address: address.to_owned(),
    };
    let client = world.client();
    let uses = vec![used(2_000, "192.0.2.2"), used(1_000, "192.0.2.1")];
    client.record_uses("r1", uses).await.unwrap();
    client
        .record_uses("r1", vec![used(1_500, "192.0.2.3")])
        .await
        .unwrap();
    let list = world.get(&owner, "/api/tenant/api-keys").await.body;
    assert_eq!(list["items"][0]["lastUsedAt"], 2_000);
    assert_eq!(list["items"][0]["lastUsedFrom"], "192.0.2.2");
}
