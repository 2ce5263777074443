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

mod address;
mod authority;
mod certificate;
mod chain;
mod cms;
mod credential;
mod key;
mod ocsp;
mod pkcs12;
mod public_key;
pub mod reading;
mod revocation_list;
mod seal_identity;
mod sealed_key;
mod signing_certificate;
mod time;
mod time_stamp;
mod validation_data;

use der::Decode as _;
pub use x509_cert::Certificate;

pub use address::CertificateAddresses;
pub use authority::{
    CertificateAuthority, NoSuchReason, PublicLinks, RevocationReason, Revoked, SealOrder,
};
pub use chain::{Chain, is_self_issued, to_ders};
pub use cms::{CmsError, SignedBy};
pub use cms::{ID_AA_TIME_STAMP_TOKEN, signature_digest, signature_over, verify, with_time_stamp};
pub use key::LEAST_RSA_BITS;
pub use ocsp::{CertId, OcspError, OcspRequest, OcspResponse};
pub use pkcs12::Pkcs12Error;
pub use public_key::{Hash, SignatureError, Signed, check_signature, is_issued_by};
pub use revocation_list::{ListError, RevocationList};
pub use seal_identity::SealIdentity;
pub use sealed_key::{SealedKey, WrappingKey};
pub use time::read_time;
pub use time_stamp::{
    Accuracy, GREATEST_SKEW, ID_CT_TST_INFO, MessageImprint, TimeStampError, TimeStampRequest,
    TimeStampToken, TstInfo,
};
pub use validation_data::{
    Call, CallFailed, Fetch, GatherError, Gathered, Gathering, OwnList, ValidationData,
};

/// Reads certificates, DER each.
pub fn certificates_from_der(ders: &[Vec<u8>]) -> Result<Vec<Certificate>, PkiError> {
    Ok(ders
        .iter()
        .map(|der| Certificate::from_der(der))
        .collect::<Result<_, _>>()?)
}

/// Reads a PEM file of certificates; answers DER each.
pub fn certificates_from_pem(pem: &[u8]) -> Result<Vec<Vec<u8>>, PkiError> {
    Ok(to_ders(&Certificate::load_pem_chain(pem)?)?)
}

/// Why a key or certificate could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum PkiError {
    #[error("the certificate could not be read or written")]
    Der(#[from] der::Error),
    #[error("the certificate could not be built")]
    Build(#[from] x509_cert::builder::Error),
    #[error("the private key could not be read or written")]
    Key,
    #[error("the private key is neither P-256, P-384 nor RSA")]
    KeyKind,
    #[error("the RSA key is shorter than {} bits", key::LEAST_RSA_BITS)]
    WeakKey,
    #[error("the sealed private key does not open with this wrapping key")]
    Locked,
    #[error("the private key is not the one of this certificate")]
    Mismatch,
    #[error("the name of the {0} is empty")]
    EmptyName(&'static str),
}
