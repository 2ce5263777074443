//! A private key of any kind that seals: P-256, P-384 or RSA.

use const_oid::db::rfc5912::{
    ECDSA_WITH_SHA_256, ID_EC_PUBLIC_KEY, ID_MGF_1, ID_RSASSA_PSS, ID_SHA_256, RSA_ENCRYPTION,
    SECP_256_R_1, SECP_384_R_1, SHA_256_WITH_RSA_ENCRYPTION,
};
use der::asn1::{Null, ObjectIdentifier};
use der::pem::LineEnding;
use der::{Any, Decode, Encode, SecretDocument, Sequence};
use p256::ecdsa::signature::hazmat::PrehashSigner;
use p256::ecdsa::signature::{RandomizedSigner, SignatureEncoding, Signer};
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey, PrivateKeyInfoRef};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rsa::traits::PublicKeyParts;
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use spki::AlgorithmIdentifierOwned;

use super::PkiError;

/// Below this an RSA key is refused: what is signed today must hold for years.
pub const LEAST_RSA_BITS: usize = 2048;
/// `RSASSA-PSS` with a salt as long as the hash, which is what verifiers assume.
const SALT_LENGTH: u8 = 32;

/// The key and the way it signs. Has no `Debug` and no `Display`.
#[derive(Clone)]
pub(super) enum PrivateKey {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    Rsa(Box<rsa::PrivateKey>),
    /// An RSA key whose certificate allows PSS only.
    RsaPss(Box<rsa::PrivateKey>),
}

/// RFC 8017; all three defaults are SHA-1's and therefore never ours.
#[derive(Sequence)]
pub(super) struct PssParameters {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) hash: Option<AlgorithmIdentifierOwned>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) mask: Option<AlgorithmIdentifierOwned>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) salt_length: Option<u32>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) trailer: Option<u32>,
}

impl PrivateKey {
    /// Reads PKCS#8. Other kinds of keys, and RSA below 2048 bits, are refused.
    pub(super) fn from_pkcs8_der(der: &[u8]) -> Result<Self, PkiError> {
        let kind = PrivateKeyInfoRef::try_from(der).map_err(|_| PkiError::Key)?;
        let algorithm = kind.algorithm.oid;
        match algorithm {
            ID_EC_PUBLIC_KEY => match kind.algorithm.parameters_oid().ok() {
                Some(SECP_256_R_1) => Ok(Self::P256(
                    p256::SecretKey::from_pkcs8_der(der)
                        .map_err(|_| PkiError::Key)?
                        .into(),
                )),
                Some(SECP_384_R_1) => Ok(Self::P384(
                    p384::SecretKey::from_pkcs8_der(der)
                        .map_err(|_| PkiError::Key)?
                        .into(),
                )),
                _ => Err(PkiError::KeyKind),
            },
            RSA_ENCRYPTION | ID_RSASSA_PSS => {
                let key = rsa::PrivateKey::from_pkcs8_der(der).map_err(|_| PkiError::Key)?;
                if key.n().bit_width() < u32::try_from(LEAST_RSA_BITS).unwrap_or(u32::MAX) {
                    return Err(PkiError::WeakKey);
                }
                Ok(if algorithm == ID_RSASSA_PSS {
                    Self::RsaPss(Box::new(key))
                } else {
                    Self::Rsa(Box::new(key))
                })
            }
            _ => Err(PkiError::KeyKind),
        }
    }

    pub(super) fn from_pkcs8_pem(pem: &str) -> Result<Self, PkiError> {
        let (_label, document) = SecretDocument::from_pem(pem)?;
        Self::from_pkcs8_der(document.as_bytes())
    }

    pub(super) fn to_pkcs8_der(&self) -> Result<SecretDocument, PkiError> {
        match self {
            Self::P256(key) => p256::SecretKey::from(key.as_nonzero_scalar()).to_pkcs8_der(),
            Self::P384(key) => p384::SecretKey::from(key.as_nonzero_scalar()).to_pkcs8_der(),
            Self::Rsa(key) | Self::RsaPss(key) => key.to_pkcs8_der(),
        }
        .map_err(|_| PkiError::Key)
    }

    pub(super) fn to_pkcs8_pem(&self) -> Result<SecretString, PkiError> {
        let pem = self
            .to_pkcs8_der()?
            .to_pem("PRIVATE KEY", LineEnding::LF)
            .map_err(|_| PkiError::Key)?;
        Ok(SecretString::from(pem.to_string()))
    }

