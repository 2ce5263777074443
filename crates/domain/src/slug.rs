//! A tenant's short name in counters: `abc` in `abc.usedSignatureRequests`.

use thiserror::Error;

/// The text is not a slug.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("a slug is 3 to 40 of a-z, 0-9 and -, starting and ending with a letter or digit")]
pub struct InvalidSlug;

/// 3 to 40 of `a-z 0-9 -`; unique over all tenants; never changes, since clients read it in counters.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TenantSlug(String);

impl TenantSlug {
    pub const MAX_LEN: usize = 40;

    pub fn parse(text: &str) -> Result<Self, InvalidSlug> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let bounded = (3..=Self::MAX_LEN).contains(&text.len());
        if bounded && text.bytes().all(allowed) && !text.starts_with('-') && !text.ends_with('-') {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidSlug)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for TenantSlug {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
crate::id::text_newtype!(TenantSlug, InvalidSlug);
