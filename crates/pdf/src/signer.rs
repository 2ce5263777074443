//! Who signs. The engine asks for a signature over a digest and never sees a key.

use pki::{PkiError, SealIdentity};
use serde::{Deserialize, Serialize};

/// A seal that can be asked to sign. In production the key is in another process than the engine.
pub trait Signer {
    /// How many bytes the signature may take; the file grows by twice as much, being hex.
    fn room(&self) -> usize;

    /// The DER of a detached CMS signature over this SHA-256 digest.
    fn sign(&self, digest: &[u8; 32]) -> Result<Vec<u8>, SignFailed>;
}

/// Why there is no signature, in the words of whoever holds the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{0}")]
pub struct SignFailed(pub String);

impl From<PkiError> for SignFailed {
    fn from(cause: PkiError) -> Self {
        Self(cause.to_string())
    }
}

impl Signer for SealIdentity {
    fn room(&self) -> usize {
        self.signature_room()
    }

    fn sign(&self, digest: &[u8; 32]) -> Result<Vec<u8>, SignFailed> {
        Ok(pki::signature_over(digest, self)?)
    }
}
