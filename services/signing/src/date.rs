//! Dates by the sender's pattern, such as `dd.MM.yyyy HH:mm` (rule `guiSignerDate`).

use std::iter::Peekable;
use std::str::Chars;

use domain::Timestamp;
use jiff::tz::TimeZone;

/// What may stand in a pattern, longest first, and how it is written.
const PARTS: [(&str, &str); 14] = [
    ("yyyy", "%Y"),
    ("yy", "%y"),
    ("MM", "%m"),
    ("M", "%-m"),
    ("dd", "%d"),
    ("d", "%-d"),
    ("HH", "%H"),
    ("H", "%-H"),
    ("hh", "%I"),
    ("h", "%-I"),
    ("mm", "%M"),
    ("m", "%-M"),
    ("ss", "%S"),
    ("a", "%p"),
];

/// The instant in the signer's own zone; an unknown zone reads as UTC. Letters between quotes stand for themselves.
pub(crate) fn format(pattern: &str, at: Timestamp, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let zoned = at.to_jiff().to_zoned_datetime(zone);
    let mut text = String::new();
    let mut rest = pattern.chars().peekable();
    while let Some(next) = rest.next() {
        if next == '\'' {
            text.push_str(&quoted(&mut rest));
            continue;
        }
        let mut run = String::from(next);
        while rest.next_if_eq(&next).is_some() {
            run.push(next);
        }
        match PARTS.iter().find(|(name, _)| *name == run) {
            Some((_, directive)) => text.push_str(&zoned.strftime(directive).to_string()),
            None => text.push_str(&run),
        }
    }
    text
}

/// Up to the next quote; two quotes in a row are one.
fn quoted(rest: &mut Peekable<Chars<'_>>) -> String {
    let text: String = rest.by_ref().take_while(|letter| *letter != '\'').collect();
    if text.is_empty() {
        "'".to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_filled_in_the_signers_zone() {
        let at = Timestamp::from_millis(1_764_000_000_000);
        assert_eq!(
            format("dd.MM.yyyy HH:mm", at, "Europe/Bratislava"),
            "24.11.2025 17:00"
        );
        assert_eq!(format("d.M.yy 'at' h a", at, "UTC"), "24.11.25 at 4 PM");
        assert_eq!(format("HH:mm", at, "Nowhere/Else"), "16:00");
    }
}
