//! Sends what is due: many at once, each on its own, and no lane may take all seats.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::{Clock, Timestamp};
use tokio::sync::Notify;
use tokio::task::{Id, JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use super::{Message, WINDOW, claim, due, settle};
use crate::{Db, StoreError};

/// How often a worker looks without being told to.
const IDLE_POLL: Duration = Duration::from_millis(500);
/// Deliveries at once, where the kind of message says nothing else.
const SEATS: usize = 32;
/// Deliveries at once to one destination, where the kind of message says nothing else.
const SEATS_OF_A_DESTINATION: usize = 8;

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

    /// Deliveries at once.
    fn seats(&self) -> usize {
        SEATS
    }

    /// Messages that wait for the same slow thing share a lane, and a lane has only some of the seats. One that is in
    /// several needs a seat in each.
    fn lanes<'m>(&self, message: &'m Message) -> Vec<Lane<'m>> {
        vec![Lane {
            group: "",
            destination: &message.destination,
            seats: SEATS_OF_A_DESTINATION,
        }]
    }
}

/// The messages whose group and destination begin so.
#[derive(Clone, Copy, Debug)]
pub struct Lane<'m> {
    pub group: &'m str,
    pub destination: &'m str,
    /// Deliveries at once in it.
    pub seats: usize,
}

/// Which lane it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Road {
    pub(super) group: String,
    pub(super) destination: String,
}

impl Road {
    fn of(lane: &Lane<'_>) -> Self {
        Self {
            group: lane.group.to_owned(),
            destination: lane.destination.to_owned(),
        }
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

/// Deliveries under way, and the lanes of each.
#[derive(Default)]
struct Running {
    tasks: JoinSet<(Message, Outcome)>,
    roads: HashMap<Id, Vec<Road>>,
    /// How many seats are left in each lane that is used.
    left: HashMap<Road, usize>,
}

impl Running {
    fn has_seat_in(&self, lanes: &[Lane<'_>]) -> bool {
        lanes
            .iter()
            .all(|lane| self.left.get(&Road::of(lane)).is_none_or(|left| 0 < *left))
    }

    fn full(&self) -> Vec<Road> {
        let full = self.left.iter().filter(|(_, left)| **left == 0);
        full.map(|(road, _)| road.clone()).collect()
    }

    fn start(&mut self, deliver: Arc<dyn Deliver>, message: Message) {
        let lanes = deliver.lanes(&message);
        let roads: Vec<Road> = lanes.iter().map(Road::of).collect();
        for (road, lane) in roads.iter().zip(&lanes) {
            let left = self.left.entry(road.clone()).or_insert(lane.seats);
            *left = left.saturating_sub(1);
        }
        let task = self.tasks.spawn(async move {
            let outcome = deliver.deliver(&message).await;
            (message, outcome)
        });
        self.roads.insert(task.id(), roads);
    }

    /// Gives the seats of one that ended back; a lane that nobody uses is forgotten.
    fn leave(&mut self, id: Id) {
        for road in self.roads.remove(&id).unwrap_or_default() {
            let is_used = self.roads.values().flatten().any(|used| *used == road);
            match self.left.get_mut(&road) {
                Some(left) if is_used => *left = left.saturating_add(1),
                _ => {
                    self.left.remove(&road);
                }
            }
        }
    }

    /// The next that ends. A delivery that panicked keeps its claim and is tried again when that lapses.
    async fn ended(&mut self) -> Option<Option<(Message, Outcome)>> {
        let joined = self.tasks.join_next_with_id().await?;
        let id = joined.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
        self.leave(id);
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

    /// Starts what is due as far as there are seats, longest due first. Looks on behind messages of full lanes.
    async fn fill(&self, running: &mut Running) -> Result<usize, StoreError> {
        let mut started = 0;
        while running.tasks.len() < self.deliver.seats() {
            let full = running.full();
            let now = self.clock.now();
            let found = due(self.db.reader(), self.topic, now, &full).await?;
            let is_all = found.len() < usize::try_from(WINDOW).unwrap_or(usize::MAX);
            started += self.start(running, found).await?;
            if is_all || running.full().len() <= full.len() {
                break;
            }
        }
        Ok(started)
    }

    async fn start(&self, running: &mut Running, found: Vec<Message>) -> Result<usize, StoreError> {
        let mut started = 0;
        for message in found {
            if self.deliver.seats() <= running.tasks.len() {
                break;
            }
            if running.has_seat_in(&self.deliver.lanes(&message))
                && claim(&self.db, &message, self.clock.now()).await?
            {
                running.start(Arc::clone(&self.deliver), message);
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
