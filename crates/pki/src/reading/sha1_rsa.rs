//! RSA with SHA-1: old signatures are read so that they can be called weak, not unreadable.

use rsa::pkcs1::DecodeRsaPublicKey as _;
use sha1::{Digest, Sha1};
use spki::SubjectPublicKeyInfoOwned;

/// None: it does not hold, or the key is none.
pub(super) fn check(
    key: &SubjectPublicKeyInfoOwned,
    message: &[u8],
    signature: &[u8],
) -> Option<()> {
    let key = rsa::PublicKey::from_pkcs1_der(key.subject_public_key.as_bytes()?).ok()?;
    let scheme = rsa::Pkcs1v15Sign::new::<Sha1>();
    key.verify(scheme, &Sha1::digest(message), signature).ok()
}
