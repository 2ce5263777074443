//! A P-256 private key together with the certificate that speaks for it.

use der::pem::LineEnding;
use der::{Decode, DecodePem, Encode, EncodePem};
use p256::SecretKey;
use p256::ecdsa::SigningKey;
use p256::elliptic_curve::Generate;
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey};
use rand::CryptoRng;
use secrecy::SecretString;
use x509_cert::Certificate;

use super::{PkiError, SealedKey, WrappingKey};

#[derive(Clone)]
pub(super) struct Credential {
    pub(super) key: SigningKey,
    pub(super) certificate: Certificate,
    pub(super) der: Vec<u8>,
}

pub(super) fn new_key<R: CryptoRng + ?Sized>(rng: &mut R) -> Result<SigningKey, PkiError> {
    SecretKey::try_generate_from_rng(rng)
        .map(SigningKey::from)
        .map_err(|_never_for_an_infallible_source| PkiError::Key)
}

impl Credential {
    pub(super) fn new(key: SigningKey, certificate: Certificate) -> Result<Self, PkiError> {
        let ours = key
            .verifying_key()
            .to_public_key_der()
            .map_err(|_| PkiError::Key)?;
        let theirs = certificate
            .tbs_certificate()
            .subject_public_key_info()
            .to_der()?;
        if ours.as_bytes() != theirs {
            return Err(PkiError::Mismatch);
        }
        let der = certificate.to_der()?;
        Ok(Self {
            key,
            certificate,
            der,
        })
    }

    pub(super) fn from_pem(certificate: &str, private_key: &str) -> Result<Self, PkiError> {
        let certificate = Certificate::from_pem(certificate)?;
        let key = SecretKey::from_pkcs8_pem(private_key).map_err(|_| PkiError::Key)?;
        Self::new(key.into(), certificate)
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
        let key = SecretKey::from_pkcs8_der(&private).map_err(|_| PkiError::Key)?;
        Self::new(key.into(), certificate)
    }

    pub(super) fn seal<R: CryptoRng + ?Sized>(
        &self,
        wrapping: &WrappingKey,
        rng: &mut R,
    ) -> Result<SealedKey, PkiError> {
        let private = self.secret().to_pkcs8_der().map_err(|_| PkiError::Key)?;
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
        let pem = self
            .secret()
            .to_pkcs8_pem(LineEnding::LF)
            .map_err(|_| PkiError::Key)?;
        Ok(SecretString::from(pem.to_string()))
    }

    fn secret(&self) -> SecretKey {
        SecretKey::from(self.key.as_nonzero_scalar())
    }
}
