//! Where files are worked on: threads of their own, as many as there are cores, so that no call waits behind a large PDF.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::intake::EngineStopped;

/// Seats for work that takes the whole of a core.
#[derive(Clone)]
pub(crate) struct Engine(Arc<Semaphore>);

impl Engine {
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self(Arc::new(Semaphore::new(cores)))
    }

    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, EngineStopped> {
        let _seat = self.0.acquire().await.map_err(|_| EngineStopped)?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| EngineStopped)
    }
}
