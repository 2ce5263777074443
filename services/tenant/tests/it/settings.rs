use domain::{TenantChanged, TenantSettings};
use internal_auth::{Caller, ServiceName};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use test_kit::Receiver;

use crate::world::{Answer, KEY, On, World};

const PATH: &str = "/internal/operator/tenants/tatra/settings";

async fn set(world: &World, settings: &[(&str, &str)]) -> Answer {
    let set: Vec<Value> = settings
        .iter()
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect();
    let body = Some(json!({ "set": set }));
    world
        .call(&Caller::Operator, Method::PATCH, PATH, body)
        .await
}

fn value(answer: &Answer, name: &str) -> String {
    let items = answer.body["items"].as_array().unwrap();
    let item = items.iter().find(|item| item["name"] == name).unwrap();
    item["value"].as_str().unwrap().to_owned()
}

/// What the log says of settings, oldest first.
async fn logged(world: &World, owner: &Caller) -> Vec<String> {
    let log = world.get(owner, "/api/tenant/audit-log").await.body;
    let items = log["items"].as_array().unwrap();
    let mut lines: Vec<_> = items
        .iter()
        .filter(|item| item["act"] == "setting.changed")
        .map(|item| {
            assert_eq!(
                (&item["actor"], &item["from"]),
                (&json!("operator"), &json!("192.0.2.7"))
            );
            item["subject"].as_str().unwrap().to_owned()
        })
        .collect();
    lines.reverse();
    lines
}

#[rstest]
#[case::sqlite(On::Sqlite)]
#[case::postgres(On::Postgres)]
#[tokio::test]
async fn what_an_operator_sets_is_kept_logged_and_told(#[case] on: On) {
    let signing = Receiver::start();
    let subscribers = vec![(ServiceName::Signing, signing.url("/").parse().unwrap())];
    let world = World::start_with(on, "http://localhost:8081", subscribers).await;
    let owner = world.owner("jana@tatra.sk").await;
    world.activate(&owner, KEY).await;
    let shown = world.get(&Caller::Operator, PATH).await;
    assert_eq!(shown.body["title"], "Tatra (tatra)");
    assert_eq!(value(&shown, "keep-signed-days"), "10");

    let wanted = [
        ("zone", "europe/kyiv"),
        ("keep-signed-days", "90"),
        ("frame-hosts", "https://crm.tatra.sk"),
        ("https-callbacks-only", "on"),
        ("max-file-bytes", "20000000"),
        ("requests-per-second", "7"),
        ("burst", "9"),
    ];
    let answer = set(&world, &wanted).await;
    assert_eq!(
        (answer.status, value(&answer, "zone").as_str()),
        (200, "Europe/Kyiv")
    );
    assert_eq!(world.get(&Caller::Operator, PATH).await.body, answer.body);
    let lines = logged(&world, &owner).await;
    assert_eq!(lines.len(), wanted.len());
    assert_eq!(
        lines[..2],
        [
            "zone: Europe/Bratislava -> Europe/Kyiv",
            "keep-signed-days: 10 -> 90"
        ]
    );
    let me = world.get(&owner, "/api/tenant/me").await.body;
    assert_eq!(me["tenant"]["zone"], "Europe/Kyiv");

    let told = signing
        .wait_for(3, std::time::Duration::from_secs(20))
        .await;
    let event: TenantChanged = serde_json::from_value(told[2].json()).unwrap();
    assert_eq!(
        (event.version, event.zone.as_str(), event.max_file_bytes),
        (3, "Europe/Kyiv", 20_000_000)
    );
    let expected = TenantSettings {
        keep_signed_days: 90,
        https_callbacks_only: true,
        frame_hosts: vec!["https://crm.tatra.sk".to_owned()],
        ..TenantSettings::default()
    };
    assert_eq!(event.settings, expected);

    let answer = set(&world, &[("zone", "default"), ("keep-signed-days", "10")]).await;
    assert_eq!(value(&answer, "zone"), "Europe/Bratislava");
    assert_eq!(value(&answer, "burst"), "9", "what was not named stays");
    assert_eq!(logged(&world, &owner).await.len(), wanted.len() + 2);
}

