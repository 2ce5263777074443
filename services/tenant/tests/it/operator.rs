use client_tenant::{CallError, DemoTenant};
use domain::{ApiKey, ApiState, Mode};
use internal_auth::{Caller, ServiceName};
use rstest::rstest;

use crate::world::{KEY, OTHER_KEY, On, World, caller_of};

fn demo(key: &ApiKey) -> DemoTenant {
    DemoTenant {
        email: "demo@okdokument.test".to_owned(),
        password: "demo password".to_owned(),
        test_key: key.reveal().to_owned(),
        public_key: KEY.to_owned(),
    }
}

#[rstest]
#[case::sqlite(On::Sqlite)]
#[case::postgres(On::Postgres)]
#[tokio::test]
async fn the_demo_twice_is_the_demo_once(#[case] on: On) {
    let world = World::start(on).await;
    let client = world.client();
    let key = ApiKey::generate(Mode::Test);
    client.put_demo("r1", &demo(&key)).await.unwrap();
    let head = client.api_key_changes("r1", -1).await.unwrap().position;
    client.put_demo("r1", &demo(&key)).await.unwrap();
    let again = client.api_key_changes("r1", -1).await.unwrap().position;
    assert_eq!(head, again, "the second changes nothing");

    let me = world.sign_in("demo@okdokument.test", "demo password").await;
    assert_eq!(me.status, 200);
    assert_eq!(me.body["tenant"]["slug"], "demo");
    assert_eq!(me.body["tenant"]["name"], "Demo");
    let record = client
        .api_key("r1", key.public_id())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((record.mode, record.api), (Mode::Test, ApiState::Active));
    let keys = world
        .get(&caller_of(&me.body), "/api/tenant/api-keys")
        .await
        .body;
    assert_eq!(keys["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_changed_demo_is_put_right() {
    let world = World::start(On::Sqlite).await;
    let client = world.client();
    client
        .put_demo("r1", &demo(&ApiKey::generate(Mode::Test)))
        .await
        .unwrap();
    let second = ApiKey::generate(Mode::Test);
    let changed = DemoTenant {
        password: "another password".to_owned(),
        public_key: OTHER_KEY.to_owned(),
        ..demo(&second)
    };
    client.put_demo("r1", &changed).await.unwrap();
    let old = world.sign_in("demo@okdokument.test", "demo password").await;
    assert_eq!(old.code(), "err.sign.in.failed");
    let me = world
        .sign_in("demo@okdokument.test", "another password")
        .await;
    assert_eq!(me.body["tenant"]["slug"], "demo");
    assert!(
        client
            .api_key("r1", second.public_id())
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test]
async fn the_demos_key_is_a_test_key() {
    let world = World::start(On::Sqlite).await;
    let refused = world
        .client()
        .put_demo("r1", &demo(&ApiKey::generate(Mode::Live)))
        .await;
    assert!(matches!(
        refused,
        Err(CallError::Refused { status: 400, .. })
    ));
}

#[tokio::test]
async fn mail_is_shown_to_the_operator_page_by_page() {
    let world = World::start(On::Sqlite).await;
    for number in 0..52 {
        world.sign_up(&format!("m{number}@tatra.sk"), "Tatra").await;
    }
    let first = world.client().messages("r1", None).await.unwrap();
    assert_eq!(first.items.len(), 50);
    assert_eq!(first.items[0].to.as_str(), "m51@tatra.sk");
    let second = world.client().messages("r1", first.next).await.unwrap();
    assert_eq!((second.items.len(), second.next), (2, None));

    let path = "/internal/operator/messages";
    assert_eq!(world.get(&Caller::Operator, path).await.status, 200);
    let signing = Caller::Service {
        name: ServiceName::Signing,
    };
    assert_eq!(world.get(&signing, path).await.code(), "err.forbidden");
}
