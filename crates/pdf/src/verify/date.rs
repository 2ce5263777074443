//! PDF dates: `D:20261124120000+01'00'`.

/// The time in milliseconds since 1970; what the date leaves out is taken as its least.
pub(super) fn milliseconds(date: &str) -> Option<i64> {
    let date = date.strip_prefix("D:").unwrap_or(date);
    let digits: String = date.chars().take_while(char::is_ascii_digit).collect();
    let part = |at: usize, length: usize, least: i64| -> Option<i64> {
        match digits.get(at..at + length) {
            Some(text) => text.parse().ok(),
            None => Some(least),
        }
    };
    let year = digits.get(..4)?.parse().ok()?;
    let date_part = jiff::civil::date(
        year,
        i8::try_from(part(4, 2, 1)?)
            .ok()
            .filter(|month| (1..=12).contains(month))?,
        1,
    );
    let day = i8::try_from(part(6, 2, 1)?).ok()?;
    let day = date_part.with().day(day).build().ok()?;
    let time = jiff::civil::Time::new(
        i8::try_from(part(8, 2, 0)?).ok()?,
        i8::try_from(part(10, 2, 0)?).ok()?,
        i8::try_from(part(12, 2, 0)?).ok()?,
        0,
    )
    .ok()?;
    let local = jiff::tz::Offset::UTC
        .to_timestamp(day.to_datetime(time))
        .ok()?;
    let offset = offset_minutes(date.get(digits.len()..).unwrap_or_default());
    Some(local.as_millisecond() - offset * 60_000)
}

/// `Z`, `+01'00'`, `-0500`; nothing means UTC.
fn offset_minutes(zone: &str) -> i64 {
    let sign = match zone.chars().next() {
        Some('+') => 1,
        Some('-') => -1,
        _ => return 0,
    };
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let part = |at: usize| -> i64 {
        digits
            .get(at..at + 2)
            .and_then(|text| text.parse().ok())
            .unwrap_or(0)
    };
    sign * (part(0) * 60 + part(2))
}

#[cfg(test)]
mod tests {
    use super::milliseconds;

    #[test]
    fn dates_are_read_with_their_zone() {
        let noon = Some(1_795_521_600_000);
        assert_eq!(milliseconds("D:20261124120000Z"), noon);
        assert_eq!(
            milliseconds("D:20261124130000+01'00'"),
            milliseconds("D:20261124120000Z")
        );
        assert_eq!(
            milliseconds("20261124120000"),
            milliseconds("D:20261124120000+00'00'")
        );
        assert_eq!(milliseconds("D:2026"), milliseconds("D:20260101000000Z"));
        assert_eq!(milliseconds("D:20261345"), None);
        assert_eq!(milliseconds(""), None);
    }
}
