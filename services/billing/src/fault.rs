//! Named faults: each turns one condition of the rules off, and the reference model must find it. Off wherever no test says
//! otherwise, and never compiled into a release.

#[cfg(all(feature = "failpoints", not(debug_assertions)))]
compile_error!("faults are for tests: a release has no feature `failpoints`");

/// Units are taken from lots that have none left.
pub(crate) const TAKES_WHAT_IS_NOT_AVAILABLE: &str = "billing::fault::takes-what-is-not-available";
/// A doubtful charge is released without asking the witness.
pub(crate) const FREES_ON_A_TIMER: &str = "billing::fault::frees-on-a-timer";
/// A held unit whose lot expired is not posted when it is released.
pub(crate) const LOSES_WHAT_EXPIRED: &str = "billing::fault::loses-what-expired";
/// A released unit goes to another lot of the account.
pub(crate) const RELEASES_TO_ANOTHER_LOT: &str = "billing::fault::releases-to-another-lot";
#[cfg(feature = "failpoints")]
pub(crate) fn is_on(name: &str) -> bool {
    fail::fail_point!(name, |_| true);
    false
}

#[cfg(not(feature = "failpoints"))]
pub(crate) const fn is_on(_name: &str) -> bool {
    false
}
