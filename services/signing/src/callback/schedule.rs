//! When a callback that nobody took is tried again (spec sections 8 and 11).

use std::time::Duration;

use domain::Timestamp;
use store_kit::outbox::{self, Message};

const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_mins(30);
/// When a document whose callback finds no taker begins to show it.
pub(super) const FAILING_AFTER: Duration = Duration::from_hours(1);
pub(super) const GIVEN_UP_AFTER: Duration = Duration::from_hours(24);

/// How long after the try that failed, `tries` having failed before it; `spread` as of [`outbox::back_off`].
fn pause(tries: i32, spread: u8) -> Duration {
    outbox::back_off(tries, FIRST_PAUSE, LONGEST_PAUSE, spread)
}

/// Later each time, but once exactly when the first hour is over, so that the document's state tells in time, and once
/// when the day is.
pub(super) fn next_try(message: &Message, now: Timestamp) -> Timestamp {
    let next = now.plus(pause(message.tries, rand::random()));
    let marks = [FAILING_AFTER, GIVEN_UP_AFTER].map(|mark| message.created_at.plus(mark));
    marks
        .into_iter()
        .find(|mark| now < *mark)
        .map_or(next, |mark| next.min(mark))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use domain::EventId;

    use super::*;

    /// Whatever the spread.
    const LATEST: u8 = 0;
    const SOONEST: u8 = u8::MAX;

    fn told(pause: Duration) -> String {
        let (minutes, seconds) = (pause.as_secs() / 60, pause.as_secs() % 60);
        match (minutes, seconds) {
            (0, seconds) => format!("{seconds} s"),
            (minutes, 0) => format!("{minutes} min"),
            (minutes, seconds) => format!("{minutes} min {seconds} s"),
        }
    }

    /// The table of the guide, made from the code.
    fn table() -> String {
        let mut table = "| Try | After the one before | At the latest after the round's end |\n\
                         | --- | --- | --- |\n| 1 | | at once |\n"
            .to_owned();
        let mut since = Duration::ZERO;
        let mut tries = 0;
        while pause(tries, LATEST) < LONGEST_PAUSE {
            let (soonest, latest) = (pause(tries, SOONEST), pause(tries, LATEST));
            since += latest;
            let number = tries + 2;
            writeln!(
                table,
                "| {number} | {} to {} | {} |",
                told(soonest),
                told(latest),
                told(since)
            )
            .unwrap();
            tries += 1;
        }
        let (soonest, latest) = (pause(tries, SOONEST), pause(tries, LATEST));
        let (soonest, latest) = (told(soonest), told(latest));
        writeln!(table, "| each further | {soonest} to {latest} | a day |").unwrap();
        table
    }

    #[test]
    fn the_guide_tells_the_schedule_that_is_kept() {
        let guide = include_str!("../../../../docs/guides/callbacks.md");
        let table = table();
        assert!(guide.contains(&table), "the guide should say:\n{table}");
    }

    #[test]
    fn one_try_falls_on_the_end_of_the_hour_and_one_on_the_end_of_the_day() {
        let made = Timestamp::from_millis(1_000_000);
        let mut message = Message {
            id: EventId::generate(),
            topic: "callback".to_owned(),
            destination: String::new(),
            order_group: String::new(),
            payload: String::new(),
            created_at: made,
            due_at: made,
            tries: 0,
            done_at: None,
            given_up_at: None,
            last_error: None,
        };
        let mut at = made;
        let mut tried = vec![at];
        while at < made.plus(GIVEN_UP_AFTER) {
            let next = next_try(&message, at);
            assert!(at < next, "the clock stands still");
            at = next;
            tried.push(at);
            message.tries += 1;
        }
        assert!(tried.contains(&made.plus(FAILING_AFTER)), "{tried:?}");
        assert_eq!(tried.last(), Some(&made.plus(GIVEN_UP_AFTER)));
        assert!((40..90).contains(&tried.len()), "{} tries", tried.len());
    }
}
