//! A telephone number, as far as it can be checked without calling it.

use thiserror::Error;

/// The text cannot be a number in the international form.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("this is not a phone number in the international form, such as +421905123456")]
pub struct InvalidPhone;

/// A number in the international form of ITU-T E.164: `+`, country code, subscriber; digits only.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

impl Phone {
    /// Of digits: the longest that E.164 allows, and the shortest that any country gives out.
    const MAX_DIGITS: usize = 15;
    const MIN_DIGITS: usize = 7;
    /// What people write between digits.
    const SEPARATORS: [char; 6] = [' ', '\u{a0}', '-', '.', '(', ')'];

    /// Reads a number with its country code, written with `+` or `00`; separators are dropped.
    pub fn parse(text: &str) -> Result<Self, InvalidPhone> {
        let bare: String = text
            .trim()
            .chars()
            .filter(|c| !Self::SEPARATORS.contains(c))
            .collect();
        let digits = bare
            .strip_prefix('+')
            .or_else(|| bare.strip_prefix("00"))
            .ok_or(InvalidPhone)?;
        let is_sound = digits.bytes().all(|digit| digit.is_ascii_digit())
            && !digits.starts_with('0')
            && (Self::MIN_DIGITS..=Self::MAX_DIGITS).contains(&digits.len());
        if is_sound {
            Ok(Self(format!("+{digits}")))
        } else {
            Err(InvalidPhone)
        }
    }

    /// `+` and digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
crate::id::text_newtype!(Phone, InvalidPhone);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_kept_in_one_form_however_it_was_written() {
        for text in [
            "+421905123456",
            " +421 905 123 456 ",
            "+421 (905) 123-456",
            "00421905123456",
        ] {
            assert_eq!(Phone::parse(text).unwrap().as_str(), "+421905123456");
        }
    }

    #[test]
    fn what_nobody_could_call_is_refused() {
        for bad in [
            "",
            "+",
            "0905123456",
            "421905123456",
            "+0905123456",
            "+12345",
            "+1234567890123456",
            "+421905x23456",
            "+421+905123456",
        ] {
            assert!(Phone::parse(bad).is_err(), "{bad}");
        }
    }
}
