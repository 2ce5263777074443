//! OCSP (RFC 6960): the question whether one certificate is revoked, and the signed answer.

use std::time::Duration;

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280::ID_KP_OCSP_SIGNING;
use const_oid::db::rfc5912::ID_SHA_1;
use der::asn1::{Null, OctetString};
use der::{Any, Decode, Encode, Enumerated, Sequence, Tag, TagNumber, Tagged};
use domain::Timestamp;
use sha1::{Digest, Sha1};
use spki::AlgorithmIdentifierOwned;
use x509_cert::Certificate;
use x509_cert::ext::pkix::ExtendedKeyUsage;
use x509_cert::serial_number::SerialNumber;

use super::public_key::{SignatureError, Signed, is_issued_by};
use super::time::read_time;

const ID_PKIX_OCSP_BASIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.1");
const ID_PKIX_OCSP_NOCHECK: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.5");
/// How far a responder's clock may be ahead of ours.
const SKEW: Duration = Duration::from_mins(5);
/// An answer without an end is taken for this long.
const LIFE_WITHOUT_END: Duration = Duration::from_hours(24);

/// Which certificate is asked about, in the words of its issuer.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct CertId {
    pub hash_algorithm: AlgorithmIdentifierOwned,
    pub issuer_name_hash: OctetString,
    pub issuer_key_hash: OctetString,
    pub serial_number: SerialNumber,
}

impl CertId {
    /// With SHA-1, which every responder knows; it only names, nothing rests on it.
    pub fn of(certificate: &Certificate, issuer: &Certificate) -> Result<Self, OcspError> {
        let above = issuer.tbs_certificate();
        let key = above
            .subject_public_key_info()
            .subject_public_key
            .as_bytes()
            .ok_or(OcspError::Structure)?;
        Ok(Self {
            hash_algorithm: AlgorithmIdentifierOwned {
                oid: ID_SHA_1,
                parameters: Some(Any::from(Null)),
            },
            issuer_name_hash: OctetString::new(Sha1::digest(above.subject().to_der()?).as_slice())?,
            issuer_key_hash: OctetString::new(Sha1::digest(key).as_slice())?,
            serial_number: certificate.tbs_certificate().serial_number().clone(),
        })
    }

    /// Whether both name one certificate; parameters of the hash may be written or left out.
    fn is(&self, other: &Self) -> bool {
        self.hash_algorithm.oid == other.hash_algorithm.oid
            && self.issuer_name_hash == other.issuer_name_hash
            && self.issuer_key_hash == other.issuer_key_hash
            && self.serial_number == other.serial_number
    }
}

#[derive(Sequence)]
struct Request {
    certificate: CertId,
}

#[derive(Sequence)]
struct TbsRequest {
    requests: Vec<Request>,
}

#[derive(Sequence)]
struct OuterRequest {
    tbs: TbsRequest,
}

/// A question to a responder. Without a nonce: responders that answer from a cache ignore it.
#[derive(Clone, Debug)]
pub struct OcspRequest {
    certificate: CertId,
    issuer: Certificate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Enumerated)]
#[repr(u8)]
enum ResponseStatus {
    Successful = 0,
    MalformedRequest = 1,
    InternalError = 2,
    TryLater = 3,
    SigRequired = 5,
    Unauthorized = 6,
}

#[derive(Sequence)]
struct OuterResponse {
    status: ResponseStatus,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    bytes: Option<ResponseBytes>,
}

#[derive(Sequence)]
struct ResponseBytes {
    kind: ObjectIdentifier,
    response: OctetString,
}

#[derive(Sequence)]
struct BasicResponse {
    data: Any,
    algorithm: AlgorithmIdentifierOwned,
    signature: der::asn1::BitString,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    certificates: Option<Vec<Certificate>>,
}

/// One certificate's state; times are kept as they came, since some bear fractions.
#[derive(Clone, Debug)]
struct SingleResponse {
    certificate: CertId,
    state: Any,
    this_update: Any,
    next_update: Option<Any>,
}

