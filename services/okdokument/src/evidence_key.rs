//! The operator's evidence key: what a demo tenant's signature data is encrypted to, since nobody keeps a private half for it.

use std::error::Error;
use std::path::Path;

use rsa::PrivateKey;
use rsa::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, EncodePublicKey as _, LineEnding};

use crate::secrets;

/// In the data folder.
pub(crate) const FILE: &str = "evidence-key.pem";
const KEY_BITS: usize = 3072;

/// The public half as SPKI PEM; the pair is made at first start and kept in the data folder.
pub(crate) fn public_key(data_dir: &Path) -> Result<String, Box<dyn Error>> {
    let private = secrets::kept_or(data_dir, FILE, || {
        let key = PrivateKey::new(&mut rand::rng(), KEY_BITS)?;
        Ok(key.to_pkcs8_pem(LineEnding::LF)?.to_string())
    })?;
    Ok(PrivateKey::from_pkcs8_pem(&private)?
        .to_public_key()
        .to_public_key_pem(LineEnding::LF)?)
}
