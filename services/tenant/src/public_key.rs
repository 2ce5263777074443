//! The public key that a tenant's signature data is encrypted to: SPKI, RSA, 3072 bits or more.

use der::asn1::{ObjectIdentifier, UintRef};
use der::pem::LineEnding;
use der::{Decode as _, DecodePem as _, EncodePem as _, Sequence};
use spki::SubjectPublicKeyInfoOwned;
use thiserror::Error;

const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const MIN_BITS: usize = 3072;
/// Larger keys only cost time.
const MAX_BITS: usize = 8192;
/// The widest that the arithmetic we encrypt with takes; everybody uses 65537.
const MAX_EXPONENT_BITS: usize = 33;
/// 8192 bits in PEM are 1.5 kB.
const MAX_PEM_LEN: usize = 4096;

/// Why the text is no key we can encrypt to; a sentence for the person.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum InvalidPublicKey {
    #[error("Send the public key as PEM with the label PUBLIC KEY (SPKI).")]
    NotSpki,
    #[error("Send an RSA key; this one is of another algorithm.")]
    NotRsa,
    #[error("Send an RSA key of {MIN_BITS} to {MAX_BITS} bits; this one has {bits}.")]
    WrongSize { bits: usize },
    #[error("Make a new key pair: the numbers of this RSA key cannot be right.")]
    BadNumbers,
}

/// A checked key as canonical PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicKey(String);

#[derive(Sequence)]
struct RsaPublicKey<'a> {
    modulus: UintRef<'a>,
    exponent: UintRef<'a>,
}

impl PublicKey {
    pub(crate) fn parse(pem: &str) -> Result<Self, InvalidPublicKey> {
        let pem = pem.trim();
        if MAX_PEM_LEN < pem.len() {
            return Err(InvalidPublicKey::NotSpki);
        }
        let spki =
            SubjectPublicKeyInfoOwned::from_pem(pem).map_err(|_| InvalidPublicKey::NotSpki)?;
        if spki.algorithm.oid != RSA_ENCRYPTION {
            return Err(InvalidPublicKey::NotRsa);
        }
        let bytes = spki
            .subject_public_key
            .as_bytes()
            .ok_or(InvalidPublicKey::BadNumbers)?;
        let key = RsaPublicKey::from_der(bytes).map_err(|_| InvalidPublicKey::BadNumbers)?;
        judge(key.modulus.as_bytes(), key.exponent.as_bytes())?;
        let canonical = spki
            .to_pem(LineEnding::LF)
            .map_err(|_| InvalidPublicKey::NotSpki)?;
        Ok(Self(canonical))
    }

    pub(crate) fn into_pem(self) -> String {
        self.0
    }
}

fn judge(modulus: &[u8], exponent: &[u8]) -> Result<(), InvalidPublicKey> {
    let bits = bits(modulus);
    if !(MIN_BITS..=MAX_BITS).contains(&bits) {
        return Err(InvalidPublicKey::WrongSize { bits });
    }
    // A product of two odd primes is odd; so is an exponent that has an inverse, and 1 would encrypt nothing.
    let odd = |number: &[u8]| number.last().is_some_and(|byte| byte & 1 == 1);
    let fits = self::bits(exponent) <= MAX_EXPONENT_BITS && 1 < self::bits(exponent);
    if odd(modulus) && odd(exponent) && fits {
        Ok(())
    } else {
        Err(InvalidPublicKey::BadNumbers)
    }
}

fn bits(number: &[u8]) -> usize {
    let significant = number
        .iter()
        .position(|byte| *byte != 0)
        .map_or(&[][..], |first| &number[first..]);
    significant.first().map_or(0, |first| {
        significant.len() * 8 - first.leading_zeros() as usize
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_rsa_key_of_3072_bits_is_taken_in_canonical_form() {
        let pem = include_str!("../tests/keys/rsa-3072.pem");
        let windows = pem.replace('\n', "\r\n");
        assert_eq!(PublicKey::parse(&windows).unwrap().into_pem(), pem);
    }

    #[test]
    fn what_is_no_such_key_is_told_apart() {
        let refuse = |pem: &str| PublicKey::parse(pem).unwrap_err();
        assert_eq!(refuse("hello"), InvalidPublicKey::NotSpki);
        assert_eq!(
            refuse(include_str!("../tests/keys/p256.pem")),
            InvalidPublicKey::NotRsa
        );
        assert_eq!(
            refuse(include_str!("../tests/keys/rsa-2048.pem")),
            InvalidPublicKey::WrongSize { bits: 2048 }
        );
        let broken = include_str!("../tests/keys/rsa-3072.pem").replacen("AgMBAAE=", "AgMBAAA=", 1);
        assert_eq!(refuse(&broken), InvalidPublicKey::BadNumbers);
    }
}
