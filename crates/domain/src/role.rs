//! What a member may do in the portal.

use thiserror::Error;

/// Not one of the five roles.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("a role is owner, admin, developer, billing or viewer")]
pub struct UnknownRole;

/// A member's role within one tenant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    Owner,
    Admin,
    Developer,
    Billing,
    Viewer,
}

impl Role {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Developer => "developer",
            Self::Billing => "billing",
            Self::Viewer => "viewer",
        }
    }

    pub fn parse(text: &str) -> Result<Self, UnknownRole> {
        [
            Self::Owner,
            Self::Admin,
            Self::Developer,
            Self::Billing,
            Self::Viewer,
        ]
        .into_iter()
        .find(|role| role.as_str() == text)
        .ok_or(UnknownRole)
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
crate::id::text_newtype!(Role, UnknownRole);
