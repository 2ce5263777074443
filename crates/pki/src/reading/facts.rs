//! What is told about certificates, their trust and their revocation.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc4519::{COMMON_NAME, ORGANIZATION_NAME};
use const_oid::db::rfc5912::{
    ID_EC_PUBLIC_KEY, ID_RSASSA_PSS, RSA_ENCRYPTION, SECP_256_R_1, SECP_384_R_1, SECP_521_R_1,
};
use der::asn1::{PrintableStringRef, Utf8StringRef};
use der::{Any, Tag, Tagged};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use x509_cert::Certificate;
use x509_cert::name::Name;

use super::tlv::Tlv;

/// An RSA key below this cannot be relied on any more.
const LEAST_RSA_BITS: usize = 2048;

/// A certificate in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CertificateFacts {
    /// Common name, or the whole subject where there is none.
    pub name: String,
    pub organisation: Option<String>,
    /// Common name of the issuer, or the whole of it.
    pub issuer: String,
    /// Lower-case hex.
    pub serial: String,
    /// In milliseconds since 1970.
    pub not_before_ms: i64,
    pub not_after_ms: i64,
    /// The kind of its key, such as `RSA 2048` or `ECDSA P-256`.
    pub key: String,
    /// SHA-256 of the certificate, lower-case hex.
    pub fingerprint: String,
}

/// Whether somebody we trust answers for a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", tag = "state", content = "detail")]
pub enum Trust {
    /// The name of the trusted root.
    Trusted(String),
    Untrusted(TrustProblem),
}

/// Why nobody answers for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum TrustProblem {
    #[error("no root that is trusted here has issued it")]
    UnknownIssuer,
    #[error("a certificate was not valid at that time")]
    NotValidThen,
    #[error("a certificate in the chain must not issue others")]
    NotAnAuthority,
    #[error("the chain is longer than one of its certificates allows")]
    TooLong,
    #[error("a key was used for what its certificate does not allow")]
    Usage,
    #[error("a certificate has a critical extension that is not understood here")]
    CriticalExtension,
    #[error("the signature brings no readable certificate of its signer")]
    NoCertificate,
    #[error("the certificate had been revoked")]
    Revoked,
}

/// What embedded revocation data says of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", tag = "state")]
pub enum Revocation {
    /// The file carries nothing about this certificate.
    NoData,
    /// Signed data of the time in question says it was good.
    Good {
        source: RevocationSource,
    },
    Revoked {
        source: RevocationSource,
    },
    /// There is data, but none that holds for this certificate at that time.
    NotUsable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum RevocationSource {
    Crl,
    Ocsp,
}

impl CertificateFacts {
    pub(super) fn of(certificate: &Certificate, der: &[u8]) -> Self {
        let tbs = certificate.tbs_certificate();
        let ms = |time: &x509_cert::time::Time| {
            i64::try_from(time.to_unix_duration().as_millis()).unwrap_or(i64::MAX)
        };
        Self {
            name: shown(tbs.subject()),
            organisation: part(tbs.subject(), ORGANIZATION_NAME),
            issuer: shown(tbs.issuer()),
            serial: hex::encode(tbs.serial_number().as_bytes()),
            not_before_ms: ms(&tbs.validity().not_before),
            not_after_ms: ms(&tbs.validity().not_after),
            key: key(certificate).0,
            fingerprint: hex::encode(Sha256::digest(der)),
        }
    }
}

/// The kind of a certificate's key, and whether it is too short.
pub(super) fn key(certificate: &Certificate) -> (String, bool) {
    let info = certificate.tbs_certificate().subject_public_key_info();
    let curve: Option<ObjectIdentifier> = info
        .algorithm
        .parameters
        .as_ref()
        .and_then(|curve| curve.decode_as().ok());
    match (info.algorithm.oid, curve) {
        (RSA_ENCRYPTION | ID_RSASSA_PSS, _) => {
            let bits = info
                .subject_public_key
                .as_bytes()
                .and_then(modulus_bits)
                .unwrap_or(0);
            (format!("RSA {bits}"), bits < LEAST_RSA_BITS)
        }
        (ID_EC_PUBLIC_KEY, Some(SECP_256_R_1)) => ("ECDSA P-256".to_owned(), false),
        (ID_EC_PUBLIC_KEY, Some(SECP_384_R_1)) => ("ECDSA P-384".to_owned(), false),
        (ID_EC_PUBLIC_KEY, Some(SECP_521_R_1)) => ("ECDSA P-521".to_owned(), false),
        (other, _) => (other.to_string(), false),
    }
}

fn modulus_bits(key: &[u8]) -> Option<usize> {
    let (sequence, _rest) = Tlv::first(key)?;
    let (modulus, _rest) = Tlv::first(sequence.content)?;
    let significant = modulus.content.iter().skip_while(|byte| **byte == 0);
    let first = significant.clone().next()?;
    Some(significant.count() * 8 - usize::try_from(first.leading_zeros()).ok()?)
}

pub(super) fn shown(name: &Name) -> String {
    part(name, COMMON_NAME)
        .or_else(|| part(name, ORGANIZATION_NAME))
        .unwrap_or_else(|| name.to_string())
}

fn part(name: &Name, oid: ObjectIdentifier) -> Option<String> {
    name.iter_rdn()
        .flat_map(x509_cert::name::RelativeDistinguishedName::iter)
        .filter(|part| part.oid == oid)
        .find_map(|part| text(&part.value))
        .filter(|text| !text.trim().is_empty())
}

/// The text of a directory string in any of its encodings.
fn text(value: &Any) -> Option<String> {
    match value.tag() {
        Tag::Utf8String => Some(
            value
                .decode_as::<Utf8StringRef<'_>>()
                .ok()?
                .as_str()
                .to_owned(),
        ),
        Tag::PrintableString => {
            let text = value.decode_as::<PrintableStringRef<'_>>().ok()?;
            Some(text.as_str().to_owned())
        }
        Tag::BmpString => {
            let units: Vec<u16> = value
                .value()
                .chunks_exact(2)
                .map(|pair| {
                    pair.iter()
                        .fold(0, |unit, byte| unit << 8 | u16::from(*byte))
                })
                .collect();
            Some(String::from_utf16_lossy(&units))
        }
        Tag::TeletexString | Tag::Ia5String => {
            Some(value.value().iter().map(|byte| char::from(*byte)).collect())
        }
        _ => None,
    }
}
