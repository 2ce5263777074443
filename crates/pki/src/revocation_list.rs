//! Revocation lists (RFC 5280) of other authorities: read, checked, asked about one certificate.

use std::time::Duration;

use const_oid::db::rfc5280::{
    ID_CE_AUTHORITY_KEY_IDENTIFIER, ID_CE_CRL_NUMBER, ID_CE_ISSUING_DISTRIBUTION_POINT,
};
use der::asn1::ObjectIdentifier;
use der::{Any, Decode, Encode, Tag, Tagged};
use domain::Timestamp;
use x509_cert::Certificate;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{BasicConstraints, IssuingDistributionPoint};

use super::public_key::{SignatureError, Signed};
use super::time::read_time;

/// How far an authority's clock may be ahead of ours.
const SKEW: Duration = Duration::from_mins(5);

/// Why a revocation list is not taken, or what it says.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    #[error("the answer is no revocation list")]
    Form(#[from] der::Error),
    #[error("the revocation list's structure is not the one of RFC 5280")]
    Structure,
    #[error("the revocation list is another issuer's")]
    OtherIssuer,
    #[error("the revocation list does not cover the certificate")]
    Scope,
    #[error("the revocation list's signature does not hold")]
    Signature(#[from] SignatureError),
    #[error("the revocation list is not of this time")]
    Stale,
    #[error("the certificate is revoked")]
    Revoked,
}

/// A verified list that does not name the certificate in question.
#[derive(Clone, Debug)]
pub struct RevocationList {
    /// DER, as it goes into a document.
    pub der: Vec<u8>,
    pub this_update: Timestamp,
    /// Until when it is to be taken.
    pub good_until: Timestamp,
}

impl RevocationList {
    /// Reads a list and checks that `issuer` signed it, that it is of this time, that it covers
    /// `certificate` and does not name it.
    pub fn accept(
        der: &[u8],
        certificate: &Certificate,
        issuer: &Certificate,
        now: Timestamp,
    ) -> Result<Self, ListError> {
        let signed = Signed::from_der(der)?;
        let list = Content::read(&signed.content)?;
        if list.issuer != issuer.tbs_certificate().subject().to_der()? {
            return Err(ListError::OtherIssuer);
        }
        signed.check(issuer.tbs_certificate().subject_public_key_info())?;
        list.check_scope(certificate)?;
        if now.plus(SKEW) < list.this_update || list.next_update < now {
            return Err(ListError::Stale);
        }
        let serial = certificate.tbs_certificate().serial_number().to_der()?;
        if list.names(&serial)? {
            return Err(ListError::Revoked);
        }
        Ok(Self {
            der: der.to_vec(),
            this_update: list.this_update,
            good_until: list.next_update,
        })
    }
}

/// `TBSCertList`, as far as it is asked. Walked by hand: serial numbers of other authorities do not
/// all keep to the limits that a typed reader holds them to.
struct Content {
    issuer: Vec<u8>,
    this_update: Timestamp,
    next_update: Timestamp,
    revoked: Option<Any>,
    extensions: Vec<Extension>,
}

impl Content {
    fn read(content: &Any) -> Result<Self, ListError> {
        let members: Vec<Any> = content.decode_as()?;
        let mut members = members.into_iter().peekable();
        // version
        members.next_if(|member| member.tag() == Tag::Integer);
        let _algorithm = members.next();
        let issuer = members.next().ok_or(ListError::Structure)?;
        let this_update = members
            .next()
            .and_then(|time| read_time(&time))
            .ok_or(ListError::Structure)?;
        // RFC 5280 demands an end; a list without one could be replayed for ever.
        let next_update = members
            .next()
            .and_then(|time| read_time(&time))
            .ok_or(ListError::Structure)?;
        let revoked = members.next_if(|member| member.tag() == Tag::Sequence);
        let extensions = match members.next() {
            Some(tagged) => Vec::<Extension>::from_der(tagged.value())?,
            None => Vec::new(),
        };
        Ok(Self {
            issuer: issuer.to_der()?,
            this_update,
            next_update,
            revoked,
            extensions,
        })
    }

    fn extension(&self, oid: ObjectIdentifier) -> Option<&Extension> {
        self.extensions
            .iter()
            .find(|extension| extension.extn_id == oid)
    }

    /// A list may be cut by kind of certificate or by reason; then it does not speak for all.
    fn check_scope(&self, certificate: &Certificate) -> Result<(), ListError> {
        let known = [
            ID_CE_ISSUING_DISTRIBUTION_POINT,
            ID_CE_CRL_NUMBER,
            ID_CE_AUTHORITY_KEY_IDENTIFIER,
        ];
        if self
            .extensions
            .iter()
            .any(|extension| extension.critical && !known.contains(&extension.extn_id))
        {
            return Err(ListError::Scope);
        }
        let Some(point) = self.extension(ID_CE_ISSUING_DISTRIBUTION_POINT) else {
            return Ok(());
        };
        let point = IssuingDistributionPoint::from_der(point.extn_value.as_bytes())?;
        let is_authority = certificate
            .tbs_certificate()
            .get_extension::<BasicConstraints>()
            .ok()
            .flatten()
            .is_some_and(|(_, constraints)| constraints.ca);
        let of_others = if is_authority {
            point.only_contains_user_certs
        } else {
            point.only_contains_ca_certs
        };
        let is_partial = point.indirect_crl
            || point.only_some_reasons.is_some()
            || point.only_contains_attribute_certs;
        let covers = !is_partial && !of_others;
        covers.then_some(()).ok_or(ListError::Scope)
    }

    fn names(&self, serial: &[u8]) -> Result<bool, ListError> {
        let Some(revoked) = &self.revoked else {
            return Ok(false);
        };
        for entry in revoked.decode_as::<Vec<Any>>()? {
            let members: Vec<Any> = entry.decode_as()?;
            if members.first().ok_or(ListError::Structure)?.to_der()? == serial {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
