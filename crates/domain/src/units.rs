//! Counts of signature requests, with checked arithmetic only.

use thiserror::Error;

/// A sum of units left the range of a 64-bit number.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("a sum of units is out of range")]
pub struct UnitOverflow;

/// A number of signature requests; negative where something is owed.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Debug,
    Default,
    serde::Serialize,
    serde::Deserialize,
    utoipa::ToSchema,
    sea_orm::DeriveValueType,
)]
#[serde(transparent)]
pub struct Units(i64);

impl Units {
    pub const ZERO: Self = Self(0);
    pub const ONE: Self = Self(1);

    pub const fn new(count: i64) -> Self {
        Self(count)
    }

    pub const fn count(self) -> i64 {
        self.0
    }

    pub fn checked_add(self, other: Self) -> Result<Self, UnitOverflow> {
        self.0.checked_add(other.0).map(Self).ok_or(UnitOverflow)
    }

    pub fn checked_sub(self, other: Self) -> Result<Self, UnitOverflow> {
        self.0.checked_sub(other.0).map(Self).ok_or(UnitOverflow)
    }

    pub fn negated(self) -> Result<Self, UnitOverflow> {
        self.0.checked_neg().map(Self).ok_or(UnitOverflow)
    }
}

impl std::fmt::Display for Units {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
