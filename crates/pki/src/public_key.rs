//! Signatures checked with the key of a certificate: ECDSA, RSA PKCS#1 v1.5 and RSA PSS, with SHA-2.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912::{
    ECDSA_WITH_SHA_256, ECDSA_WITH_SHA_384, ECDSA_WITH_SHA_512, ID_EC_PUBLIC_KEY, ID_RSASSA_PSS,
    ID_SHA_1, ID_SHA_256, ID_SHA_384, ID_SHA_512, RSA_ENCRYPTION, SECP_256_R_1, SECP_384_R_1,
    SHA_256_WITH_RSA_ENCRYPTION, SHA_384_WITH_RSA_ENCRYPTION, SHA_512_WITH_RSA_ENCRYPTION,
};
use der::asn1::BitString;
use der::{Any, Decode, Encode, Sequence};
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use p256::pkcs8::DecodePublicKey;
use rsa::Pss;
use sha2::{Digest, Sha256, Sha384, Sha512};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::Certificate;

use super::key::PssParameters;

/// Why a signature is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    #[error("the signature uses an algorithm that is not known or too weak: {0}")]
    Algorithm(ObjectIdentifier),
    #[error("the public key cannot be read")]
    Key,
    #[error("the signature does not verify with this key")]
    Wrong,
}

/// A hash that signatures may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// By its own identifier; SHA-1 and older are not taken.
    pub fn by_oid(oid: ObjectIdentifier) -> Option<Self> {
        match oid {
            ID_SHA_256 => Some(Self::Sha256),
            ID_SHA_384 => Some(Self::Sha384),
            ID_SHA_512 => Some(Self::Sha512),
            _ => None,
        }
    }

    pub fn of(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(message).to_vec(),
            Self::Sha384 => Sha384::digest(message).to_vec(),
            Self::Sha512 => Sha512::digest(message).to_vec(),
        }
    }
}

/// Checks `signature` over `message` with a certificate's key.
///
/// `hash` is the digest algorithm that stands beside a CMS signature; needed only where the
/// signature's own algorithm is the bare `rsaEncryption`.
pub fn check_signature(
    key: &SubjectPublicKeyInfoOwned,
    algorithm: &AlgorithmIdentifierOwned,
    hash: Option<ObjectIdentifier>,
    (message, signature): (&[u8], &[u8]),
) -> Result<(), SignatureError> {
    let unknown = SignatureError::Algorithm(algorithm.oid);
    match algorithm.oid {
        ECDSA_WITH_SHA_256 => ecdsa(key, &Hash::Sha256.of(message), signature),
        ECDSA_WITH_SHA_384 => ecdsa(key, &Hash::Sha384.of(message), signature),
        ECDSA_WITH_SHA_512 => ecdsa(key, &Hash::Sha512.of(message), signature),
        SHA_256_WITH_RSA_ENCRYPTION => rsa_plain(key, Hash::Sha256, message, signature),
        SHA_384_WITH_RSA_ENCRYPTION => rsa_plain(key, Hash::Sha384, message, signature),
        SHA_512_WITH_RSA_ENCRYPTION => rsa_plain(key, Hash::Sha512, message, signature),
        RSA_ENCRYPTION => {
            let hash = hash.and_then(Hash::by_oid).ok_or(unknown)?;
            rsa_plain(key, hash, message, signature)
        }
        ID_RSASSA_PSS => rsa_pss(key, algorithm, message, signature),
        _ => Err(unknown),
    }
}

/// Anything signed in the X.509 manner: certificates, revocation lists and OCSP responses. What is
/// signed is kept as its bytes.
#[derive(Clone, Debug, Sequence)]
pub struct Signed {
    pub content: Any,
    pub algorithm: AlgorithmIdentifierOwned,
    pub signature: BitString,
}

impl Signed {
    pub fn check(&self, key: &SubjectPublicKeyInfoOwned) -> Result<(), SignatureError> {
        let message = self.content.to_der().map_err(|_| SignatureError::Wrong)?;
        let signature = self.signature.as_bytes().ok_or(SignatureError::Wrong)?;
        check_signature(key, &self.algorithm, None, (&message, signature))
    }
}

