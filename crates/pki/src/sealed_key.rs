//! A private key at rest: AES-256-GCM under a key that the caller keeps elsewhere.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use rand::CryptoRng;

use super::PkiError;

/// Never change: sealed keys in the store begin with it.
const FORMAT: u8 = 1;
const NONCE_LENGTH: usize = 12;
/// Bound into every sealed key, so that no other ciphertext of the same wrapping key opens as one.
const PURPOSE: &[u8] = b"okdokument private key v1";

/// The 32 bytes under which private keys are sealed. Has no `Debug` and no `Display`.
#[derive(Clone)]
pub struct WrappingKey([u8; 32]);

impl WrappingKey {
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(&self.0.into())
    }
}

/// A private key encrypted at rest, bound to the public key that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedKey(Vec<u8>);

impl SealedKey {
    /// Takes bytes as they were stored.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes to store.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn seal<R: CryptoRng + ?Sized>(
        private: &[u8],
        public: &[u8],
        wrapping: &WrappingKey,
        rng: &mut R,
    ) -> Result<Self, PkiError> {
        let mut nonce = [0; NONCE_LENGTH];
        rng.fill_bytes(&mut nonce);
        let bound = [PURPOSE, public].concat();
        let payload = Payload {
            msg: private,
            aad: &bound,
        };
        let secret = wrapping
            .cipher()
            .encrypt(&Nonce::from(nonce), payload)
            .map_err(|_opaque| PkiError::Key)?;
        Ok(Self([&[FORMAT], nonce.as_slice(), &secret].concat()))
    }

    pub(super) fn open(&self, public: &[u8], wrapping: &WrappingKey) -> Result<Vec<u8>, PkiError> {
        let (format, rest) = self.0.split_first().ok_or(PkiError::Locked)?;
        let (nonce, secret) = rest
            .split_first_chunk::<NONCE_LENGTH>()
            .ok_or(PkiError::Locked)?;
        if *format != FORMAT {
            return Err(PkiError::Locked);
        }
        let bound = [PURPOSE, public].concat();
        wrapping
            .cipher()
            .decrypt(
                &Nonce::from(*nonce),
                Payload {
                    msg: secret,
                    aad: &bound,
                },
            )
            .map_err(|_opaque| PkiError::Locked)
    }
}
