//! An e-mail address, as far as it can be checked without sending to it.

use thiserror::Error;

/// The text cannot be an address.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("this is not an e-mail address")]
pub struct InvalidEmail;

/// An address, kept as written; compared and hashed in lower case by [`Email::folded`].
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// The longest path of RFC 5321.
    const MAX_LEN: usize = 254;

    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let text = text.trim();
        let (local, host) = text.rsplit_once('@').ok_or(InvalidEmail)?;
        let clean = |part: &str| {
            !part.is_empty()
                && !part
                    .chars()
                    .any(|c| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c))
        };
        let dotted = host.contains('.') || host == "localhost";
        if text.len() <= Self::MAX_LEN
            && clean(local)
            && clean(host)
            && dotted
            && !host.starts_with('.')
            && !host.ends_with('.')
        {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidEmail)
        }
    }

    /// The form that decides whether two addresses are one.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
crate::id::text_newtype!(Email, InvalidEmail);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_an_address_is_refused() {
        for bad in [
            "",
            "a",
            "@b.sk",
            "a@",
            "a b@c.sk",
            "a@b",
            "a@.sk",
            "a@b.sk;c@d.sk",
        ] {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(
            Email::parse(" Jozef.Novak@Tatra.SK ").unwrap().folded(),
            "jozef.novak@tatra.sk"
        );
    }
}
