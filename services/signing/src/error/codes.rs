//! How failures around verification codes are told.

use std::time::Duration;

use http_kit::{Problem, kind};

use super::unavailable;
use crate::codes::{self, CodeError, NoSms, Step};

impl From<CodeError> for Problem {
    fn from(error: CodeError) -> Self {
        match error {
            CodeError::Link(error) => error.into(),
            CodeError::Forbidden(forbidden) => forbidden.into(),
            CodeError::None => Self::new(&kind::NOT_FOUND)
                .detail("The request asks for no code that is sent here."),
            CodeError::Required(step) => {
                let (step, before) = match step {
                    Step::Open => ("open", "opened"),
                    Step::Sign => ("sign", "submitted"),
                };
                Self::new(&kind::CODE_REQUIRED).value(step).detail(format!(
                    "Enter the verification code before the document is {before}."
                ))
            }
            CodeError::Wrong(left) => Self::new(&kind::CODE_WRONG).value(left).detail(format!(
                "Check the code and enter it again: {left} more wrong codes lock the entry."
            )),
            CodeError::Expired => {
                Self::new(&kind::CODE_EXPIRED).detail("Have a new code sent and enter that one.")
            }
            CodeError::Locked(left) => later(
                Self::new(&kind::CODE_LOCKED),
                left,
                "Too many wrong codes were entered",
            ),
            CodeError::TooSoon(left) => later(
                Self::new(&kind::RATE_LIMITED),
                left,
                "A code was sent a moment ago",
            ),
            CodeError::UnknownOpening => Self::new(&kind::DOCUMENT_STATE)
                .detail("The document was opened otherwise meanwhile; open the link again."),
            CodeError::Randomness(_) | CodeError::Unwritten(_) => {
                Self::because(&kind::INTERNAL, error)
            }
            CodeError::Store(error) => unavailable(error),
        }
    }
}

impl From<NoSms> for Problem {
    fn from(why: NoSms) -> Self {
        Self::new(&kind::FORBIDDEN).value("sms").detail(match why {
            NoSms::Option => {
                "Codes by text message are an option of your account that is off: ask the operator for it, or use codes by e-mail."
            }
            NoSms::Provider => {
                "This server has no provider of text messages: ask the operator for one, or use codes by e-mail."
            }
        })
    }
}

pub(super) fn later(problem: Problem, left: Duration, why: &str) -> Problem {
    let seconds = codes::seconds(left);
    problem
        .value(seconds)
        .detail(format!("{why}: try again in {seconds} seconds."))
        .retry_after(u32::try_from(seconds).unwrap_or(u32::MAX))
}
