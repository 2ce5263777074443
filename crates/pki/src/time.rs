//! Times as ASN.1 writes them. The decoder of `der` refuses fractions of a second, which real
//! time-stamping authorities send.

use der::{Any, Tag, Tagged};
use domain::Timestamp;

/// Reads a `GeneralizedTime` or `UTCTime` in UTC, fractions included; `None` where it is neither.
pub fn read_time(value: &Any) -> Option<Timestamp> {
    let text = std::str::from_utf8(value.value()).ok()?.strip_suffix('Z')?;
    let (year, rest) = match value.tag() {
        Tag::GeneralizedTime => (digits(text, 0, 4)?, text.get(4..)?),
        Tag::UtcTime => {
            let short = digits(text, 0, 2)?;
            // RFC 5280, 4.1.2.5.1.
            let century = if short < 50 { 2000 } else { 1900 };
            (century + short, text.get(2..)?)
        }
        _ => return None,
    };
    let (whole, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    if whole.len() != 10 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let moment = format!(
        "{year:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        digits(whole, 0, 2)?,
        digits(whole, 2, 2)?,
        digits(whole, 4, 2)?,
        digits(whole, 6, 2)?,
        digits(whole, 8, 2)?
    );
    let moment: jiff::Timestamp = moment.parse().ok()?;
    let millis: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    Some(Timestamp::from_millis(
        moment.as_millisecond().checked_add(millis)?,
    ))
}

fn digits(text: &str, from: usize, count: usize) -> Option<u32> {
    let part = text.get(from..from.checked_add(count)?)?;
    part.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| part.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(tag: Tag, text: &str) -> Option<i64> {
        read_time(&Any::new(tag, text.as_bytes()).unwrap()).map(Timestamp::millis)
    }

    #[test]
    fn fractions_of_a_second_are_read() {
        let plain = Some(1_795_514_400_000);
        assert_eq!(read(Tag::GeneralizedTime, "20261124100000Z"), plain);
        assert_eq!(
            read(Tag::GeneralizedTime, "20261124100000.5Z"),
            plain.map(|at| at + 500)
        );
        assert_eq!(
            read(Tag::GeneralizedTime, "20261124100000.123456Z"),
            plain.map(|at| at + 123)
        );
        assert_eq!(read(Tag::UtcTime, "261124100000Z"), plain);
    }

    #[test]
    fn what_is_no_time_in_utc_is_refused() {
        for text in [
            "20261124100000",
            "20261124100000+0100",
            "20261399100000Z",
            "2026112410Z",
            "",
        ] {
            assert_eq!(read(Tag::GeneralizedTime, text), None, "{text}");
        }
    }
}
