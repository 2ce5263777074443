//! What signing says became of a charge: the only word that settles a hold.

use thiserror::Error;

use crate::charging::{self, Effect, Operation, Outcome};

/// Not one of the four verdicts.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("a verdict is registered, refused, free or tombstoned")]
pub struct UnknownVerdict;

/// Exactly one of these is ever recorded for a charge; the first wins.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// A signature request was registered: the unit is sold.
    Registered,
    /// The body was refused, or an earlier answer was replayed.
    Refused,
    /// The file was stored and no request registered (`off`).
    Free,
    /// Nothing was recorded in time and nothing ever will be.
    Tombstoned,
}

impl Verdict {
    pub const ALL: [Self; 4] = [
        Self::Registered,
        Self::Refused,
        Self::Free,
        Self::Tombstoned,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Refused => "refused",
            Self::Free => "free",
            Self::Tombstoned => "tombstoned",
        }
    }

    pub fn parse(text: &str) -> Result<Self, UnknownVerdict> {
        Self::ALL
            .into_iter()
            .find(|verdict| verdict.as_str() == text)
            .ok_or(UnknownVerdict)
    }

    /// Whether the held unit is spent, by the table of charges.
    pub fn commits(self) -> bool {
        charging::effect(Operation::Create, Outcome::Decided(self)) == Effect::Commit
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
crate::id::text_newtype!(Verdict, UnknownVerdict);
