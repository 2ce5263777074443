//! The container: JWE compact serialization (RFC 7516, section 7.1), `RSA-OAEP-256` and `A256GCM` (RFC 7518). Its
//! protected header says what the evidence is bound to and is authenticated with the content.

use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::content::{Evidence, FORMAT, VERSION};
use crate::key::{PrivateKey, PublicKey};
use crate::packing;

/// One container. 200,000 samples, the most that a submission may have, pack to a fraction of it.
pub const MAX_CONTAINER_BYTES: usize = 16 * 1024 * 1024;

const ALGORITHM: &str = "RSA-OAEP-256";
const ENCRYPTION: &str = "A256GCM";
const TYPE: &str = "okdokument-evidence+jwe";
/// `application/gzip` (RFC 6713), written as RFC 7516, section 4.1.12, wants it.
const CONTENT_TYPE: &str = "gzip";
const KEY_LENGTH: usize = 32;
const NONCE_LENGTH: usize = 12;
const TAG_LENGTH: usize = 16;

/// The revision that the signer was served: the first `length` bytes of the signed file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// In lower-case hex.
    pub sha256: String,
    /// In bytes.
    pub length: usize,
}

/// What anybody can read of a container. It proves something only once the container was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    alg: String,
    enc: String,
    typ: String,
    cty: String,
    /// The id of the public key.
    pub kid: String,
    pub served: Binding,
}

/// Why no container was made.
#[derive(Debug, Error)]
pub enum Unsealed {
    #[error("the evidence cannot be written as JSON")]
    Json(#[from] serde_json::Error),
    #[error("the evidence cannot be packed")]
    Packing(#[from] std::io::Error),
    #[error("the evidence cannot be encrypted to the public key")]
    Encryption,
    #[error("the evidence has more than {MAX_CONTAINER_BYTES} bytes")]
    TooLarge,
}

/// Why a container was not opened.
#[derive(Debug, Error)]
pub enum Unopened {
    #[error("it is not an evidence container of OKdokument")]
    NotAContainer,
    #[error(
        "it is encrypted to another key: the container names the key {wanted}, this private key belongs to {given}"
    )]
    OtherKey { wanted: String, given: String },
    #[error("it was tampered with, or is damaged: the decryption does not hold")]
    Tampered,
    #[error("its content contradicts its header")]
    Contradiction,
    #[error("its content is version {0}; this program knows up to version {VERSION}")]
    Version(u32),
    #[error("its content is too large")]
    TooLarge,
    #[error("its content cannot be read")]
    Content(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Encrypts evidence to a public key: ASCII, ready to be embedded.
pub fn seal<R: CryptoRng + ?Sized>(
    evidence: &Evidence,
    key: &PublicKey,
    random: &mut R,
) -> Result<Vec<u8>, Unsealed> {
    let content = Zeroizing::new(serde_json::to_vec(evidence)?);
    let packed = Zeroizing::new(packing::pack(&content)?);
    let header = Header {
        alg: ALGORITHM.to_owned(),
        enc: ENCRYPTION.to_owned(),
        typ: TYPE.to_owned(),
        cty: CONTENT_TYPE.to_owned(),
        kid: key.id().to_owned(),
        served: evidence.served.clone(),
    };
    let header = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header)?);
    let mut content_key = Zeroizing::new([0; KEY_LENGTH]);
    random.fill_bytes(content_key.as_mut_slice());
    let mut nonce = [0; NONCE_LENGTH];
    random.fill_bytes(&mut nonce);
    let wrapped = key
        .rsa
        .oaep_encrypt_with_rng::<Sha256, _>(random, content_key.as_slice())
        .map_err(|_opaque| Unsealed::Encryption)?;
    let payload = Payload {
        msg: &packed,
        aad: header.as_bytes(),
    };
    let sealed = cipher(&content_key)
        .encrypt(&Nonce::from(nonce), payload)
        .map_err(|_opaque| Unsealed::Encryption)?;
    let (ciphertext, tag) = sealed
        .split_at_checked(sealed.len().saturating_sub(TAG_LENGTH))
        .ok_or(Unsealed::Encryption)?;
    let parts =
        [wrapped.as_slice(), &nonce, ciphertext, tag].map(|part| URL_SAFE_NO_PAD.encode(part));
    let compact = format!("{header}.{}", parts.join("."));
    if compact.len() > MAX_CONTAINER_BYTES {
        return Err(Unsealed::TooLarge);
    }
    Ok(compact.into_bytes())
}

