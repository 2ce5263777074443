//! `SignedData` and `SignerInfo` taken apart, without judging what stands in them.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5911::ID_SIGNED_DATA;
use der::asn1::SetOfVec;
use der::{Any, Decode, Encode};
use spki::AlgorithmIdentifierOwned;
use x509_cert::Certificate;
use x509_cert::ext::pkix::SubjectKeyIdentifier;

use super::message::FoundCertificate;
use super::tlv::{INTEGER, SEQUENCE, SET, Tlv};

/// Tags of `SignedData` and `SignerInfo` that are implicit.
const CERTIFICATES: u8 = 0xa0;
const LISTS: u8 = 0xa1;
const SIGNED_ATTRIBUTES: u8 = 0xa0;
const UNSIGNED_ATTRIBUTES: u8 = 0xa1;
const KEY_IDENTIFIER: u8 = 0x80;

/// `SignedData` taken apart.
pub(super) struct Parts<'a> {
    pub(super) content_type: ObjectIdentifier,
    pub(super) content: Option<Vec<u8>>,
    pub(super) certificates: Vec<FoundCertificate>,
    pub(super) lists: Vec<Vec<u8>>,
    pub(super) signers: Vec<Tlv<'a>>,
}

impl<'a> Parts<'a> {
    pub(super) fn of(der: &'a [u8]) -> Option<Self> {
        let (info, _rest) = Tlv::first(der)?;
        let info = info.children()?;
        let [kind, content] = info.as_slice() else {
            return None;
        };
        if kind.oid()? != ID_SIGNED_DATA {
            return None;
        }
        let data = content.children()?.first()?.children()?;
        let [version, _digests, encapsulated, rest @ ..] = data.as_slice() else {
            return None;
        };
        if version.tag != INTEGER {
            return None;
        }
        let encapsulated = encapsulated.children()?;
        let content = match encapsulated.get(1) {
            Some(wrapped) => Some(wrapped.children()?.first()?.octets()?.to_vec()),
            None => None,
        };
        let members = |tag: u8| -> Vec<Tlv<'a>> {
            rest.iter()
                .filter(|part| part.tag == tag)
                .filter_map(|part| part.children())
                .flatten()
                .collect()
        };
        Some(Self {
            content_type: encapsulated.first()?.oid()?,
            content,
            certificates: members(CERTIFICATES)
                .iter()
                .filter_map(|one| FoundCertificate::read(one.raw))
                .collect(),
            lists: members(LISTS)
                .iter()
                .filter(|one| one.tag == SEQUENCE)
                .map(|one| one.raw.to_vec())
                .collect(),
            signers: members(SET),
        })
    }
}

pub(super) struct Signer {
    /// Issuer and serial number, or key identifier, as it stands.
    pub(super) named: Vec<u8>,
    pub(super) digest: ObjectIdentifier,
    pub(super) algorithm: AlgorithmIdentifierOwned,
    pub(super) signature: Vec<u8>,
    pub(super) signed: Option<Vec<u8>>,
    pub(super) attributes: Vec<(ObjectIdentifier, Vec<u8>)>,
    pub(super) unsigned: Vec<(ObjectIdentifier, Vec<u8>)>,
}

impl Signer {
    pub(super) fn of(info: Tlv<'_>) -> Option<Self> {
        let members = info.children()?;
        let [_version, named, digest, rest @ ..] = members.as_slice() else {
            return None;
        };
        let (signed, rest) = match rest {
            [first, rest @ ..] if first.tag == SIGNED_ATTRIBUTES => (Some(*first), rest),
            _ => (None, rest),
        };
        let [algorithm, signature, rest @ ..] = rest else {
            return None;
        };
        let unsigned = rest.iter().find(|part| part.tag == UNSIGNED_ATTRIBUTES);
        Some(Self {
            named: named.raw.to_vec(),
            digest: digest.children()?.first()?.oid()?,
            algorithm: AlgorithmIdentifierOwned::from_der(algorithm.raw).ok()?,
            signature: signature.octets()?.to_vec(),
            signed: signed.map(|signed| {
                let mut set = signed.raw.to_vec();
                if let Some(tag) = set.first_mut() {
                    *tag = SET;
                }
                set
            }),
            attributes: attributes(signed)?,
            unsigned: attributes(unsigned.copied())?,
        })
    }
}

/// Each attribute with its first value, DER.
pub(super) fn attributes(set: Option<Tlv<'_>>) -> Option<Vec<(ObjectIdentifier, Vec<u8>)>> {
    let Some(set) = set else {
        return Some(Vec::new());
    };
    set.children()?
        .into_iter()
        .map(|attribute| {
            let members = attribute.children()?;
            let value = *members.get(1)?.children()?.first()?;
            Some((members.first()?.oid()?, value.raw.to_vec()))
        })
        .collect()
}

pub(super) fn sorted_set(set: &[u8]) -> Option<Vec<u8>> {
    let (set, _rest) = Tlv::first(set)?;
    let members: Vec<Any> = set
        .children()?
        .iter()
        .map(|member| Any::from_der(member.raw).ok())
        .collect::<Option<_>>()?;
    SetOfVec::try_from(members).ok()?.to_der().ok()
}

pub(super) fn is_named(certificate: &Certificate, named: &[u8]) -> bool {
    let named = || -> Option<bool> {
        let tbs = certificate.tbs_certificate();
        let (named, _rest) = Tlv::first(named)?;
        if named.tag == KEY_IDENTIFIER {
            let (_critical, own) = tbs.get_extension::<SubjectKeyIdentifier>().ok()??;
            return Some(own.0.as_bytes() == named.content);
        }
        let members = named.children()?;
        let [issuer, serial] = members.as_slice() else {
            return None;
        };
        let own = tbs.serial_number().to_der().ok()?;
        Some(tbs.issuer().to_der().ok()? == issuer.raw && own == serial.raw)
    };
    named().unwrap_or(false)
}
