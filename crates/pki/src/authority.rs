//! The certificate authority: its root, the seals it issues, the list of those it revoked.

use std::time::Duration;

use der::Encode;
use domain::Timestamp;
use p256::ecdsa::{DerSignature, SigningKey};
use rand::CryptoRng;
use secrecy::SecretString;
use spki::SubjectPublicKeyInfo;
use x509_cert::builder::{Builder, CertificateBuilder, CrlBuilder};
use x509_cert::certificate::Rfc5280;
use x509_cert::crl::RevokedCert;
use x509_cert::ext::pkix::CrlNumber;
use x509_cert::serial_number::SerialNumber;

use super::certificate::{self, Kind, Profile, new_serial};
use super::credential::{Credential, new_key};
use super::{PkiError, SealIdentity, SealedKey, WrappingKey};

const DAY: Duration = Duration::from_hours(24);
const ROOT_LIFE: Duration = DAY.saturating_mul(20 * 365);
const SEAL_LIFE: Duration = DAY.saturating_mul(3 * 365);
const LIST_LIFE: Duration = DAY.saturating_mul(7);
const SEAL_SUFFIX: &str = " electronic seal";

/// A certificate authority with a self-signed P-256 root.
#[derive(Clone)]
pub struct CertificateAuthority(Credential);

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
        Ok(Self(Credential::new(key, root)?))
    }

    /// Opens a stored authority.
    pub fn open(
        certificate_der: &[u8],
        key: &SealedKey,
        wrapping: &WrappingKey,
    ) -> Result<Self, PkiError> {
        Ok(Self(Credential::open(certificate_der, key, wrapping)?))
    }

    /// Takes an authority made elsewhere: PEM certificate and PKCS#8 PEM key, P-256.
    pub fn from_pem(certificate: &str, private_key: &str) -> Result<Self, PkiError> {
        Ok(Self(Credential::from_pem(certificate, private_key)?))
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
            issuer: self.0.certificate.tbs_certificate().subject().clone(),
            subject: certificate::name(order.tenant_name, Some(order.slug), &common)?,
        };
        let key = new_key(rng)?;
        let builder = CertificateBuilder::new(
            profile,
            new_serial(rng)?,
            certificate::validity(now, SEAL_LIFE)?,
            public_key(&key)?,
        )?;
        let seal = builder.build::<_, DerSignature>(&self.0.key)?;
        Ok(SealIdentity::new(
            Credential::new(key, seal)?,
            vec![self.0.certificate.clone()],
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
            &self.0.certificate,
            number,
            certificate::time(now)?,
        )?
        .with_next_update(Some(certificate::time(now.plus(LIST_LIFE))?));
        let entries = revoked.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        // RFC 5280: an empty list has no `revokedCertificates` at all.
        if !entries.is_empty() {
            builder = builder.with_certificates(entries.into_iter());
        }
        Ok(builder.build::<_, DerSignature>(&self.0.key)?.to_der()?)
    }

    /// The private key sealed for the store.
    pub fn sealed_key<R: CryptoRng + ?Sized>(
        &self,
        wrapping: &WrappingKey,
        rng: &mut R,
    ) -> Result<SealedKey, PkiError> {
        self.0.seal(wrapping, rng)
    }

    /// The root certificate, as served under `/pki`.
    pub fn certificate_der(&self) -> &[u8] {
        &self.0.der
    }

    pub fn certificate_pem(&self) -> Result<String, PkiError> {
        self.0.certificate_pem()
    }

    /// The private key as PKCS#8 PEM, for a backup that the operator asked for.
    pub fn private_key_pem(&self) -> Result<SecretString, PkiError> {
        self.0.private_key_pem()
    }
}

fn public_key(key: &SigningKey) -> Result<spki::SubjectPublicKeyInfoOwned, PkiError> {
    SubjectPublicKeyInfo::from_key(key.verifying_key()).map_err(|_| PkiError::Key)
}

fn entry(revoked: &Revoked) -> Result<RevokedCert, PkiError> {
    let serial = hex::decode(&revoked.serial).map_err(|_| PkiError::Key)?;
    Ok(RevokedCert {
        serial_number: SerialNumber::new(&serial)?,
        revocation_date: certificate::time(revoked.at)?,
        crl_entry_extensions: None,
    })
}
