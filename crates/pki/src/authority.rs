//! The certificate authority: its root, the seals it issues, the list of those it revoked.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use const_oid::AssociatedOid;
use der::Encode;
use der::asn1::OctetString;
use domain::Timestamp;
use p256::ecdsa::{DerSignature, SigningKey};
use rand::CryptoRng;
use secrecy::SecretString;
use spki::SubjectPublicKeyInfo;
use x509_cert::Certificate;
use x509_cert::builder::{Builder, CertificateBuilder, CrlBuilder};
use x509_cert::certificate::Rfc5280;
use x509_cert::crl::RevokedCert;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{CrlNumber, CrlReason};
use x509_cert::serial_number::SerialNumber;

use super::certificate::{self, Kind, Profile, new_serial};
use super::credential::{Credential, new_key};
use super::key::PrivateKey;
use super::{PkiError, SealIdentity, SealedKey, WrappingKey};

const DAY: Duration = Duration::from_hours(24);
const ROOT_LIFE: Duration = DAY.saturating_mul(20 * 365);
const SEAL_LIFE: Duration = DAY.saturating_mul(3 * 365);
const LIST_LIFE: Duration = DAY.saturating_mul(7);
const SEAL_SUFFIX: &str = " electronic seal";

/// A certificate authority with a self-signed P-256 root.
#[derive(Clone)]
pub struct CertificateAuthority {
    own: Credential,
    key: SigningKey,
}

/// For whom a seal is made.
#[derive(Clone, Debug)]
pub struct SealOrder<'a> {
    pub tenant_name: &'a str,
    pub slug: &'a str,
    /// Where readers find our root and our revocation list; left out when nobody could reach them.
    pub links: Option<PublicLinks>,
}

/// Public addresses that a seal's certificate names.
#[derive(Clone, Debug)]
pub struct PublicLinks {
    pub issuer_certificate: String,
    pub revocation_list: String,
}

/// A certificate that must no longer be trusted.
#[derive(Clone, Debug)]
pub struct Revoked {
    /// As [`SealIdentity::serial`] tells it.
    pub serial: String,
    pub at: Timestamp,
    pub reason: RevocationReason,
}

/// Why a certificate is revoked: those reasons of RFC 5280, 5.3.1, that a seal can have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RevocationReason {
    #[default]
    Unspecified,
    KeyCompromise,
    AffiliationChanged,
    Superseded,
    CessationOfOperation,
}

impl RevocationReason {
    pub const ALL: [Self; 5] = [
        Self::Unspecified,
        Self::KeyCompromise,
        Self::AffiliationChanged,
        Self::Superseded,
        Self::CessationOfOperation,
    ];

    const fn text(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::KeyCompromise => "key-compromise",
            Self::AffiliationChanged => "affiliation-changed",
            Self::Superseded => "superseded",
            Self::CessationOfOperation => "cessation-of-operation",
        }
    }

    /// RFC 5280 wants the extension left out where the reason is unspecified.
    const fn on_list(self) -> Option<CrlReason> {
        match self {
            Self::Unspecified => None,
            Self::KeyCompromise => Some(CrlReason::KeyCompromise),
            Self::AffiliationChanged => Some(CrlReason::AffiliationChanged),
            Self::Superseded => Some(CrlReason::Superseded),
            Self::CessationOfOperation => Some(CrlReason::CessationOfOperation),
        }
    }
}

impl fmt::Display for RevocationReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// There is no such reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "wants unspecified, key-compromise, affiliation-changed, superseded or cessation-of-operation"
)]
pub struct NoSuchReason;

impl FromStr for RevocationReason {
    type Err = NoSuchReason;

    fn from_str(text: &str) -> Result<Self, NoSuchReason> {
        let found = Self::ALL.into_iter().find(|reason| reason.text() == text);
        found.ok_or(NoSuchReason)
    }
}

impl CertificateAuthority {
    /// Makes a key and a self-signed root for it: 20 years, may sign certificates and lists only.
    pub fn create<R: CryptoRng + ?Sized>(
        operator: &str,
        now: Timestamp,
        rng: &mut R,
    ) -> Result<Self, PkiError> {
        if operator.trim().is_empty() {
            return Err(PkiError::EmptyName("operator"));
        }
        let common = certificate::with_suffix(operator, " signing root");
        let subject = certificate::name(operator, None, &common)?;
        let profile = Profile {
            kind: Kind::Root,
            issuer: subject.clone(),
            subject,
        };
        let key = new_key(rng)?;
        let builder = CertificateBuilder::new(
            profile,
            new_serial(rng)?,
            certificate::validity(now, ROOT_LIFE)?,
            public_key(&key)?,
        )?;
        let root = builder.build::<_, DerSignature>(&key)?;
        Self::new(Credential::new(PrivateKey::P256(key), root)?)
    }

