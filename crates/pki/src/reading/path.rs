//! From a certificate up to a root that is trusted here (RFC 5280, section 6, without policies and
//! name constraints: a certificate that makes either critical is not followed).

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280::{
    ID_CE_BASIC_CONSTRAINTS, ID_CE_CERTIFICATE_POLICIES, ID_CE_EXT_KEY_USAGE, ID_CE_KEY_USAGE,
    ID_CE_SUBJECT_ALT_NAME,
};
use domain::Timestamp;
use x509_cert::Certificate;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage, KeyUsages};

use super::facts::{Trust, TrustProblem, shown};
use super::message::FoundCertificate;
use crate::public_key::is_issued_by;

/// Certificates between the signer's and the root, both included.
const MAX_CHAIN: usize = 10;
/// Signatures that are checked for one signer's path: a net of certificates that sign each other
/// must not keep us busy.
const MAX_CHECKS: usize = 64;

/// Critical extensions that are looked at, or that restrict nothing that is asked here.
const UNDERSTOOD: [ObjectIdentifier; 5] = [
    ID_CE_BASIC_CONSTRAINTS,
    ID_CE_KEY_USAGE,
    ID_CE_EXT_KEY_USAGE,
    ID_CE_CERTIFICATE_POLICIES,
    ID_CE_SUBJECT_ALT_NAME,
];

/// The roots that are trusted.
#[derive(Clone, Debug, Default)]
pub struct Anchors(Vec<FoundCertificate>);

impl Anchors {
    /// What cannot be read is left out; [`len`](Self::len) tells how many are there.
    pub fn from_der<'a>(certificates: impl IntoIterator<Item = &'a [u8]>) -> Self {
        Self(
            certificates
                .into_iter()
                .filter_map(FoundCertificate::read)
                .collect(),
        )
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A chain as far as it was found, and what is to be thought of it.
#[derive(Clone, Debug)]
pub struct Path {
    /// The certificate itself first.
    pub chain: Vec<FoundCertificate>,
    pub trust: Trust,
}

/// Looks for a path from `leaf` over `pool` to one of the anchors, valid at `at`.
pub fn find_path(
    leaf: &FoundCertificate,
    pool: &[FoundCertificate],
    anchors: &Anchors,
    at: Timestamp,
) -> Path {
    let mut search = Search {
        pool,
        anchors,
        at,
        checks: 0,
        best: vec![leaf.clone()],
        problem: TrustProblem::UnknownIssuer,
    };
    match search.go(vec![leaf.clone()]) {
        Some((chain, anchor)) => Path {
            trust: Trust::Trusted(shown(anchor.tbs_certificate().subject())),
            chain,
        },
        None => Path {
            chain: search.best,
            trust: Trust::Untrusted(search.problem),
        },
    }
}

struct Search<'a> {
    pool: &'a [FoundCertificate],
    anchors: &'a Anchors,
    at: Timestamp,
    checks: usize,
    /// The longest chain that was found, for telling.
    best: Vec<FoundCertificate>,
    /// Why the path that came furthest was not taken.
    problem: TrustProblem,
}

