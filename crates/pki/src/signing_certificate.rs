//! The attributes by which a signature says which certificate it was made for.

use const_oid::db::rfc5912::{ID_SHA_256, ID_SHA_384, ID_SHA_512};
use der::asn1::OctetString;
use der::{Any, Encode};
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha384, Sha512};
use spki::AlgorithmIdentifierOwned;
use x509_cert::Certificate;

/// The first `ESSCertID` of a `SigningCertificate` (RFC 2634: SHA-1) names this certificate.
pub(super) fn names_v1(value: &Any, certificate: &Certificate) -> Option<bool> {
    let first = first_ess(value)?;
    let hash = first.first()?;
    Some(
        hash.decode_as::<OctetString>().ok()?.as_bytes()
            == Sha1::digest(certificate.to_der().ok()?).as_slice(),
    )
}

/// The first `ESSCertIDv2` of a `SigningCertificateV2` (RFC 5035: SHA-256 unless named).
pub(super) fn names_v2(value: &Any, certificate: &Certificate) -> Option<bool> {
    let first = first_ess(value)?;
    let der = certificate.to_der().ok()?;
    let head = first.first()?;
    let (hash, expected) = match head.decode_as::<AlgorithmIdentifierOwned>() {
        Ok(algorithm) => {
            let digest = match algorithm.oid {
                ID_SHA_256 => Sha256::digest(&der).to_vec(),
                ID_SHA_384 => Sha384::digest(&der).to_vec(),
                ID_SHA_512 => Sha512::digest(&der).to_vec(),
                _ => return Some(false),
            };
            (first.get(1)?, digest)
        }
        Err(_) => (head, Sha256::digest(&der).to_vec()),
    };
    Some(hash.decode_as::<OctetString>().ok()?.as_bytes() == expected)
}

/// The members of the first element of the first list in a `SigningCertificate`.
fn first_ess(value: &Any) -> Option<Vec<Any>> {
    let lists: Vec<Any> = value.decode_as().ok()?;
    let certificates: Vec<Any> = lists.first()?.decode_as().ok()?;
    certificates.first()?.decode_as().ok()
}