    /// Opens a stored authority.
    pub fn open(
        certificate_der: &[u8],
        key: &SealedKey,
        wrapping: &WrappingKey,
    ) -> Result<Self, PkiError> {
        Self::new(Credential::open(certificate_der, key, wrapping)?)
    }

    /// Takes an authority made elsewhere: PEM certificate and PKCS#8 PEM key, P-256.
    pub fn from_pem(certificate: &str, private_key: &str) -> Result<Self, PkiError> {
        Self::new(Credential::from_pem(certificate, private_key)?)
    }

    fn new(own: Credential) -> Result<Self, PkiError> {
        match &own.key {
            PrivateKey::P256(key) => Ok(Self {
                key: key.clone(),
                own,
            }),
            _ => Err(PkiError::KeyKind),
        }
    }

    /// Issues a new electronic seal with a key of its own, for three years.
    pub fn issue_seal<R: CryptoRng + ?Sized>(
        &self,
        order: &SealOrder<'_>,
        now: Timestamp,
        rng: &mut R,
    ) -> Result<SealIdentity, PkiError> {
        if order.tenant_name.trim().is_empty() {
            return Err(PkiError::EmptyName("tenant"));
        }
        let common = certificate::with_suffix(order.tenant_name, SEAL_SUFFIX);
        let profile = Profile {
            kind: Kind::Seal {
                links: order.links.clone(),
            },
            issuer: self.own.certificate.tbs_certificate().subject().clone(),
            subject: certificate::name(order.tenant_name, Some(order.slug), &common)?,
        };
        let key = new_key(rng)?;
        let builder = CertificateBuilder::new(
            profile,
            new_serial(rng)?,
            certificate::validity(now, SEAL_LIFE)?,
            public_key(&key)?,
        )?;
        let seal = builder.build::<_, DerSignature>(&self.key)?;
        Ok(SealIdentity::new(
            Credential::new(PrivateKey::P256(key), seal)?,
            vec![self.own.certificate.clone()],
        ))
    }

    /// The signed revocation list as DER, good for a week. `number` must grow from list to list.
    pub fn revocation_list(
        &self,
        number: u64,
        now: Timestamp,
        revoked: &[Revoked],
    ) -> Result<Vec<u8>, PkiError> {
        let number = CrlNumber::try_from(number)?;
        let mut builder = CrlBuilder::<Rfc5280>::new_with_this_update(
            &self.own.certificate,
            number,
            certificate::time(now)?,
        )?
        .with_next_update(Some(certificate::time(now.plus(LIST_LIFE))?));
        let entries = revoked.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        // RFC 5280: an empty list has no `revokedCertificates` at all.
        if !entries.is_empty() {
            builder = builder.with_certificates(entries.into_iter());
        }
        Ok(builder.build::<_, DerSignature>(&self.key)?.to_der()?)
    }

    /// The private key sealed for the store.
    pub fn sealed_key<R: CryptoRng + ?Sized>(
        &self,
        wrapping: &WrappingKey,
        rng: &mut R,
    ) -> Result<SealedKey, PkiError> {
        self.own.seal(wrapping, rng)
    }

    pub fn certificate(&self) -> &Certificate {
        &self.own.certificate
    }

    /// The root certificate, as served under `/pki`.
    pub fn certificate_der(&self) -> &[u8] {
        &self.own.der
    }

    pub fn certificate_pem(&self) -> Result<String, PkiError> {
        self.own.certificate_pem()
    }

    /// The private key as PKCS#8 PEM, for a backup that the operator asked for.
    pub fn private_key_pem(&self) -> Result<SecretString, PkiError> {
        self.own.private_key_pem()
    }
}

fn public_key(key: &SigningKey) -> Result<spki::SubjectPublicKeyInfoOwned, PkiError> {
    SubjectPublicKeyInfo::from_key(key.verifying_key()).map_err(|_| PkiError::Key)
}

fn entry(revoked: &Revoked) -> Result<RevokedCert, PkiError> {
    let serial = hex::decode(&revoked.serial).map_err(|_| PkiError::Key)?;
    let reason = revoked.reason.on_list().map(|reason| -> der::Result<_> {
        Ok(vec![Extension {
            extn_id: CrlReason::OID,
            critical: false,
            extn_value: OctetString::new(reason.to_der()?)?,
        }])
    });
    Ok(RevokedCert {
        serial_number: SerialNumber::new(&serial)?,
        revocation_date: certificate::time(revoked.at)?,
        crl_entry_extensions: reason.transpose()?,
    })
}
