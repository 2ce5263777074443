//! The certificates above a certificate, found among those at hand.

use der::Encode;
use x509_cert::Certificate;

use super::public_key::is_issued_by;

/// Longer chains exist nowhere; a circle of cross-certificates ends here.
const LONGEST_CHAIN: usize = 10;

/// The certificates above a certificate, its issuer first, as far as they were found.
#[derive(Clone, Debug)]
pub struct Chain {
    pub above: Vec<Certificate>,
    /// Whether the last one is self-signed, so that nothing is missing.
    pub is_complete: bool,
}

impl Chain {
    /// Looks for the issuer of each certificate in `at_hand` by name and signature.
    pub fn of(certificate: &Certificate, at_hand: &[Certificate]) -> Self {
        let mut above: Vec<Certificate> = Vec::new();
        let mut lowest = certificate;
        while !is_self_issued(lowest) && above.len() < LONGEST_CHAIN {
            let Some(issuer) = at_hand
                .iter()
                .find(|candidate| is_issued_by(lowest, candidate))
            else {
                return Self {
                    above,
                    is_complete: false,
                };
            };
            above.push(issuer.clone());
            lowest = issuer;
        }
        let is_complete = is_self_issued(lowest);
        Self { above, is_complete }
    }

    /// Whether it ends at one of these.
    pub fn ends_at(&self, roots: &[Certificate]) -> bool {
        self.above.last().is_some_and(|last| roots.contains(last))
    }
}

/// Whether a certificate names itself as its issuer: a root.
pub fn is_self_issued(certificate: &Certificate) -> bool {
    certificate.tbs_certificate().issuer() == certificate.tbs_certificate().subject()
}

/// DER of each.
pub fn to_ders(certificates: &[Certificate]) -> der::Result<Vec<Vec<u8>>> {
    certificates.iter().map(Encode::to_der).collect()
}
