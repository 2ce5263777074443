//! When it is morning where a tenant is: reminders go out at seven.

use domain::Timestamp;
use jiff::ZonedDateTime;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Spec section 4, `emailNotification`.
const AT: i8 = 7;
/// A server that was down at seven sends until noon; later it waits for the next morning.
const UNTIL: i8 = 12;

/// What is to be done about a reminder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    /// Remind now.
    pub(super) is_due: bool,
    /// The morning after this one, or the next.
    pub(super) next_at: Timestamp,
}

/// Whether somebody is reminded now, who was to be since `since` and was reminded last at `reminded_at`: once a day of the
/// zone, whatever the zone was before.
pub(super) fn turn(
    zone: &str,
    now: Timestamp,
    since: Timestamp,
    reminded_at: Option<Timestamp>,
) -> Turn {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let local = at(&zone, now);
    let today = local.date();
    let seven = morning(&zone, today, AT);
    let was_reminded = reminded_at.is_some_and(|last| today <= at(&zone, last).date());
    if now < seven && !was_reminded {
        return Turn {
            is_due: false,
            next_at: seven,
        };
    }
    let is_morning = since < seven && now < morning(&zone, today, UNTIL);
    Turn {
        is_due: !was_reminded && is_morning,
        next_at: today
            .tomorrow()
            .map_or(seven, |tomorrow| morning(&zone, tomorrow, AT)),
    }
}

fn at(zone: &TimeZone, moment: Timestamp) -> ZonedDateTime {
    moment.to_jiff().to_zoned_datetime(zone.clone())
}

/// An hour of a day there. One that the clocks leap over is as long after midnight as it would have been.
fn morning(zone: &TimeZone, day: Date, hour: i8) -> Timestamp {
    let local = day.at(hour, 0, 0, 0).to_zoned_datetime(zone.clone());
    local.map_or(Timestamp::from_millis(0), |local| local.timestamp().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> Timestamp {
        text.parse::<jiff::Timestamp>().unwrap().into()
    }

    /// Each morning from `start` on for some days, as a service that looks when it said it would.
    fn mornings(zone: &str, start: &str, days: usize) -> Vec<String> {
        let since = utc(start);
        let (mut now, mut reminded) = (since, None);
        let mut sent = Vec::new();
        for _ in 0..=days {
            let turn = turn(zone, now, since, reminded);
            if turn.is_due {
                sent.push(now.to_jiff().to_string());
                reminded = Some(now);
            }
            now = turn.next_at;
        }
        sent
    }

    #[test]
    fn seven_is_seven_before_and_after_the_clocks_change() {
        assert_eq!(
            mornings("Europe/Bratislava", "2026-03-27T12:00:00Z", 3),
            [
                "2026-03-28T06:00:00Z",
                "2026-03-29T05:00:00Z",
                "2026-03-30T05:00:00Z"
            ]
        );
        assert_eq!(
            mornings("Europe/Bratislava", "2026-10-23T12:00:00Z", 3),
            [
                "2026-10-24T05:00:00Z",
                "2026-10-25T06:00:00Z",
                "2026-10-26T06:00:00Z"
            ]
        );
        assert_eq!(
            mornings("Europe/Kyiv", "2026-03-27T12:00:00Z", 3),
            [
                "2026-03-28T05:00:00Z",
                "2026-03-29T04:00:00Z",
                "2026-03-30T04:00:00Z"
            ]
        );
    }

    #[test]
    fn a_server_that_was_down_sends_until_noon_and_never_two_for_one_day() {
        let zone = "Europe/Bratislava";
        let since = utc("2026-07-01T20:00:00Z");
        let told = |now, reminded: Option<&str>| turn(zone, utc(now), since, reminded.map(utc));
        assert!(
            told("2026-07-04T09:59:59Z", None).is_due,
            "late, for three mornings at once"
        );
        let after = told("2026-07-04T10:00:00Z", None);
        assert_eq!(
            (after.is_due, after.next_at),
            (false, utc("2026-07-05T05:00:00Z"))
        );
        let again = told("2026-07-04T09:59:59Z", Some("2026-07-04T05:00:10Z"));
        assert_eq!(
            (again.is_due, again.next_at),
            (false, utc("2026-07-05T05:00:00Z"))
        );
        // Looked at a little early, as after a restart.
        let early = told("2026-07-04T04:59:59Z", Some("2026-07-03T05:00:00Z"));
        assert_eq!(
            (early.is_due, early.next_at),
            (false, utc("2026-07-04T05:00:00Z"))
        );
    }

    #[test]
    fn the_morning_on_which_it_was_asked_for_counts_only_before_seven() {
        let since = utc("2026-07-04T05:30:00Z");
        let turn = turn(
            "Europe/Bratislava",
            utc("2026-07-04T05:31:00Z"),
            since,
            None,
        );
        assert_eq!(
            (turn.is_due, turn.next_at),
            (false, utc("2026-07-05T05:00:00Z"))
        );
    }

    #[test]
    fn a_tenant_that_moves_gets_one_a_day_of_where_it_is() {
        let since = utc("2026-07-01T20:00:00Z");
        let reminded = Some(utc("2026-07-04T05:00:00Z"));
        // One in the morning of the same day in New York.
        let west = turn(
            "America/New_York",
            utc("2026-07-04T06:00:00Z"),
            since,
            reminded,
        );
        assert_eq!(
            (west.is_due, west.next_at),
            (false, utc("2026-07-05T11:00:00Z"))
        );
        let east = turn("Europe/Kyiv", utc("2026-07-04T06:00:00Z"), since, reminded);
        assert_eq!(
            (east.is_due, east.next_at),
            (false, utc("2026-07-05T04:00:00Z"))
        );
        // Still evening of the day before in Honolulu when Bratislava was reminded.
        let far = turn(
            "Pacific/Honolulu",
            utc("2026-07-04T06:00:00Z"),
            since,
            reminded,
        );
        assert_eq!(
            (far.is_due, far.next_at),
            (false, utc("2026-07-04T17:00:00Z"))
        );
    }

    #[test]
    fn a_zone_that_nobody_knows_is_utc() {
        let since = utc("2026-07-01T20:00:00Z");
        let turn = turn("Nowhere/At_All", since, since, None);
        assert_eq!(turn.next_at, utc("2026-07-02T07:00:00Z"));
    }
}
