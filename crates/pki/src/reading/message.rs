//! CMS `SignedData` (RFC 5652) of anybody's making: who signed, what, and whether it holds.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5911::{ID_CONTENT_TYPE, ID_MESSAGE_DIGEST};
use const_oid::db::rfc5912::{
    ID_RSASSA_PSS, ID_SHA_1, ID_SHA_256, ID_SHA_384, ID_SHA_512, RSA_ENCRYPTION,
    SHA_1_WITH_RSA_ENCRYPTION,
};
use der::{Any, Decode, Encode};
use domain::Timestamp;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use spki::AlgorithmIdentifierOwned;
use x509_cert::Certificate;

use super::parts::{Parts, Signer, is_named, sorted_set};
use super::tlv::{SEQUENCE, Tlv};
use super::{ber, facts, sha1_rsa};
use crate::public_key::{SignatureError, check_signature};
use crate::time::read_time;

const ID_SIGNING_CERTIFICATE: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");
const ID_SIGNING_CERTIFICATE_V2: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
const ID_SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");
const ID_TIME_STAMP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.14");
/// Adobe's place for revocation data within a signature.
const ID_ADBE_REVOCATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113583.1.1.8");
const ECDSA_WITH_SHA_1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.1");

/// A hash function that a signature names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigestName {
    /// Known and read; no longer anything to rely on.
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl DigestName {
    pub fn by_oid(oid: ObjectIdentifier) -> Option<Self> {
        match oid {
            ID_SHA_1 => Some(Self::Sha1),
            ID_SHA_256 => Some(Self::Sha256),
            ID_SHA_384 => Some(Self::Sha384),
            ID_SHA_512 => Some(Self::Sha512),
            _ => None,
        }
    }

    pub fn of(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => Sha1::digest(message).to_vec(),
            Self::Sha256 => Sha256::digest(message).to_vec(),
            Self::Sha384 => Sha384::digest(message).to_vec(),
            Self::Sha512 => Sha512::digest(message).to_vec(),
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }
}

/// Why nothing is said for a signature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    #[error("it is not a CMS signature that can be read")]
    Structure,
    #[error("it has no signer, or several")]
    Signers,
    #[error("it uses the algorithm {0}, which is not checked here")]
    Algorithm(ObjectIdentifier),
    #[error("its kind is not checked here: {0}")]
    Kind(&'static str),
}

/// Why a signature does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    #[error("the bytes are not those that were signed")]
    Digest,
    #[error("the signature is not one by the key of its certificate")]
    Signature,
    #[error("the signature names another certificate than it was made with")]
    OtherCertificate,
    #[error("the signature does not say with which certificate it was made")]
    NoSigningCertificate,
    #[error("the signature brings no readable certificate of its signer")]
    NoCertificate,
    #[error("the signature is for content of another type")]
    ContentType,
    #[error("it cannot be checked: {0}")]
    NotChecked(ReadError),
}

/// A certificate with the bytes it came as.
#[derive(Clone, Debug)]
pub struct FoundCertificate {
    pub certificate: Certificate,
    pub der: Vec<u8>,
}

impl FoundCertificate {
    /// None where it cannot be read.
    pub fn read(der: &[u8]) -> Option<Self> {
        Some(Self {
            certificate: Certificate::from_der(der).ok()?,
            der: der.to_vec(),
        })
    }

    /// All certificates of a PEM file; what else stands in it is left out.
    pub fn from_pem(pem: &[u8]) -> Vec<Self> {
        Certificate::load_pem_chain(pem)
            .unwrap_or_default()
            .into_iter()
            .filter_map(|certificate| {
                Some(Self {
                    der: certificate.to_der().ok()?,
                    certificate,
                })
            })
            .collect()
    }

    pub fn facts(&self) -> facts::CertificateFacts {
        facts::CertificateFacts::of(&self.certificate, &self.der)
    }

    /// Whether the key is too short to be relied on.
    pub fn is_weak(&self) -> bool {
        facts::key(&self.certificate).1
    }
}

