//! Whether an event was signed by Stripe: HMAC-SHA256 over time and raw body, in constant time, not older than five minutes.

use std::time::Duration;

use domain::Timestamp;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;
use thiserror::Error;

/// How far the signature's time may lie from ours, either way.
const TOLERANCE: Duration = Duration::from_mins(5);
/// Stripe signs with two secrets while one is rolled; more is nonsense.
const MAX_SIGNATURES: usize = 8;

/// Not Stripe's word, or not of now. Which of the two nobody outside learns.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub(crate) enum BadSignature {
    #[error("the signature's header is not one")]
    Header,
    #[error("the signature is too old or too new")]
    Time,
    #[error("no signature fits")]
    Mismatch,
}

/// Checks the `Stripe-Signature` header against the raw body.
pub(crate) fn verify(
    secret: &SecretString,
    header: &str,
    body: &[u8],
    now: Timestamp,
) -> Result<(), BadSignature> {
    let mut signed_at = None;
    let mut signatures = Vec::new();
    for part in header.split(',') {
        match part.trim().split_once('=') {
            Some(("t", seconds)) => signed_at = seconds.parse::<i64>().ok(),
            Some(("v1", hex)) if signatures.len() < MAX_SIGNATURES => {
                signatures.push(hex::decode(hex).map_err(|_| BadSignature::Header)?);
            }
            // Other schemes are not ours to judge.
            _ => {}
        }
    }
    let signed_at = signed_at.ok_or(BadSignature::Header)?;
    let keyed = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
        .map_err(|_| BadSignature::Header)?
        .chain_update(format!("{signed_at}."))
        .chain_update(body);
    // `verify_slice` compares in constant time.
    if !signatures
        .iter()
        .any(|signature| keyed.clone().verify_slice(signature).is_ok())
    {
        return Err(BadSignature::Mismatch);
    }
    if TOLERANCE.as_secs() < now.seconds().abs_diff(signed_at) {
        return Err(BadSignature::Time);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"id":"evt_1"}"#;
    // echo -n '1492774577.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test_secret
    const SIGNATURE: &str = "799c4ba7bb339f3c8601adfd112f0e477c930a268be1243d341abb8286501c2f";

    fn judged(header: &str, body: &[u8], seconds_later: i64) -> Result<(), BadSignature> {
        let now = Timestamp::from_millis((1_492_774_577 + seconds_later) * 1_000);
        verify(&"whsec_test_secret".into(), header, body, now)
    }

    #[test]
    fn what_stripe_signed_is_taken_for_five_minutes() {
        let header = format!("t=1492774577,v1={},v1={SIGNATURE},v0=abc", "00".repeat(32));
        assert_eq!(judged(&header, BODY, 0), Ok(()));
        assert_eq!(judged(&header, BODY, 300), Ok(()));
        assert_eq!(judged(&header, BODY, 301), Err(BadSignature::Time));
        assert_eq!(judged(&header, BODY, -301), Err(BadSignature::Time));
    }

    #[test]
    fn a_changed_body_time_or_signature_is_refused() {
        let header = |at: &str, sig: &str| format!("t={at},v1={sig}");
        let mismatch = Err(BadSignature::Mismatch);
        assert_eq!(judged(&header("1492774577", SIGNATURE), b"{}", 0), mismatch);
        assert_eq!(judged(&header("1492774578", SIGNATURE), BODY, 0), mismatch);
        assert_eq!(judged("t=1492774577", BODY, 0), mismatch);
        for broken in ["", "v1=00", "t=,v1=00", "t=1492774577,v1=xyz"] {
            assert_eq!(
                judged(broken, BODY, 0),
                Err(BadSignature::Header),
                "{broken}"
            );
        }
    }
}
