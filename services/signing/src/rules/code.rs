//! The rules of verification codes (spec section 4): how the signer comes by the code that opens the document, and by the
//! one that confirms the signature.

use domain::Phone;
use mail::Address;
use subtle::ConstantTimeEq as _;

use super::InvalidRule;

/// Shorter, and the five guesses that the lock leaves would be a fair share of all there are.
const MIN_FIXED_CHARS: usize = 4;
const MAX_FIXED_CHARS: usize = 64;

/// How the signer comes by a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CodeRule {
    Email(Address),
    Phone(Phone),
    Fixed(FixedCode),
}

/// A code that the sender chose and told the signer. Has no mouth: only its keyed hash is kept.
#[derive(Clone)]
pub(crate) struct FixedCode(String);

impl FixedCode {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = (MIN_FIXED_CHARS..=MAX_FIXED_CHARS).contains(&text.chars().count());
        (fits && !text.chars().any(char::is_control)).then(|| Self(text.to_owned()))
    }

    /// For its hash alone.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for FixedCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FixedCode(..)")
    }
}

impl PartialEq for FixedCode {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for FixedCode {}

/// Reads the value of one of the six rules.
pub(super) fn parse(rule: &'static str, text: &str) -> Result<CodeRule, InvalidRule> {
    let wrong = |wants| InvalidRule::Value { rule, wants };
    if rule.ends_with("OtpEmail") {
        return Address::parse(text)
            .map(CodeRule::Email)
            .map_err(|_| wrong("an e-mail address"));
    }
    if rule.ends_with("OtpPhone") {
        return Phone::parse(text)
            .map(CodeRule::Phone)
            .map_err(|_| wrong("a phone number in the international form, such as +421905123456"));
    }
    FixedCode::parse(text)
        .map(CodeRule::Fixed)
        .ok_or_else(|| wrong("a code of 4 to 64 characters"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_code_says_nothing_of_itself() {
        let rule = parse("openOtpCode", " 4711 ").unwrap();
        assert_eq!(format!("{rule:?}"), "Fixed(FixedCode(..))");
        assert_eq!(rule, parse("signOtpCode", "4711").unwrap());
        assert_ne!(rule, parse("openOtpCode", "4712").unwrap());
    }

    #[test]
    fn what_could_not_reach_the_signer_is_refused() {
        for (rule, text) in [
            ("openOtpEmail", "jana"),
            ("openOtpEmail", ""),
            ("signOtpPhone", "0905 123 456"),
            ("openOtpCode", "123"),
            ("signOtpCode", &"9".repeat(65)),
            ("openOtpCode", "12\u{7}34"),
        ] {
            assert!(
                matches!(parse(rule, text), Err(InvalidRule::Value { rule: told, .. }) if told == rule),
                "{rule} {text}"
            );
        }
    }
}