fn cipher(key: &[u8; KEY_LENGTH]) -> Aes256Gcm {
    Aes256Gcm::new(key.into())
}

/// A container that can be read as one; not opened yet.
#[derive(Clone, Debug)]
pub struct Container {
    header: Header,
    /// What was authenticated with the content: the header as it stands in the container.
    authenticated: String,
    wrapped: Vec<u8>,
    nonce: [u8; NONCE_LENGTH],
    /// The tag is its end.
    sealed: Vec<u8>,
}

impl Container {
    pub fn parse(bytes: &[u8]) -> Result<Self, Unopened> {
        if bytes.len() > MAX_CONTAINER_BYTES {
            return Err(Unopened::TooLarge);
        }
        Self::read(bytes).ok_or(Unopened::NotAContainer)
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?.trim_ascii();
        let mut parts = text.split('.');
        let authenticated = parts.next()?.to_owned();
        let mut part = || URL_SAFE_NO_PAD.decode(parts.next()?).ok();
        let (wrapped, nonce, mut sealed, tag) = (part()?, part()?, part()?, part()?);
        let header: Header =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(&authenticated).ok()?).ok()?;
        let is_ours = header.alg == ALGORITHM
            && header.enc == ENCRYPTION
            && header.typ == TYPE
            && header.cty == CONTENT_TYPE;
        if !is_ours || tag.len() != TAG_LENGTH || parts.next().is_some() {
            return None;
        }
        sealed.extend_from_slice(&tag);
        Some(Self {
            header,
            authenticated,
            wrapped,
            nonce: nonce.try_into().ok()?,
            sealed,
        })
    }

    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Decrypts, and holds header and content against each other.
    pub fn open(&self, key: &PrivateKey) -> Result<Evidence, Unopened> {
        if self.header.kid != key.id() {
            return Err(Unopened::OtherKey {
                wanted: self.header.kid.clone(),
                given: key.id().to_owned(),
            });
        }
        let packed = self.decrypt(key).ok_or(Unopened::Tampered)?;
        let content = packing::unpack(&packed)
            .map_err(|cause| Unopened::Content(cause.into()))?
            .ok_or(Unopened::TooLarge)?;
        let evidence = read_content(&Zeroizing::new(content))?;
        if evidence.served != self.header.served {
            return Err(Unopened::Contradiction);
        }
        Ok(evidence)
    }

    fn decrypt(&self, key: &PrivateKey) -> Option<Zeroizing<Vec<u8>>> {
        let content_key = Zeroizing::new(key.rsa.oaep_decrypt::<Sha256>(&self.wrapped).ok()?);
        let content_key: &[u8; KEY_LENGTH] = content_key.as_slice().try_into().ok()?;
        let payload = Payload {
            msg: &self.sealed,
            aad: self.authenticated.as_bytes(),
        };
        let packed = cipher(content_key).decrypt(&Nonce::from(self.nonce), payload);
        packed.ok().map(Zeroizing::new)
    }
}

fn read_content(content: &[u8]) -> Result<Evidence, Unopened> {
    /// What every version has.
    #[derive(Deserialize)]
    struct Kind {
        format: String,
        version: u32,
    }
    let unreadable = |cause: serde_json::Error| Unopened::Content(cause.into());
    let kind: Kind = serde_json::from_slice(content).map_err(unreadable)?;
    if kind.format != FORMAT {
        return Err(Unopened::NotAContainer);
    }
    if VERSION < kind.version {
        return Err(Unopened::Version(kind.version));
    }
    serde_json::from_slice(content).map_err(unreadable)
}
