//! Places where the fault tests hold or kill the process. Without the feature `failpoints` there is nothing here.

/// Waits as long as the test wants; off the server's threads, so that only this call waits.
#[cfg(feature = "failpoints")]
pub(crate) async fn reach(name: &'static str) {
    let held = tokio::task::spawn_blocking(move || {
        fail::fail_point!(name);
    });
    if held.await.is_err() {
        tracing::error!(name, "the fail point panicked");
    }
}

#[cfg(not(feature = "failpoints"))]
#[expect(
    clippy::unused_async,
    reason = "one signature with and without the feature"
)]
pub(crate) async fn reach(_: &'static str) {}

/// A file as a fault would leave it where the test wants that: without its end.
#[cfg(feature = "failpoints")]
pub(crate) fn spoilt(name: &'static str, file: bytes::Bytes) -> bytes::Bytes {
    let cut = file.slice(..file.len().saturating_sub(40));
    fail::fail_point!(name, |_| cut);
    file
}

#[cfg(not(feature = "failpoints"))]
pub(crate) fn spoilt(_: &'static str, file: bytes::Bytes) -> bytes::Bytes {
    file
}
