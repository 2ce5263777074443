//! Ways to die in the middle of an act.

use std::future::Future;

/// Panics in the act at a failpoint; whether it was reached.
pub(super) async fn die_at(name: &str, act: impl Future<Output = ()> + Send + 'static) -> bool {
    fail::cfg(name, "1*panic->off").unwrap();
    let died = telemetry::spawn("an act that dies", act).await.is_err();
    fail::remove(name);
    died
}

pub(super) async fn drop_after(turns: u8, act: impl Future<Output = ()>) {
    let leave = async {
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        () = act => {}
        () = leave => {}
    }
}