/// A signature that has been read, not yet judged.
#[derive(Clone, Debug)]
pub struct SignedMessage {
    pub digest: DigestName,
    pub certificates: Vec<FoundCertificate>,
    /// Revocation lists and OCSP responses that came along, DER.
    pub lists: Vec<Vec<u8>>,
    pub responses: Vec<Vec<u8>>,
    /// What was signed, where it stands within.
    pub content: Option<Vec<u8>>,
    content_type: ObjectIdentifier,
    named: Vec<u8>,
    algorithm: AlgorithmIdentifierOwned,
    signature: Vec<u8>,
    /// As they came, the tag made that of a set.
    signed: Option<Vec<u8>>,
    attributes: Vec<(ObjectIdentifier, Vec<u8>)>,
    unsigned: Vec<(ObjectIdentifier, Vec<u8>)>,
}

impl SignedMessage {
    /// Reads DER or BER; padding behind it is left out.
    pub fn read(input: &[u8]) -> Result<Self, ReadError> {
        let der = ber::to_der(input).ok_or(ReadError::Structure)?;
        let parts = Parts::of(&der).ok_or(ReadError::Structure)?;
        let [signer] = parts.signers.as_slice() else {
            return Err(ReadError::Signers);
        };
        let signer = Signer::of(*signer).ok_or(ReadError::Structure)?;
        let digest =
            DigestName::by_oid(signer.digest).ok_or(ReadError::Algorithm(signer.digest))?;
        let mut message = Self {
            digest,
            certificates: parts.certificates,
            lists: parts.lists,
            responses: Vec::new(),
            content: parts.content,
            content_type: parts.content_type,
            named: signer.named,
            algorithm: signer.algorithm,
            signature: signer.signature,
            signed: signer.signed,
            attributes: signer.attributes,
            unsigned: signer.unsigned,
        };
        message.take_adobe_data();
        Ok(message)
    }

    /// Digest and signature algorithm, as people call them.
    pub fn algorithms(&self) -> String {
        let key = self
            .certificate()
            .map(|found| facts::key(&found.certificate).0)
            .unwrap_or_default();
        let scheme = if self.algorithm.oid == ID_RSASSA_PSS {
            " PSS"
        } else {
            ""
        };
        format!("{key}{scheme}, {}", self.digest.name())
    }

    pub fn is_weak(&self) -> bool {
        self.digest == DigestName::Sha1
            || self.algorithm.oid == SHA_1_WITH_RSA_ENCRYPTION
            || self.algorithm.oid == ECDSA_WITH_SHA_1
            || self.certificate().is_some_and(FoundCertificate::is_weak)
    }

    /// The signer's certificate, if it came along.
    pub fn certificate(&self) -> Option<&FoundCertificate> {
        self.certificates
            .iter()
            .find(|found| is_named(&found.certificate, &self.named))
    }

    /// The signer's own claim of the time.
    pub fn claimed_at(&self) -> Option<Timestamp> {
        let value = Any::from_der(self.attribute(ID_SIGNING_TIME)?).ok()?;
        read_time(&value)
    }

    /// The RFC 3161 token over the signature, DER, if there is one.
    pub fn time_stamp(&self) -> Option<&[u8]> {
        self.unsigned
            .iter()
            .find(|(oid, _value)| *oid == ID_TIME_STAMP)
            .map(|(_oid, value)| value.as_slice())
    }

