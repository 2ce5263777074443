//! Time stamps of RFC 3161: the question, the answer, and the token that goes into a signature.

use std::time::Duration;

use cms::cert::CertificateChoices;
use cms::content_info::ContentInfo;
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280::ID_KP_TIME_STAMPING;
use const_oid::db::rfc5911::{ID_CONTENT_TYPE, ID_MESSAGE_DIGEST, ID_SIGNED_DATA};
use const_oid::db::rfc5912::ID_SHA_256;
use der::asn1::{BitString, Int, OctetString, Utf8StringRef};
use der::{Any, Decode, Encode, Sequence, Tag, Tagged};
use domain::Timestamp;
use spki::AlgorithmIdentifierOwned;
use x509_cert::Certificate;
use x509_cert::ext::pkix::ExtendedKeyUsage;
use x509_cert::ext::pkix::SubjectKeyIdentifier;

use super::public_key::{Hash, SignatureError, check_signature};
use super::signing_certificate::{names_v1, names_v2};
use super::time::read_time;

/// The content type of a token's content.
pub const ID_CT_TST_INFO: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
const ID_SIGNING_CERTIFICATE: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");
const ID_SIGNING_CERTIFICATE_V2: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
/// Between the authority's clock and ours. More means that one of the two is wrong, and then
/// nobody should sign.
pub const GREATEST_SKEW: Duration = Duration::from_mins(10);

/// The hash that is stamped.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct MessageImprint {
    pub hash_algorithm: AlgorithmIdentifierOwned,
    pub hashed_message: OctetString,
}

impl MessageImprint {
    fn sha_256(digest: &[u8; 32]) -> der::Result<Self> {
        Ok(Self {
            hash_algorithm: AlgorithmIdentifierOwned {
                oid: ID_SHA_256,
                parameters: Some(Any::null()),
            },
            hashed_message: OctetString::new(digest.as_slice())?,
        })
    }

    /// Whether this is the hash of `message`, by whichever SHA-2 it names.
    pub fn is_of(&self, message: &[u8]) -> bool {
        Hash::by_oid(self.hash_algorithm.oid)
            .is_some_and(|hash| hash.of(message) == self.hashed_message.as_bytes())
    }
}

#[derive(Sequence)]
struct TimeStampReq {
    version: u8,
    message_imprint: MessageImprint,
    #[asn1(optional = "true")]
    policy: Option<ObjectIdentifier>,
    #[asn1(optional = "true")]
    nonce: Option<Int>,
    #[asn1(default = "Default::default")]
    cert_req: bool,
}

#[derive(Sequence)]
struct TimeStampResp {
    status: StatusInfo,
    #[asn1(optional = "true")]
    token: Option<Any>,
}

#[derive(Sequence)]
struct StatusInfo {
    status: u32,
    #[asn1(optional = "true")]
    texts: Option<Vec<Any>>,
    #[asn1(optional = "true")]
    fail_info: Option<BitString>,
}

/// What a token says. `gen_time` is kept as it came: [`at`](Self::at) reads it.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct TstInfo {
    pub version: u8,
    pub policy: ObjectIdentifier,
    pub message_imprint: MessageImprint,
    pub serial_number: Int,
    pub gen_time: Any,
    #[asn1(optional = "true")]
    pub accuracy: Option<Accuracy>,
    #[asn1(default = "Default::default")]
    pub ordering: bool,
    #[asn1(optional = "true")]
    pub nonce: Option<Int>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub tsa: Option<Any>,
    #[asn1(
        context_specific = "1",
        tag_mode = "IMPLICIT",
        constructed = "true",
        optional = "true"
    )]
    pub extensions: Option<Vec<Any>>,
}

/// How exact the time is, in seconds, thousandths and millionths.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub struct Accuracy {
    #[asn1(optional = "true")]
    pub seconds: Option<u64>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub millis: Option<u16>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub micros: Option<u16>,
}

impl TstInfo {
    pub fn at(&self) -> Option<Timestamp> {
        (self.gen_time.tag() == Tag::GeneralizedTime)
            .then(|| read_time(&self.gen_time))
            .flatten()
    }
}

