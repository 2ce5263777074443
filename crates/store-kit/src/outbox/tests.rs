use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use domain::{Clock as _, ManualClock};
use sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, MigratorTrait, SchemaManager};

use tokio_util::sync::CancellationToken;

use super::*;
use crate::StoreUrl;

struct Migrator;
struct OutboxTable;

impl MigrationName for OutboxTable {
    fn name(&self) -> &'static str {
        "outbox_table"
    }
}

#[async_trait]
impl MigrationTrait for OutboxTable {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_table(manager).await
    }
}

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(OutboxTable)]
    }
}

/// Notes what it was handed and fails as long as it is told to.
#[derive(Default)]
struct Recorder {
    seen: Mutex<Vec<String>>,
    failing: Mutex<bool>,
}

#[async_trait]
impl Deliver for Recorder {
    async fn deliver(&self, message: &Message) -> Outcome {
        if *self.failing.lock().unwrap() {
            return Outcome::Again {
                at: message.created_at.plus(Duration::from_secs(5)),
                error: "no".to_owned(),
            };
        }
        self.seen.lock().unwrap().push(message.payload.clone());
        Outcome::Done
    }
}

async fn store(folder: &tempfile::TempDir) -> Db {
    let db = Db::connect(
        &StoreUrl::SqliteFile(folder.path().join("outbox.db")),
        "test",
    )
    .await
    .unwrap();
    db.migrate::<Migrator>().await.unwrap();
    db
}

async fn write(db: &Db, group: &str, payload: i32, at: Timestamp) {
    let tx = db.begin().await.unwrap();
    let message = Outgoing {
        id: EventId::generate(),
        topic: "event",
        destination: "billing".to_owned(),
        order_group: group.to_owned(),
        payload: payload.into(),
        due_at: at,
    };
    put(&*tx, message, at).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_group_keeps_its_order_while_another_goes_ahead() {
    let folder = tempfile::tempdir().unwrap();
    let db = store(&folder).await;
    let clock = ManualClock::at(Timestamp::from_millis(1_000));
    for (group, payload) in [("a", 1), ("a", 2), ("b", 3)] {
        write(&db, group, payload, clock.now()).await;
    }
    let recorder = Arc::new(Recorder::default());
    let worker = Worker::new(
        db,
        "event",
        Arc::new(clock),
        Arc::clone(&recorder) as Arc<dyn Deliver>,
    );
    assert_eq!(
        worker.send_due().await.unwrap(),
        2,
        "the first of each group"
    );
    assert_eq!(worker.send_due().await.unwrap(), 1);
    assert_eq!(worker.send_due().await.unwrap(), 0);
    let seen = recorder.seen.lock().unwrap();
    assert!(
        seen.iter().position(|p| p == "1").unwrap() < seen.iter().position(|p| p == "2").unwrap()
    );
}

#[tokio::test]
async fn a_failed_delivery_is_tried_again_when_it_is_due() {
    let folder = tempfile::tempdir().unwrap();
    let db = store(&folder).await;
    let clock = ManualClock::at(Timestamp::from_millis(1_000));
    write(&db, "a", 1, clock.now()).await;
    let recorder = Arc::new(Recorder {
        failing: Mutex::new(true),
        ..Recorder::default()
    });
    let worker = Worker::new(
        db,
        "event",
        Arc::new(clock.clone()),
        Arc::clone(&recorder) as Arc<dyn Deliver>,
    );
    assert_eq!(worker.send_due().await.unwrap(), 1);
    assert_eq!(worker.send_due().await.unwrap(), 0, "not due yet");
    *recorder.failing.lock().unwrap() = false;
    clock.advance(Duration::from_secs(6));
    assert_eq!(worker.send_due().await.unwrap(), 1);
    assert_eq!(*recorder.seen.lock().unwrap(), ["1"]);
}

/// Never gets an answer in lane `slow`, and notes the others.
#[derive(Default)]
struct SlowLane {
    stuck: Mutex<usize>,
    taken: tokio::sync::Notify,
}

#[async_trait]
impl Deliver for SlowLane {
    async fn deliver(&self, message: &Message) -> Outcome {
        if message.order_group.starts_with("slow") {
            *self.stuck.lock().unwrap() += 1;
            std::future::pending::<()>().await;
        }
        self.taken.notify_one();
        Outcome::Done
    }

    fn lanes<'m>(&self, message: &'m Message) -> Vec<Lane<'m>> {
        let group = message.order_group.split('/').next().unwrap_or_default();
        vec![Lane {
            group,
            destination: "",
            seats: 8,
        }]
    }
}

#[tokio::test]
async fn a_lane_that_hangs_keeps_no_other_waiting_however_long_its_queue() {
    let folder = tempfile::tempdir().unwrap();
    let db = store(&folder).await;
    let clock = ManualClock::at(Timestamp::from_millis(1_000));
    let tx = db.begin().await.unwrap();
    // More than a worker looks at in one go.
    for number in 0..1_100 {
        let message = Outgoing {
            id: EventId::generate(),
            topic: "event",
            destination: "nowhere".to_owned(),
            order_group: format!("slow/{number}"),
            payload: number.into(),
            due_at: clock.now(),
        };
        put(&*tx, message, clock.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
    clock.advance(Duration::from_secs(1));
    let deliver = Arc::new(SlowLane::default());
    let told = Arc::clone(&deliver) as Arc<dyn Deliver>;
    let worker = Worker::new(db.clone(), "event", Arc::new(clock.clone()), told);
    let stop = CancellationToken::new();
    let mut running = tokio::task::JoinSet::new();
    running.spawn(worker.run(stop.clone()));
    while *deliver.stuck.lock().unwrap() == 0 {
        tokio::task::yield_now().await;
    }
    write(&db, "other/1", 7, clock.now()).await;
    tokio::time::timeout(Duration::from_secs(20), deliver.taken.notified())
        .await
        .expect("the other lane is served while one hangs");
    assert_eq!(*deliver.stuck.lock().unwrap(), 8, "no more than its seats");
    running.abort_all();
}

#[tokio::test]
async fn what_was_rolled_back_is_never_sent() {
    let folder = tempfile::tempdir().unwrap();
    let db = store(&folder).await;
    let now = Timestamp::from_millis(1_000);
    let tx = db.begin().await.unwrap();
    let message = Outgoing {
        id: EventId::generate(),
        topic: "event",
        destination: String::new(),
        order_group: String::new(),
        payload: 1.into(),
        due_at: now,
    };
    put(&*tx, message, now).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(latest(db.reader(), "event", 10).await.unwrap(), vec![]);
}

#[test]
fn the_wait_doubles_up_to_its_bound() {
    let (first, most) = (Duration::from_secs(1), Duration::from_mins(1));
    assert_eq!(back_off(0, first, most, 0), Duration::from_secs(1));
    assert_eq!(back_off(3, first, most, 0), Duration::from_secs(8));
    assert_eq!(back_off(30, first, most, 0), most);
    assert!(back_off(3, first, most, 255) >= Duration::from_secs(6));
}
