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
        let seat = Arc::clone(&self.0)
            .acquire_owned()
            .await
            .map_err(|_| EngineStopped)?;
        let seated = move || {
            let done = work();
            // Taken back by the work itself: a caller who hangs up frees no core.
            drop(seat);
            done
        };
        tokio::task::spawn_blocking(seated)
            .await
            .map_err(|_| EngineStopped)
    }
}