    /// For people.
    pub(super) fn kind(&self) -> String {
        match self {
            Self::P256(_) => "P-256".to_owned(),
            Self::P384(_) => "P-384".to_owned(),
            Self::Rsa(key) => format!("RSA {}", key.n().bit_width()),
            Self::RsaPss(key) => format!("RSA {} (PSS)", key.n().bit_width()),
        }
    }

    /// Whether a certificate's `SubjectPublicKeyInfo`, as DER, is this key's.
    pub(super) fn belongs_to(&self, public: &[u8]) -> Result<bool, PkiError> {
        let own = match self {
            Self::P256(key) => key.verifying_key().to_public_key_der(),
            Self::P384(key) => key.verifying_key().to_public_key_der(),
            Self::Rsa(key) | Self::RsaPss(key) => key.to_public_key().to_public_key_der(),
        }
        .map_err(|_| PkiError::Key)?;
        // The algorithm may be written in two ways (with PSS parameters or without): the key counts.
        let own = spki::SubjectPublicKeyInfoOwned::from_der(own.as_bytes())?;
        let theirs = spki::SubjectPublicKeyInfoOwned::from_der(public)?;
        Ok(own.subject_public_key == theirs.subject_public_key)
    }

    /// The same key, used as its certificate allows: PSS where the certificate names PSS.
    pub(super) fn used_as(self, algorithm: ObjectIdentifier) -> Self {
        match (self, algorithm) {
            (Self::Rsa(key), ID_RSASSA_PSS) => Self::RsaPss(key),
            (key, _) => key,
        }
    }

    /// How [`sign`](Self::sign) signs. SHA-256 with every key: the digest algorithm of a
    /// signature must be the one of its attributes (RFC 5754).
    pub(super) fn algorithm(&self) -> Result<AlgorithmIdentifierOwned, PkiError> {
        let (oid, parameters) = match self {
            Self::P256(_) | Self::P384(_) => (ECDSA_WITH_SHA_256, None),
            Self::Rsa(_) => (SHA_256_WITH_RSA_ENCRYPTION, Some(Any::from(Null))),
            Self::RsaPss(_) => (ID_RSASSA_PSS, Some(Any::encode_from(&pss_parameters()?)?)),
        };
        Ok(AlgorithmIdentifierOwned { oid, parameters })
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, PkiError> {
        match self {
            Self::P256(key) => {
                let signature: p256::ecdsa::DerSignature =
                    key.try_sign(message).map_err(|_| PkiError::Key)?;
                Ok(signature.as_bytes().to_vec())
            }
            Self::P384(key) => {
                let signature: p384::ecdsa::Signature = key
                    .sign_prehash(&Sha256::digest(message))
                    .map_err(|_| PkiError::Key)?;
                Ok(signature.to_der().as_bytes().to_vec())
            }
            Self::Rsa(key) => {
                let key = rsa::pkcs1v15::SigningKey::<Sha256>::new(key.as_ref().clone());
                let signature = key
                    .try_sign_with_rng(&mut self.secret_random(message)?, message)
                    .map_err(|_| PkiError::Key)?;
                Ok(signature.to_vec())
            }
            Self::RsaPss(key) => {
                let key = rsa::pss::SigningKey::<Sha256>::new(key.as_ref().clone());
                let signature = key
                    .try_sign_with_rng(&mut self.secret_random(message)?, message)
                    .map_err(|_| PkiError::Key)?;
                Ok(signature.to_vec())
            }
        }
    }

    /// Salt and blinding from key and message, as RFC 6979 takes its nonces: nobody without the
    /// key can tell them, and the same question has the same answer.
    fn secret_random(&self, message: &[u8]) -> Result<StdRng, PkiError> {
        let mut hash = Sha256::new();
        hash.update(b"okdokument signature randomness v1");
        hash.update(self.to_pkcs8_der()?.as_bytes());
        hash.update(Sha256::digest(message));
        Ok(StdRng::from_seed(hash.finalize().into()))
    }
}

fn pss_parameters() -> Result<PssParameters, PkiError> {
    let hash = AlgorithmIdentifierOwned {
        oid: ID_SHA_256,
        parameters: None,
    };
    Ok(PssParameters {
        mask: Some(AlgorithmIdentifierOwned {
            oid: ID_MGF_1,
            parameters: Some(Any::from_der(&hash.to_der()?)?),
        }),
        hash: Some(hash),
        salt_length: Some(u32::from(SALT_LENGTH)),
        trailer: None,
    })
}