#[tokio::test]
async fn either_all_is_set_or_nothing_and_everything_wrong_is_named() {
    let world = World::start(On::Sqlite).await;
    let owner = world.owner("jana@tatra.sk").await;
    let before = world.get(&Caller::Operator, PATH).await.body;
    let wanted = [
        ("zone", "Europe/Kyiv"),
        ("keep-signed-days", "0"),
        ("colour", "red"),
    ];
    let refused = set(&world, &wanted).await;
    assert_eq!((refused.status, refused.code()), (400, "err.invalid.field"));
    assert_eq!(refused.body["value"], json!(["keep-signed-days", "colour"]));
    assert_eq!(
        refused.body["detail"],
        "Nothing was set. keep-signed-days: wants a whole number from 1 to 3650, got \"0\"; colour: there is no such setting."
    );
    assert_eq!(world.get(&Caller::Operator, PATH).await.body, before);
    assert!(logged(&world, &owner).await.is_empty());
    let nobody = "/internal/operator/tenants/nobody/settings";
    assert_eq!(
        world.get(&Caller::Operator, nobody).await.code(),
        "err.not.found"
    );
}

#[tokio::test]
async fn what_is_set_already_changes_nothing() {
    let world = World::start(On::Sqlite).await;
    let owner = world.owner("jana@tatra.sk").await;
    set(&world, &[("burst", "9")]).await;
    let head = world
        .client()
        .api_key_changes("r1", -1)
        .await
        .unwrap()
        .position;
    assert_eq!(set(&world, &[("burst", "9")]).await.status, 200);
    let again = world
        .client()
        .api_key_changes("r1", -1)
        .await
        .unwrap()
        .position;
    assert_eq!((head, logged(&world, &owner).await.len()), (again, 1));
}

#[rstest]
#[case::sqlite(On::Sqlite)]
#[case::postgres(On::Postgres)]
#[tokio::test]
async fn gateways_are_told_to_look_again_and_find_the_rates_of_the_tenant(#[case] on: On) {
    let world = World::start(on).await;
    let owner = world.owner("jana@tatra.sk").await;
    world.activate(&owner, KEY).await;
    let made = world.create_key(&owner, "K", "live").await.body;
    let public_id = made["key"]["publicId"].as_str().unwrap().parse().unwrap();
    let client = world.client();
    let record = async || client.api_key("r1", &public_id).await.unwrap().unwrap();
    let before = record().await;
    assert_eq!(
        (before.rate_per_second, before.burst),
        (None, None),
        "the gateway's own"
    );
    assert_eq!(before.max_file_bytes, Some(10_000_000));
    let head = client.api_key_changes("r1", -1).await.unwrap().position;

    let wanted = [
        ("requests-per-second", "7"),
        ("burst", "9"),
        ("max-file-bytes", "20000000"),
    ];
    set(&world, &wanted).await;
    let changes = client.api_key_changes("r1", head).await.unwrap();
    assert_eq!(changes.tenants, [owner.tenant().unwrap()]);
    let after = record().await;
    assert_eq!((after.rate_per_second, after.burst), (Some(7), Some(9)));
    assert_eq!(after.max_file_bytes, Some(20_000_000));
}

#[tokio::test]
async fn a_key_may_have_rates_of_its_own() {
    let world = World::start(On::Sqlite).await;
    let owner = world.owner("jana@tatra.sk").await;
    world.activate(&owner, KEY).await;
    let made = world.create_key(&owner, "K", "live").await.body;
    let public_id = made["key"]["publicId"].as_str().unwrap();
    let path = format!("/internal/operator/api-keys/{public_id}/settings");
    set(&world, &[("requests-per-second", "7"), ("burst", "9")]).await;
    let set_own = async |name: &str, value: &str| {
        let body = json!({"set": [{"name": name, "value": value}]});
        world
            .call(&Caller::Operator, Method::PATCH, &path, Some(body))
            .await
    };
    let answer = set_own("burst", "40").await;
    assert_eq!(answer.body["title"], format!("K (live, {public_id})"));
    assert_eq!(
        (
            value(&answer, "requests-per-second"),
            value(&answer, "burst")
        ),
        ("tenant".to_owned(), "40".to_owned())
    );
    assert_eq!(world.get(&Caller::Operator, &path).await.body, answer.body);
    assert_eq!(
        set_own("zone", "UTC").await.code(),
        "err.invalid.field",
        "a key has none"
    );
    assert_eq!(set_own("burst", "0").await.code(), "err.invalid.field");
    let client = world.client();
    let id = public_id.parse().unwrap();
    let record = client.api_key("r1", &id).await.unwrap().unwrap();
    assert_eq!((record.rate_per_second, record.burst), (Some(7), Some(40)));
    let line = format!("K ({public_id}), burst: tenant -> 40");
    assert_eq!(logged(&world, &owner).await.last(), Some(&line));
    set_own("burst", "default").await;
    let record = client.api_key("r1", &id).await.unwrap().unwrap();
    assert_eq!((record.rate_per_second, record.burst), (Some(7), Some(9)));
    let unknown = "/internal/operator/api-keys/0123456789abcdef/settings";
    assert_eq!(
        world.get(&Caller::Operator, unknown).await.code(),
        "err.not.found"
    );
}