/// Why a time stamp is not taken.
#[derive(Debug, thiserror::Error)]
pub enum TimeStampError {
    #[error("the answer is no time stamp response")]
    Form(#[from] der::Error),
    #[error("the authority refused with status {status}{text}")]
    Refused { status: u32, text: String },
    #[error("the time stamp's structure is not the one of RFC 3161: {0}")]
    Structure(&'static str),
    #[error("the time stamp is for other bytes")]
    Imprint,
    #[error("the time stamp answers another question (its nonce is not ours)")]
    Nonce,
    #[error("the authority's time {told} is not ours")]
    Skew { told: String },
    #[error("the time stamp's certificate is not for time stamping")]
    Purpose,
    #[error("the time stamp's certificate was not valid at its time")]
    Expired,
    #[error("the time stamp's signature does not hold")]
    Signature(#[from] SignatureError),
}

/// A question to a time-stamping authority.
#[derive(Clone, Debug)]
pub struct TimeStampRequest {
    digest: [u8; 32],
    nonce: Int,
}

impl TimeStampRequest {
    /// Asks for the time of a SHA-256 digest. `nonce` is random and never used again.
    pub fn new(digest: [u8; 32], mut nonce: [u8; 16]) -> Result<Self, TimeStampError> {
        // Positive, and of full length: a shorter one would be written without its leading zeros.
        if let Some(first) = nonce.first_mut() {
            *first = (*first & 0x3f) | 0x40;
        }
        Ok(Self {
            digest,
            nonce: Int::new(&nonce)?,
        })
    }

    /// The body of the call, DER of a `TimeStampReq`; its type is `application/timestamp-query`.
    pub fn to_der(&self) -> Result<Vec<u8>, TimeStampError> {
        let request = TimeStampReq {
            version: 1,
            message_imprint: MessageImprint::sha_256(&self.digest)?,
            policy: None,
            nonce: Some(self.nonce.clone()),
            cert_req: true,
        };
        Ok(request.to_der()?)
    }

    /// Reads and checks the answer: status, imprint, nonce, time, signature, and that the
    /// certificate is for time stamping. Whether that certificate is trusted is for the caller.
    pub fn accept(&self, body: &[u8], now: Timestamp) -> Result<TimeStampToken, TimeStampError> {
        let response = TimeStampResp::from_der(body)?;
        // granted, grantedWithMods
        if 1 < response.status.status {
            return Err(refused(&response.status));
        }
        let token = response
            .token
            .ok_or(TimeStampError::Structure("no token"))?;
        let token = TimeStampToken::read(&token.to_der()?)?;
        if token.info.message_imprint.hash_algorithm.oid != ID_SHA_256
            || token.info.message_imprint.hashed_message.as_bytes() != self.digest
        {
            return Err(TimeStampError::Imprint);
        }
        if token.info.nonce.as_ref() != Some(&self.nonce) {
            return Err(TimeStampError::Nonce);
        }
        if now.since(token.at).max(token.at.since(now)) > GREATEST_SKEW {
            return Err(TimeStampError::Skew {
                told: token.at.to_jiff().to_string(),
            });
        }
        token.check()?;
        Ok(token)
    }
}

fn refused(status: &StatusInfo) -> TimeStampError {
    let text = status
        .texts
        .iter()
        .flatten()
        .filter_map(|text| {
            text.decode_as::<Utf8StringRef<'_>>()
                .ok()
                .map(|text| text.as_str().to_owned())
        })
        .fold(String::new(), |all, text| format!("{all}: {text}"));
    TimeStampError::Refused {
        status: status.status,
        text: text.chars().take(200).collect(),
    }
}

/// A time stamp as it stands in a signature or a document.
#[derive(Clone, Debug)]
pub struct TimeStampToken {
    /// The `ContentInfo`, DER.
    pub der: Vec<u8>,
    pub info: TstInfo,
    pub at: Timestamp,
    /// The authority's certificate.
    pub certificate: Certificate,
    /// All certificates that the token brings along.
    pub certificates: Vec<Certificate>,
    content: Vec<u8>,
    signer: SignerInfo,
}

impl TimeStampToken {
    /// The certificate of the authority, DER.
    pub fn authority_der(&self) -> Result<Vec<u8>, TimeStampError> {
        Ok(self.certificate.to_der()?)
    }

    /// Reads a token without judging it.
    pub fn read(der: &[u8]) -> Result<Self, TimeStampError> {
        let outer = ContentInfo::from_der(der)?;
        if outer.content_type != ID_SIGNED_DATA {
            return Err(TimeStampError::Structure("not signed data"));
        }
        let data: SignedData = outer.content.decode_as()?;
        if data.encap_content_info.econtent_type != ID_CT_TST_INFO {
            return Err(TimeStampError::Structure("not a time stamp's content"));
        }
        let content = data
            .encap_content_info
            .econtent
            .ok_or(TimeStampError::Structure("no content"))?;
        let content = content.decode_as::<OctetString>()?.into_bytes().to_vec();
        let info = TstInfo::from_der(&content)?;
        let at = info.at().ok_or(TimeStampError::Structure("no time"))?;
        let certificates: Vec<Certificate> = data
            .certificates
            .iter()
            .flat_map(|set| set.0.iter())
            .filter_map(|choice| match choice {
                CertificateChoices::Certificate(certificate) => Some(certificate.clone()),
                CertificateChoices::Other(_) => None,
            })
            .collect();
        let [signer] = data.signer_infos.0.as_slice() else {
            return Err(TimeStampError::Structure("not one signer"));
        };
        let certificate = certificates
            .iter()
            .find(|certificate| is_named(certificate, &signer.sid))
            .cloned()
            .ok_or(TimeStampError::Structure("no certificate of the signer"))?;
        Ok(Self {
            der: der.to_vec(),
            info,
            at,
            certificate,
            certificates,
            content,
            signer: signer.clone(),
        })
    }

    /// Whether the token holds by itself: digest, signature, named certificate, purpose, validity.
    pub fn check(&self) -> Result<(), TimeStampError> {
        let attributes = self
            .signer
            .signed_attrs
            .as_ref()
            .ok_or(TimeStampError::Structure("no signed attributes"))?;
        let one = |oid| {
            attributes
                .iter()
                .find(|attribute| attribute.oid == oid)
                .and_then(|attribute| attribute.values.get(0))
        };
        let content_type: Option<ObjectIdentifier> =
            one(ID_CONTENT_TYPE).and_then(|value| value.decode_as().ok());
        if content_type != Some(ID_CT_TST_INFO) {
            return Err(TimeStampError::Structure("signed as something else"));
        }
        let hash = Hash::by_oid(self.signer.digest_alg.oid)
            .ok_or(SignatureError::Algorithm(self.signer.digest_alg.oid))?;
        let digest: Option<OctetString> =
            one(ID_MESSAGE_DIGEST).and_then(|value| value.decode_as().ok());
        if digest.is_none_or(|digest| digest.as_bytes() != hash.of(&self.content)) {
            return Err(SignatureError::Wrong.into());
        }
        let names = one(ID_SIGNING_CERTIFICATE_V2)
            .map(|value| names_v2(value, &self.certificate))
            .or_else(|| {
                one(ID_SIGNING_CERTIFICATE).map(|value| names_v1(value, &self.certificate))
            });
        if names != Some(Some(true)) {
            return Err(TimeStampError::Structure("signed for another certificate"));
        }
        check_signature(
            self.certificate.tbs_certificate().subject_public_key_info(),
            &self.signer.signature_algorithm,
            Some(self.signer.digest_alg.oid),
            (&attributes.to_der()?, self.signer.signature.as_bytes()),
        )?;
        check_purpose(&self.certificate, self.at)
    }
}

/// RFC 3161, 2.3: the extended key usage stands alone and is critical.
fn check_purpose(certificate: &Certificate, at: Timestamp) -> Result<(), TimeStampError> {
    let tbs = certificate.tbs_certificate();
    let usage = tbs.get_extension::<ExtendedKeyUsage>();
    let (critical, usage) = usage.ok().flatten().ok_or(TimeStampError::Purpose)?;
    if !critical || usage.0 != [ID_KP_TIME_STAMPING] {
        return Err(TimeStampError::Purpose);
    }
    let seconds = u64::try_from(at.seconds()).unwrap_or(0);
    let validity = tbs.validity();
    let starts = validity.not_before.to_unix_duration().as_secs();
    let ends = validity.not_after.to_unix_duration().as_secs();
    if seconds < starts || ends < seconds {
        return Err(TimeStampError::Expired);
    }
    Ok(())
}

fn is_named(certificate: &Certificate, named: &SignerIdentifier) -> bool {
    let tbs = certificate.tbs_certificate();
    match named {
        SignerIdentifier::IssuerAndSerialNumber(wanted) => {
            wanted.issuer == *tbs.issuer() && wanted.serial_number == *tbs.serial_number()
        }
        SignerIdentifier::SubjectKeyIdentifier(wanted) => tbs
            .get_extension::<SubjectKeyIdentifier>()
            .ok()
            .flatten()
            .is_some_and(|(_, own)| own == *wanted),
    }
}
