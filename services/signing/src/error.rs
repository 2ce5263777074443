//! How every failure of a use case is told. The one place of this service that knows statuses.

mod codes;
mod files;

use http_kit::{Problem, kind};

use crate::audit::{self, RecordError};
use crate::callback::deliveries::DeliveryError;
use crate::charge::WitnessError;
use crate::document::{DocumentError, Forbidden, Stage};
use crate::idempotency::ReplayError;
use crate::opening::PageError;
use crate::order::OrderError;
use crate::register::CreateError;
use crate::report::ReportError;
use crate::round::Misshapen;
use crate::rules::InvalidRule;
use crate::sealing::StampError;
use crate::sending::SendError;
use crate::signature_request::{NotNow, RequestError};
use crate::signer::LinkError;
pub(crate) use files::too_large;
use pdf::SealError;

/// A request that was cut off or comes again may succeed after this.
const RETRY_AFTER_SECONDS: u32 = 1;

fn unavailable(cause: impl std::error::Error + Send + Sync + 'static) -> Problem {
    Problem::because(&kind::UNAVAILABLE, cause)
        .detail("Try again in a moment.")
        .retry_after(RETRY_AFTER_SECONDS)
}

pub(crate) fn store_failed(cause: store_kit::StoreError) -> Problem {
    unavailable(cause)
}

impl From<Misshapen> for Problem {
    fn from(wrong: Misshapen) -> Self {
        Self::new(&kind::INVALID_FIELD)
            .detail(format!("Send {} in {}.", wrong.wants, wrong.pointer))
            .value(wrong.to_string())
    }
}

impl From<InvalidRule> for Problem {
    fn from(wrong: InvalidRule) -> Self {
        let value = match &wrong {
            InvalidRule::Unknown(name) => name.clone(),
            InvalidRule::Value { rule, .. }
            | InvalidRule::Alone { rule, .. }
            | InvalidRule::Several(rule) => (*rule).to_owned(),
            InvalidRule::Shape => "rules".to_owned(),
        };
        Self::new(&kind::INVALID_RULE)
            .detail(format!("Mend the rules: {wrong}."))
            .value(value)
    }
}

impl From<OrderError> for Problem {
    fn from(error: OrderError) -> Self {
        match error {
            OrderError::Json(why) => {
                Self::new(&kind::INVALID_JSON).detail(format!("Send a JSON object: {why}."))
            }
            OrderError::Misshapen(wrong) => wrong.into(),
            OrderError::Rule(wrong) => wrong.into(),
        }
    }
}

impl From<StampError> for Problem {
    fn from(error: StampError) -> Self {
        match error {
            StampError::Authority(error) => unavailable(error),
            StampError::Engine(error) => error.into(),
            StampError::Seal(SealError::Sign(error)) => unavailable(error),
            StampError::Seal(error) => not_sealed(error),
            StampError::Flawed(flaw) => Self::because(&kind::INTERNAL, flaw),
            StampError::Proof(_) | StampError::TimeStamp(_) | StampError::Unstamped => {
                unavailable(error)
            }
        }
    }
}

/// What is wrong with the document or with what the signer sent; the rest is ours.
fn not_sealed(error: SealError) -> Problem {
    match &error {
        SealError::Refused(refusal) => {
            Problem::new(&kind::INVALID_FILE).detail(refusal.to_string())
        }
        SealError::CertifiedAgainstChanges
        | SealError::CertifiedAgainstNewFields
        | SealError::Structure
        | SealError::TooLarge => {
            Problem::new(&kind::INVALID_FILE).detail(format!("Send another copy: {error}."))
        }
        SealError::NoSuchField(_)
        | SealError::NotASignatureField(_)
        | SealError::AlreadySigned(_)
        | SealError::SignedTwice(_)
        | SealError::LockedField(_)
        | SealError::BadValue { .. }
        | SealError::NoSuchPage(_)
        | SealError::BadPlace(_)
        | SealError::BlankMark(_)
        | SealError::UnwritableCharacter(_)
        | SealError::TooManySignatures => {
            Problem::new(&kind::INVALID_FIELD).detail(format!("Mend it and submit again: {error}."))
        }
        SealError::SignatureTooLarge | SealError::Write(_) | SealError::Sign(_) => {
            Problem::because(&kind::INTERNAL, error)
        }
    }
}

