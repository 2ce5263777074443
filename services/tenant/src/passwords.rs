//! Passwords: what is accepted, how it is hashed, and a check that takes the same time whether or not there is an account.

use std::collections::HashSet;
use std::sync::Arc;

use argon2::password_hash::SaltString;
use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher as _, PasswordVerifier as _, Version,
};
use domain::Email;
use secrecy::{ExposeSecret as _, SecretString};
use thiserror::Error;
use tokio::sync::Semaphore;

const MIN_CHARS: usize = 10;
/// Longer ones would only cost us time.
const MAX_BYTES: usize = 256;
/// `aaaaaaaaaa` is long and weak.
const MIN_DIFFERENT_CHARS: usize = 5;

/// OWASP's choice for Argon2id: 19 MiB, two passes, one lane; about 30 ms.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashes at once: a flood of sign-ins waits here and does not eat memory and cores.
const SEATS: usize = 4;

/// Why a password is not accepted; a sentence for the person.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum WeakPassword {
    #[error("Choose a password of at least {MIN_CHARS} characters.")]
    TooShort,
    #[error("Choose a password of at most {MAX_BYTES} bytes.")]
    TooLong,
    #[error("Choose a password with at least {MIN_DIFFERENT_CHARS} different characters.")]
    TooPlain,
    #[error("Choose a password that is not made of your e-mail address.")]
    IsTheAddress,
}

/// Hashing failed: a fault of ours.
#[derive(Debug, Error)]
#[error("the password could not be hashed: {0}")]
pub(crate) struct HashingFailed(String);

/// Judges a new password.
pub(crate) fn check(password: &SecretString, email: &Email) -> Result<(), WeakPassword> {
    let plain = password.expose_secret();
    let folded = plain.to_lowercase();
    let address = email.folded();
    let local = address.split('@').next().unwrap_or_default();
    if plain.chars().count() < MIN_CHARS {
        Err(WeakPassword::TooShort)
    } else if MAX_BYTES < plain.len() {
        Err(WeakPassword::TooLong)
    } else if plain.chars().collect::<HashSet<_>>().len() < MIN_DIFFERENT_CHARS {
        Err(WeakPassword::TooPlain)
    } else if folded == address || folded == local {
        Err(WeakPassword::IsTheAddress)
    } else {
        Ok(())
    }
}

/// Hashes and verifies, a few at a time, off the server's threads.
pub(crate) struct Passwords {
    argon2: Argon2<'static>,
    /// The hash of no password, verified where there is no account.
    decoy: String,
    seats: Arc<Semaphore>,
}

impl Passwords {
    pub(crate) fn new() -> Result<Self, HashingFailed> {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(failed)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobody_knows: [u8; 32] = rand::random();
        let decoy = hash_now(&argon2, &nobody_knows)?;
        Ok(Self {
            argon2,
            decoy,
            seats: Arc::new(Semaphore::new(SEATS)),
        })
    }

    /// The PHC string of a password.
    pub(crate) async fn hash(&self, password: SecretString) -> Result<String, HashingFailed> {
        let argon2 = self.argon2.clone();
        self.seated(move || hash_now(&argon2, password.expose_secret().as_bytes()))
            .await
    }

    /// Whether the password is the one of `hash`; without a hash the answer is no, after the same work.
    pub(crate) async fn verify(
        &self,
        password: SecretString,
        hash: Option<String>,
    ) -> Result<bool, HashingFailed> {
        let argon2 = self.argon2.clone();
        let there_is_one = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.clone());
        self.seated(move || {
            let hash = PasswordHash::new(&hash).map_err(failed)?;
            let same = argon2
                .verify_password(password.expose_secret().as_bytes(), &hash)
                .is_ok();
            Ok(same && there_is_one)
        })
        .await
    }

    async fn seated<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashingFailed> + Send + 'static,
    ) -> Result<T, HashingFailed> {
        let seat = Arc::clone(&self.seats)
            .acquire_owned()
            .await
            .map_err(failed)?;
        tokio::task::spawn_blocking(move || {
            let _seat = seat;
            work()
        })
        .await
        .map_err(failed)?
    }
}

fn hash_now(argon2: &Argon2<'static>, password: &[u8]) -> Result<String, HashingFailed> {
    let salt = SaltString::encode_b64(&rand::random::<[u8; 16]>()).map_err(failed)?;
    let hash = argon2.hash_password(password, &salt).map_err(failed)?;
    Ok(hash.to_string())
}

fn failed(cause: impl std::fmt::Display) -> HashingFailed {
    HashingFailed(cause.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weak_password_is_told_why() {
        let email = Email::parse("Jozef.Novak@tatra.sk").unwrap();
        let judge = |text: &str| check(&text.to_owned().into(), &email);
        assert_eq!(judge("short"), Err(WeakPassword::TooShort));
        assert_eq!(judge("aaaaaaaaaaaaaa"), Err(WeakPassword::TooPlain));
        assert_eq!(
            judge("JOZEF.NOVAK@tatra.sk"),
            Err(WeakPassword::IsTheAddress)
        );
        assert_eq!(judge(&"abcdefgh".repeat(40)), Err(WeakPassword::TooLong));
        assert_eq!(judge("correct horse battery"), Ok(()));
    }

    #[tokio::test]
    async fn only_the_right_password_is_verified_and_nobody_has_the_decoy() {
        let passwords = Passwords::new().unwrap();
        let hash = passwords
            .hash("correct horse".to_owned().into())
            .await
            .unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let verify =
            |text: &str, hash: Option<String>| passwords.verify(text.to_owned().into(), hash);
        assert!(verify("correct horse", Some(hash.clone())).await.unwrap());
        assert!(!verify("wrong horse", Some(hash)).await.unwrap());
        assert!(!verify("correct horse", None).await.unwrap());
    }
}
