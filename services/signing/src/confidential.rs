//! What must not lie in our rows in clear while it waits for its seal: a signer's act, since its ink may be biometric data,
//! and a sender's `sigData`. AES-256-GCM under a key derived from the master secret.

use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use thiserror::Error;

/// Never change: stored texts begin with it.
const FORMAT: &str = "v1.";
const NONCE_LENGTH: usize = 12;

/// A stored text is not one that this installation wrote for this row.
#[derive(Debug, Error)]
#[error("a confidential text of the store cannot be opened")]
pub(crate) struct Locked;

/// The key. Has no `Debug`.
#[derive(Clone)]
pub(crate) struct RowKey([u8; 32]);

impl RowKey {
    pub(crate) const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(&self.0.into())
    }

    /// `row` says whose text it is: it opens in no other.
    pub(crate) fn seal(&self, text: &str, row: &impl ToString) -> Result<String, Locked> {
        let nonce: [u8; NONCE_LENGTH] = rand::random();
        let row = row.to_string();
        let payload = Payload {
            msg: text.as_bytes(),
            aad: row.as_bytes(),
        };
        let sealed = self
            .cipher()
            .encrypt(&Nonce::from(nonce), payload)
            .map_err(|_opaque| Locked)?;
        let encoded = STANDARD_NO_PAD.encode([nonce.as_slice(), &sealed].concat());
        Ok(format!("{FORMAT}{encoded}"))
    }

    /// A row of an earlier version holds the JSON itself; that is what it was then.
    pub(crate) fn open(&self, stored: &str, row: &impl ToString) -> Result<String, Locked> {
        if stored.starts_with('{') {
            return Ok(stored.to_owned());
        }
        let encoded = stored.strip_prefix(FORMAT).ok_or(Locked)?;
        let bytes = STANDARD_NO_PAD.decode(encoded).map_err(|_| Locked)?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_LENGTH>().ok_or(Locked)?;
        let row = row.to_string();
        let payload = Payload {
            msg: sealed,
            aad: row.as_bytes(),
        };
        let text = self
            .cipher()
            .decrypt(&Nonce::from(*nonce), payload)
            .map_err(|_opaque| Locked)?;
        String::from_utf8(text).map_err(|_| Locked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_opens_in_its_own_row_only_and_is_not_seen_in_the_store() {
        let key = RowKey::new([7; 32]);
        let text = r#"{"RecipientEmail":"a@example.com"}"#;
        let stored = key.seal(text, &"req_1").unwrap();
        assert!(!stored.contains("Recipient"));
        assert_eq!(key.open(&stored, &"req_1").unwrap(), text);
        assert!(key.open(&stored, &"req_2").is_err());
        assert!(RowKey::new([8; 32]).open(&stored, &"req_1").is_err());
    }

    #[test]
    fn a_row_of_before_is_read_as_it_is() {
        let key = RowKey::new([7; 32]);
        assert_eq!(key.open(r#"{"a":"b"}"#, &"x").unwrap(), r#"{"a":"b"}"#);
        assert!(key.open("", &"x").is_err());
    }
}
