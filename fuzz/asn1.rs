//! DER around what a run makes up, signed where a reader looks at nothing that is not.

use hmac::{Hmac, KeyInit as _, Mac as _};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{DerSignature, SigningKey};
use sha1::{Digest as _, Sha1};

const SEQUENCE: u8 = 0x30;
const OCTET_STRING: u8 = 0x04;
const ECDSA_WITH_SHA_256: &[u8] = &[
    0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02,
];
const OCSP_BASIC: &[u8] = &[
    0x06, 0x09, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01,
];
const SHA_1: &[u8] = &[0x30, 0x07, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a];
/// `id-data` of PKCS#7.
const DATA: &[u8] = &[
    0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01,
];
const SALT: [u8; 8] = [7; 8];

pub(crate) fn value(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut out = vec![tag];
    match u8::try_from(content.len()) {
        Ok(short) if short < 0x80 => out.push(short),
        _ => {
            let length = u32::try_from(content.len()).expect("a few bytes");
            out.push(0x84);
            out.extend(length.to_be_bytes());
        }
    }
    out.extend(content);
    shortest(out)
}

/// DER wants the shortest form of a length.
fn shortest(mut value: Vec<u8>) -> Vec<u8> {
    if value.get(1) == Some(&0x84) {
        let zeros = value.iter().skip(2).take_while(|byte| **byte == 0).count();
        value.drain(2..2 + zeros);
        value[1] -= u8::try_from(zeros).expect("at most three");
    }
    value
}

pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    value(SEQUENCE, parts)
}

/// `content` as X.509 signs it: a certificate, a revocation list, an OCSP response's inside.
pub fn signed_by(key: &SigningKey, content: &[u8]) -> Vec<u8> {
    let signature: DerSignature = key.sign(content);
    let bits = value(0x03, &[&[0], signature.as_bytes()]);
    sequence(&[content, ECDSA_WITH_SHA_256, &bits])
}

/// A certificate of our authority over a made-up `TBSCertificate`.
pub fn certificate_of(key: &SigningKey, content: &[u8]) -> Vec<u8> {
    signed_by(key, content)
}

/// A successful OCSP response over made-up `ResponseData`.
pub fn ocsp_of(key: &SigningKey, data: &[u8]) -> Vec<u8> {
    let basic = value(OCTET_STRING, &[&signed_by(key, data)]);
    let bytes = value(0xa0, &[&sequence(&[OCSP_BASIC, &basic])]);
    sequence(&[&[0x0a, 1, 0], &bytes])
}

/// A PKCS#12 file over a made-up `AuthenticatedSafe`, its check made with no password and one round (RFC 7292, B.2).
pub fn pkcs12_of(safe: &[u8]) -> Vec<u8> {
    let mut stretched = vec![3; 64];
    stretched.extend(SALT.repeat(8));
    // No password is still its closing zero.
    stretched.extend([0; 64]);
    let key = Sha1::digest(&stretched);
    let mut check = Hmac::<Sha1>::new_from_slice(&key).expect("any key");
    check.update(safe);
    let check = value(OCTET_STRING, &[&check.finalize().into_bytes()]);
    let mac = sequence(&[&sequence(&[SHA_1, &check]), &value(OCTET_STRING, &[&SALT])]);
    let content = value(0xa0, &[&value(OCTET_STRING, &[safe])]);
    sequence(&[&[0x02, 1, 3], &sequence(&[DATA, &content]), &mac])
}
