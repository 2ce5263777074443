//! RFC 3161 time stamps of anybody's making.

use domain::Timestamp;

use super::ber;
use super::message::{DigestName, FoundCertificate};
use crate::time_stamp::TimeStampToken;

/// A time stamp that holds by itself. Whether its authority is trusted is asked separately.
#[derive(Clone, Debug)]
pub struct TimeStamp {
    pub at: Timestamp,
    pub certificate: FoundCertificate,
    pub certificates: Vec<FoundCertificate>,
    imprint: Vec<u8>,
    pub digest: DigestName,
}

impl TimeStamp {
    /// Reads a token and checks its signature and purpose; says what is wrong with it.
    pub fn read(input: &[u8]) -> Result<Self, String> {
        let der = ber::to_der(input).ok_or("the time stamp cannot be read")?;
        let token = TimeStampToken::read(&der).map_err(|error| error.to_string())?;
        token.check().map_err(|error| error.to_string())?;
        let imprint = &token.info.message_imprint;
        let digest = DigestName::by_oid(imprint.hash_algorithm.oid)
            .ok_or("the time stamp is over a hash that is not known here")?;
        let found = |certificate: &x509_cert::Certificate| {
            use der::Encode as _;
            Some(FoundCertificate {
                der: certificate.to_der().ok()?,
                certificate: certificate.clone(),
            })
        };
        Ok(Self {
            at: token.at,
            certificate: found(&token.certificate).ok_or("the time stamp cannot be read")?,
            certificates: token.certificates.iter().filter_map(found).collect(),
            imprint: imprint.hashed_message.as_bytes().to_vec(),
            digest,
        })
    }

    /// Whether it is over bytes with this digest, by [`digest`](Self::digest).
    pub fn is_over(&self, digest: &[u8]) -> bool {
        self.imprint == digest
    }
}
