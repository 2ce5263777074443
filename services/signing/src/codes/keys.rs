//! The secrets of codes: made from the system's randomness, kept as keyed hashes, proven afterwards by passes that need no row.

use domain::{MasterSecret, SignatureRequestId, Timestamp};
use rand::TryRng as _;
use rand::rngs::SysRng;
use subtle::ConstantTimeEq as _;
use thiserror::Error;

use super::Step;
use crate::store::Owner;

/// Of a code that we send.
pub(crate) const DIGITS: usize = 6;
const CODES: u32 = 1_000_000;
/// The largest multiple of [`CODES`] that fits: what lies above would make small codes likelier.
const FAIR: u32 = u32::MAX - u32::MAX % CODES;

/// The operating system gave no randomness.
#[derive(Debug, Error)]
#[error("the system has no randomness to make a code of")]
pub(crate) struct NoRandomness(#[source] rand::rngs::SysError);

/// A code on its way to the signer. Has no `Debug`: it is told to the letter and to nobody else.
pub(crate) struct Code(String);

impl Code {
    /// Each of the million equally likely.
    pub(super) fn random() -> Result<Self, NoRandomness> {
        loop {
            let drawn = SysRng.try_next_u32().map_err(NoRandomness)?;
            if drawn < FAIR {
                return Ok(Self::of(drawn % CODES));
            }
        }
    }

    fn of(number: u32) -> Self {
        Self(format!("{number:0DIGITS$}"))
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

/// Which code of which request is meant.
#[derive(Clone, Copy)]
pub(super) struct Meant<'a> {
    pub(super) owner: Owner,
    pub(super) request: &'a SignatureRequestId,
    pub(super) step: Step,
}

impl Meant<'_> {
    /// None of the parts may contain a line feed, so no two are one text.
    fn text(self) -> String {
        let Owner { tenant, mode } = self.owner;
        let step = match self.step {
            Step::Open => "open",
            Step::Sign => "sign",
        };
        format!("{tenant}\n{mode}\n{}\n{step}", self.request)
    }
}

/// The keys of codes. Has no `Debug`.
#[derive(Clone)]
pub(crate) struct CodeKeys {
    hashes: [u8; 32],
    passes: [u8; 32],
}

impl CodeKeys {
    pub(crate) fn new(master: &MasterSecret) -> Self {
        Self {
            hashes: master.derive("okdokument 2026 verification codes v1"),
            passes: master.derive("okdokument 2026 verification passes v1"),
        }
    }

    /// As a row keeps a code: six digits alone would be found in a second by whoever has the row and no key.
    pub(super) fn hash(&self, meant: Meant<'_>, code: &str) -> String {
        let text = format!("{}\n{}", meant.text(), code.trim());
        let hash = blake3::keyed_hash(&self.hashes, text.as_bytes());
        hash.to_hex().to_string()
    }

    /// Takes the same time wherever the difference is.
    pub(super) fn is(&self, meant: Meant<'_>, code: &str, kept: &str) -> bool {
        let given = self.hash(meant, code);
        given.as_bytes().ct_eq(kept.as_bytes()).into()
    }

    /// What proves until `until` that the code was known: to whoever holds it, while the rule stays as it is. `bound` is what
    /// else the proof is good for only: nothing, or one opening.
    pub(super) fn pass(
        &self,
        meant: Meant<'_>,
        (rule, bound): (&str, &str),
        until: Timestamp,
    ) -> String {
        let until = until.millis();
        let text = format!("pass\n{}\n{rule}\n{bound}\n{until}", meant.text());
        let proof = blake3::keyed_hash(&self.passes, text.as_bytes());
        format!("{until}.{}", proof.to_hex())
    }

    /// Whether it is such a pass and its time is not over.
    pub(super) fn admits(
        &self,
        meant: Meant<'_>,
        kept: (&str, &str),
        pass: &str,
        now: Timestamp,
    ) -> bool {
        let until = pass.split_once('.').map(|(until, _)| until);
        let Some(until) = until.and_then(|until| until.parse().ok()) else {
            return false;
        };
        let until = Timestamp::from_millis(until);
        let wanted = self.pass(meant, kept, until);
        bool::from(wanted.as_bytes().ct_eq(pass.as_bytes())) && now < until
    }

    /// Names one opening of one revision: 128 random bits, and the proof that we made them for it.
    pub(crate) fn opening(
        &self,
        owner: Owner,
        (request, digest): (&SignatureRequestId, &str),
    ) -> String {
        let nonce = hex::encode(rand::random::<[u8; 16]>());
        self.named_opening(owner, (request, digest), &nonce)
    }

    fn named_opening(
        &self,
        owner: Owner,
        (request, digest): (&SignatureRequestId, &str),
        nonce: &str,
    ) -> String {
        let Owner { tenant, mode } = owner;
        let text = format!("opening\n{tenant}\n{mode}\n{request}\n{digest}\n{nonce}");
        let proof = blake3::keyed_hash(&self.passes, text.as_bytes());
        format!("{nonce}.{}", proof.to_hex())
    }

    /// Whether it names an opening of this revision for this request.
    pub(super) fn is_opening(
        &self,
        owner: Owner,
        of: (&SignatureRequestId, &str),
        opening: &str,
    ) -> bool {
        let nonce = opening.split_once('.').map_or("", |(nonce, _)| nonce);
        // A line feed in it could make two texts one.
        let is_nonce = nonce.bytes().all(|byte| byte.is_ascii_hexdigit());
        let wanted = self.named_opening(owner, of, nonce);
        bool::from(wanted.as_bytes().ct_eq(opening.as_bytes())) && is_nonce
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use domain::{Mode, TenantId};

    use super::*;

    fn keys(master: &str) -> CodeKeys {
        CodeKeys::new(&MasterSecret::new(master.repeat(32).into()).unwrap())
    }

    #[test]
    fn a_code_has_six_digits_its_zeros_included() {
        assert_eq!(Code::of(7).reveal(), "000007");
        for _ in 0..100 {
            let code = Code::random().unwrap();
            assert!(code.reveal().len() == 6 && code.reveal().bytes().all(|b| b.is_ascii_digit()));
        }
        assert_eq!(FAIR % CODES, 0);
    }

    #[test]
    fn a_hash_is_of_one_code_for_one_step_of_one_request_under_one_key() {
        let owner = Owner {
            tenant: TenantId::generate(),
            mode: Mode::Live,
        };
        let (one, other) = (
            SignatureRequestId::generate(),
            SignatureRequestId::generate(),
        );
        let meant = |request, step| Meant {
            owner,
            request,
            step,
        };
        let (keys, others) = (keys("m"), keys("n"));
        let kept = keys.hash(meant(&one, Step::Open), "004711");
        assert!(!kept.contains("004711"));
        assert!(keys.is(meant(&one, Step::Open), " 004711 ", &kept));
        assert!(!keys.is(meant(&one, Step::Open), "004712", &kept));
        assert!(!keys.is(meant(&one, Step::Sign), "004711", &kept));
        assert!(!keys.is(meant(&other, Step::Open), "004711", &kept));
        assert!(!others.is(meant(&one, Step::Open), "004711", &kept));
    }

    #[test]
    fn a_pass_is_good_for_what_it_was_given_for_and_until_its_time() {
        let owner = Owner {
            tenant: TenantId::generate(),
            mode: Mode::Test,
        };
        let request = SignatureRequestId::generate();
        let meant = |step| Meant {
            owner,
            request: &request,
            step,
        };
        let keys = keys("m");
        let now = Timestamp::from_millis(1_000);
        let until = now.plus(Duration::from_secs(1));
        let pass = keys.pass(meant(Step::Sign), ("rule", "opening"), until);
        let admits = |step, kept, pass: &str, at| keys.admits(meant(step), kept, pass, at);
        assert!(admits(Step::Sign, ("rule", "opening"), &pass, now));
        assert!(!admits(Step::Open, ("rule", "opening"), &pass, now));
        assert!(!admits(Step::Sign, ("later rule", "opening"), &pass, now));
        assert!(!admits(Step::Sign, ("rule", "other"), &pass, now));
        assert!(!admits(Step::Sign, ("rule", "opening"), &pass, until));
        let longer = pass.replacen("2000.", "9000.", 1);
        assert!(!admits(Step::Sign, ("rule", "opening"), &longer, now));
        assert!(!admits(Step::Sign, ("rule", "opening"), "", now));
    }

    #[test]
    fn an_opening_is_of_one_revision_for_one_request() {
        let owner = Owner {
            tenant: TenantId::generate(),
            mode: Mode::Live,
        };
        let request = SignatureRequestId::generate();
        let keys = keys("m");
        let opening = keys.opening(owner, (&request, "aa"));
        assert_ne!(opening, keys.opening(owner, (&request, "aa")));
        assert!(keys.is_opening(owner, (&request, "aa"), &opening));
        assert!(!keys.is_opening(owner, (&request, "bb"), &opening));
        assert!(!keys.is_opening(owner, (&SignatureRequestId::generate(), "aa"), &opening));
        assert!(!keys.is_opening(owner, (&request, "aa"), ""));
    }
}
