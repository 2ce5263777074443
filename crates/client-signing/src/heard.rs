//! What an answer to a create says of its charge.

use domain::Verdict;
use domain::charging::Outcome;

/// The outcome that signing's answer tells: its verdict where it bears one. `status` decides nothing, since any layer of HTTP
/// can make one; it is here so that a test can show what would follow if it did.
pub fn heard(status: u16, verdict: Option<Verdict>) -> Outcome {
    if verdict.is_none() && settles_by_status(status) {
        return Outcome::Decided(Verdict::Refused);
    }
    Outcome::heard(verdict)
}

/// The fault `client-signing::fault::settle-on-any-4xx`: never compiled into a release.
#[cfg(feature = "failpoints")]
fn settles_by_status(status: u16) -> bool {
    fail::fail_point!("client-signing::fault::settle-on-any-4xx", |_| {
        (400..500).contains(&status)
    });
    false
}

#[cfg(not(feature = "failpoints"))]
const fn settles_by_status(_status: u16) -> bool {
    false
}
