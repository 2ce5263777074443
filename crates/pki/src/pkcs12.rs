//! Reads PKCS#12 (RFC 7292): a private key and its certificates under one password.

use cbc::cipher::{BlockModeDecrypt, KeyIvInit, block_padding::Pkcs7};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5911::{ID_DATA, ID_ENCRYPTED_DATA};
use const_oid::db::rfc5912::{ID_SHA_1, ID_SHA_256, ID_SHA_384, ID_SHA_512};
use der::asn1::OctetString;
use der::{Any, Decode, Encode, Sequence};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use spki::AlgorithmIdentifierOwned;
use x509_cert::Certificate;

const PBES2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.13");
const PBE_SHA1_3DES: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.3");
const KEY_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.1");
const SHROUDED_KEY_BAG: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.2");
const CERTIFICATE_BAG: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.3");
const X509_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.22.1");
/// Rounds of key derivation, all of a file's together; more would keep a start waiting. The most cautious of common
/// programs asks for 600,000 in each of three places.
const MOST_ROUNDS: u32 = 3_000_000;

/// Why a PKCS#12 file does not open.
#[derive(Debug, thiserror::Error)]
pub enum Pkcs12Error {
    #[error("the file is no PKCS#12 in DER")]
    Form(#[from] der::Error),
    #[error("the password does not open the file")]
    Password,
    #[error(
        "the file is protected by the outdated {0}; write it anew with \
         `openssl pkcs12 -export -keypbe AES-256-CBC -certpbe AES-256-CBC -macalg sha256`"
    )]
    Protection(ObjectIdentifier),
    #[error(
        "the file asks for more than {MOST_ROUNDS} rounds of key derivation; write it anew with \
         `openssl pkcs12 -export`"
    )]
    Rounds,
    #[error("the file has no check over its contents (MAC)")]
    NoMac,
    #[error("the file holds {0} private keys instead of one")]
    Keys(usize),
    #[error("the file holds no certificate for its private key")]
    NoCertificate,
    #[error("the private key cannot be used")]
    Key(#[from] super::PkiError),
}

#[derive(Sequence)]
struct Pfx {
    version: u8,
    contents: ContentInfo,
    #[asn1(optional = "true")]
    mac: Option<MacData>,
}

#[derive(Sequence)]
struct ContentInfo {
    kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    content: Any,
}

#[derive(Sequence)]
struct MacData {
    digest: DigestInfo,
    salt: OctetString,
    #[asn1(default = "one")]
    iterations: u32,
}

#[derive(Sequence)]
struct DigestInfo {
    algorithm: AlgorithmIdentifierOwned,
    digest: OctetString,
}

#[derive(Sequence)]
struct EncryptedData {
    version: u8,
    content: EncryptedContent,
}

#[derive(Sequence)]
struct EncryptedContent {
    kind: ObjectIdentifier,
    algorithm: AlgorithmIdentifierOwned,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    content: Option<OctetString>,
}

#[derive(Sequence)]
struct SafeBag {
    kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    value: Any,
    #[asn1(optional = "true")]
    attributes: Option<Any>,
}

#[derive(Sequence)]
struct CertificateBag {
    kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    certificate: OctetString,
}

#[derive(Sequence)]
struct EncryptedKey {
    algorithm: AlgorithmIdentifierOwned,
    key: OctetString,
}

#[derive(Sequence)]
struct PbeParameters {
    salt: OctetString,
    iterations: u32,
}

fn one() -> u32 {
    1
}

/// What a file holds. Has no `Debug`.
pub(super) struct Contents {
    /// PKCS#8, DER.
    pub(super) keys: Vec<Vec<u8>>,
    pub(super) certificates: Vec<Certificate>,
}

