//! Guessing passwords at one address gets slower with each failure, whether or not there is an account.

use std::time::Duration;

use domain::{Email, Timestamp};
use store_kit::StoreError;

use crate::context::Context;
use crate::store::sign_in_failures::{self, SignInFailures};

/// Mistakes that cost no wait.
const FREE_FAILURES: i32 = 5;
const FIRST_WAIT: Duration = Duration::from_secs(30);
const LONGEST_WAIT: Duration = Duration::from_mins(15);
/// After this long without a failure the count starts anew.
pub(crate) const MEMORY: Duration = Duration::from_hours(1);

/// The address may not be tried before this time.
pub(crate) struct Locked {
    pub(crate) until: Timestamp,
}

/// Counts a try as failed before it is made, so that many at once count as many; [`forgive`] takes it back.
pub(crate) async fn take(ctx: &Context, email: &Email) -> Result<Option<Locked>, StoreError> {
    let now = ctx.now();
    let hash = ctx.addresses.hash(email);
    let tx = ctx.db.begin().await?;
    let known = sign_in_failures::lock(&*tx, &hash).await?;
    if now < known.locked_until {
        return Ok(Some(Locked {
            until: known.locked_until,
        }));
    }
    let forgotten = known.last_at.plus(MEMORY) < now;
    let failures = if forgotten {
        1
    } else {
        known.failures.saturating_add(1)
    };
    let counted = SignInFailures {
        failures,
        last_at: now,
        locked_until: wait(failures).map_or(now, |wait| now.plus(wait)),
        ..known
    };
    sign_in_failures::update(&*tx, counted).await?;
    tx.commit().await?;
    Ok(None)
}

/// The right password was given.
pub(crate) async fn forgive(ctx: &Context, email: &Email) -> Result<(), StoreError> {
    let tx = ctx.db.begin().await?;
    sign_in_failures::forget(&*tx, &ctx.addresses.hash(email)).await?;
    tx.commit().await
}

fn wait(failures: i32) -> Option<Duration> {
    let beyond = u32::try_from(failures.checked_sub(FREE_FAILURES)?).ok()?;
    let doubled = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(beyond));
    Some(doubled.min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_starts_at_the_fifth_failure_and_doubles() {
        assert_eq!(wait(4), None);
        assert_eq!(wait(5), Some(Duration::from_secs(30)));
        assert_eq!(wait(7), Some(Duration::from_mins(2)));
        assert_eq!(wait(i32::MAX), Some(LONGEST_WAIT));
    }
}
