//! Leaves a converter alone that fails whatever it is given.

use std::time::{Duration, Instant};

use crate::ConvertError;

/// Failures in a row before the breaker opens.
const FAILURES: u32 = 5;
/// How long it stays open.
const OPEN_FOR: Duration = Duration::from_mins(1);

/// Closed: conversions run. Open: they are refused.
#[derive(Debug, Default)]
pub(crate) struct Breaker {
    failures: u32,
    open_until: Option<Instant>,
}

impl Breaker {
    /// For how long conversions are refused from now on.
    pub(crate) fn refuses(&self, now: Instant) -> Option<Duration> {
        let until = self.open_until?;
        (now < until).then(|| until - now)
    }

    /// Learns how one conversion ended. A file that is merely unreadable says nothing of the converter.
    pub(crate) fn note<T>(&mut self, outcome: &Result<T, ConvertError>, now: Instant) {
        match outcome {
            Ok(_) => *self = Self::default(),
            Err(ConvertError::TooSlow(_) | ConvertError::Broken(_)) => {
                self.failures = self.failures.saturating_add(1);
                if FAILURES <= self.failures {
                    self.open_until = Some(now + OPEN_FOR);
                    // One more failure after the minute opens it again.
                    self.failures = FAILURES - 1;
                }
            }
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_after_failures_in_a_row_and_closes_by_a_success() {
        let (mut breaker, now) = (Breaker::default(), Instant::now());
        let slow = || Err::<(), _>(ConvertError::TooSlow(Duration::from_secs(30)));
        for _ in 1..FAILURES {
            breaker.note(&slow(), now);
        }
        breaker.note(&Err::<(), _>(ConvertError::Unreadable), now);
        assert_eq!(breaker.refuses(now), None);
        breaker.note(&slow(), now);
        assert_eq!(breaker.refuses(now), Some(OPEN_FOR));
        let later = now + OPEN_FOR;
        assert_eq!(breaker.refuses(later), None);
        breaker.note(&slow(), later);
        assert_eq!(breaker.refuses(later), Some(OPEN_FOR), "one more is enough");
        breaker.note(&Ok(()), later);
        assert_eq!(breaker.refuses(later), None);
    }
}
