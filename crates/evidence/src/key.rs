//! The tenant's key pair. The public half encrypts and is with us; the private half opens and is with the tenant only.

use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rsa::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _, EncodePublicKey as _};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

/// Why a text is no key; a sentence for whoever sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidKey {
    #[error("the public key is not an RSA key in SPKI PEM")]
    Public,
    #[error(
        "the private key is not an RSA key in PEM (PKCS#8 \"PRIVATE KEY\" or PKCS#1 \"RSA PRIVATE KEY\")"
    )]
    Private,
    #[error(
        "the private key is protected by a password; take it off into a file of your own first: openssl pkey -in KEY.pem -out PLAIN.pem"
    )]
    Protected,
}

/// What evidence is encrypted to.
#[derive(Clone, Debug)]
pub struct PublicKey {
    pub(crate) rsa: rsa::PublicKey,
    id: String,
}

/// What opens evidence. Has no `Debug`.
pub struct PrivateKey {
    pub(crate) rsa: rsa::PrivateKey,
    id: String,
}

impl PublicKey {
    /// Reads SPKI PEM (label `PUBLIC KEY`).
    pub fn from_pem(pem: &str) -> Result<Self, InvalidKey> {
        let rsa =
            rsa::PublicKey::from_public_key_pem(pem.trim()).map_err(|_| InvalidKey::Public)?;
        Ok(Self {
            id: id_of(&rsa)?,
            rsa,
        })
    }

    /// SHA-256 of the key's SPKI DER, in hex: the `kid` of every container that is encrypted to it. A new key has a new id.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl PrivateKey {
    /// Reads PKCS#8 PEM, as the portal hands it out, or PKCS#1 PEM.
    pub fn from_pem(pem: &str) -> Result<Self, InvalidKey> {
        let pem = pem.trim();
        if pem.contains("ENCRYPTED") {
            return Err(InvalidKey::Protected);
        }
        let rsa = rsa::PrivateKey::from_pkcs8_pem(pem)
            .or_else(|_| rsa::PrivateKey::from_pkcs1_pem(pem))
            .map_err(|_| InvalidKey::Private)?;
        Ok(Self {
            id: id_of(&rsa.to_public_key())?,
            rsa,
        })
    }

    /// The id of the public half.
    pub fn id(&self) -> &str {
        &self.id
    }
}

fn id_of(key: &rsa::PublicKey) -> Result<String, InvalidKey> {
    let der = key.to_public_key_der().map_err(|_| InvalidKey::Public)?;
    Ok(hex::encode(Sha256::digest(der.as_bytes())))
}
