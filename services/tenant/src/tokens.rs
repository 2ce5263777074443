//! Opaque tokens (mailed links, refresh tokens) and keyed hashes of addresses. What is stored opens nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Email, MasterSecret};
use secrecy::{ExposeSecret as _, SecretString};

/// 256 random bits in base64url.
pub(crate) struct Token(SecretString);

impl Token {
    pub(crate) fn generate() -> Self {
        Self(URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()).into())
    }

    /// For the mail or cookie that carries it.
    pub(crate) fn reveal(&self) -> &str {
        self.0.expose_secret()
    }

    pub(crate) fn hash(&self) -> String {
        hash_of(self.reveal())
    }
}

/// What is stored of a presented token. Without salt or key: nobody guesses 256 bits.
pub(crate) fn hash_of(token: &str) -> String {
    blake3::hash(token.as_bytes()).to_hex().to_string()
}

/// Hashes addresses under a key, since addresses can be guessed.
pub(crate) struct AddressHasher([u8; 32]);

impl AddressHasher {
    pub(crate) fn new(master: &MasterSecret) -> Self {
        Self(master.derive("okdokument 2026 address hash v1"))
    }

    pub(crate) fn hash(&self, email: &Email) -> String {
        blake3::keyed_hash(&self.0, email.folded().as_bytes())
            .to_hex()
            .to_string()
    }
}
