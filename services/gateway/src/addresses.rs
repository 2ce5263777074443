//! How often an address may ask for public work: counted in this process, since it only keeps one caller from the seats of
//! all others.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::Timestamp;

/// Addresses that are idle are forgotten when so many are known.
const MAX_ADDRESSES: usize = 100_000;
const MINUTE_MS: i64 = 60_000;
/// Of an IPv6 address, the network that one subscriber gets.
const SUBSCRIBER_BITS: u32 = 64;

/// When each address's next call would be on time, in milliseconds (GCRA).
#[derive(Default)]
pub(crate) struct Addresses(Mutex<HashMap<Option<IpAddr>, i64>>);

impl Addresses {
    /// Counts a call; one too many is told how long to wait.
    pub(crate) fn admit(
        &self,
        address: Option<IpAddr>,
        per_minute: u32,
        now: Timestamp,
    ) -> Result<(), Duration> {
        let now = now.millis();
        let interval = MINUTE_MS / i64::from(per_minute.max(1));
        let tolerance = MINUTE_MS - interval;
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_ADDRESSES {
            known.retain(|_, arrival| now < *arrival);
        }
        let arrival = known.entry(address.map(subscriber)).or_insert(now);
        let due = (*arrival).max(now);
        if tolerance < due - now {
            let wait = due - now - tolerance;
            return Err(Duration::from_millis(u64::try_from(wait).unwrap_or(0)));
        }
        *arrival = due + interval;
        Ok(())
    }
}

fn subscriber(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(long) => {
            let network = long.to_bits() >> SUBSCRIBER_BITS << SUBSCRIBER_BITS;
            IpAddr::V6(network.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Option<IpAddr> {
        text.parse().ok()
    }

    #[test]
    fn an_address_has_its_minute_s_worth_and_waits_for_more() {
        let (addresses, start) = (Addresses::default(), Timestamp::from_millis(0));
        let ask = |who: &str, at| addresses.admit(address(who), 10, at);
        for _call in 0..10 {
            assert_eq!(ask("192.0.2.1", start), Ok(()));
        }
        let wait = ask("192.0.2.1", start).unwrap_err();
        assert_eq!(wait, Duration::from_secs(6));
        assert_eq!(
            ask("192.0.2.2", start),
            Ok(()),
            "another address has its own"
        );
        assert_eq!(ask("192.0.2.1", start.plus(wait)), Ok(()));
    }

    #[test]
    fn one_subscriber_s_network_counts_as_one() {
        let (addresses, start) = (Addresses::default(), Timestamp::from_millis(0));
        assert_eq!(addresses.admit(address("2001:db8::1"), 1, start), Ok(()));
        assert!(addresses.admit(address("2001:db8::2"), 1, start).is_err());
        assert_eq!(
            addresses.admit(address("2001:db8:0:1::1"), 1, start),
            Ok(())
        );
    }
}
