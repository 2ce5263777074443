//! A rate for those who are not known yet: sign-up, confirmation and sign-in cost a password hash or a mail each.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use actix_web::http::Method;
use domain::Timestamp;

/// Each address may knock this often at once, and once more every `INTERVAL_MS` after that.
const BURST: i64 = 30;
const INTERVAL_MS: i64 = 2_000;
/// Addresses idle for long are forgotten when the map has grown to this size.
const MAX_ADDRESSES: usize = 100_000;

const DOORS: [&str; 3] = [
    "/api/tenant/sign-ups",
    "/api/tenant/email-confirmations",
    "/api/tenant/sessions",
];

/// When each address's next knock is due (GCRA), in milliseconds.
#[derive(Default)]
pub(crate) struct Doors(Mutex<HashMap<IpAddr, i64>>);

impl Doors {
    /// How long to wait, where an address knocks too often; nothing on any other path.
    pub(crate) fn refuse(
        &self,
        method: &Method,
        path: &str,
        address: Option<IpAddr>,
        now: Timestamp,
    ) -> Option<Duration> {
        if *method != Method::POST || !DOORS.contains(&path.trim_end_matches('/')) {
            return None;
        }
        let now = now.millis();
        let mut due = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if due.len() >= MAX_ADDRESSES {
            due.retain(|_, at| *at > now);
        }
        let at = due.entry(address?).or_insert(now);
        let early = (*at).max(now) - now - (BURST - 1) * INTERVAL_MS;
        if 0 < early {
            return Some(Duration::from_millis(u64::try_from(early).unwrap_or(0)));
        }
        *at = (*at).max(now) + INTERVAL_MS;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_knocks_too_often_waits_and_others_do_not() {
        let doors = Doors::default();
        let (one, other) = (
            Some(IpAddr::from([10, 0, 0, 1])),
            Some(IpAddr::from([10, 0, 0, 2])),
        );
        let now = Timestamp::from_millis(1_000_000);
        let knock =
            |address, now| doors.refuse(&Method::POST, "/api/tenant/sessions", address, now);
        for _ in 0..BURST {
            assert_eq!(knock(one, now), None);
        }
        assert_eq!(knock(one, now), Some(Duration::from_secs(2)));
        assert_eq!(knock(other, now), None);
        assert_eq!(doors.refuse(&Method::GET, "/api/tenant/me", one, now), None);
        assert_eq!(knock(one, now.plus(Duration::from_secs(2))), None);
    }
}