/// Whether `issuer` is named by the certificate as its issuer and has signed it.
pub fn is_issued_by(certificate: &Certificate, issuer: &Certificate) -> bool {
    let (own, above) = (certificate.tbs_certificate(), issuer.tbs_certificate());
    own.issuer() == above.subject()
        && certificate
            .to_der()
            .and_then(|der| Signed::from_der(&der))
            .is_ok_and(|signed| signed.check(above.subject_public_key_info()).is_ok())
}

fn ecdsa(
    key: &SubjectPublicKeyInfoOwned,
    hash: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let curve: Option<ObjectIdentifier> = (key.algorithm.oid == ID_EC_PUBLIC_KEY)
        .then_some(key.algorithm.parameters.as_ref())
        .flatten()
        .and_then(|curve| curve.decode_as().ok());
    let der = key.to_der().map_err(|_| SignatureError::Key)?;
    let wrong = |_| SignatureError::Wrong;
    match curve {
        Some(SECP_256_R_1) => {
            let key = p256::ecdsa::VerifyingKey::from_public_key_der(&der)
                .map_err(|_| SignatureError::Key)?;
            let signature = p256::ecdsa::Signature::from_der(signature).map_err(wrong)?;
            key.verify_prehash(hash, &signature).map_err(wrong)
        }
        Some(SECP_384_R_1) => {
            let key = p384::ecdsa::VerifyingKey::from_public_key_der(&der)
                .map_err(|_| SignatureError::Key)?;
            let signature = p384::ecdsa::Signature::from_der(signature).map_err(wrong)?;
            key.verify_prehash(hash, &signature).map_err(wrong)
        }
        _ => Err(SignatureError::Algorithm(
            curve.unwrap_or(key.algorithm.oid),
        )),
    }
}

fn rsa_key(key: &SubjectPublicKeyInfoOwned) -> Result<rsa::PublicKey, SignatureError> {
    use rsa::pkcs1::DecodeRsaPublicKey as _;
    if key.algorithm.oid != RSA_ENCRYPTION && key.algorithm.oid != ID_RSASSA_PSS {
        return Err(SignatureError::Key);
    }
    let der = key
        .subject_public_key
        .as_bytes()
        .ok_or(SignatureError::Key)?;
    rsa::PublicKey::from_pkcs1_der(der).map_err(|_| SignatureError::Key)
}

fn rsa_plain(
    key: &SubjectPublicKeyInfoOwned,
    hash: Hash,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let key = rsa_key(key)?;
    let scheme = match hash {
        Hash::Sha256 => rsa::Pkcs1v15Sign::new::<Sha256>(),
        Hash::Sha384 => rsa::Pkcs1v15Sign::new::<Sha384>(),
        Hash::Sha512 => rsa::Pkcs1v15Sign::new::<Sha512>(),
    };
    key.verify(scheme, &hash.of(message), signature)
        .map_err(|_| SignatureError::Wrong)
}

fn rsa_pss(
    key: &SubjectPublicKeyInfoOwned,
    algorithm: &AlgorithmIdentifierOwned,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let unknown = SignatureError::Algorithm(algorithm.oid);
    let parameters: PssParameters = algorithm
        .parameters
        .as_ref()
        .and_then(|parameters| parameters.decode_as().ok())
        .ok_or(unknown)?;
    let hash = parameters.hash.map_or(ID_SHA_1, |hash| hash.oid);
    let hash = Hash::by_oid(hash).ok_or(unknown)?;
    let length = parameters.salt_length.unwrap_or(20);
    let length = usize::try_from(length).map_err(|_| unknown)?;
    let key = rsa_key(key)?;
    let digest = hash.of(message);
    let verified = match hash {
        Hash::Sha256 => key.verify(Pss::<Sha256>::new_with_salt(length), &digest, signature),
        Hash::Sha384 => key.verify(Pss::<Sha384>::new_with_salt(length), &digest, signature),
        Hash::Sha512 => key.verify(Pss::<Sha512>::new_with_salt(length), &digest, signature),
    };
    verified.map_err(|_| SignatureError::Wrong)
}
