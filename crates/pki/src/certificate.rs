//! The shape of our certificates: names, validity and extensions.

use std::time::Duration;

use const_oid::db::rfc4519::{COMMON_NAME, ORGANIZATION_NAME, ORGANIZATIONAL_UNIT_NAME};
use const_oid::db::rfc5280::ID_AD_CA_ISSUERS;
use der::asn1::{Any, Ia5String, ObjectIdentifier, Utf8StringRef};
use der::flagset::FlagSet;
use der::{DateTime, Decode, Encode};
use domain::Timestamp;
use rand::CryptoRng;
use spki::SubjectPublicKeyInfoRef;
use x509_cert::TbsCertificate;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::ext::pkix::crl::dp::DistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{
    AccessDescription, AuthorityInfoAccessSyntax, AuthorityKeyIdentifier, BasicConstraints,
    CrlDistributionPoints, KeyUsage, KeyUsages, SubjectKeyIdentifier,
};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::{Name, RelativeDistinguishedName};
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::{Time, Validity};

use super::{PkiError, PublicLinks};

/// X.520's upper bound for a common name and an organisation, in characters.
const NAME_LIMIT: usize = 64;
/// Certificates begin a little before they are made, for readers whose clock is behind.
const CLOCK_SKEW: Duration = Duration::from_mins(10);
const SERIAL_LENGTH: usize = 16;

pub(super) enum Kind {
    Root,
    Seal { links: Option<PublicLinks> },
}

pub(super) struct Profile {
    pub(super) kind: Kind,
    pub(super) issuer: Name,
    pub(super) subject: Name,
}

impl BuilderProfile for Profile {
    fn get_issuer(&self, _subject: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        own: SubjectPublicKeyInfoRef<'_>,
        issuer: SubjectPublicKeyInfoRef<'_>,
        _tbs: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        let authority = AuthorityKeyIdentifier {
            key_identifier: Some(SubjectKeyIdentifier::try_from(issuer)?.0),
            ..AuthorityKeyIdentifier::default()
        };
        let mut all = vec![
            self.extension(&SubjectKeyIdentifier::try_from(own)?)?,
            self.extension(&authority)?,
        ];
        match &self.kind {
            Kind::Root => {
                all.push(self.extension(&BasicConstraints {
                    ca: true,
                    path_len_constraint: Some(0),
                })?);
                all.push(self.extension(&usage(KeyUsages::KeyCertSign | KeyUsages::CRLSign))?);
            }
            Kind::Seal { links } => {
                all.push(self.extension(&usage(
                    KeyUsages::DigitalSignature | KeyUsages::NonRepudiation,
                ))?);
                if let Some(links) = links {
                    all.push(self.extension(&issuer_at(&links.issuer_certificate)?)?);
                    all.push(self.extension(&list_at(&links.revocation_list)?)?);
                }
            }
        }
        Ok(all)
    }
}

impl Profile {
    fn extension<'a, T>(&self, value: &'a T) -> der::Result<Extension>
    where
        &'a T: ToExtension<Error = der::Error>,
    {
        value.to_extension(&self.subject, &[])
    }
}

fn usage(flags: impl Into<FlagSet<KeyUsages>>) -> KeyUsage {
    KeyUsage(flags.into())
}

fn issuer_at(url: &str) -> der::Result<AuthorityInfoAccessSyntax> {
    Ok(AuthorityInfoAccessSyntax(vec![AccessDescription {
        access_method: ID_AD_CA_ISSUERS,
        access_location: GeneralName::UniformResourceIdentifier(Ia5String::new(url)?),
    }]))
}

fn list_at(url: &str) -> der::Result<CrlDistributionPoints> {
    let place = GeneralName::UniformResourceIdentifier(Ia5String::new(url)?);
    Ok(CrlDistributionPoints(vec![DistributionPoint {
        distribution_point: Some(DistributionPointName::FullName(vec![place])),
        reasons: None,
        crl_issuer: None,
    }]))
}

/// `O=organisation, OU=unit, CN=common`, each cut to what X.520 allows.
pub(super) fn name(organisation: &str, unit: Option<&str>, common: &str) -> der::Result<Name> {
    let parts = [
        Some((ORGANIZATION_NAME, organisation)),
        unit.map(|unit| (ORGANIZATIONAL_UNIT_NAME, unit)),
        Some((COMMON_NAME, common)),
    ];
    let rdns: Vec<RelativeDistinguishedName> = parts
        .into_iter()
        .flatten()
        .map(|(oid, text)| part(oid, text))
        .collect::<Result<_, _>>()?;
    Name::from_der(&rdns.to_der()?)
}

fn part(oid: ObjectIdentifier, text: &str) -> der::Result<RelativeDistinguishedName> {
    let text = cut(text, NAME_LIMIT);
    let value = Any::from(Utf8StringRef::new(&text)?);
    RelativeDistinguishedName::try_from(vec![AttributeTypeAndValue { oid, value }])
}

/// `text` with a suffix, the text shortened so that both fit a common name.
pub(super) fn with_suffix(text: &str, suffix: &str) -> String {
    format!(
        "{}{suffix}",
        cut(text, NAME_LIMIT.saturating_sub(suffix.chars().count()))
    )
}

fn cut(text: &str, limit: usize) -> String {
    text.trim().chars().take(limit).collect()
}

pub(super) fn validity(now: Timestamp, lasts: Duration) -> Result<Validity, PkiError> {
    Ok(Validity::new(
        time(now.minus(CLOCK_SKEW))?,
        time(now.plus(lasts))?,
    ))
}

pub(super) fn time(at: Timestamp) -> Result<Time, PkiError> {
    let since_epoch = Duration::from_secs(u64::try_from(at.seconds()).unwrap_or(0));
    Ok(Time::from(DateTime::from_unix_duration(since_epoch)?))
}

pub(super) fn new_serial<R: CryptoRng + ?Sized>(rng: &mut R) -> Result<SerialNumber, PkiError> {
    let mut bytes = [0; SERIAL_LENGTH];
    rng.fill_bytes(&mut bytes);
    // A first byte of 0x40..=0x7f keeps the number positive and its length constant.
    if let Some(first) = bytes.first_mut() {
        *first = (*first & 0x3f) | 0x40;
    }
    Ok(SerialNumber::new(&bytes)?)
}