/// Opens a file; the check over its contents is made before anything in it is read.
pub(super) fn open(file: &[u8], password: &str) -> Result<Contents, Pkcs12Error> {
    let pfx = Pfx::from_der(file)?;
    let safe: OctetString = pfx.contents.content.decode_as()?;
    let mac = pfx.mac.ok_or(Pkcs12Error::NoMac)?;
    let mut secret = Secret {
        password,
        rounds_left: MOST_ROUNDS,
    };
    check(&mac, &mut secret, safe.as_bytes())?;
    let mut contents = Contents {
        keys: Vec::new(),
        certificates: Vec::new(),
    };
    for part in Vec::<ContentInfo>::from_der(safe.as_bytes())? {
        let plain = match part.kind {
            ID_DATA => part
                .content
                .decode_as::<OctetString>()?
                .into_bytes()
                .to_vec(),
            ID_ENCRYPTED_DATA => {
                let data: EncryptedData = part.content.decode_as()?;
                let packed = data.content.content.ok_or(Pkcs12Error::Password)?;
                decrypt(&data.content.algorithm, &mut secret, packed.as_bytes())?
            }
            other => return Err(Pkcs12Error::Protection(other)),
        };
        for bag in Vec::<SafeBag>::from_der(&plain)? {
            contents.take(&bag, &mut secret)?;
        }
    }
    Ok(contents)
}

/// The password, and how much may still be derived from it.
struct Secret<'a> {
    password: &'a str,
    rounds_left: u32,
}

impl Secret<'_> {
    fn spend(&mut self, rounds: u32) -> Result<(), Pkcs12Error> {
        let left = self.rounds_left.checked_sub(rounds);
        self.rounds_left = left.ok_or(Pkcs12Error::Rounds)?;
        Ok(())
    }
}

impl Contents {
    fn take(&mut self, bag: &SafeBag, secret: &mut Secret<'_>) -> Result<(), Pkcs12Error> {
        match bag.kind {
            KEY_BAG => self.keys.push(bag.value.to_der()?),
            SHROUDED_KEY_BAG => {
                let packed: EncryptedKey = bag.value.decode_as()?;
                let key = decrypt(&packed.algorithm, secret, packed.key.as_bytes())?;
                self.keys.push(key);
            }
            CERTIFICATE_BAG => {
                let bag: CertificateBag = bag.value.decode_as()?;
                if bag.kind == X509_CERTIFICATE {
                    let certificate = Certificate::from_der(bag.certificate.as_bytes())?;
                    self.certificates.push(certificate);
                }
            }
            // Revocation lists and secrets of other kinds are nothing that seals.
            _ => {}
        }
        Ok(())
    }
}

fn check(mac: &MacData, secret: &mut Secret<'_>, safe: &[u8]) -> Result<(), Pkcs12Error> {
    match mac.digest.algorithm.oid {
        ID_SHA_1 => check_with::<Sha1>(mac, secret, safe),
        ID_SHA_256 => check_with::<Sha256>(mac, secret, safe),
        ID_SHA_384 => check_with::<Sha384>(mac, secret, safe),
        ID_SHA_512 => check_with::<Sha512>(mac, secret, safe),
        other => Err(Pkcs12Error::Protection(other)),
    }
}

