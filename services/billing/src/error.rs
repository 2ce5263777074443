//! How each failure of a use case is told over HTTP.

use http_kit::{Problem, kind};
use store_kit::StoreError;

use crate::charge::ChargeError;
use crate::ledger::LedgerError;
use crate::reserve::ReserveError;

/// After how many seconds a call may be worth another try.
const RETRY_AFTER_S: u32 = 1;

impl From<LedgerError> for Problem {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::LotShort { .. } | LedgerError::Overflow(_) => {
                Self::because(&kind::INTERNAL, error)
            }
            LedgerError::Store(cause) => store(cause),
        }
    }
}

impl From<ReserveError> for Problem {
    fn from(error: ReserveError) -> Self {
        match error {
            ReserveError::RequestId => Self::new(&kind::INVALID_FIELD)
                .value("requestId")
                .detail("Send a request id of 1 to 255 characters."),
            ReserveError::ForeignCharge => Self::because(&kind::INTERNAL, error),
            ReserveError::Ledger(cause) => cause.into(),
            ReserveError::Store(cause) => store(cause),
        }
    }
}

impl From<ChargeError> for Problem {
    fn from(error: ChargeError) -> Self {
        match error {
            ChargeError::NotFound => Self::new(&kind::NOT_FOUND),
            ChargeError::Ledger(cause) => cause.into(),
            ChargeError::Store(cause) => store(cause),
        }
    }
}

pub(crate) fn store(cause: StoreError) -> Problem {
    Problem::because(&kind::UNAVAILABLE, cause).retry_after(RETRY_AFTER_S)
}
