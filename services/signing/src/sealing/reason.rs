//! Why a document is not sealed yet, told in the few kinds that call for different acts.

use super::StampError;
use super::worker::JobError;
use pdf::SealError;

pub(crate) use crate::store::sealing_failures::Reason;

impl Reason {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::Key => "key",
            Self::Engine => "engine",
            Self::Evidence => "evidence",
            Self::Document => "document",
            Self::Check => "check",
            Self::Altered => "altered",
            Self::Authority => "authority",
        }
    }

    /// Whose cause it is: the last word of each chain of errors decides.
    pub(super) const fn of(error: &JobError) -> Self {
        match error {
            JobError::Altered => Self::Altered,
            JobError::Unreadable(_) | JobError::Forbidden(_) | JobError::NotNow(_) => {
                Self::Document
            }
            JobError::Evidence(_) => Self::Evidence,
            JobError::Locked(_) | JobError::Blob(_) | JobError::Store(_) => Self::Store,
            JobError::Seal(error) => match error {
                StampError::Authority(_) => Self::Key,
                StampError::Engine(_) => Self::Engine,
                StampError::Flawed(_) => Self::Check,
                StampError::Proof(_) | StampError::TimeStamp(_) | StampError::Unstamped => {
                    Self::Authority
                }
                StampError::Seal(error) => match error {
                    SealError::Sign(_) | SealError::SignatureTooLarge => Self::Key,
                    _ => Self::Document,
                },
            },
        }
    }
}
