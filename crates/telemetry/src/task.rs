//! Background work with a name.

use std::future::Future;

use tokio::task::JoinHandle;
use tracing::Instrument as _;

/// Runs `work` beside the caller, inside a span that bears `name` and follows the caller's trace.
pub fn spawn<F>(name: &'static str, work: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let span = tracing::info_span!("task", task = name);
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the named, traced spawn that the lint points to"
    )]
    tokio::spawn(work.instrument(span))
}
