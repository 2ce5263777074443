use std::path::Path;

use domain::{
    ApiState, Clock as _, EventId, ManualClock, Mode, SignatureRequestId, TenantChanged, TenantId,
    TenantSettings, TenantSlug,
};
use serde_json::{Value, json};
use store_kit::StoreUrl;

use super::*;
use crate::desk::own;
use crate::signature_request::NotNow;
use crate::store::messages::Kind;
use crate::{document, order, signature_request};

const SIGNER: &str = "jana@tatra.sk";
const SENDER: &str = "office@tatra.sk";

/// A service on a store, at a time, for one tenant.
struct World {
    folder: tempfile::TempDir,
    store: StoreUrl,
    clock: ManualClock,
    desk: Arc<Desk>,
    owner: Owner,
}

fn moment(text: &str) -> Timestamp {
    text.parse::<jiff::Timestamp>().unwrap().into()
}

impl World {
    async fn at(start: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = StoreUrl::SqliteFile(folder.path().join("signing.db"));
        Self::on(folder, store, start).await
    }

    async fn on(folder: tempfile::TempDir, store: StoreUrl, start: &str) -> Self {
        let clock = ManualClock::at(moment(start));
        let desk = own::desk_on(store.clone(), folder.path(), &clock).await;
        let owner = Owner {
            tenant: TenantId::generate(),
            mode: Mode::Live,
        };
        let world = Self {
            folder,
            store,
            clock,
            desk,
            owner,
        };
        world.moves_to("Europe/Bratislava", 1).await;
        world
    }

    async fn another_desk(&self) -> Arc<Desk> {
        let folder: &Path = self.folder.path();
        own::desk_on(self.store.clone(), folder, &self.clock).await
    }

    async fn moves_to(&self, zone: &str, version: i64) {
        let told = TenantChanged {
            event: EventId::generate(),
            tenant: self.owner.tenant,
            version,
            slug: TenantSlug::parse("tatra").unwrap(),
            name: "Tatra Legal".to_owned(),
            api: ApiState::Active,
            activated_at: None,
            keep_raw_ink: false,
            public_key: None,
            zone: zone.to_owned(),
            lang: "en".to_owned(),
            max_file_bytes: domain::DEFAULT_MAX_FILE_BYTES,
            settings: TenantSettings::default(),
        };
        tenant::keep(&self.desk, &told).await.unwrap();
    }

    /// A request with these rules, to be signed until then.
    async fn asks(&self, rules: &str, until: &str) -> SignatureRequestId {
        let more = json!({
            "rules": format!("emailTo-{SIGNER}_emailFrom-{SENDER}_{rules}"),
            "expirationTime": moment(until).millis(),
        });
        own::requested(&self.desk, self.owner, &more).await
    }

    /// Who got what since the last time, when the service looks at that moment.
    async fn told_at(&self, at: &str) -> Vec<(Kind, String)> {
        self.clock.advance(moment(at).since(self.clock.now()));
        let before = self.letters().await.len();
        look(&self.desk).await.unwrap();
        self.letters().await.split_off(before)
    }

    /// All letters but the first that asks for the signature, oldest first.
    async fn letters(&self) -> Vec<(Kind, String)> {
        let db = self.desk.db.reader();
        let mut rows = all_tenants::latest_messages(db, 1_000).await.unwrap();
        rows.sort_by_key(|row| (row.created_at, row.recipient.clone()));
        rows.into_iter()
            .filter(|row| row.kind != Kind::SigningRequest)
            .map(|row| (row.kind, row.recipient))
            .collect()
    }

