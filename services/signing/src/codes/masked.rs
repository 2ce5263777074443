//! Addresses as the page shows them: enough to recognise one's own, too little to learn another's.

use super::Channel;

const HIDDEN: &str = "***";
/// Of a number that stay readable at its end.
const LAST_DIGITS: usize = 3;

/// The recipient of codes, masked.
pub(crate) fn recipient(channel: Channel, recipient: &str) -> String {
    match channel {
        Channel::Email => email(recipient),
        Channel::Sms => phone(recipient),
        Channel::Fixed => String::new(),
    }
}

/// `j***@e***.com`.
fn email(address: &str) -> String {
    let (local, host) = address.rsplit_once('@').unwrap_or((address, ""));
    let first = |text: &str| text.chars().take(1).collect::<String>();
    let top = host.rsplit_once('.').map(|(_, top)| format!(".{top}"));
    format!(
        "{}{HIDDEN}@{}{HIDDEN}{}",
        first(local),
        first(host),
        top.unwrap_or_default()
    )
}

/// `+421 *** *** 123`.
fn phone(number: &str) -> String {
    let digits = number.trim_start_matches('+');
    let country: String = digits.chars().take(country_code_len(digits)).collect();
    let hidden = digits.chars().count().saturating_sub(LAST_DIGITS);
    let last: String = digits.chars().skip(hidden).collect();
    format!("+{country} {HIDDEN} {HIDDEN} {last}")
}

/// How many digits the country code has (ITU-T E.164, list of assigned codes): no code is the beginning of another.
fn country_code_len(digits: &str) -> usize {
    let two: &[&str] = &["20", "27", "81", "82", "84", "86", "98"];
    let start: String = digits.chars().take(2).collect();
    let mut parts = start.bytes();
    match (parts.next(), parts.next()) {
        (Some(b'1' | b'7'), _) => 1,
        (Some(b'3'), Some(b'0'..=b'4' | b'6' | b'9'))
        | (Some(b'4'), Some(b'0' | b'1' | b'3'..=b'9'))
        | (Some(b'5'), Some(b'1'..=b'8'))
        | (Some(b'6'), Some(b'0'..=b'6'))
        | (Some(b'9'), Some(b'0'..=b'5')) => 2,
        _ if two.contains(&start.as_str()) => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_its_first_letters_and_its_end() {
        let masked = |address| recipient(Channel::Email, address);
        assert_eq!(masked("jana.novakova@example.com"), "j***@e***.com");
        assert_eq!(masked("ž@mail.firma.sk"), "ž***@m***.sk");
        assert_eq!(masked("root@localhost"), "r***@l***");
    }

    #[test]
    fn a_number_keeps_its_country_and_its_last_three_digits() {
        let masked = |number| recipient(Channel::Sms, number);
        assert_eq!(masked("+421905456123"), "+421 *** *** 123");
        assert_eq!(masked("+12025550123"), "+1 *** *** 123");
        assert_eq!(masked("+48501502503"), "+48 *** *** 503");
        assert_eq!(masked("+380501234567"), "+380 *** *** 567");
    }
}
