//! The electronic seal of one tenant: what signs its documents.

use der::{Decode, Encode};
use domain::Timestamp;
use rand::CryptoRng;
use secrecy::SecretString;
use x509_cert::Certificate;

use super::credential::Credential;
use super::{PkiError, SealedKey, WrappingKey};

/// A tenant's seal: its private key, its certificate, and the certificates above it.
#[derive(Clone)]
pub struct SealIdentity {
    pub(super) own: Credential,
    pub(super) chain: Vec<Certificate>,
}

impl SealIdentity {
    pub(super) fn new(own: Credential, chain: Vec<Certificate>) -> Self {
        Self { own, chain }
    }

    /// Opens a stored seal. `chain` holds the issuer's certificate first, the root last.
    pub fn open(
        certificate_der: &[u8],
        chain_der: &[Vec<u8>],
        key: &SealedKey,
        wrapping: &WrappingKey,
    ) -> Result<Self, PkiError> {
        let own = Credential::open(certificate_der, key, wrapping)?;
        let chain = chain_der
            .iter()
            .map(|der| Certificate::from_der(der))
            .collect::<Result<_, _>>()?;
        Ok(Self { own, chain })
    }

    /// Takes an operator's own P-256 certificate with its PKCS#8 key; `chain` = PEM certificates, issuer first.
    pub fn from_pem(certificate: &str, private_key: &str, chain: &str) -> Result<Self, PkiError> {
        let own = Credential::from_pem(certificate, private_key)?;
        Ok(Self {
            own,
            chain: Certificate::load_pem_chain(chain.as_bytes())?,
        })
    }

    /// The private key sealed for the store.
    pub fn sealed_key<R: CryptoRng + ?Sized>(
        &self,
        wrapping: &WrappingKey,
        rng: &mut R,
    ) -> Result<SealedKey, PkiError> {
        self.own.seal(wrapping, rng)
    }

    pub fn certificate_der(&self) -> &[u8] {
        &self.own.der
    }

    pub fn certificate_pem(&self) -> Result<String, PkiError> {
        self.own.certificate_pem()
    }

    /// The private key as PKCS#8 PEM, for an export that the operator asked for.
    pub fn private_key_pem(&self) -> Result<SecretString, PkiError> {
        self.own.private_key_pem()
    }

    /// The certificates above the seal, issuer first, as stored.
    pub fn chain_der(&self) -> Result<Vec<Vec<u8>>, PkiError> {
        Ok(self
            .chain
            .iter()
            .map(Encode::to_der)
            .collect::<Result<_, _>>()?)
    }

    /// When the certificate ends; renew before.
    pub fn not_after(&self) -> Timestamp {
        let end = self
            .own
            .certificate
            .tbs_certificate()
            .validity()
            .not_after
            .to_unix_duration();
        Timestamp::from_millis(i64::try_from(end.as_millis()).unwrap_or(i64::MAX))
    }

    /// The serial number in lower-case hex, as a revocation names it.
    pub fn serial(&self) -> String {
        hex::encode(
            self.own
                .certificate
                .tbs_certificate()
                .serial_number()
                .as_bytes(),
        )
    }
}
