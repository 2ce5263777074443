//! A thousand callbacks to receivers that fail, hang, close, redirect, drip and lie.

mod hostile;

use std::collections::{HashMap, HashSet};

use domain::{ChargeId, Clock as _, ManualClock};
use hostile::{Hostile, Manner};
use store_kit::StoreUrl;
use store_kit::outbox::{Standing, Worker};

use super::*;
use crate::service;
use crate::store::documents::DocumentState;

const TENANTS: usize = 20;
const CALLBACKS: usize = 1_000;
/// Every such one is of a round that was canceled.
const CANCELED: usize = 7;
/// For a receiver; those that hang need it whole.
const SHORT: Duration = Duration::from_millis(300);

/// One round that is over.
struct Ended {
    owner: Owner,
    document: DocumentId,
    request: SignatureRequestId,
    state: RoundState,
    manner: Manner,
}

struct Stage {
    desk: Arc<Desk>,
    clock: ManualClock,
    worker: Worker,
    receivers: Vec<Hostile>,
    rounds: Vec<Ended>,
    _folder: tempfile::TempDir,
}

impl Stage {
    async fn set(store: Option<StoreUrl>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::at(Timestamp::from_millis(1_795_500_000_000));
        let file = StoreUrl::SqliteFile(folder.path().join("signing.db"));
        let store = store.unwrap_or(file);
        let desk = service::for_tests(folder.path(), store, &clock).await.desk;
        let caller = Arc::new(Caller::patient(Arc::clone(&desk), SHORT).unwrap());
        let worker = Worker::new(desk.db.clone(), TOPIC, Arc::new(clock.clone()), caller);
        let mut receivers = Vec::new();
        for manner in Manner::ALL {
            receivers.push(Hostile::start(manner).await);
        }
        let mut stage = Self {
            desk,
            clock,
            worker,
            receivers,
            rounds: Vec::new(),
            _folder: folder,
        };
        stage.end_rounds().await;
        stage
    }

    async fn end_rounds(&mut self) {
        let tenants: Vec<TenantId> = (0..TENANTS).map(|_| TenantId::generate()).collect();
        let tx = self.desk.db.begin().await.unwrap();
        for number in 0..CALLBACKS {
            let receiver = &self.receivers[number % self.receivers.len()];
            let round = Ended {
                owner: Owner {
                    tenant: tenants[number / self.receivers.len() % TENANTS],
                    mode: Mode::Live,
                },
                document: DocumentId::generate(),
                request: SignatureRequestId::generate(),
                state: if number % CANCELED == 0 {
                    RoundState::Canceled
                } else {
                    RoundState::Signed
                },
                manner: receiver.manner,
            };
            let url = receiver.url(&format!("/hook/{number}"));
            write(&tx, &round, url, self.clock.now()).await;
            self.rounds.push(round);
        }
        tx.commit().await.unwrap();
    }

    /// Tries all that is due.
    async fn try_all(&self) {
        while 0 < self.worker.send_due().await.unwrap() {}
    }

    async fn messages(&self) -> Vec<Message> {
        let db = self.desk.db.reader();
        outbox::latest(db, TOPIC, 2 * CALLBACKS as u64)
            .await
            .unwrap()
    }

    async fn document_states(&self) -> Vec<DocumentState> {
        let mut states = Vec::new();
        for round in &self.rounds {
            let found = documents::find(self.desk.db.reader(), round.owner, &round.document);
            states.push(found.await.unwrap().unwrap().state);
        }
        states
    }

    /// Holds every document's state against what its round's end and its receiver make of it.
    async fn expect(&self, of_refused: DocumentState) {
        for (round, state) in self.rounds.iter().zip(self.document_states().await) {
            let wanted = match round.state {
                RoundState::Canceled => DocumentState::Canceled,
                RoundState::Signed if round.manner.takes() => DocumentState::Signed,
                RoundState::Signed => of_refused,
            };
            assert_eq!(state, wanted, "{:?} to {:?}", round.state, round.manner);
        }
    }
}