/// Why an answer about revocation is not taken.
#[derive(Debug, thiserror::Error)]
pub enum OcspError {
    #[error("the answer is no OCSP response")]
    Form(#[from] der::Error),
    #[error("the OCSP response's structure is not the one of RFC 6960")]
    Structure,
    #[error("the OCSP responder refused: {0}")]
    Refused(&'static str),
    #[error("the OCSP response says nothing of the certificate")]
    OtherCertificate,
    #[error("the OCSP response was signed by somebody whom the issuer did not name")]
    Responder,
    #[error("the OCSP response's signature does not hold")]
    Signature(#[from] SignatureError),
    #[error("the OCSP response is not of this time")]
    Stale,
    #[error("the certificate is revoked")]
    Revoked,
    #[error("the OCSP responder does not know the certificate")]
    Unknown,
}

/// A verified answer that the certificate is good.
#[derive(Clone, Debug)]
pub struct OcspResponse {
    /// The whole response, DER, as it goes into a document.
    pub der: Vec<u8>,
    pub this_update: Timestamp,
    /// Until when it is to be taken.
    pub good_until: Timestamp,
    /// Who signed, where that is not the issuer itself.
    pub responder: Option<Certificate>,
}

impl OcspResponse {
    /// Whether the responder's own certificate needs no answer about its revocation.
    pub fn responder_needs_no_check(&self) -> bool {
        self.responder.as_ref().is_none_or(|responder| {
            let extensions = responder.tbs_certificate().extensions();
            extensions
                .into_iter()
                .flatten()
                .any(|extension| extension.extn_id == ID_PKIX_OCSP_NOCHECK)
        })
    }
}

impl OcspRequest {
    pub fn new(certificate: &Certificate, issuer: &Certificate) -> Result<Self, OcspError> {
        Ok(Self {
            certificate: CertId::of(certificate, issuer)?,
            issuer: issuer.clone(),
        })
    }

    /// The body of the call; its type is `application/ocsp-request`.
    pub fn to_der(&self) -> Result<Vec<u8>, OcspError> {
        let request = OuterRequest {
            tbs: TbsRequest {
                requests: vec![Request {
                    certificate: self.certificate.clone(),
                }],
            },
        };
        Ok(request.to_der()?)
    }

    /// Reads and checks the answer: who signed, freshness, and that the certificate is good.
    pub fn accept(&self, body: &[u8], now: Timestamp) -> Result<OcspResponse, OcspError> {
        let outer = OuterResponse::from_der(body)?;
        let basic = outer.basic()?;
        let responder = self.responder(&basic)?;
        let single = responses(&basic.data)?
            .into_iter()
            .find(|single| single.certificate.is(&self.certificate))
            .ok_or(OcspError::OtherCertificate)?;
        match single.state.tag().number() {
            TagNumber(0) => {}
            TagNumber(1) => return Err(OcspError::Revoked),
            _ => return Err(OcspError::Unknown),
        }
        let this_update = read_time(&single.this_update).ok_or(OcspError::Structure)?;
        let good_until = match &single.next_update {
            Some(next) => read_time(next).ok_or(OcspError::Structure)?,
            None => this_update.plus(LIFE_WITHOUT_END),
        };
        if now.plus(SKEW) < this_update || good_until < now {
            return Err(OcspError::Stale);
        }
        Ok(OcspResponse {
            der: body.to_vec(),
            this_update,
            good_until,
            responder,
        })
    }

    /// Who signed: nobody where it was the issuer, else a certificate that the issuer made for this.
    fn responder(&self, basic: &BasicResponse) -> Result<Option<Certificate>, OcspError> {
        let signed = Signed {
            content: basic.data.clone(),
            algorithm: basic.algorithm.clone(),
            signature: basic.signature.clone(),
        };
        let issuer_key = self.issuer.tbs_certificate().subject_public_key_info();
        if signed.check(issuer_key).is_ok() {
            return Ok(None);
        }
        let delegated = basic
            .certificates
            .iter()
            .flatten()
            .find(|certificate| is_for_ocsp(certificate) && is_issued_by(certificate, &self.issuer))
            .ok_or(OcspError::Responder)?;
        signed.check(delegated.tbs_certificate().subject_public_key_info())?;
        Ok(Some(delegated.clone()))
    }
}

impl OuterResponse {
    fn basic(self) -> Result<BasicResponse, OcspError> {
        match self.status {
            ResponseStatus::Successful => {}
            ResponseStatus::MalformedRequest => {
                return Err(OcspError::Refused("malformed request"));
            }
            ResponseStatus::InternalError => return Err(OcspError::Refused("internal error")),
            ResponseStatus::TryLater => return Err(OcspError::Refused("try later")),
            ResponseStatus::SigRequired => {
                return Err(OcspError::Refused("it wants signed requests"));
            }
            ResponseStatus::Unauthorized => {
                return Err(OcspError::Refused("it does not answer for this issuer"));
            }
        }
        let bytes = self
            .bytes
            .filter(|bytes| bytes.kind == ID_PKIX_OCSP_BASIC)
            .ok_or(OcspError::Structure)?;
        Ok(BasicResponse::from_der(bytes.response.as_bytes())?)
    }
}

/// The members of `ResponseData.responses`. Version and responder stand before it, each tagged.
fn responses(data: &Any) -> Result<Vec<SingleResponse>, OcspError> {
    let members: Vec<Any> = data.decode_as()?;
    let list = members
        .iter()
        .find(|member| member.tag() == Tag::Sequence)
        .ok_or(OcspError::Structure)?;
    list.decode_as::<Vec<Any>>()?.iter().map(single).collect()
}

fn single(value: &Any) -> Result<SingleResponse, OcspError> {
    let members: Vec<Any> = value.decode_as()?;
    let [certificate, state, this_update, rest @ ..] = members.as_slice() else {
        return Err(OcspError::Structure);
    };
    let next_update = rest
        .iter()
        .find(|member| member.tag().number() == TagNumber(0) && member.tag().is_context_specific())
        .map(|member| Any::from_der(member.value()))
        .transpose()?;
    Ok(SingleResponse {
        certificate: certificate.decode_as()?,
        state: state.clone(),
        this_update: this_update.clone(),
        next_update,
    })
}

fn is_for_ocsp(certificate: &Certificate) -> bool {
    certificate
        .tbs_certificate()
        .get_extension::<ExtendedKeyUsage>()
        .ok()
        .flatten()
        .is_some_and(|(_, usage)| usage.0.contains(&ID_KP_OCSP_SIGNING))
}
