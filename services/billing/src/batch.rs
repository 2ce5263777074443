//! Work done together: what arrives while one batch is at work forms the next. No timer, and no wait when idle.

use std::future::Future;
use std::sync::{Mutex, PoisonError};

use thiserror::Error;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Questions that are answered by one transaction.
pub(crate) const MAX_BATCH: usize = 128;
/// Questions that may wait; who comes then waits for a place.
const MAX_WAITING: usize = 4_096;

/// The batch died before it answered, or the service ends. Whether it was done is unknown: ask again.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the batch ended without an answer")]
pub struct Unanswered;

struct Waiting<Q, A> {
    question: Q,
    answer: oneshot::Sender<A>,
}

/// Where questions wait for the next batch.
pub(crate) struct Queue<Q, A> {
    places: mpsc::Sender<Waiting<Q, A>>,
    waiting: Mutex<Option<mpsc::Receiver<Waiting<Q, A>>>>,
}

impl<Q: Send + 'static, A: Send + 'static> Queue<Q, A> {
    pub(crate) fn new() -> Self {
        let (places, waiting) = mpsc::channel(MAX_WAITING);
        Self {
            places,
            waiting: Mutex::new(Some(waiting)),
        }
    }

    /// Puts a question into the next batch. Whoever stops waiting for the answer takes nothing back.
    pub(crate) async fn ask(&self, question: Q) -> Result<A, Unanswered> {
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting { question, answer };
        self.places.send(waiting).await.map_err(|_| Unanswered)?;
        answered.await.map_err(|_| Unanswered)
    }

    /// Works on batches until `stop`, and then on what waits already. `work` answers each question in its place.
    pub(crate) fn start<F, Fut>(
        &self,
        name: &'static str,
        stop: CancellationToken,
        work: F,
    ) -> JoinHandle<()>
    where
        F: Fn(Vec<Q>) -> Fut + Send + 'static,
        Fut: Future<Output = Vec<A>> + Send + 'static,
    {
        let waiting = self
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        telemetry::spawn(name, async move {
            if let Some(waiting) = waiting {
                run(name, waiting, stop, work).await;
            }
        })
    }
}

async fn run<Q, A, F, Fut>(
    name: &'static str,
    mut waiting: mpsc::Receiver<Waiting<Q, A>>,
    stop: CancellationToken,
    work: F,
) where
    Q: Send + 'static,
    A: Send + 'static,
    F: Fn(Vec<Q>) -> Fut,
    Fut: Future<Output = Vec<A>> + Send + 'static,
{
    loop {
        let mut batch = Vec::new();
        let taken = tokio::select! {
            biased;
            taken = waiting.recv_many(&mut batch, MAX_BATCH) => taken,
            () = stop.cancelled() => 0,
        };
        if taken == 0 {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "a batch has at most 128")]
        metrics::histogram!("quota_batch_size", "of" => name).record(taken as f64);
        let (questions, askers): (Vec<Q>, Vec<_>) = batch
            .into_iter()
            .map(|waiting| (waiting.question, waiting.answer))
            .unzip();
        // A task of its own: a panic ends this batch and not the next one.
        match telemetry::spawn(name, work(questions)).await {
            Ok(answers) => {
                for (asker, answer) in askers.into_iter().zip(answers) {
                    // Who has gone does not hear it; what was done stands.
                    let _gone = asker.send(answer);
                }
            }
            Err(error) => tracing::error!(
                error = &error as &(dyn std::error::Error + 'static),
                "a batch died; its askers ask again"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::sync::Semaphore;

    use super::*;

    /// A queue whose work says that it began, and then waits for the test's leave.
    struct Gated {
        queue: Arc<Queue<u8, usize>>,
        began: Arc<Semaphore>,
        leave: Arc<Semaphore>,
        worker: JoinHandle<()>,
    }

    impl Gated {
        fn new(stop: &CancellationToken) -> Self {
            let queue = Arc::new(Queue::new());
            let (began, leave) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
            let gates = (Arc::clone(&began), Arc::clone(&leave));
            let worker = queue.start("test batch", stop.clone(), move |batch: Vec<u8>| {
                let (began, leave) = (Arc::clone(&gates.0), Arc::clone(&gates.1));
                async move {
                    began.add_permits(1);
                    leave.acquire().await.unwrap().forget();
                    assert!(!batch.contains(&0), "zero is what this work dies of");
                    vec![batch.len(); batch.len()]
                }
            });
            Self {
                queue,
                began,
                leave,
                worker,
            }
        }

        fn ask(&self, question: u8) -> JoinHandle<Result<usize, Unanswered>> {
            let queue = Arc::clone(&self.queue);
            telemetry::spawn("asker", async move { queue.ask(question).await })
        }

        async fn begun(&self) {
            self.began.acquire().await.unwrap().forget();
        }

        /// Returns once so many wait; only while a batch is at work does nobody take them.
        async fn waiting(&self, count: usize) {
            let places = &self.queue.places;
            while places.max_capacity() - places.capacity() != count {
                tokio::task::yield_now().await;
            }
        }
    }

    #[tokio::test]
    async fn what_arrives_during_a_batch_forms_the_next() {
        let gated = Gated::new(&CancellationToken::new());
        let first = gated.ask(1);
        gated.begun().await;
        let later: Vec<_> = (0..5).map(|_| gated.ask(1)).collect();
        gated.waiting(5).await;
        gated.leave.add_permits(2);
        assert_eq!(first.await.unwrap(), Ok(1));
        for asked in later {
            assert_eq!(asked.await.unwrap(), Ok(5));
        }
    }

    #[tokio::test]
    async fn a_batch_that_dies_answers_nobody_and_the_next_one_is_done() {
        let gated = Gated::new(&CancellationToken::new());
        gated.leave.add_permits(2);
        assert_eq!(gated.ask(0).await.unwrap(), Err(Unanswered));
        assert_eq!(gated.ask(1).await.unwrap(), Ok(1));
    }

    #[tokio::test]
    async fn a_question_whose_asker_has_gone_is_still_worked_on() {
        let gated = Gated::new(&CancellationToken::new());
        let first = gated.ask(1);
        gated.begun().await;
        let gone = gated.ask(1);
        gated.waiting(1).await;
        gone.abort();
        let stays = gated.ask(1);
        gated.waiting(2).await;
        gated.leave.add_permits(2);
        assert_eq!(first.await.unwrap(), Ok(1));
        assert_eq!(stays.await.unwrap(), Ok(2));
    }

    #[tokio::test]
    async fn what_waits_at_the_end_is_still_answered_and_what_comes_later_is_not() {
        let stop = CancellationToken::new();
        let gated = Gated::new(&stop);
        let first = gated.ask(1);
        gated.begun().await;
        let second = gated.ask(1);
        gated.waiting(1).await;
        stop.cancel();
        gated.leave.add_permits(2);
        assert_eq!(first.await.unwrap(), Ok(1));
        assert_eq!(second.await.unwrap(), Ok(1));
        gated.worker.await.unwrap();
        assert_eq!(gated.queue.ask(1).await, Err(Unanswered));
    }
}
