//! How long a seal can be proved: the levels of EN 319 142-1, from a bare signature to one that is archived.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::Timestamp;
use pki::{Certificate, GatherError, Gathered, Gathering, ValidationData, to_ders};
use sha2::{Digest, Sha256};

use super::http::AuthorityHttp;

/// Revocation data of one chain is asked for again after this time at the latest.
const ASK_AGAIN: Duration = Duration::from_mins(10);
/// Chains whose data is kept; tenants come and go.
const MOST_KEPT: usize = 1_000;

/// What every seal of this installation bears. Ordered: each level holds what stands before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The signature.
    #[default]
    BB,
    /// And a time stamp of it by an authority.
    BT,
    /// And proof, in the file, that no certificate was revoked.
    BLt,
    /// And a time stamp over all of that, which can be renewed.
    BLta,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BB => "B-B",
            Self::BT => "B-T",
            Self::BLt => "B-LT",
            Self::BLta => "B-LTA",
        })
    }
}

impl FromStr for Level {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "B-B" => Ok(Self::BB),
            "B-T" => Ok(Self::BT),
            "B-LT" => Ok(Self::BLt),
            "B-LTA" => Ok(Self::BLta),
            _ => Err(()),
        }
    }
}

/// Gathers revocation data, and keeps it for a while: one chain seals many documents.
pub(crate) struct Revocations {
    http: AuthorityHttp,
    kept: Mutex<HashMap<[u8; 32], Kept>>,
}

struct Kept {
    data: ValidationData,
    until: Timestamp,
}

impl Revocations {
    pub(crate) fn new(http: AuthorityHttp) -> Self {
        Self {
            http,
            kept: Mutex::default(),
        }
    }

    /// Everything about the certificates of these signers.
    pub(crate) async fn of(
        &self,
        gathering: Gathering,
        now: Timestamp,
    ) -> Result<ValidationData, GatherError> {
        let key = key(&gathering.subjects);
        if let Some(data) = self.fresh(key, now) {
            return Ok(data);
        }
        let Gathered { data, good_until } = gathering.gather(&self.http, now).await?;
        let kept = Kept {
            data: data.clone(),
            until: now.plus(ASK_AGAIN).min(good_until),
        };
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if MOST_KEPT <= all.len() {
            all.clear();
        }
        all.insert(key, kept);
        Ok(data)
    }

    fn fresh(&self, key: [u8; 32], now: Timestamp) -> Option<ValidationData> {
        let all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&key)
            .filter(|kept| now < kept.until)
            .map(|kept| kept.data.clone())
    }
}

fn key(subjects: &[Certificate]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for subject in to_ders(subjects).unwrap_or_default() {
        hash.update(subject);
    }
    hash.finalize().into()
}
