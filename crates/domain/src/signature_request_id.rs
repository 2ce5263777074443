//! The id under which a signature request is registered and sold; the caller's own or a random UUID.

use thiserror::Error;
use uuid::Uuid;

/// The text is not a signature request id (spec section 3).
#[derive(Debug, Error, PartialEq, Eq)]
#[error("a signatureRequestId is 1 to 128 of A-Z a-z 0-9 . _ ~ -, and not . or ..")]
pub struct InvalidSignatureRequestId;

/// 1 to 128 of `A-Za-z0-9._~-`, not `.` or `..`; unique per tenant and mode.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SignatureRequestId(String);

impl SignatureRequestId {
    const MAX_LEN: usize = 128;

    pub fn parse(text: &str) -> Result<Self, InvalidSignatureRequestId> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b".-_~".contains(&b);
        if (1..=Self::MAX_LEN).contains(&text.len())
            && text.bytes().all(allowed)
            && text != "."
            && text != ".."
        {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidSignatureRequestId)
        }
    }

    /// A random UUID v4, for a caller who brought none.
    pub fn generate() -> Self {
        Self(Uuid::new_v4().to_string())
    }

    /// Whether a bare link may open it: only a UUID cannot be guessed (spec section 3, guessable ids).
    pub fn is_uuid(&self) -> bool {
        self.0.len() == 36 && Uuid::try_parse(&self.0).is_ok()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for SignatureRequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
crate::id::text_newtype!(SignatureRequestId, InvalidSignatureRequestId);
impl sea_orm::TryFromU64 for SignatureRequestId {
    fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
        Err(sea_orm::DbErr::ConvertFromU64("SignatureRequestId"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_tricks_are_no_ids() {
        for bad in ["", ".", "..", "a/b", "a b", "č", &"x".repeat(129)] {
            assert!(SignatureRequestId::parse(bad).is_err(), "{bad}");
        }
        assert!(!SignatureRequestId::parse("order-1").unwrap().is_uuid());
        assert!(SignatureRequestId::generate().is_uuid());
    }
}
