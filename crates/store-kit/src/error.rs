//! A store that failed, and the one failure a use case may ask about.

use sea_orm::{DbErr, RuntimeErr, SqlErr};
use thiserror::Error;

/// The store refused or could not be reached. `Display` says neither rows nor values.
#[derive(Clone, Debug, Error)]
#[error("the store failed")]
pub struct StoreError(#[from] DbErr);

impl StoreError {
    /// Whether a row with this key was there before. Both databases name the constraint or its columns in their message.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self.0.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
    }

    /// Whether the database answered and refused what it was told; otherwise it could not be reached.
    pub fn is_refusal(&self) -> bool {
        match &self.0 {
            DbErr::Exec(RuntimeErr::SqlxError(cause))
            | DbErr::Query(RuntimeErr::SqlxError(cause)) => cause.as_database_error().is_some(),
            _ => false,
        }
    }

    /// A row that holds what no row of ours can hold.
    pub fn corrupt(what: impl std::fmt::Display) -> Self {
        Self(DbErr::Type(what.to_string()))
    }
}
