//! Amounts as Stripe counts them: whole minor units of a currency, with a smallest charge per currency.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::api_error::ApiError;

/// Currencies without minor units, of those Stripe charges in.
const WITHOUT_MINOR_UNITS: [&str; 6] = ["clp", "isk", "jpy", "krw", "vnd", "xaf"];
/// Stripe takes at most eight digits.
const LARGEST_CHARGE: i64 = 99_999_999;

/// An amount in the minor units of a currency (three lower-case letters).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Amount {
    pub(crate) minor: i64,
    pub(crate) currency: String,
}

impl Amount {
    /// Refuses what Stripe would not charge.
    pub(crate) fn chargeable(minor: i64, currency: String) -> Result<Self, ApiError> {
        let amount = Self { minor, currency };
        let smallest = Self {
            minor: smallest_charge(&amount.currency),
            currency: amount.currency.clone(),
        };
        if minor < smallest.minor {
            return Err(ApiError::amount_too_small(format!(
                "The Checkout Session's total amount must convert to at least {smallest}; it is {amount}."
            )));
        }
        if minor > LARGEST_CHARGE {
            return Err(ApiError::invalid(
                "line_items",
                format!("The total amount of {amount} is more than Stripe charges at once."),
            ));
        }
        Ok(amount)
    }
}

fn smallest_charge(currency: &str) -> i64 {
    match currency {
        "czk" => 1_500,
        "pln" | "ron" => 200,
        "huf" => 17_500,
        "gbp" => 30,
        _ => 50,
    }
}

/// `€1,249.00`, or `1,249.00 CZK` where the sign would not be understood by everybody.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = if WITHOUT_MINOR_UNITS.contains(&self.currency.as_str()) {
            0
        } else {
            2
        };
        let scale = 10_u64.pow(decimals);
        let minor = self.minor.unsigned_abs();
        let mut number = grouped(minor / scale);
        if decimals > 0 {
            number = format!("{number}.{:02}", minor % scale);
        }
        let sign = if self.minor < 0 { "-" } else { "" };
        match self.currency.as_str() {
            "eur" => write!(f, "{sign}€{number}"),
            "usd" => write!(f, "{sign}${number}"),
            "gbp" => write!(f, "{sign}£{number}"),
            other => write!(f, "{sign}{number} {}", other.to_uppercase()),
        }
    }
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(minor: i64, currency: &str) -> String {
        Amount {
            minor,
            currency: currency.to_owned(),
        }
        .to_string()
    }

    #[test]
    fn amounts_read_like_prices() {
        assert_eq!(amount(4_900, "eur"), "€49.00");
        assert_eq!(amount(124_905, "usd"), "$1,249.05");
        assert_eq!(amount(124_900, "czk"), "1,249.00 CZK");
        assert_eq!(amount(1_500, "jpy"), "1,500 JPY");
    }

    #[test]
    fn too_little_is_refused_as_stripe_does() {
        assert!(Amount::chargeable(49, "eur".to_owned()).is_err());
        assert!(Amount::chargeable(50, "eur".to_owned()).is_ok());
    }
}
