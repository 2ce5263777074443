//! What revocation data that came with a document says of a certificate.

use std::time::Duration;

use domain::Timestamp;

use super::facts::{Revocation, RevocationSource};
use super::message::FoundCertificate;
use crate::ocsp::{OcspError, OcspRequest};
use crate::revocation_list::{ListError, RevocationList};

/// Data is collected a while after the signature. It counts if it was good at the signature's
/// time, or at one of these times after it, and in any case now.
const COLLECTED_WITHIN: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_hours(1),
    Duration::from_hours(24),
    Duration::from_hours(7 * 24),
];

/// Revocation data of a document, each DER.
#[derive(Clone, Debug, Default)]
pub struct RevocationData {
    pub lists: Vec<Vec<u8>>,
    pub responses: Vec<Vec<u8>>,
}

impl RevocationData {
    /// What it says of `certificate`, issued by `issuer`, for a signature made at `at`.
    pub fn about(
        &self,
        certificate: &FoundCertificate,
        issuer: &FoundCertificate,
        at: Timestamp,
        now: Timestamp,
    ) -> Revocation {
        let times: Vec<Timestamp> = COLLECTED_WITHIN
            .iter()
            .map(|later| at.plus(*later))
            .filter(|time| *time <= now)
            .chain([now])
            .collect();
        let mut good = None;
        let mut is_there = false;
        for (source, data) in self.all() {
            for time in &times {
                match ask(source, data, (certificate, issuer), *time) {
                    Answer::Good => good = Some(source),
                    // A revocation has no date in these answers: it counts from ever on.
                    Answer::Revoked => return Revocation::Revoked { source },
                    Answer::Other => continue,
                    Answer::NotUsable => {
                        is_there = true;
                        continue;
                    }
                }
                break;
            }
        }
        match good {
            Some(source) => Revocation::Good { source },
            None if is_there => Revocation::NotUsable,
            None => Revocation::NoData,
        }
    }

    fn all(&self) -> impl Iterator<Item = (RevocationSource, &[u8])> {
        self.responses
            .iter()
            .map(|data| (RevocationSource::Ocsp, data.as_slice()))
            .chain(
                self.lists
                    .iter()
                    .map(|data| (RevocationSource::Crl, data.as_slice())),
            )
    }
}

enum Answer {
    Good,
    Revoked,
    /// It is about another certificate.
    Other,
    NotUsable,
}

fn ask(
    source: RevocationSource,
    data: &[u8],
    (certificate, issuer): (&FoundCertificate, &FoundCertificate),
    at: Timestamp,
) -> Answer {
    let (own, above) = (&certificate.certificate, &issuer.certificate);
    match source {
        RevocationSource::Crl => match RevocationList::accept(data, own, above, at) {
            Ok(_) => Answer::Good,
            Err(ListError::Revoked) => Answer::Revoked,
            Err(ListError::OtherIssuer | ListError::Scope) => Answer::Other,
            Err(_) => Answer::NotUsable,
        },
        RevocationSource::Ocsp => {
            let Ok(request) = OcspRequest::new(own, above) else {
                return Answer::NotUsable;
            };
            match request.accept(data, at) {
                Ok(_) => Answer::Good,
                Err(OcspError::Revoked) => Answer::Revoked,
                Err(OcspError::OtherCertificate | OcspError::Responder) => Answer::Other,
                Err(_) => Answer::NotUsable,
            }
        }
    }
}
