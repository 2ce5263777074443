//! An address that every SMTP server can be given (RFC 5321 without RFC 6531): what is before the `@` is a dot-string of
//! ASCII, and the domain may be international, since it has an ASCII form of its own (RFC 5890).

use std::fmt;

use thiserror::Error;

/// The longest path of RFC 5321.
const MAX_CHARS: usize = 254;
const MAX_LOCAL_CHARS: usize = 64;

/// No server is sure to take this as an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this is not an e-mail address that every mail server takes")]
pub struct InvalidAddress;

/// An e-mail address, as it was written and as it is sent to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    written: String,
    local: String,
    /// In ASCII.
    host: String,
}

impl Address {
    /// Reads an address. Quoted local parts, comments, address literals and letters beyond ASCII before the `@` are refused:
    /// much that handles mail handles them wrongly.
    pub fn parse(text: &str) -> Result<Self, InvalidAddress> {
        let written = text.trim();
        let (local, host) = written.rsplit_once('@').ok_or(InvalidAddress)?;
        let host = idna::domain_to_ascii_strict(host).map_err(|_| InvalidAddress)?;
        let is_named = host.contains('.') || host == "localhost";
        let is_numeric = host.rsplit('.').next().is_some_and(is_number);
        let chars = local.len().saturating_add(host.len()).saturating_add(1);
        if is_dot_string(local) && is_named && !is_numeric && chars <= MAX_CHARS {
            Ok(Self {
                written: written.to_owned(),
                local: local.to_owned(),
                host,
            })
        } else {
            Err(InvalidAddress)
        }
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The domain in ASCII.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// As SMTP and headers carry it: ASCII.
    pub fn wire(&self) -> String {
        format!("{}@{}", self.local, self.host)
    }

    pub(crate) fn to_lettre(&self) -> Result<lettre::Address, InvalidAddress> {
        lettre::Address::new(&self.local, &self.host).map_err(|_| InvalidAddress)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

/// No top-level domain is all digits: it would be an address of IPv4.
fn is_number(label: &str) -> bool {
    label.bytes().all(|byte| byte.is_ascii_digit())
}

/// Atoms joined by single dots (RFC 5321, section 4.1.2).
fn is_dot_string(local: &str) -> bool {
    local.len() <= MAX_LOCAL_CHARS
        && local
            .split('.')
            .all(|atom| !atom.is_empty() && atom.bytes().all(is_atext))
}

fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_server_is_sure_to_take_is_refused() {
        for bad in [
            "",
            "a",
            "@b.sk",
            "a@",
            "a b@c.sk",
            "a@b",
            "a@.sk",
            "a@b..sk",
            ".a@b.sk",
            "a..b@c.sk",
            "\"quoted\"@b.sk",
            "\"a@b.sk\"",
            "a@[192.0.2.1]",
            "a@192.0.2.1",
            "a@b.sk,c@d.sk",
            "a@b.sk;c@d.sk",
            "Name <a@b.sk>",
            "jozef.novák@b.sk",
            "a@b.sk\r\nBcc: c@d.sk",
            "a\r\n@b.sk",
            "a@b_c.sk",
        ] {
            assert_eq!(Address::parse(bad), Err(InvalidAddress), "{bad:?}");
        }
        let local = "a".repeat(MAX_LOCAL_CHARS);
        assert!(Address::parse(&format!("{local}@b.sk")).is_ok());
        assert!(Address::parse(&format!("a{local}@b.sk")).is_err());
    }

    #[test]
    fn an_international_domain_is_sent_to_in_ascii_and_shown_as_written() {
        let address = Address::parse(" Jana.O'Hara+zmluva@Dlhé-Mesto.SK ").unwrap();
        assert_eq!(address.as_str(), "Jana.O'Hara+zmluva@Dlhé-Mesto.SK");
        assert_eq!(address.wire(), "Jana.O'Hara+zmluva@xn--dlh-mesto-d4a.sk");
        assert!(address.to_lettre().is_ok());
    }
}