async fn write(tx: &Tx, round: &Ended, url: String, now: Timestamp) {
    let Owner { tenant, mode } = round.owner;
    let document = documents::Model {
        id: round.document.clone(),
        tenant,
        mode,
        filename: "contract.pdf".to_owned(),
        state: match round.state {
            RoundState::Signed => DocumentState::Signed,
            RoundState::Canceled => DocumentState::Canceled,
        },
        sealing: false,
        number: 1,
        created_at: now,
        modified_at: now,
        revision: 2,
        sha256: String::new(),
        size_bytes: 1,
        blob: String::new(),
        original_sha256: String::new(),
        original_blob: None,
        current_request: Some(round.request.clone()),
        delete_after: now.plus(Duration::from_hours(240)),
        deleted_at: None,
    };
    documents::insert(&**tx, document).await.unwrap();
    let request = requests::Model::waiting(requests::New {
        owner: round.owner,
        id: round.request.clone(),
        document: round.document.clone(),
        charge: ChargeId::generate(),
        link_key: None,
        url: String::new(),
        result_url: None,
        send_info_url: Some(url),
        rules: "{}".to_owned(),
        round: "{}".to_owned(),
        sig_data: None,
        expires_at: now,
        registered_at: now,
    });
    let language = "sk".to_owned();
    let request = match round.state {
        RoundState::Signed => request
            .submitted(language)
            .and_then(|request| request.sealed(now)),
        RoundState::Canceled => request.canceled((language, None), now),
    };
    let request = request.unwrap();
    assert!(requests::register(&**tx, request.clone()).await.unwrap());
    put(tx, round.owner, &request, round.state, now)
        .await
        .unwrap();
}

async fn none_of_a_thousand_is_lost_or_doubled(store: Option<StoreUrl>) {
    let stage = Stage::set(store).await;
    let ids =
        |messages: &[Message]| -> HashSet<EventId> { messages.iter().map(|one| one.id).collect() };
    let made = ids(&stage.messages().await);
    assert_eq!(made.len(), CALLBACKS);

    stage.try_all().await;
    stage.expect(DocumentState::Signed).await;
    stage.clock.advance(FAILING_AFTER);
    stage.try_all().await;
    stage.expect(DocumentState::ErrorSendInfo).await;
    let told = stage.messages().await;
    let waiting = told
        .iter()
        .filter(|one| one.standing() == Standing::Waiting);
    let refused = stage.rounds.iter().filter(|round| !round.manner.takes());
    assert_eq!(waiting.count(), refused.count());

    for receiver in &stage.receivers {
        receiver.heal();
    }
    stage.clock.advance(Duration::from_mins(31));
    stage.try_all().await;
    stage.expect(DocumentState::Signed).await;
    let told = stage.messages().await;
    assert!(told.iter().all(|one| one.standing() == Standing::Done));
    assert_eq!(ids(&told), made, "the events are those that were made");

    let mut ids_of: HashMap<String, HashSet<String>> = HashMap::new();
    for receiver in &stage.receivers {
        let seen = receiver.seen();
        let tries = if receiver.manner.takes() { 1 } else { 3 };
        let hundred = CALLBACKS / stage.receivers.len();
        assert_eq!(seen.len(), tries * hundred, "{:?}", receiver.manner);
        for one in seen {
            assert!(made.contains(&one.id.parse().unwrap()), "an id of nobody");
            let body: serde_json::Value = serde_json::from_slice(&one.body).unwrap();
            let request = body["signatureRequestId"].as_str().unwrap().to_owned();
            ids_of.entry(request).or_default().insert(one.id);
        }
    }
    assert_eq!(ids_of.len(), CALLBACKS, "every round was told of");
    assert!(ids_of.values().all(|ids| ids.len() == 1), "one id a round");
    let wanted: HashSet<String> = stage
        .rounds
        .iter()
        .map(|one| one.request.to_string())
        .collect();
    assert_eq!(ids_of.into_keys().collect::<HashSet<_>>(), wanted);

    stage.clock.advance(GIVEN_UP_AFTER);
    assert_eq!(
        stage.worker.send_due().await.unwrap(),
        0,
        "nothing is sent twice"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn none_of_a_thousand_callbacks_is_lost_or_doubled_on_sqlite() {
    none_of_a_thousand_is_lost_or_doubled(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn none_of_a_thousand_callbacks_is_lost_or_doubled_on_postgres() {
    let url = test_kit::Postgres::shared().await.database().await;
    none_of_a_thousand_is_lost_or_doubled(Some(StoreUrl::Postgres(url.into()))).await;
}
