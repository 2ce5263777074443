//! How each failure of a use case is told over HTTP.

use http_kit::{Problem, kind};
use store_kit::StoreError;

use crate::charge::ChargeError;
use crate::charge_lookup::LookupError;
use crate::ledger::LedgerError;
use crate::purchase::{EventError, PurchaseError};
use crate::reconcile::ReconcileError;
use crate::refund::RefundError;
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
            ReserveError::ForeignCharge | ReserveError::Unseen => {
                Self::because(&kind::INTERNAL, error)
            }
            ReserveError::Unanswered(_) => {
                Self::because(&kind::UNAVAILABLE, error).retry_after(RETRY_AFTER_S)
            }
            ReserveError::Ledger(cause) => cause.into(),
            ReserveError::Store(cause) => store(cause),
        }
    }
}

impl From<ChargeError> for Problem {
    fn from(error: ChargeError) -> Self {
        match error {
            ChargeError::NotFound => Self::new(&kind::NOT_FOUND),
            ChargeError::Unanswered(_) => {
                Self::because(&kind::UNAVAILABLE, error).retry_after(RETRY_AFTER_S)
            }
            ChargeError::Ledger(cause) => cause.into(),
            ChargeError::Store(cause) => store(cause),
        }
    }
}

impl From<LookupError> for Problem {
    fn from(error: LookupError) -> Self {
        match error {
            LookupError::NotFound => Self::new(&kind::NOT_FOUND),
            LookupError::Witness(_) => {
                Self::because(&kind::UNAVAILABLE, error).retry_after(RETRY_AFTER_S)
            }
            LookupError::Charge(cause) => cause.into(),
            LookupError::Store(cause) => store(cause),
        }
    }
}

impl From<PurchaseError> for Problem {
    fn from(error: PurchaseError) -> Self {
        match error {
            PurchaseError::UnknownBundle => Self::new(&kind::UNKNOWN_BUNDLE)
                .value("bundleId")
                .detail("Choose one of the bundles of today's price list."),
            PurchaseError::NotFound => Self::new(&kind::NOT_FOUND),
            PurchaseError::Stripe(_) => Self::because(&kind::UNAVAILABLE, error)
                .detail("The payment page cannot be opened at the moment; nothing was charged.")
                .retry_after(RETRY_AFTER_S),
            PurchaseError::Store(cause) => store(cause),
        }
    }
}

impl From<RefundError> for Problem {
    fn from(error: RefundError) -> Self {
        match error {
            RefundError::NoSuchPurchase => Self::new(&kind::NOT_FOUND)
                .detail("Name a purchase by its id, pur_…, as the portal's purchases show it."),
            RefundError::NotPaid => {
                Self::new(&kind::NOT_PAID).detail("Only what was paid can be given back.")
            }
            RefundError::Reason => Self::new(&kind::INVALID_FIELD)
                .value("reason")
                .detail("Give a reason of 1 to 500 characters; it is kept with the refund."),
            RefundError::Amount => Self::new(&kind::INVALID_FIELD)
                .value("amountMinor")
                .detail("Give an amount in minor units, such as 1225 for 12.25, or none for all that is left."),
            RefundError::UnderWay => Self::new(&kind::REFUND_UNDER_WAY)
                .detail("Stripe has not answered yet about an earlier refund; look at the list and try again in a minute."),
            RefundError::Store(cause) => store(cause),
        }
    }
}

impl From<ReconcileError> for Problem {
    fn from(error: ReconcileError) -> Self {
        match error {
            ReconcileError::Day => Self::new(&kind::INVALID_FIELD)
                .value("day")
                .detail("Name a UTC day as 2026-11-24, today at the latest."),
            ReconcileError::Stripe(_) => Self::because(&kind::UNAVAILABLE, error)
                .detail("Stripe does not answer; the day is compared again by itself.")
                .retry_after(RETRY_AFTER_S),
            ReconcileError::Form(_) => Self::because(&kind::INTERNAL, error),
            ReconcileError::Store(cause) => store(cause),
        }
    }
}

impl From<EventError> for Problem {
    fn from(error: EventError) -> Self {
        match error {
            EventError::Signature(_) => Self::because(&kind::INVALID_STRIPE_SIGNATURE, error),
            EventError::Form(_) => Self::because(&kind::INVALID_JSON, error),
            EventError::Store(cause) => store(cause),
        }
    }
}

pub(crate) fn store(cause: StoreError) -> Problem {
    Problem::because(&kind::UNAVAILABLE, cause).retry_after(RETRY_AFTER_S)
}
