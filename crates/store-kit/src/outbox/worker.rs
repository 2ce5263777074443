//! Sends what is due: a few at once, each on its own, and no lane may take all seats.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::{Clock, Timestamp};
use tokio::sync::Notify;
use tokio::task::{Id, JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use super::{Message, claim, due, settle};
use crate::{Db, StoreError};

/// How often a worker looks without being told to.
const IDLE_POLL: Duration = Duration::from_millis(500);
/// Deliveries at once.
const SEATS: usize = 32;
/// Deliveries at once in one lane: a slow receiver keeps others no seat from.
const SEATS_OF_A_LANE: usize = 8;

/// What became of one try.
#[derive(Debug)]
pub enum Outcome {
    Done,
    /// Try again at this time.
    Again {
        at: Timestamp,
        error: String,
    },
    /// Never again; the row stays for the operator.
    GivenUp {
        error: String,
    },
}

/// Sends one kind of messages.
#[async_trait]
pub trait Deliver: Send + Sync + 'static {
    async fn deliver(&self, message: &Message) -> Outcome;

    /// Messages that wait for the same slow thing share a lane, and a lane has only some of the seats.
    fn lane<'m>(&self, message: &'m Message) -> &'m str {
        &message.destination
    }
}

/// Sends what is due, until told to stop. Any number of workers may run on one store.
pub struct Worker {
    db: Db,
    topic: &'static str,
    clock: Arc<dyn Clock>,
    deliver: Arc<dyn Deliver>,
    wake: Arc<Notify>,
}

/// Deliveries under way, and the lane of each.
#[derive(Default)]
struct Running {
    tasks: JoinSet<(Message, Outcome)>,
    lanes: HashMap<Id, String>,
}

impl Running {
    fn free(&self) -> usize {
        SEATS.saturating_sub(self.tasks.len())
    }

    fn has_seat_in(&self, lane: &str) -> bool {
        self.lanes.values().filter(|taken| *taken == lane).count() < SEATS_OF_A_LANE
    }

    fn start(&mut self, lane: String, deliver: Arc<dyn Deliver>, message: Message) {
        let task = self.tasks.spawn(async move {
            let outcome = deliver.deliver(&message).await;
            (message, outcome)
        });
        self.lanes.insert(task.id(), lane);
    }

    /// The next that ends. A delivery that panicked keeps its claim and is tried again when that lapses.
    async fn ended(&mut self) -> Option<Option<(Message, Outcome)>> {
        let joined = self.tasks.join_next_with_id().await?;
        let id = joined.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
        self.lanes.remove(&id);
        Some(joined.ok().map(|(_, done)| done))
    }
}

impl Worker {
    pub fn new(
        db: Db,
        topic: &'static str,
        clock: Arc<dyn Clock>,
        deliver: Arc<dyn Deliver>,
    ) -> Self {
        Self {
            db,
            topic,
            clock,
            deliver,
            wake: Arc::new(Notify::new()),
        }
    }

    /// Tells the worker that there is something new; a hint that may be lost.
    pub fn waker(&self) -> Arc<Notify> {
        Arc::clone(&self.wake)
    }

    /// Sends until `stop`, then lets what is under way end.
    pub async fn run(self, stop: CancellationToken) {
        let mut running = Running::default();
        while !stop.is_cancelled() {
            self.told(self.fill(&mut running).await);
            tokio::select! {
                () = stop.cancelled() => {}
                Some(ended) = running.ended() => self.told(self.settled(ended).await),
                () = self.wake.notified() => {}
                () = tokio::time::sleep(IDLE_POLL) => {}
            }
        }
        while let Some(ended) = running.ended().await {
            self.told(self.settled(ended).await);
        }
    }

    /// One round for those who drive the worker by hand: sends what is due and waits for it. Returns how many were tried.
    pub async fn send_due(&self) -> Result<usize, StoreError> {
        let mut running = Running::default();
        let started = self.fill(&mut running).await?;
        while let Some(ended) = running.ended().await {
            self.settled(ended).await?;
        }
        Ok(started)
    }

    /// Starts what is due as far as there are seats.
    async fn fill(&self, running: &mut Running) -> Result<usize, StoreError> {
        let mut started = 0;
        if running.free() == 0 {
            return Ok(started);
        }
        for message in due(self.db.reader(), self.topic, self.clock.now()).await? {
            if running.free() == 0 {
                break;
            }
            let lane = self.deliver.lane(&message).to_owned();
            if running.has_seat_in(&lane) && claim(&self.db, &message, self.clock.now()).await? {
                running.start(lane, Arc::clone(&self.deliver), message);
                started += 1;
            }
        }
        Ok(started)
    }

    async fn settled(&self, ended: Option<(Message, Outcome)>) -> Result<(), StoreError> {
        match ended {
            Some((message, outcome)) => settle(&self.db, &message, outcome, self.clock.now()).await,
            None => Ok(()),
        }
    }

    /// A store that fails is asked again; a claim whose outcome was not noted lapses and is tried again.
    fn told<T>(&self, done: Result<T, StoreError>) {
        if let Err(error) = done {
            tracing::error!(
                error = &error as &(dyn std::error::Error + 'static),
                topic = self.topic,
                "the outbox cannot be read or written"
            );
        }
    }
}
