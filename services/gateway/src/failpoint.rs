//! Named places at which a test may hold the gateway up, without blocking a thread that others need.

use std::time::Duration;

/// Waits as many milliseconds as `FAILPOINTS="<name>=return(<ms>)"` says; returns at once where nothing is said, and in every
/// build without the feature `failpoints`.
pub(crate) async fn pause(name: &'static str) {
    let told: Option<Option<u64>> = fail::eval(name, |ms| ms.and_then(|text| text.parse().ok()));
    if let Some(Some(ms)) = told {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
}
