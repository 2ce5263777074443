//! What is sold and for how much. A purchase copies its line, so a new list changes no old purchase.

use domain::{Money, Units};

/// The list that new purchases are made from: a change of any line is a new version.
pub(crate) const VERSION: &str = "2026-11";

/// A number of signature requests sold at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bundle {
    /// Stored with purchases: never change one.
    pub(crate) id: &'static str,
    pub(crate) units: Units,
    /// Without tax.
    pub(crate) price: Money,
    pub(crate) validity_months: i32,
}

pub(crate) const BUNDLES: [Bundle; 3] = [
    bundle("requests-100", 100, 4_900),
    bundle("requests-1000", 1_000, 39_000),
    bundle("requests-10000", 10_000, 290_000),
];

const fn bundle(id: &'static str, units: i64, price_cents: i64) -> Bundle {
    Bundle {
        id,
        units: Units::new(units),
        price: Money::eur(price_cents),
        validity_months: 12,
    }
}

pub(crate) fn find(id: &str) -> Option<Bundle> {
    BUNDLES.into_iter().find(|bundle| bundle.id == id)
}
