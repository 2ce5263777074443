//! Detached CMS signatures in the CAdES baseline form that PAdES asks for.
//!
//! Signed attributes are content type, message digest and signing certificate. The signing-time
//! attribute is absent on purpose: EN 319 142-1 forbids it, the time is the dictionary's `/M`.

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedAttributes, SignedData, SignerIdentifier,
    SignerInfo, SignerInfos,
};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5911::{ID_CONTENT_TYPE, ID_DATA, ID_MESSAGE_DIGEST, ID_SIGNED_DATA};
use const_oid::db::rfc5912::ID_SHA_256;
use der::asn1::{OctetString, SetOfVec};
use der::{Any, Decode, Encode, Sequence};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use spki::AlgorithmIdentifierOwned;
use x509_cert::Certificate;
use x509_cert::attr::Attribute;
use x509_cert::ext::pkix::name::{GeneralName, GeneralNames};
use x509_cert::serial_number::SerialNumber;

use super::chain::is_self_issued;
use super::public_key::{SignatureError, check_signature};
use super::time_stamp::TimeStampToken;
use super::{PkiError, SealIdentity};

/// RFC 3161, appendix A: the unsigned attribute that dates a signature.
pub const ID_AA_TIME_STAMP_TOKEN: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.14");
const ID_SIGNING_CERTIFICATE_V2: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");

/// RFC 5035; `hashAlgorithm` is left out because SHA-256 is its default.
#[derive(Sequence)]
struct SigningCertificateV2 {
    certs: Vec<EssCertIdV2>,
}

#[derive(Sequence)]
struct EssCertIdV2 {
    cert_hash: OctetString,
    issuer_serial: IssuerSerial,
}

#[derive(Sequence)]
struct IssuerSerial {
    issuer: GeneralNames,
    serial_number: SerialNumber,
}

/// Why a CMS signature is not taken as ours.
#[derive(Debug, Serialize, Deserialize, thiserror::Error)]
pub enum CmsError {
    #[error("the signature is not a CMS structure of ours: {0}")]
    Form(String),
    #[error("the signature uses an algorithm other than ours")]
    Algorithm,
    #[error("the signed digest is not the document's")]
    Digest,
    #[error("the signature does not verify with the key of its certificate")]
    Signature,
}

impl From<der::Error> for CmsError {
    fn from(cause: der::Error) -> Self {
        Self::Form(cause.to_string())
    }
}

/// The certificate whose key made a signature.
#[derive(Clone, Debug)]
pub struct SignedBy {
    pub certificate_der: Vec<u8>,
}

/// Signs a SHA-256 digest with the seal; answers the DER of a detached `ContentInfo`.
pub fn signature_over(digest: &[u8; 32], identity: &SealIdentity) -> Result<Vec<u8>, PkiError> {
    let attributes = signed_attributes(digest, &identity.own.certificate, &identity.own.der)?;
    let signature = identity.own.key.sign(&attributes.to_der()?)?;
    let signer = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(issuer_and_serial(&identity.own.certificate)),
        digest_alg: sha_256(),
        signed_attrs: Some(attributes),
        signature_algorithm: identity.own.key.algorithm()?,
        signature: OctetString::new(signature)?,
        unsigned_attrs: None,
    };
    // The root stays out: who trusts it has it, and NSS (so also poppler's pdfsig) calls the
    // second signature of a file untrusted when both bring the root along.
    let between = identity
        .chain
        .iter()
        .filter(|certificate| !is_self_issued(certificate));
    let certificates = std::iter::once(&identity.own.certificate)
        .chain(between)
        .cloned()
        .map(CertificateChoices::Certificate)
        .collect::<Vec<_>>();
    let data = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![sha_256()])?,
        encap_content_info: EncapsulatedContentInfo {
            econtent_type: ID_DATA,
            econtent: None,
        },
        certificates: Some(CertificateSet::try_from(certificates)?),
        crls: None,
        signer_infos: SignerInfos::try_from(vec![signer])?,
    };
    let info = ContentInfo {
        content_type: ID_SIGNED_DATA,
        content: Any::encode_from(&data)?,
    };
    Ok(info.to_der()?)
}

/// The SHA-256 digest of the signature itself: what a time stamp of it is for.
pub fn signature_digest(cms: &[u8]) -> Result<[u8; 32], CmsError> {
    let info = ContentInfo::from_der(cms)?;
    let data: SignedData = info.content.decode_as()?;
    let signer = data.signer_infos.0.get(0).ok_or(CmsError::Signature)?;
    Ok(Sha256::digest(signer.signature.as_bytes()).into())
}