fn expiration(asked: Option<i64>) -> Problem {
    Problem::new(&kind::EXPIRATION_RANGE)
        .value(asked.map_or_else(String::new, |at| at.to_string()))
        .detail(
            "Send a time in epoch milliseconds that is later than now and at most 10 days ahead.",
        )
}

impl From<CreateError> for Problem {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::Misshapen(wrong) => wrong.into(),
            CreateError::Rule(wrong) => wrong.into(),
            CreateError::NoSms(why) => why.into(),
            CreateError::Expiration(asked) => expiration(asked),
            CreateError::Intake(error) => error.into(),
            CreateError::UnknownDocument(id) => unknown_document(&id),
            CreateError::UnknownField(name) => Self::new(&kind::UNKNOWN_FIELD_NAME)
                .value(name)
                .detail("Name only fields that the document has."),
            CreateError::Forbidden(forbidden) => forbidden.into(),
            CreateError::OpenRequest(id) => Self::new(&kind::DOCUMENT_STATE)
                .value(id.as_str())
                .detail("Another signature request on this document is open: delete it or let it end first."),
            CreateError::Exists(id) => Self::new(&kind::SIGNATURE_REQUEST_EXISTS)
                .value(id.as_str())
                .detail("Use a new signatureRequestId for every request; a repeat costs nothing."),
            CreateError::NoUnit => Self::new(&kind::EXHAUSTED),
            CreateError::Decided(_) | CreateError::KeyTaken => unavailable(error),
            CreateError::NoTicket | CreateError::Locked(_) => {
                Self::because(&kind::INTERNAL, error)
            }
            CreateError::Store(error) => unavailable(error),
            CreateError::Blob(error) => unavailable(error),
            CreateError::Engine(error) => error.into(),
        }
    }
}

impl From<SendError> for Problem {
    fn from(error: SendError) -> Self {
        match error {
            SendError::NotFound(id) => unknown_document(&id),
            SendError::KeyTaken => unavailable(error),
            SendError::Locked(_) => Self::because(&kind::INTERNAL, error),
            SendError::Store(error) => unavailable(error),
        }
    }
}

fn unknown_document(id: &str) -> Problem {
    Problem::new(&kind::NOT_FOUND)
        .value(id)
        .detail("Check the document's id.")
}

impl From<Forbidden> for Problem {
    fn from(Forbidden(stage): Forbidden) -> Self {
        let detail = match stage {
            Stage::Sealing => "The document is being sealed; try again in a moment.",
            Stage::Signed | Stage::ErrorSendInfo | Stage::Canceled => {
                "Send changeState=tosign with the id to begin another round."
            }
            Stage::Tags | Stage::ToStamp | Stage::ToSign => {
                "Ask for the document's metadata, and do what its state allows."
            }
        };
        Self::new(&kind::DOCUMENT_STATE)
            .value(stage.as_str())
            .detail(detail)
    }
}

impl From<DocumentError> for Problem {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::NotFound(id) => unknown_document(&id),
            DocumentError::Forbidden(forbidden) => forbidden.into(),
            DocumentError::Store(error) => unavailable(error),
            DocumentError::Blob(error) => unavailable(error),
        }
    }
}

impl From<DeliveryError> for Problem {
    fn from(error: DeliveryError) -> Self {
        match error {
            DeliveryError::NotFound(id) => Self::new(&kind::NOT_FOUND)
                .value(id)
                .detail("Send the webhook-id of a callback of this key's mode."),
            DeliveryError::Store(error) => unavailable(error),
        }
    }
}

impl From<ReportError> for Problem {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::NotFound(id) => unknown_document(&id),
            ReportError::Unreadable(_) => Self::because(&kind::INTERNAL, error),
            ReportError::Store(error) => unavailable(error),
        }
    }
}

impl From<RecordError> for Problem {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::NotFound(id) => unknown_document(&id),
            RecordError::Unreadable(_) => Self::because(&kind::INTERNAL, error),
            RecordError::Store(error) => unavailable(error),
        }
    }
}

