//! The electronic seal of one tenant: what signs its documents.

use der::{Decode, Encode};
use domain::Timestamp;
use rand::CryptoRng;
use secrecy::{ExposeSecret, SecretString};
use x509_cert::Certificate;
use x509_cert::ext::pkix::KeyUsage;

use super::chain::{Chain, is_self_issued};
use super::credential::Credential;
use super::key::PrivateKey;
use super::pkcs12::{self, Pkcs12Error};
use super::{PkiError, SealedKey, WrappingKey};

/// Signed attributes name issuer and serial number; the longest signature is an RSA one of 1 kB.
const ATTRIBUTES_AND_SIGNATURE: usize = 2560;

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

    /// Opens a PKCS#12 file: the certificate of its one private key seals, the others are the chain.
    pub fn from_pkcs12(file: &[u8], password: &SecretString) -> Result<Self, Pkcs12Error> {
        let contents = pkcs12::open(file, password.expose_secret())?;
        let [key] = contents.keys.as_slice() else {
            return Err(Pkcs12Error::Keys(contents.keys.len()));
        };
        let key = PrivateKey::from_pkcs8_der(key)?;
        let own = contents
            .certificates
            .iter()
            .find_map(|one| Credential::new(key.clone(), one.clone()).ok())
            .ok_or(Pkcs12Error::NoCertificate)?;
        let chain = Chain::of(&own.certificate, &contents.certificates);
        Ok(Self {
            own,
            chain: chain.above,
        })
    }

    /// Takes an operator's own certificate with its PKCS#8 key; `chain` = PEM certificates, issuer first.
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

    /// How many bytes a signature of this seal takes at most, without a time stamp: the
    /// certificates that it brings along, attributes and signature.
    pub fn signature_room(&self) -> usize {
        let chain = self.chain.iter().filter(|one| !is_self_issued(one));
        let chain = chain.filter_map(|one| one.encoded_len().ok());
        let above: usize = chain
            .filter_map(|length| usize::try_from(length).ok())
            .sum();
        self.own
            .der
            .len()
            .saturating_add(above)
            .saturating_add(ATTRIBUTES_AND_SIGNATURE)
    }

    pub fn certificate(&self) -> &Certificate {
        &self.own.certificate
    }

    /// The certificates above the seal, issuer first, the root last where it is known.
    pub fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    /// Whether the certificate's key usage allows documents to be sealed; one without any allows all.
    pub fn may_sign_documents(&self) -> bool {
        let tbs = self.own.certificate.tbs_certificate();
        match tbs.get_extension::<KeyUsage>() {
            Ok(Some((_, usage))) => usage.digital_signature() || usage.non_repudiation(),
            Ok(None) => true,
            Err(_) => false,
        }
    }

    /// The certificate's subject, as RFC 4514 writes names.
    pub fn subject(&self) -> String {
        self.own.certificate.tbs_certificate().subject().to_string()
    }

    /// The kind of key, for people: `P-256`, `RSA 3072 (PSS)`, …
    pub fn key_kind(&self) -> String {
        self.own.key.kind()
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