    async fn moves<F>(&self, id: &SignatureRequestId, act: F)
    where
        F: FnOnce(requests::Model) -> Result<requests::Model, NotNow>,
    {
        let tx = self.desk.db.begin().await.unwrap();
        let request = requests::lock(&*tx, self.owner, id).await.unwrap().unwrap();
        requests::put(&*tx, act(request).unwrap()).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn waiting(&self) -> usize {
        let far = moment("2100-01-01T00:00:00Z");
        let db = self.desk.db.reader();
        let rows = all_tenants::notices_due(db, far, None, 1_000).await;
        rows.unwrap().len()
    }
}

fn both(kind: Kind) -> Vec<(Kind, String)> {
    vec![(kind, SIGNER.to_owned()), (kind, SENDER.to_owned())]
}

#[tokio::test]
async fn signer_and_sender_are_reminded_every_morning_until_it_is_signed() {
    let world = World::at("2026-11-24T12:00:00Z").await;
    let id = world
        .asks("emailNotification", "2026-11-30T12:00:00Z")
        .await;
    assert!(
        world.told_at("2026-11-25T05:59:59Z").await.is_empty(),
        "not before seven"
    );
    assert_eq!(
        world.told_at("2026-11-25T06:00:00Z").await,
        both(Kind::Reminder)
    );
    assert!(world.told_at("2026-11-25T06:00:15Z").await.is_empty());
    assert!(world.told_at("2026-11-25T18:00:00Z").await.is_empty());
    assert_eq!(
        world.told_at("2026-11-26T06:00:00Z").await,
        both(Kind::Reminder)
    );
    let opened = moment("2026-11-26T09:00:00Z");
    world.moves(&id, |request| request.opened(opened)).await;
    assert_eq!(
        world.told_at("2026-11-27T06:00:00Z").await,
        both(Kind::Reminder)
    );
    let signed = moment("2026-11-27T09:00:00Z");
    world
        .moves(&id, |request| {
            request.submitted(String::new())?.sealed(signed)
        })
        .await;
    assert!(world.told_at("2026-11-28T06:00:00Z").await.is_empty());
    assert_eq!(world.waiting().await, 0, "it is not looked at any more");
}

#[tokio::test]
async fn only_the_signer_gets_the_link() {
    let world = World::at("2026-11-24T12:00:00Z").await;
    let id = world
        .asks("emailNotification", "2026-11-30T12:00:00Z")
        .await;
    world.told_at("2026-11-25T06:00:00Z").await;
    let db = world.desk.db.reader();
    let link = requests::find(db, world.owner, &id)
        .await
        .unwrap()
        .unwrap()
        .url;
    for row in all_tenants::latest_messages(db, 2).await.unwrap() {
        let held = row.body.unwrap();
        let body = world.desk.secrets.rows().open(&held, &row.id).unwrap();
        assert_eq!(
            body.contains(&link),
            row.recipient == SIGNER,
            "{}",
            row.recipient
        );
    }
}

#[tokio::test]
async fn mornings_that_were_missed_are_one_reminder() {
    let world = World::at("2026-11-24T12:00:00Z").await;
    world
        .asks("emailNotification", "2026-12-02T12:00:00Z")
        .await;
    assert_eq!(
        world.told_at("2026-11-28T10:59:00Z").await,
        both(Kind::Reminder)
    );
    assert!(
        world.told_at("2026-11-30T11:00:00Z").await.is_empty(),
        "it is noon"
    );
    assert_eq!(
        world.told_at("2026-12-01T06:00:00Z").await,
        both(Kind::Reminder)
    );
}

#[tokio::test]
async fn a_restart_reminds_nobody_twice() {
    let mut world = World::at("2026-11-24T12:00:00Z").await;
    world
        .asks("emailNotification", "2026-11-30T12:00:00Z")
        .await;
    assert_eq!(world.told_at("2026-11-25T06:00:00Z").await.len(), 2);
    world.desk = world.another_desk().await;
    assert!(world.told_at("2026-11-25T06:00:20Z").await.is_empty());
    assert_eq!(world.told_at("2026-11-26T06:00:00Z").await.len(), 2);
}

#[tokio::test]
async fn two_instances_remind_once_on_sqlite() {
    two_instances(World::at("2026-11-24T12:00:00Z").await).await;
}

#[tokio::test]
async fn two_instances_remind_once_on_postgres() {
    let server = test_kit::Postgres::shared().await;
    let store = StoreUrl::Postgres(server.database().await.into());
    let folder = tempfile::tempdir().unwrap();
    two_instances(World::on(folder, store, "2026-11-24T12:00:00Z").await).await;
}

async fn two_instances(world: World) {
    for _ in 0..5 {
        world
            .asks(
                "emailNotification_notificationExpiration",
                "2026-11-26T12:00:00Z",
            )
            .await;
    }
    let other = world.another_desk().await;
    for (at, letters) in [
        ("2026-11-25T06:00:00Z", 10),
        ("2026-11-26T06:00:00Z", 20),
        ("2026-11-26T12:00:00Z", 30),
    ] {
        world.clock.advance(moment(at).since(world.clock.now()));
        let (one, two) = tokio::join!(look(&world.desk), look(&other));
        assert!(one.is_ok() && two.is_ok());
        // One that lost a race it could not wait out looks again.
        look(&world.desk).await.unwrap();
        assert_eq!(world.letters().await.len(), letters, "{at}");
    }
    assert_eq!(world.waiting().await, 0);
}

#[tokio::test]
async fn a_tenant_that_moves_is_reminded_when_it_is_seven_there() {
    let world = World::at("2026-11-24T12:00:00Z").await;
    world
        .asks("emailNotification", "2026-11-30T12:00:00Z")
        .await;
    world.moves_to("Europe/Kyiv", 2).await;
    assert_eq!(
        world.told_at("2026-11-25T05:00:00Z").await,
        both(Kind::Reminder)
    );
    world.moves_to("Europe/Bratislava", 3).await;
    assert!(
        world.told_at("2026-11-25T06:00:00Z").await.is_empty(),
        "it was told that day"
    );
    assert!(world.told_at("2026-11-26T05:00:00Z").await.is_empty());
    assert_eq!(
        world.told_at("2026-11-26T06:00:00Z").await,
        both(Kind::Reminder)
    );
}

#[tokio::test]
async fn both_sides_are_told_once_that_the_link_expired() {
    let world = World::at("2026-11-24T12:00:00Z").await;
    world
        .asks("notificationExpiration", "2026-11-26T12:00:00Z")
        .await;
    let signed = world
        .asks("notificationExpiration", "2026-11-26T12:00:00Z")
        .await;
    world.asks("lang-en", "2026-11-26T12:00:00Z").await;
    world
        .moves(&signed, |request| request.submitted(String::new()))
        .await;
    assert!(world.told_at("2026-11-26T11:59:59Z").await.is_empty());
    assert_eq!(
        world.told_at("2026-11-26T12:00:00Z").await,
        both(Kind::Expired)
    );
    assert!(world.told_at("2026-11-27T12:00:00Z").await.is_empty());
    assert_eq!(world.waiting().await, 0);
}

#[tokio::test]
async fn an_end_that_is_moved_is_told_when_it_comes() {
    let world = World::at("2026-11-24T12:00:00Z").await;
    let id = world
        .asks("notificationExpiration", "2026-11-25T12:00:00Z")
        .await;
    let later = moment("2026-11-27T12:00:00Z").millis();
    let change = |body: Value| {
        let body = body.as_object().unwrap().clone();
        let change = order::change(&body).unwrap();
        signature_request::update(&world.desk, world.owner, id.as_str(), change)
    };
    change(json!({ "expirationTime": later })).await.unwrap();
    assert!(world.told_at("2026-11-25T12:00:00Z").await.is_empty());
    let rules =
        format!("emailTo-{SIGNER}_emailFrom-{SENDER}_emailNotification_notificationExpiration");
    change(json!({ "rules": rules })).await.unwrap();
    assert_eq!(
        world.told_at("2026-11-26T06:00:00Z").await,
        both(Kind::Reminder)
    );
    assert_eq!(
        world.told_at("2026-11-27T06:00:00Z").await,
        both(Kind::Reminder)
    );
    assert_eq!(
        world.told_at("2026-11-27T12:00:00Z").await,
        both(Kind::Expired)
    );
}

#[tokio::test]
async fn of_a_document_that_is_gone_nobody_is_told() {
    let world = World::at("2026-11-24T12:00:00Z").await;
    let id = world
        .asks(
            "emailNotification_notificationExpiration",
            "2026-11-26T12:00:00Z",
        )
        .await;
    let db = world.desk.db.reader();
    let request = requests::find(db, world.owner, &id).await.unwrap().unwrap();
    let by = crate::audit::Actor::Service;
    document::delete(&world.desk, world.owner, request.document.as_str(), &by)
        .await
        .unwrap();
    assert!(world.told_at("2026-11-25T06:00:00Z").await.is_empty());
    assert!(world.told_at("2026-11-26T12:00:00Z").await.is_empty());
}
