//! A private key together with the certificate that speaks for it.

use der::pem::LineEnding;
use der::{Decode, DecodePem, Encode, EncodePem};
use p256::SecretKey;
use p256::ecdsa::SigningKey;
use p256::elliptic_curve::Generate;
use rand::CryptoRng;
use secrecy::SecretString;
use x509_cert::Certificate;

use super::key::PrivateKey;
use super::{PkiError, SealedKey, WrappingKey};

#[derive(Clone)]
pub(super) struct Credential {
    pub(super) key: PrivateKey,
    pub(super) certificate: Certificate,
    pub(super) der: Vec<u8>,
}

pub(super) fn new_key<R: CryptoRng + ?Sized>(rng: &mut R) -> Result<SigningKey, PkiError> {
    SecretKey::try_generate_from_rng(rng)
        .map(SigningKey::from)
        .map_err(|_never_for_an_infallible_source| PkiError::Key)
}

impl Credential {
    pub(super) fn new(key: PrivateKey, certificate: Certificate) -> Result<Self, PkiError> {
        let public = certificate.tbs_certificate().subject_public_key_info();
        if !key.belongs_to(&public.to_der()?)? {
            return Err(PkiError::Mismatch);
        }
        let key = key.used_as(public.algorithm.oid);
        let der = certificate.to_der()?;
        Ok(Self {
            key,
            certificate,
            der,
        })
    }

    pub(super) fn from_pem(certificate: &str, private_key: &str) -> Result<Self, PkiError> {
        let certificate = Certificate::from_pem(certificate)?;
        Self::new(PrivateKey::from_pkcs8_pem(private_key)?, certificate)
    }

    pub(super) fn open(
        der: &[u8],
        sealed: &SealedKey,
        wrapping: &WrappingKey,
    ) -> Result<Self, PkiError> {
        let certificate = Certificate::from_der(der)?;
        let public = certificate
            .tbs_certificate()
            .subject_public_key_info()
            .to_der()?;
        let private = sealed.open(&public, wrapping)?;
        Self::new(PrivateKey::from_pkcs8_der(&private)?, certificate)
    }

    pub(super) fn seal<R: CryptoRng + ?Sized>(
        &self,
        wrapping: &WrappingKey,
        rng: &mut R,
    ) -> Result<SealedKey, PkiError> {
        let private = self.key.to_pkcs8_der()?;
        let public = self
            .certificate
            .tbs_certificate()
            .subject_public_key_info()
            .to_der()?;
        SealedKey::seal(private.as_bytes(), &public, wrapping, rng)
    }

    pub(super) fn certificate_pem(&self) -> Result<String, PkiError> {
        Ok(self.certificate.to_pem(LineEnding::LF)?)
    }

    pub(super) fn private_key_pem(&self) -> Result<SecretString, PkiError> {
        self.key.to_pkcs8_pem()
    }
}
