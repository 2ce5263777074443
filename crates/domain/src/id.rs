//! Typed ids: a prefix that names the kind and a time-ordered UUID (v7), so that a lot's id can never stand where a charge's belongs.

use thiserror::Error;
use uuid::Uuid;

use crate::Timestamp;

/// The text is not an id of the wanted kind.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{text:?} is not an id that starts with {prefix}_")]
pub struct InvalidId {
    pub text: String,
    pub prefix: &'static str,
}

/// Declares an id: a newtype over its text form `<prefix>_<32 hex digits>`, stored as text on both databases.
macro_rules! typed_id {
    ($(#[$meta:meta])* $name:ident, $prefix:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// The prefix is part of the wire contract: never change it.
            pub const PREFIX: &'static str = $prefix;

            /// A new id, ordered by the time given; `random` comes from the edge.
            pub fn new(at: Timestamp, random: [u8; 10]) -> Self {
                let millis = u64::try_from(at.millis()).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
            }

            /// A new id from the system's clock and random source, where no test needs it exact.
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }

            /// Parses the text form.
            pub fn parse(text: &str) -> Result<Self, InvalidId> {
                let invalid = || InvalidId { text: text.to_owned(), prefix: $prefix };
                let digits = text
                    .strip_prefix($prefix)
                    .and_then(|rest| rest.strip_prefix('_'))
                    .filter(|digits| digits.len() == 32 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
                    .ok_or_else(invalid)?;
                Uuid::try_parse(digits).map(Self).map_err(|_| invalid())
            }
        }

        crate::id::text_value!($name, $prefix);
    };
}

/// What every newtype over text needs: display, serde, the contract's schema and a column.
macro_rules! text_value {
    ($name:ident, $prefix:literal) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.as_simple())
            }
        }
        crate::id::text_newtype!($name, InvalidId);
        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    };
}

/// Serde, schema, `FromStr` and sea-orm value of a type with `parse(&str)` and `Display`.
macro_rules! text_newtype {
    ($name:ident, $error:ty) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{self}")
            }
        }
        impl std::str::FromStr for $name {
            type Err = $error;
            fn from_str(text: &str) -> Result<Self, $error> {
                Self::parse(text)
            }
        }
        impl TryFrom<String> for $name {
            type Error = $error;
            fn try_from(text: String) -> Result<Self, $error> {
                Self::parse(&text)
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                String::schema()
            }
        }
        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed(stringify!($name))
            }
        }
        impl From<$name> for sea_orm::Value {
            fn from(value: $name) -> Self {
                Self::String(Some(value.to_string()))
            }
        }
        impl From<&$name> for sea_orm::Value {
            fn from(value: &$name) -> Self {
                Self::String(Some(value.to_string()))
            }
        }
        impl sea_orm::TryGetable for $name {
            fn try_get_by<I: sea_orm::ColIdx>(
                row: &sea_orm::QueryResult,
                index: I,
            ) -> Result<Self, sea_orm::TryGetError> {
                let text = <String as sea_orm::TryGetable>::try_get_by(row, index)?;
                Self::parse(&text)
                    .map_err(|e| sea_orm::TryGetError::DbErr(sea_orm::DbErr::Type(e.to_string())))
            }
        }
        impl sea_orm::sea_query::ValueType for $name {
            fn try_from(value: sea_orm::Value) -> Result<Self, sea_orm::sea_query::ValueTypeErr> {
                let text = <String as sea_orm::sea_query::ValueType>::try_from(value)?;
                Self::parse(&text).map_err(|_| sea_orm::sea_query::ValueTypeErr)
            }
            fn type_name() -> String {
                stringify!($name).to_owned()
            }
            fn array_type() -> sea_orm::sea_query::ArrayType {
                sea_orm::sea_query::ArrayType::String
            }
            fn column_type() -> sea_orm::ColumnType {
                sea_orm::ColumnType::Text
            }
        }
        impl sea_orm::sea_query::Nullable for $name {
            fn null() -> sea_orm::Value {
                sea_orm::Value::String(None)
            }
        }
        impl sea_orm::IntoActiveValue<$name> for $name {
            fn into_active_value(self) -> sea_orm::ActiveValue<$name> {
                sea_orm::ActiveValue::Set(self)
            }
        }
    };
}

pub(crate) use {text_newtype, text_value};

typed_id!(
    /// A customer organisation.
    TenantId, "ten"
);
typed_id!(
    /// A person who signs in to the portal.
    MemberId, "mem"
);
typed_id!(
    /// An API key's row; the public id inside the key itself is [`crate::PublicKeyId`].
    ApiKeyId, "key"
);
typed_id!(
    /// One attempt at a billable operation, and the hold it takes.
    ChargeId, "chg"
);
typed_id!(
    /// A lot of signature requests that was bought or granted at once and expires at once.
    LotId, "lot"
);
typed_id!(
    /// One balanced posting in the ledger.
    PostingId, "pst"
);
typed_id!(
    /// One line of a posting.
    EntryId, "ent"
);
typed_id!(
    /// One sale of a bundle.
    PurchaseId, "pur"
);
typed_id!(
    /// An operator's order to give money of a purchase back.
    RefundId, "rfd"
);
typed_id!(
    /// Something that happened, told to another service or to an integrator's callback.
    EventId, "evt"
);
typed_id!(
    /// A portal session: one chain of refresh tokens.
    SessionId, "ses"
);
typed_id!(
    /// An e-mail or text message.
    MessageId, "msg"
);

/// A stored document: 29 random bytes in base64url (39 characters), unguessable, as clients know it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocumentId(String);

impl DocumentId {
    const LEN: usize = 39;

    /// A document id from 39 random base64url characters' worth of bytes.
    pub fn new(random: [u8; 39]) -> Self {
        const ALPHABET: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        Self(
            random
                .iter()
                .map(|b| char::from(ALPHABET[usize::from(b & 63)]))
                .collect(),
        )
    }

    /// A new id from the system's random source.
    pub fn generate() -> Self {
        Self::new(rand::random::<[u8; 39]>())
    }

    /// Parses the text form.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        if text.len() == Self::LEN
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidId {
                text: text.to_owned(),
                prefix: "document",
            })
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for DocumentId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
text_newtype!(DocumentId, InvalidId);
impl sea_orm::TryFromU64 for DocumentId {
    fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
        Err(sea_orm::DbErr::ConvertFromU64("DocumentId"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let lot = LotId::generate().to_string();
        assert!(LotId::parse(&lot).is_ok());
        assert_eq!(ChargeId::parse(&lot).unwrap_err().prefix, "chg");
        assert!(LotId::parse(&lot.to_uppercase()).is_err());
    }

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let early = ChargeId::new(Timestamp::from_millis(1_000), [9; 10]);
        let late = ChargeId::new(Timestamp::from_millis(2_000), [0; 10]);
        assert!(early.to_string() < late.to_string());
    }

    #[test]
    fn a_document_id_has_the_length_clients_know() {
        let id = DocumentId::generate();
        assert_eq!(
            id.as_str().len(),
            "y7Ki_u1mrUwijfb-o_S1JiphSsoXya8iypH380F".len()
        );
        assert_eq!(DocumentId::parse(id.as_str()).unwrap(), id);
        assert!(DocumentId::parse("../../etc/passwd").is_err());
    }
}
