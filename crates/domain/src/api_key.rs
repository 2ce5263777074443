//! API keys: the plain key that is shown once, and the hash that is stored.

use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use thiserror::Error;

use crate::{MasterSecret, Mode};

/// The text cannot be one of our keys; told without any look-up.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("this is not an API key of ours")]
pub struct InvalidApiKey;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The part of a key that may be shown and logged: 16 base62 characters.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PublicKeyId(String);

impl PublicKeyId {
    const LEN: usize = 16;

    pub fn parse(text: &str) -> Result<Self, InvalidApiKey> {
        if text.len() == Self::LEN && text.bytes().all(|b| b.is_ascii_alphanumeric()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidApiKey)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for PublicKeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
crate::id::text_newtype!(PublicKeyId, InvalidApiKey);

/// A plain key: `okd_<live|test>_<public id>_<secret><checksum>`. It has no mouth: neither `Display` nor its content in
/// `Debug`; [`ApiKey::reveal`] is called by the one handler that shows it once.
pub struct ApiKey {
    mode: Mode,
    public_id: PublicKeyId,
    plain: SecretString,
}

impl ApiKey {
    /// The prefix is what secret scanners look for: never change it.
    const PREFIX: &'static str = "okd";
    /// 43 base62 characters hold 256 bits.
    const SECRET_LEN: usize = 43;
    /// 6 base62 characters hold a CRC32.
    const CHECKSUM_LEN: usize = 6;

    /// A new key from 16 + 32 random bytes.
    pub fn new(mode: Mode, public_random: [u8; 16], secret_random: [u8; 32]) -> Self {
        let public_id: String = public_random
            .iter()
            .map(|b| char::from(BASE62[usize::from(*b) % BASE62.len()]))
            .collect();
        let body = format!(
            "{}_{mode}_{public_id}_{}",
            Self::PREFIX,
            base62(&secret_random, Self::SECRET_LEN)
        );
        let plain = format!("{body}{}", checksum(&body));
        Self {
            mode,
            public_id: PublicKeyId(public_id),
            plain: plain.into(),
        }
    }

    /// A new key from the system's random source.
    pub fn generate(mode: Mode) -> Self {
        Self::new(mode, rand::random(), rand::random())
    }

    /// Parses a presented key; form and checksum cost no look-up.
    pub fn parse(text: &str) -> Result<Self, InvalidApiKey> {
        let mut parts = text.splitn(4, '_');
        let (Some(Self::PREFIX), Some(mode), Some(public_id), Some(tail)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(InvalidApiKey);
        };
        let mode = Mode::parse(mode).map_err(|_| InvalidApiKey)?;
        let public_id = PublicKeyId::parse(public_id)?;
        if tail.len() != Self::SECRET_LEN + Self::CHECKSUM_LEN
            || !tail.bytes().all(|b| b.is_ascii_alphanumeric())
        {
            return Err(InvalidApiKey);
        }
        let (body, sum) = text.split_at(text.len() - Self::CHECKSUM_LEN);
        if checksum(body) != sum {
            return Err(InvalidApiKey);
        }
        Ok(Self {
            mode,
            public_id,
            plain: text.to_owned().into(),
        })
    }

    pub const fn mode(&self) -> Mode {
        self.mode
    }

    pub const fn public_id(&self) -> &PublicKeyId {
        &self.public_id
    }

    pub fn last_four(&self) -> String {
        let plain = self.plain.expose_secret();
        plain[plain.len() - 4..].to_owned()
    }

    pub fn hash(&self, pepper: &Pepper) -> ApiKeyHash {
        ApiKeyHash(
            *blake3::keyed_hash(&pepper.key, self.plain.expose_secret().as_bytes()).as_bytes(),
        )
    }

    /// The key in plain text, for the one answer that shows it.
    pub fn reveal(&self) -> &str {
        self.plain.expose_secret()
    }
}

impl std::fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiKey(..)")
    }
}

/// The key of the keyed hash; versioned, so that it can be replaced without voiding old keys.
#[derive(Clone)]
pub struct Pepper {
    version: i32,
    key: [u8; 32],
}

impl Pepper {
    /// The version new keys are hashed with.
    pub const CURRENT: i32 = 1;

    pub fn current(master: &MasterSecret) -> Self {
        Self {
            version: Self::CURRENT,
            key: master.derive("okdokument 2026 api key pepper v1"),
        }
    }

    pub const fn version(&self) -> i32 {
        self.version
    }
}

/// What is stored of a key; equality takes the same time wherever the difference is.
#[derive(Clone, Copy)]
pub struct ApiKeyHash([u8; 32]);

impl ApiKeyHash {
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 lower-case hex digits, as stored.
    pub fn to_hex(self) -> String {
        blake3::Hash::from_bytes(self.0).to_hex().to_string()
    }

    pub fn parse_hex(text: &str) -> Result<Self, InvalidApiKey> {
        blake3::Hash::from_hex(text)
            .map(|hash| Self(*hash.as_bytes()))
            .map_err(|_| InvalidApiKey)
    }
}

impl PartialEq for ApiKeyHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}
impl Eq for ApiKeyHash {}

impl std::fmt::Debug for ApiKeyHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiKeyHash(..)")
    }
}

fn checksum(body: &str) -> String {
    base62(
        &crc32fast::hash(body.as_bytes()).to_be_bytes(),
        ApiKey::CHECKSUM_LEN,
    )
}

/// Big-endian bytes as exactly `len` base62 digits, zero-padded.
fn base62(bytes: &[u8], len: usize) -> String {
    let mut number = bytes.to_vec();
    let mut digits = vec![BASE62[0]; len];
    for digit in digits.iter_mut().rev() {
        let mut rest = 0_u32;
        for byte in &mut number {
            let value = (rest << 8) | u32::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or(u8::MAX);
            rest = value % 62;
        }
        *digit = BASE62[rest as usize];
    }
    digits.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pepper() -> Pepper {
        Pepper::current(
            &MasterSecret::new("a master secret of thirty-two characters".to_owned().into())
                .unwrap(),
        )
    }

    #[test]
    fn a_key_survives_its_text_form() {
        let key = ApiKey::generate(Mode::Live);
        let again = ApiKey::parse(key.reveal()).unwrap();
        assert_eq!(again.public_id(), key.public_id());
        assert_eq!(again.hash(&pepper()), key.hash(&pepper()));
        assert!(key.reveal().starts_with("okd_live_"));
    }

    #[test]
    fn one_wrong_character_is_refused_without_a_look_up() {
        let key = ApiKey::generate(Mode::Test);
        let plain = key.reveal();
        for at in 0..plain.len() {
            let mut bytes = plain.as_bytes().to_vec();
            bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
            assert!(
                ApiKey::parse(&String::from_utf8(bytes).unwrap()).is_err(),
                "position {at}"
            );
        }
        assert!(ApiKey::parse("").is_err());
    }

    #[test]
    fn a_key_does_not_show_itself() {
        assert_eq!(format!("{:?}", ApiKey::generate(Mode::Test)), "ApiKey(..)");
    }
}