/// The signature with a time stamp of it as unsigned attribute (level B-T of EN 319 142-1).
pub fn with_time_stamp(cms: &[u8], token: &TimeStampToken) -> Result<Vec<u8>, CmsError> {
    let info = ContentInfo::from_der(cms)?;
    let mut data: SignedData = info.content.decode_as()?;
    let signer = data.signer_infos.0.get(0).ok_or(CmsError::Signature)?;
    if !token
        .info
        .message_imprint
        .is_of(signer.signature.as_bytes())
    {
        return Err(CmsError::Digest);
    }
    let stamp = attribute(ID_AA_TIME_STAMP_TOKEN, Any::from_der(&token.der)?)?;
    let stamped = SignerInfo {
        unsigned_attrs: Some(SetOfVec::try_from(vec![stamp])?),
        ..signer.clone()
    };
    data.signer_infos = SignerInfos::try_from(vec![stamped])?;
    let info = ContentInfo {
        content_type: ID_SIGNED_DATA,
        content: Any::encode_from(&data)?,
    };
    Ok(info.to_der()?)
}

/// Checks a signature that [`signature_over`] made: digest, and signature by the named certificate.
///
/// Whether that certificate is trusted is for the caller to say.
pub fn verify(cms: &[u8], digest: &[u8; 32]) -> Result<SignedBy, CmsError> {
    let info = ContentInfo::from_der(cms)?;
    let data: SignedData = info.content.decode_as()?;
    let signer = data.signer_infos.0.get(0).ok_or(CmsError::Signature)?;
    if signer.digest_alg.oid != ID_SHA_256 {
        return Err(CmsError::Algorithm);
    }
    let attributes = signer.signed_attrs.as_ref().ok_or(CmsError::Digest)?;
    if message_digest(attributes)?.as_bytes() != digest {
        return Err(CmsError::Digest);
    }
    let certificate = named_certificate(&data, &signer.sid).ok_or(CmsError::Signature)?;
    check_signature(
        certificate.tbs_certificate().subject_public_key_info(),
        &signer.signature_algorithm,
        Some(signer.digest_alg.oid),
        (&attributes.to_der()?, signer.signature.as_bytes()),
    )
    .map_err(|error| match error {
        SignatureError::Algorithm(_) | SignatureError::Key => CmsError::Algorithm,
        SignatureError::Wrong => CmsError::Signature,
    })?;
    Ok(SignedBy {
        certificate_der: certificate.to_der()?,
    })
}

fn signed_attributes(
    digest: &[u8; 32],
    certificate: &Certificate,
    certificate_der: &[u8],
) -> Result<SignedAttributes, PkiError> {
    let named = SigningCertificateV2 {
        certs: vec![EssCertIdV2 {
            cert_hash: OctetString::new(Sha256::digest(certificate_der).as_slice())?,
            issuer_serial: IssuerSerial {
                issuer: vec![GeneralName::DirectoryName(
                    certificate.tbs_certificate().issuer().clone(),
                )],
                serial_number: certificate.tbs_certificate().serial_number().clone(),
            },
        }],
    };
    Ok(SetOfVec::try_from(vec![
        attribute(ID_CONTENT_TYPE, Any::encode_from(&ID_DATA)?)?,
        attribute(
            ID_MESSAGE_DIGEST,
            Any::encode_from(&OctetString::new(digest.as_slice())?)?,
        )?,
        attribute(ID_SIGNING_CERTIFICATE_V2, Any::encode_from(&named)?)?,
    ])?)
}

fn attribute(oid: ObjectIdentifier, value: Any) -> der::Result<Attribute> {
    Ok(Attribute {
        oid,
        values: SetOfVec::try_from(vec![value])?,
    })
}

fn message_digest(attributes: &SignedAttributes) -> Result<OctetString, CmsError> {
    let found = attributes
        .iter()
        .find(|attribute| attribute.oid == ID_MESSAGE_DIGEST)
        .and_then(|attribute| attribute.values.get(0))
        .ok_or(CmsError::Digest)?;
    Ok(found.decode_as()?)
}

fn named_certificate<'a>(
    data: &'a SignedData,
    named: &SignerIdentifier,
) -> Option<&'a Certificate> {
    let SignerIdentifier::IssuerAndSerialNumber(wanted) = named else {
        return None;
    };
    data.certificates
        .as_ref()?
        .0
        .iter()
        .find_map(|choice| match choice {
            CertificateChoices::Certificate(certificate)
                if issuer_and_serial(certificate) == *wanted =>
            {
                Some(certificate)
            }
            _ => None,
        })
}

fn issuer_and_serial(certificate: &Certificate) -> IssuerAndSerialNumber {
    IssuerAndSerialNumber {
        issuer: certificate.tbs_certificate().issuer().clone(),
        serial_number: certificate.tbs_certificate().serial_number().clone(),
    }
}

fn sha_256() -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned {
        oid: ID_SHA_256,
        parameters: None,
    }
}