fn check_with<D>(mac: &MacData, secret: &mut Secret<'_>, safe: &[u8]) -> Result<(), Pkcs12Error>
where
    D: Digest + hmac::EagerHash,
    Hmac<D>: KeyInit + Mac,
{
    let length = <D as Digest>::output_size();
    let request = Derivation {
        salt: mac.salt.as_bytes(),
        iterations: mac.iterations,
    };
    let key = request.derive::<D>(secret, Purpose::Mac, length)?;
    let mut hmac = <Hmac<D> as KeyInit>::new_from_slice(&key).map_err(|_| Pkcs12Error::Password)?;
    hmac.update(safe);
    hmac.verify_slice(mac.digest.digest.as_bytes())
        .map_err(|_| Pkcs12Error::Password)
}

fn decrypt(
    algorithm: &AlgorithmIdentifierOwned,
    secret: &mut Secret<'_>,
    packed: &[u8],
) -> Result<Vec<u8>, Pkcs12Error> {
    match algorithm.oid {
        PBES2 => {
            let der = algorithm.to_der()?;
            let scheme = pkcs5::EncryptionScheme::from_der(&der)
                .map_err(|_| Pkcs12Error::Protection(algorithm.oid))?;
            // Scrypt would take as much memory as the file asks for, and no PKCS#12 is written with it.
            let derivation = scheme
                .pbes2()
                .and_then(|parameters| parameters.kdf.pbkdf2());
            let derivation = derivation.ok_or(Pkcs12Error::Protection(algorithm.oid))?;
            secret.spend(derivation.iteration_count)?;
            scheme
                .decrypt(secret.password, packed)
                .map_err(|_| Pkcs12Error::Password)
        }
        PBE_SHA1_3DES => {
            let parameters: PbeParameters = algorithm
                .parameters
                .as_ref()
                .ok_or(Pkcs12Error::Protection(algorithm.oid))?
                .decode_as()?;
            let request = Derivation {
                salt: parameters.salt.as_bytes(),
                iterations: parameters.iterations,
            };
            let key = request.derive::<Sha1>(secret, Purpose::Key, 24)?;
            let start = request.derive::<Sha1>(secret, Purpose::Start, 8)?;
            cbc::Decryptor::<des::TdesEde3>::new_from_slices(&key, &start)
                .map_err(|_| Pkcs12Error::Password)?
                .decrypt_padded_vec::<Pkcs7>(packed)
                .map_err(|_| Pkcs12Error::Password)
        }
        other => Err(Pkcs12Error::Protection(other)),
    }
}

/// What derived bytes are for; the numbers are RFC 7292's, B.3.
#[derive(Clone, Copy)]
enum Purpose {
    Key = 1,
    Start = 2,
    Mac = 3,
}

/// The key derivation of RFC 7292, B.2.
struct Derivation<'a> {
    salt: &'a [u8],
    iterations: u32,
}

impl Derivation<'_> {
    fn derive<D: Digest + hmac::EagerHash>(
        &self,
        secret: &mut Secret<'_>,
        purpose: Purpose,
        length: usize,
    ) -> Result<Vec<u8>, Pkcs12Error> {
        // The block of the hash: 64 bytes up to SHA-256, 128 above.
        let block = if <D as Digest>::output_size() <= 32 {
            64
        } else {
            128
        };
        // UTF-16 with a closing zero.
        let password: Vec<u8> = secret
            .password
            .encode_utf16()
            .chain(std::iter::once(0))
            .flat_map(u16::to_be_bytes)
            .collect();
        let mut input = stretched(self.salt, block);
        input.extend(stretched(&password, block));
        let head = vec![purpose as u8; block];
        let mut out = Vec::new();
        while out.len() < length {
            secret.spend(self.iterations)?;
            let mut hash = D::new().chain_update(&head).chain_update(&input).finalize();
            for _ in 1..self.iterations {
                hash = D::digest(&hash);
            }
            out.extend_from_slice(&hash);
            let addend = stretched_to(&hash, block);
            for chunk in input.chunks_mut(block) {
                add_and_one(chunk, &addend);
            }
        }
        out.truncate(length);
        Ok(out)
    }
}

/// Repeated to the next multiple of `block`.
fn stretched(bytes: &[u8], block: usize) -> Vec<u8> {
    stretched_to(bytes, bytes.len().div_ceil(block) * block)
}

fn stretched_to(bytes: &[u8], length: usize) -> Vec<u8> {
    bytes.iter().copied().cycle().take(length).collect()
}

/// `number + addend + 1` in place, both big-endian and of one length; what overflows is dropped.
fn add_and_one(number: &mut [u8], addend: &[u8]) {
    let mut carry = 1_u16;
    for (digit, more) in number.iter_mut().zip(addend).rev() {
        let sum = u16::from(*digit) + u16::from(*more) + carry;
        let [high, low] = sum.to_be_bytes();
        *digit = low;
        carry = u16::from(high);
    }
}

#[cfg(test)]
mod tests;
