//! Our certificate authority and the electronic seals it issues: keys, certificates, revocation
//! list and detached CMS signatures.
//!
//! Pure: time and randomness are passed in. Knows nothing of HTTP, tables or PDF.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod authority;
mod certificate;
mod cms;
mod credential;
mod seal_identity;
mod sealed_key;

pub use authority::{CertificateAuthority, PublicLinks, Revoked, SealOrder};
pub use cms::{CmsError, SignedBy};
pub use cms::{signature_over, verify};
pub use seal_identity::SealIdentity;
pub use sealed_key::{SealedKey, WrappingKey};

/// Why a key or certificate could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum PkiError {
    #[error("the certificate could not be read or written")]
    Der(#[from] der::Error),
    #[error("the certificate could not be built")]
    Build(#[from] x509_cert::builder::Error),
    #[error("the private key could not be read or written")]
    Key,
    #[error("the sealed private key does not open with this wrapping key")]
    Locked,
    #[error("the private key is not the one of this certificate")]
    Mismatch,
    #[error("the name of the {0} is empty")]
    EmptyName(&'static str),
}
