//! What an API key may do.

use thiserror::Error;

/// Not a scope we know.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("unknown scope; known are requests:write, documents:read, documents:write, usage:read")]
pub struct UnknownScope;

/// A group of operations that a key is allowed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Create, update and delete signature requests.
    RequestsWrite,
    /// Download, list and look up documents.
    DocumentsRead,
    /// Upload, delete and send documents.
    DocumentsWrite,
    /// Counter and charges.
    UsageRead,
}

impl Scope {
    pub const ALL: [Self; 4] = [
        Self::RequestsWrite,
        Self::DocumentsRead,
        Self::DocumentsWrite,
        Self::UsageRead,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RequestsWrite => "requests:write",
            Self::DocumentsRead => "documents:read",
            Self::DocumentsWrite => "documents:write",
            Self::UsageRead => "usage:read",
        }
    }

    pub fn parse(text: &str) -> Result<Self, UnknownScope> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.as_str() == text)
            .ok_or(UnknownScope)
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
crate::id::text_newtype!(Scope, UnknownScope);
