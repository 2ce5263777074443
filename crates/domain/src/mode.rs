//! Live or test: two accounts of one tenant that never meet.

use thiserror::Error;

/// Neither `live` nor `test`.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("a mode is live or test")]
pub struct UnknownMode;

/// Whether real signature requests are spent, or free ones of the day.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    Live,
    Test,
}

impl Mode {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Test => "test",
        }
    }

    pub fn parse(text: &str) -> Result<Self, UnknownMode> {
        match text {
            "live" => Ok(Self::Live),
            "test" => Ok(Self::Test),
            _ => Err(UnknownMode),
        }
    }
}

impl std::fmt::Display for Mode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
crate::id::text_newtype!(Mode, UnknownMode);
impl sea_orm::TryFromU64 for Mode {
    fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
        Err(sea_orm::DbErr::ConvertFromU64("Mode"))
    }
}