impl From<audit::PageError> for Problem {
    fn from(error: audit::PageError) -> Self {
        use audit::PageError as E;
        match error {
            E::Record(error) => error.into(),
            E::NotEnded => Self::new(&kind::DOCUMENT_STATE).value("tosign").detail(
                "The audit page is made when a round ends; until then ask for application/json.",
            ),
            E::Store(error) => unavailable(error),
            E::Blob(error) => unavailable(error),
            E::Engine(error) => error.into(),
            E::Stamp(error) => error.into(),
            E::Draw(_) => Self::because(&kind::INTERNAL, error),
        }
    }
}

impl From<NotNow> for Problem {
    fn from(NotNow(state): NotNow) -> Self {
        Self::new(&kind::DOCUMENT_STATE)
            .value(state.as_str())
            .detail("Only a request that nobody has acted on can be changed so.")
    }
}

impl From<RequestError> for Problem {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Unknown(id) => Self::new(&kind::SIGNATURE_REQUEST_NOT_EXIST)
                .value(id)
                .detail("Check the signatureRequestId and the key's mode."),
            RequestError::State(not_now) => not_now.into(),
            RequestError::Expiration(asked) => expiration(asked),
            RequestError::Misshapen(wrong) => wrong.into(),
            RequestError::Rule(wrong) => wrong.into(),
            RequestError::NoSms(why) => why.into(),
            RequestError::Page(error) => (*error).into(),
            RequestError::Store(error) => unavailable(error),
        }
    }
}

impl From<ReplayError> for Problem {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Mismatch => Self::new(&kind::IDEMPOTENCY_MISMATCH)
                .detail("Use a new Idempotency-Key for a new body."),
            ReplayError::Expired => Self::new(&kind::IDEMPOTENCY_EXPIRED)
                .detail("Ask /v1/charges what became of it, or use a new Idempotency-Key."),
            ReplayError::Store(error) => unavailable(error),
        }
    }
}

impl From<WitnessError> for Problem {
    fn from(error: WitnessError) -> Self {
        match error {
            WitnessError::NoVerdict | WitnessError::NotTheirs => Self::new(&kind::NOT_FOUND),
            WitnessError::TooMany => {
                Self::new(&kind::INVALID_FIELD).detail("Ask for at most 1,000 charges at once.")
            }
            WitnessError::Store(error) => unavailable(error),
        }
    }
}

impl From<LinkError> for Problem {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::Invalid => Self::new(&kind::LINK_INVALID)
                .detail("Open the link again as it was sent, or ask the sender for a new one."),
            LinkError::Ended(how) => Self::new(&kind::LINK_ENDED)
                .value(how.as_str())
                .detail("Ask the sender for a new link."),
            LinkError::Store(error) => unavailable(error),
        }
    }
}

impl From<PageError> for Problem {
    fn from(error: PageError) -> Self {
        match error {
            PageError::Link(error) => error.into(),
            PageError::Forbidden(forbidden) => forbidden.into(),
            PageError::NotNow(not_now) => not_now.into(),
            PageError::Code(error) => error.into(),
            PageError::NoPhone => {
                Self::new(&kind::NOT_FOUND).detail("The sender of this request offers no phone.")
            }
            PageError::NotSigned => Self::new(&kind::DOCUMENT_STATE)
                .detail("The signed copy exists once the document is sealed."),
            PageError::TooOften(left) => codes::later(
                Self::new(&kind::RATE_LIMITED),
                left,
                "Copies were mailed a moment ago",
            ),
            PageError::Changed => Self::new(&kind::DOCUMENT_STATE)
                .detail("The document has changed meanwhile; open the link again."),
            PageError::Refused(why) => Self::new(&kind::INVALID_FIELD).detail(why),
            PageError::Store(error) => unavailable(error),
            PageError::Blob(error) => unavailable(error),
            PageError::Engine(error) => error.into(),
            PageError::Stamp(error) => error.into(),
            PageError::Unreadable(_) | PageError::Unkept(_) | PageError::Locked(_) => {
                Self::because(&kind::INTERNAL, error)
            }
        }
    }
}