impl Search<'_> {
    fn go(&mut self, chain: Vec<FoundCertificate>) -> Option<(Vec<FoundCertificate>, Certificate)> {
        let last = chain.last()?.clone();
        if self.best.len() < chain.len() {
            self.best.clone_from(&chain);
        }
        let anchor = self.anchors.0.iter().find(|anchor| anchor.der == last.der);
        if let Some(anchor) = anchor {
            let anchor = anchor.certificate.clone();
            return self.judged(chain, anchor);
        }
        if chain.len() >= MAX_CHAIN {
            self.problem = TrustProblem::TooLong;
            return None;
        }
        let anchors = self.anchors;
        for anchor in &anchors.0 {
            if self.issued(&last, anchor) {
                let mut whole = chain.clone();
                whole.push(anchor.clone());
                if let Some(found) = self.judged(whole, anchor.certificate.clone()) {
                    return Some(found);
                }
            }
        }
        let pool = self.pool;
        for next in pool {
            let is_new = chain.iter().all(|known| known.der != next.der);
            if is_new && self.issued(&last, next) {
                let mut longer = chain.clone();
                longer.push(next.clone());
                if let Some(found) = self.go(longer) {
                    return Some(found);
                }
            }
        }
        None
    }

    fn issued(&mut self, own: &FoundCertificate, above: &FoundCertificate) -> bool {
        let named = own.certificate.tbs_certificate().issuer()
            == above.certificate.tbs_certificate().subject();
        if !named || self.checks >= MAX_CHECKS {
            return false;
        }
        self.checks += 1;
        is_issued_by(&own.certificate, &above.certificate)
    }

    fn judged(
        &mut self,
        chain: Vec<FoundCertificate>,
        anchor: Certificate,
    ) -> Option<(Vec<FoundCertificate>, Certificate)> {
        match judge(&chain, self.at) {
            Ok(()) => Some((chain, anchor)),
            Err(problem) => {
                self.best = chain;
                self.problem = problem;
                None
            }
        }
    }
}

/// A chain whose signatures hold, from the signer to an anchor.
fn judge(chain: &[FoundCertificate], at: Timestamp) -> Result<(), TrustProblem> {
    // Who trusts a root trusts it as it is: its own validity and extensions bind nobody.
    let below_root = chain.len().saturating_sub(1).max(1);
    for (depth, found) in chain.iter().take(below_root).enumerate() {
        let tbs = found.certificate.tbs_certificate();
        let at = u64::try_from(at.seconds()).unwrap_or(0);
        let validity = tbs.validity();
        let starts = validity.not_before.to_unix_duration().as_secs();
        let ends = validity.not_after.to_unix_duration().as_secs();
        if at < starts || ends < at {
            return Err(TrustProblem::NotValidThen);
        }
        let unknown = tbs
            .extensions()
            .into_iter()
            .flatten()
            .any(|extension| extension.critical && !UNDERSTOOD.contains(&extension.extn_id));
        if unknown {
            return Err(TrustProblem::CriticalExtension);
        }
        if depth == 0 {
            usage(&found.certificate, |usage| {
                usage.contains(KeyUsages::DigitalSignature)
                    || usage.contains(KeyUsages::NonRepudiation)
            })?;
        } else {
            authority(&found.certificate, depth - 1)?;
        }
    }
    // The root's limit on what is below it counts all the same.
    match chain.last() {
        Some(root) if chain.len() > 1 => path_length(&root.certificate, chain.len() - 2),
        _ => Ok(()),
    }
}

fn usage(
    certificate: &Certificate,
    is_fine: impl Fn(&der::flagset::FlagSet<KeyUsages>) -> bool,
) -> Result<(), TrustProblem> {
    match certificate.tbs_certificate().get_extension::<KeyUsage>() {
        Ok(None) => Ok(()),
        Ok(Some((_critical, usage))) if is_fine(&usage.0) => Ok(()),
        _ => Err(TrustProblem::Usage),
    }
}

/// An issuer with `below` authorities under it.
fn authority(certificate: &Certificate, below: usize) -> Result<(), TrustProblem> {
    let constraints = certificate
        .tbs_certificate()
        .get_extension::<BasicConstraints>();
    match constraints {
        Ok(Some((_critical, constraints))) if constraints.ca => {}
        _ => return Err(TrustProblem::NotAnAuthority),
    }
    usage(certificate, |usage| usage.contains(KeyUsages::KeyCertSign))?;
    path_length(certificate, below)
}

fn path_length(certificate: &Certificate, below: usize) -> Result<(), TrustProblem> {
    let constraints = certificate
        .tbs_certificate()
        .get_extension::<BasicConstraints>();
    let limit = match constraints {
        Ok(Some((_critical, constraints))) => constraints.path_len_constraint,
        _ => None,
    };
    if limit.is_some_and(|limit| usize::from(limit) < below) {
        return Err(TrustProblem::TooLong);
    }
    Ok(())
}
