//! Which card succeeds and which is declined: Stripe's published test numbers, everything else is refused.

use domain::Timestamp;
use serde::{Deserialize, Serialize};

/// The card that always succeeds; the page is filled in with it.
pub(crate) const GOOD_CARD: &str = "4242 4242 4242 4242";
/// The card that is always declined.
pub(crate) const DECLINED_CARD: &str = "4000 0000 0000 0002";

/// The card whose bank wants to know the buyer first, every time (3-D Secure).
const AUTHENTICATED_CARD: &str = "4000002760003184";

/// What the buyer's bank said of who the buyer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Authentication {
    NotAsked,
    Passed,
    Failed,
}

/// What a person typed into the card form.
pub(crate) struct Card<'a> {
    pub(crate) number: &'a str,
    pub(crate) expiry: &'a str,
    pub(crate) cvc: &'a str,
    pub(crate) authentication: Authentication,
}

/// Why a card was not charged, in Stripe's codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Decline {
    pub(crate) code: String,
    /// The bank's own reason: Stripe's `decline_code`.
    pub(crate) reason: Option<String>,
    pub(crate) message: String,
}

impl Decline {
    pub(crate) fn insufficient_funds() -> Self {
        Self::new(
            "card_declined",
            Some("insufficient_funds"),
            "Your card has insufficient funds. Try a different card.",
        )
    }

    fn new(code: &str, reason: Option<&str>, message: &str) -> Self {
        Self {
            code: code.to_owned(),
            reason: reason.map(str::to_owned),
            message: message.to_owned(),
        }
    }
}

/// What became of a card.
pub(crate) enum Verdict {
    Approved,
    /// The bank asks the buyer who that is.
    Challenged,
    /// The form was filled in wrongly; no bank was asked.
    Mistyped(Decline),
    /// The bank said no.
    Declined(Decline),
}

pub(crate) fn judge(card: &Card<'_>, now: Timestamp) -> Verdict {
    let digits: String = card.number.chars().filter(|c| !c.is_whitespace()).collect();
    if let Some(mistake) = mistake(&digits, card, now) {
        return Verdict::Mistyped(mistake);
    }
    let generic = "Your card was declined.";
    match digits.as_str() {
        "4242424242424242" | "4000056655665556" | "5555555555554444" | "2223003122003222" => {
            Verdict::Approved
        }
        AUTHENTICATED_CARD => authenticated(card.authentication),
        "4000000000000002" => Verdict::Declined(Decline::new(
            "card_declined",
            Some("generic_decline"),
            generic,
        )),
        "4000000000009995" => Verdict::Declined(Decline::insufficient_funds()),
        "4000000000000069" => {
            Verdict::Declined(Decline::new("expired_card", None, "Your card has expired."))
        }
        "4000000000000127" => Verdict::Declined(Decline::new(
            "incorrect_cvc",
            None,
            "Your card's security code is incorrect.",
        )),
        _ => Verdict::Declined(Decline::new(
            "card_declined",
            Some("test_mode_live_card"),
            "Your card was declined. This is the sandbox: use one of the test cards.",
        )),
    }
}

fn authenticated(authentication: Authentication) -> Verdict {
    match authentication {
        Authentication::NotAsked => Verdict::Challenged,
        Authentication::Passed => Verdict::Approved,
        Authentication::Failed => Verdict::Declined(Decline::new(
            "payment_intent_authentication_failure",
            None,
            "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
        )),
    }
}

fn mistake(digits: &str, card: &Card<'_>, now: Timestamp) -> Option<Decline> {
    if !passes_luhn(digits) {
        return Some(Decline::new(
            "incorrect_number",
            None,
            "Your card number is not valid.",
        ));
    }
    match months_since_year_zero(card.expiry) {
        None => {
            return Some(Decline::new(
                "invalid_expiry_month",
                None,
                "Write the expiry date as month and year: 12 / 34.",
            ));
        }
        Some(month) if month < month_of(now) => {
            return Some(Decline::new(
                "invalid_expiry_year",
                None,
                "Your card's expiry date is in the past.",
            ));
        }
        Some(_) => {}
    }
    let cvc = card.cvc.trim();
    if !(3..=4).contains(&cvc.len()) || !cvc.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Decline::new(
            "invalid_cvc",
            None,
            "The security code has three or four digits.",
        ));
    }
    None
}

/// `12 / 34` as a count of months, so that dates compare as numbers.
fn months_since_year_zero(expiry: &str) -> Option<i64> {
    let (month, year) = expiry.split_once('/')?;
    let month: i64 = month.trim().parse().ok()?;
    let year: i64 = year.trim().parse().ok()?;
    let year = if year < 100 { year + 2000 } else { year };
    ((1..=12).contains(&month) && (2000..2100).contains(&year)).then_some(year * 12 + month)
}

fn month_of(now: Timestamp) -> i64 {
    let day = now.utc_day();
    let mut parts = day.split('-').filter_map(|part| part.parse::<i64>().ok());
    parts.next().unwrap_or(0) * 12 + parts.next().unwrap_or(0)
}

fn passes_luhn(digits: &str) -> bool {
    if !(12..=19).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            let weighed = if place % 2 == 1 { digit * 2 } else { digit };
            weighed / 10 + weighed % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOV_2026: Timestamp = Timestamp::from_millis(1_795_000_000_000);

    fn code(number: &str, expiry: &str, cvc: &str) -> Option<String> {
        match judge(
            &Card {
                number,
                expiry,
                cvc,
                authentication: Authentication::NotAsked,
            },
            NOV_2026,
        ) {
            Verdict::Approved => None,
            Verdict::Challenged => Some("challenged".to_owned()),
            Verdict::Mistyped(no) | Verdict::Declined(no) => Some(no.reason.unwrap_or(no.code)),
        }
    }

    #[test]
    fn the_test_cards_do_what_stripe_says_they_do() {
        assert_eq!(code(GOOD_CARD, "12 / 34", "123"), None);
        assert_eq!(
            code(DECLINED_CARD, "12/2034", "123").as_deref(),
            Some("generic_decline")
        );
        assert_eq!(
            code("4000 0000 0000 9995", "12/34", "123").as_deref(),
            Some("insufficient_funds")
        );
    }

    #[test]
    fn a_real_card_is_never_taken() {
        assert_eq!(
            code("4111 1111 1111 1111", "12/34", "123").as_deref(),
            Some("test_mode_live_card")
        );
    }

    #[test]
    fn a_mistyped_form_says_which_field() {
        assert_eq!(
            code("4242 4242 4242 4243", "12/34", "123").as_deref(),
            Some("incorrect_number")
        );
        assert_eq!(
            code(GOOD_CARD, "10/26", "123").as_deref(),
            Some("invalid_expiry_year")
        );
        assert_eq!(code(GOOD_CARD, "11/26", "123"), None);
        assert_eq!(
            code(GOOD_CARD, "13/34", "123").as_deref(),
            Some("invalid_expiry_month")
        );
        assert_eq!(
            code(GOOD_CARD, "12/34", "12").as_deref(),
            Some("invalid_cvc")
        );
    }
}
