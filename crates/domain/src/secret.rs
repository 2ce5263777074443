//! The one secret an operator keeps, and the keys derived from it.

use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

/// The master secret is too short to derive keys from.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("the master secret needs at least 32 characters")]
pub struct WeakMasterSecret;

/// The operator's master secret. Every key of the platform is derived from it for one named purpose, so that none can
/// stand in for another; losing it loses sealed keys, changing it signs everybody out and voids every API key.
#[derive(Clone)]
pub struct MasterSecret(SecretString);

impl MasterSecret {
    const MIN_LEN: usize = 32;

    pub fn new(secret: SecretString) -> Result<Self, WeakMasterSecret> {
        if secret.expose_secret().len() < Self::MIN_LEN {
            return Err(WeakMasterSecret);
        }
        Ok(Self(secret))
    }

    /// A 256-bit key for `purpose` (BLAKE3 key derivation). A purpose is a constant of the code: never change one.
    pub fn derive(&self, purpose: &'static str) -> [u8; 32] {
        blake3::derive_key(purpose, self.0.expose_secret().as_bytes())
    }
}
