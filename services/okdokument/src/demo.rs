//! The demo tenant of the embedded default: a sign-in and a test key that a newcomer can paste, the same at every start.

use std::error::Error;
use std::path::Path;

use client_tenant::{DemoTenant, TenantClient};
use domain::{ApiKey, Mode};

use crate::secrets;

const EMAIL: &str = "demo@okdokument.localhost";
const PASSWORD_FILE: &str = "demo-password";
const TEST_KEY_SEED_FILE: &str = "demo-test-key";

/// Makes the demo tenant or finds it again.
pub(crate) async fn put(
    tenant: &TenantClient,
    data_dir: &Path,
    evidence_key: &str,
) -> Result<DemoTenant, Box<dyn Error>> {
    let password = secrets::kept(data_dir, PASSWORD_FILE, 9)?;
    let seed = secrets::kept(data_dir, TEST_KEY_SEED_FILE, 32)?;
    let demo = DemoTenant {
        email: EMAIL.to_owned(),
        password,
        test_key: test_key(&seed)?.reveal().to_owned(),
        public_key: evidence_key.to_owned(),
    };
    tenant.put_demo("demo", &demo).await?;
    Ok(demo)
}

/// A key from the kept seed, so that the second start shows the one that was pasted after the first.
fn test_key(seed: &str) -> Result<ApiKey, Box<dyn Error>> {
    let secret: [u8; 32] = hex::decode(seed)?
        .try_into()
        .map_err(|_| "the kept demo key is damaged")?;
    let mut public = [0_u8; 16];
    // The public id shows half of a hash of the secret, never of the secret itself.
    let hash = domain::MasterSecret::new(seed.to_owned().into())?
        .derive("okdokument 2026 demo public key id v1");
    public.copy_from_slice(hash.get(..16).ok_or("a hash has 32 bytes")?);
    Ok(ApiKey::new(Mode::Test, public, secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_key_is_the_same_at_every_start() {
        let seed = "ab".repeat(32);
        let (first, second) = (test_key(&seed).unwrap(), test_key(&seed).unwrap());
        assert_eq!(first.reveal(), second.reveal());
        assert!(ApiKey::parse(first.reveal()).is_ok());
    }
}
