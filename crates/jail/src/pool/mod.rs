//! The parent's side: workers that are started ahead, and the jobs that they are given.

mod cpu;
mod worker;

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use crate::confine::Confinement;
use crate::fault::{Fault, StartFault};
use crate::frame::Parcel;
use crate::limits::Limits;
use worker::Worker;

/// Between two attempts to start a worker that does not start.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// What is started as a worker: a program that calls [`serve`](crate::serve).
#[derive(Clone, Debug)]
pub struct Program {
    /// Absolute: a worker starts in the root folder.
    pub path: PathBuf,
    pub arguments: Vec<String>,
}

/// How many workers, of what, within which limits.
#[derive(Clone, Debug)]
pub struct PoolConfig {
    pub program: Program,
    pub limits: Limits,
    /// Jobs at the same time. One worker more is kept warm, so that a death is not waited for.
    pub workers: usize,
    /// After so many jobs a worker is replaced, whatever it has gathered.
    pub jobs_per_worker: u32,
    /// Jobs that may wait; one more is refused as [`Fault::Busy`].
    pub waiting: usize,
}

/// A pool of jailed workers. Clones share it; the last one to go takes the workers along.
#[derive(Clone)]
pub struct Pool(Arc<Inner>);

struct Inner {
    config: PoolConfig,
    /// As many as jobs may run at once.
    seats: Semaphore,
    waiting: AtomicUsize,
    idle: Mutex<Vec<Worker>>,
    /// As many permits as `idle` has workers.
    idle_count: Semaphore,
    /// Where the pipes live: the runtime that the pool was started on, whoever brings a job.
    runtime: Handle,
    confinement: OnceLock<Confinement>,
}

impl Pool {
    /// Starts the first worker and, behind it, the others.
    pub async fn start(config: PoolConfig) -> Result<Self, StartFault> {
        let (first, confinement) = Worker::start(&config.program, &config.limits).await?;
        let inner = Arc::new(Inner {
            seats: Semaphore::new(config.workers.max(1)),
            waiting: AtomicUsize::new(0),
            idle: Mutex::new(vec![first]),
            idle_count: Semaphore::new(1),
            runtime: Handle::current(),
            confinement: OnceLock::from(confinement),
            config,
        });
        // With the first one there, this leaves one spare.
        for _ in 0..inner.config.workers.max(1) {
            inner.add_worker();
        }
        Ok(Self(inner))
    }

    /// What the first worker said of its jail.
    pub fn confinement(&self) -> Confinement {
        let told = self.0.confinement.get().cloned();
        told.unwrap_or(Confinement::Complete)
    }

    pub fn limits(&self) -> &Limits {
        &self.0.config.limits
    }

    /// Process ids of the workers that have no job just now.
    pub fn idle_workers(&self) -> Vec<u32> {
        self.0.idle().iter().filter_map(Worker::id).collect()
    }

    /// Has one job done. `reply` answers what the worker asks meanwhile; `None` ends the job as crashed.
    ///
    /// Dropping the future ends the job and its worker.
    pub async fn run<F>(
        &self,
        job: &Parcel,
        reply: impl FnMut(Parcel) -> F,
    ) -> Result<Parcel, Fault>
    where
        F: Future<Output = Option<Parcel>>,
    {
        let inner = &self.0;
        let place = Place::take(inner)?;
        let seat = inner.seats.acquire().await.map_err(|_| Fault::NoWorker)?;
        drop(place);
        let mut taken = Taken::from(inner).await?;
        let limits = &inner.config.limits;
        let worker = taken.worker.as_mut().ok_or(Fault::NoWorker)?;
        let outcome = worker.run(job, limits, reply).await;
        if outcome.is_ok() && worker.jobs_done < inner.config.jobs_per_worker {
            taken.give_back();
        }
        drop(taken);
        drop(seat);
        outcome
    }
}

impl Inner {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Worker>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, worker: Worker) {
        self.idle().push(worker);
        self.idle_count.add_permits(1);
    }

    /// Starts one more worker in the background, however long it takes.
    fn add_worker(self: &Arc<Self>) {
        let pool = Arc::downgrade(self);
        self.runtime.spawn(keep_starting(pool));
    }
}

async fn keep_starting(pool: Weak<Inner>) {
    let mut pause = FIRST_PAUSE;
    loop {
        let Some(config) = pool.upgrade().map(|pool| pool.config.clone()) else {
            return;
        };
        match Worker::start(&config.program, &config.limits).await {
            Ok((worker, _)) => {
                if let Some(pool) = pool.upgrade() {
                    pool.put(worker);
                }
                return;
            }
            Err(error) => tracing::error!(
                error = &error as &(dyn std::error::Error + 'static),
                "a worker does not start"
            ),
        }
        tokio::time::sleep(pause).await;
        pause = LONGEST_PAUSE.min(pause.saturating_mul(2));
    }
}

/// A place in the queue.
struct Place<'a>(&'a Inner);

impl<'a> Place<'a> {
    fn take(inner: &'a Inner) -> Result<Self, Fault> {
        let before = inner.waiting.fetch_add(1, Ordering::AcqRel);
        let place = Self(inner);
        // A job that finds a free seat waits for a moment only, but it does wait.
        if before < inner.config.waiting.max(1) {
            Ok(place)
        } else {
            Err(Fault::Busy)
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A worker at a job; if it does not come back, another is started in its place.
struct Taken<'a> {
    inner: &'a Arc<Inner>,
    worker: Option<Worker>,
}

impl<'a> Taken<'a> {
    async fn from(inner: &'a Arc<Inner>) -> Result<Self, Fault> {
        loop {
            let patience = inner.config.limits.wall;
            let idle = tokio::time::timeout(patience, inner.idle_count.acquire());
            let Ok(Ok(permit)) = idle.await else {
                return Err(Fault::NoWorker);
            };
            permit.forget();
            let worker = inner.idle().pop();
            let mut taken = Self { inner, worker };
            // One that died while it was idle is nobody's job's fault.
            if taken.worker.as_mut().is_some_and(Worker::is_alive) {
                return Ok(taken);
            }
        }
    }

    fn give_back(&mut self) {
        if let Some(worker) = self.worker.take() {
            self.inner.put(worker);
        }
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if self.worker.take().is_some() {
            self.inner.add_worker();
        }
    }
}