    /// What such a token is over.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Checks digest, signature and named certificate. `digest` is that of the covered bytes, by
    /// [`digest`](Self::digest); `must_name` where the format demands the certificate's name.
    pub fn check(&self, digest: &[u8], must_name: MustName) -> Result<(), Wrong> {
        let signed = self
            .signed
            .as_deref()
            .ok_or(Wrong::NotChecked(ReadError::Kind("no signed attributes")))?;
        let told = self
            .attribute(ID_MESSAGE_DIGEST)
            .and_then(|value| Tlv::first(value)?.0.octets());
        if told != Some(digest) {
            return Err(Wrong::Digest);
        }
        let content_type = self
            .attribute(ID_CONTENT_TYPE)
            .and_then(|value| Tlv::first(value)?.0.oid());
        if content_type != Some(self.content_type) {
            return Err(Wrong::ContentType);
        }
        let found = self.certificate().ok_or(Wrong::NoCertificate)?;
        match self.names(&found.der) {
            Some(false) => return Err(Wrong::OtherCertificate),
            None if must_name == MustName::Yes => return Err(Wrong::NoSigningCertificate),
            _ => {}
        }
        // Most sign their attributes as they write them, some in DER's order.
        match self.check_over(found, signed) {
            Err(Wrong::Signature) => {
                let sorted = sorted_set(signed).ok_or(Wrong::Signature)?;
                self.check_over(found, &sorted)
            }
            other => other,
        }
    }

    fn check_over(&self, found: &FoundCertificate, message: &[u8]) -> Result<(), Wrong> {
        let key = found
            .certificate
            .tbs_certificate()
            .subject_public_key_info();
        let is_sha1 = self.algorithm.oid == SHA_1_WITH_RSA_ENCRYPTION
            || (self.algorithm.oid == RSA_ENCRYPTION && self.digest == DigestName::Sha1);
        if is_sha1 {
            return sha1_rsa::check(key, message, &self.signature).ok_or(Wrong::Signature);
        }
        let hash = match self.digest {
            DigestName::Sha1 => ID_SHA_1,
            DigestName::Sha256 => ID_SHA_256,
            DigestName::Sha384 => ID_SHA_384,
            DigestName::Sha512 => ID_SHA_512,
        };
        check_signature(key, &self.algorithm, Some(hash), (message, &self.signature)).map_err(
            |error| match error {
                SignatureError::Algorithm(oid) => Wrong::NotChecked(ReadError::Algorithm(oid)),
                SignatureError::Key | SignatureError::Wrong => Wrong::Signature,
            },
        )
    }

    /// Whether the signing-certificate attribute (RFC 2634, RFC 5035) means this certificate.
    fn names(&self, der: &[u8]) -> Option<bool> {
        let (value, is_v2) = match self.attribute(ID_SIGNING_CERTIFICATE_V2) {
            Some(value) => (value, true),
            None => (self.attribute(ID_SIGNING_CERTIFICATE)?, false),
        };
        let first = || -> Option<Vec<Tlv<'_>>> {
            let list = *Tlv::first(value)?.0.children()?.first()?;
            list.children()?.first()?.children()
        };
        let members = first()?;
        let (algorithm, hash) = match members.as_slice() {
            [algorithm, hash, ..] if algorithm.tag == SEQUENCE => {
                let oid = algorithm.children()?.first()?.oid()?;
                (DigestName::by_oid(oid)?, hash.octets()?)
            }
            [hash, ..] if is_v2 => (DigestName::Sha256, hash.octets()?),
            [hash, ..] => (DigestName::Sha1, hash.octets()?),
            [] => return None,
        };
        Some(algorithm.of(der) == hash)
    }

    fn attribute(&self, oid: ObjectIdentifier) -> Option<&[u8]> {
        let mut found = self.attributes.iter().filter(|(own, _value)| *own == oid);
        let (_oid, value) = found.next()?;
        // Twice the same attribute: nobody can say which one counts.
        found.next().is_none().then_some(value.as_slice())
    }

    fn take_adobe_data(&mut self) {
        let Some(value) = self.attribute(ID_ADBE_REVOCATION).map(<[u8]>::to_vec) else {
            return;
        };
        let members = Tlv::first(&value).and_then(|(all, _rest)| all.children());
        for member in members.into_iter().flatten() {
            let inner = member
                .children()
                .and_then(|list| list.first()?.children())
                .unwrap_or_default();
            let target = match member.tag {
                0xa0 => &mut self.lists,
                0xa1 => &mut self.responses,
                _ => continue,
            };
            target.extend(inner.iter().map(|one| one.raw.to_vec()));
        }
    }
}

/// Whether a signature must say with which certificate it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MustName {
    Yes,
    No,
}
