//! What an audit record can say. Stored as JSON for years: a field may be added with a default, none may be renamed or removed.

use std::collections::BTreeSet;

use domain::{PublicKeyId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::device::Device;
use crate::codes::{Channel as CodeChannel, Step};
use crate::sealing::{Pointer, Signature, SignatureKind};
use crate::store::messages::{Channel, Kind};

/// An integrator's call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AuditKeyUse)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyUse {
    /// The public part of the API key.
    pub(crate) key: PublicKeyId,
    /// The address the call came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<String>,
}

/// A signer's call: what the connection and the browser told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AuditVisit)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Visit {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<String>,
    pub(crate) device: Device,
    /// The browser's, such as `sk-SK`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<String>,
    /// The browser's, such as `Europe/Bratislava`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) zone: Option<String>,
}

/// Who acted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AuditActor)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub(crate) enum Actor {
    /// The tenant, by its API key.
    Key(KeyUse),
    /// Whoever held the signer's link.
    Signer(Visit),
    /// This service by itself: seals, callbacks, retention.
    Service,
}

/// How a signature was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Way {
    Mouse,
    Finger,
    Pen,
    Typed,
}

impl Way {
    /// The ways of a submission's signatures, each once.
    pub(crate) fn of(signatures: &[Signature]) -> Vec<Self> {
        let mut ways = BTreeSet::new();
        for signature in signatures {
            match signature.kind {
                SignatureKind::Typed => {
                    ways.insert(Self::Typed);
                }
                SignatureKind::Ink => {
                    let drawn = signature.strokes.iter().map(|stroke| match stroke.pointer {
                        Pointer::Mouse => Self::Mouse,
                        Pointer::Touch => Self::Finger,
                        Pointer::Pen => Self::Pen,
                    });
                    ways.extend(drawn);
                }
            }
        }
        ways.into_iter().collect()
    }
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AuditFact)]
#[serde(tag = "act", rename_all = "camelCase")]
pub(crate) enum Fact {
    /// The document came in and was made ready.
    #[serde(rename_all = "camelCase")]
    Uploaded {
        filename: String,
        /// Of the bytes as they were sent.
        original_sha256: String,
        original_size_bytes: i64,
        /// Of the first revision.
        sha256: String,
        size_bytes: i64,
        /// The program that made a PDF of it, where it came as an office file.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        converted_by: Option<String>,
        /// What was mended, removed and found: keys of the upload report.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        report: Vec<String>,
    },
    /// A signature request was registered: the signer's link exists.
    #[serde(rename_all = "camelCase")]
    Registered { expires_at: Timestamp },
    /// A verification code went out, on the signer's button.
    CodeSent {
        step: Step,
        channel: CodeChannel,
        /// The address or number.
        to: String,
    },
    /// A code was entered that was not the one.
    CodeWrong { step: Step },
    /// So many wrong ones that no code is taken for a while.
    CodeLocked { step: Step, until: Timestamp },
    /// The right code was entered.
    CodeVerified {
        step: Step,
        channel: CodeChannel,
        /// Where it was sent; absent where the sender told it to the signer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
    },
    /// The signer's page showed the document.
    Opened {
        /// Of the revision that was shown.
        sha256: String,
    },
    /// The signer submitted.
    #[serde(rename_all = "camelCase")]
    Submitted {
        /// Of the revision that was shown and comes back with the submission.
        sha256: String,
        /// As it was typed or preset; empty where nobody was asked.
        signer_name: String,
        ways: Vec<Way>,
        signatures: usize,
        fields: usize,
    },
    /// The signer declined.
    Canceled {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The signed revision was made.
    #[serde(rename_all = "camelCase")]
    Sealed {
        revision: i32,
        sha256: String,
        size_bytes: i64,
        /// Serial number of the seal certificate, in hex.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        certificate: Option<String>,
        /// Baseline level of ETSI EN 319 142-1: `B-B`, `B-T`, `B-LT` or `B-LTA`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        level: Option<String>,
    },
    /// After signing, the signer had a copy mailed.
    CopyRequested {
        /// The e-mail address that the signer gave.
        to: String,
    },
    /// The integrator's receiver took the callback.
    CallbackTaken { tries: i32 },
    /// It has not taken the callback for an hour.
    CallbackFailing { tries: i32 },
    /// It has not taken the callback for a day; no further try follows.
    CallbackGivenUp { tries: i32 },
    /// A letter or text message was written, on a server that sends none: it is in the local outbox.
    MessageKept {
        channel: Channel,
        kind: Kind,
        /// An e-mail address or a phone number.
        to: String,
    },
    /// A letter or text message was handed to the server that delivers it.
    MessageSent {
        channel: Channel,
        kind: Kind,
        to: String,
    },
    /// It was not taken, and is tried again; told once for each message.
    MessageFailing {
        channel: Channel,
        kind: Kind,
        to: String,
        reason: String,
    },
    /// It was refused, or not taken for too long; no further try follows.
    MessageFailed {
        channel: Channel,
        kind: Kind,
        to: String,
        reason: String,
    },
    /// The signer's link was ended by the tenant.
    Withdrawn,
    /// The bytes were deleted.
    Deleted,
}

impl Fact {
    pub(crate) const OPENED: &str = "opened";
    pub(crate) const DELETED: &str = "deleted";

    /// The `act` of the JSON.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Uploaded { .. } => "uploaded",
            Self::Registered { .. } => "registered",
            Self::CodeSent { .. } => "codeSent",
            Self::CodeWrong { .. } => "codeWrong",
            Self::CodeLocked { .. } => "codeLocked",
            Self::CodeVerified { .. } => "codeVerified",
            Self::Opened { .. } => Self::OPENED,
            Self::Submitted { .. } => "submitted",
            Self::Canceled { .. } => "canceled",
            Self::Sealed { .. } => "sealed",
            Self::CopyRequested { .. } => "copyRequested",
            Self::CallbackTaken { .. } => "callbackTaken",
            Self::CallbackFailing { .. } => "callbackFailing",
            Self::CallbackGivenUp { .. } => "callbackGivenUp",
            Self::MessageKept { .. } => "messageKept",
            Self::MessageSent { .. } => "messageSent",
            Self::MessageFailing { .. } => "messageFailing",
            Self::MessageFailed { .. } => "messageFailed",
            Self::Withdrawn => "withdrawn",
            Self::Deleted => Self::DELETED,
        }
    }

    /// What comes first of facts that bear one time: the acts of one transaction, in the order of a document's life.
    pub(crate) const fn rank(&self) -> u8 {
        match self {
            Self::Uploaded { .. } => 0,
            Self::Registered { .. } => 1,
            // Before the document opens, or after it: the order in which they were written tells.
            Self::CodeSent { .. }
            | Self::CodeWrong { .. }
            | Self::CodeLocked { .. }
            | Self::CodeVerified { .. }
            | Self::Opened { .. } => 2,
            Self::Submitted { .. } | Self::Canceled { .. } => 3,
            Self::Sealed { .. } | Self::CopyRequested { .. } => 4,
            Self::CallbackFailing { .. }
            | Self::MessageKept { .. }
            | Self::MessageFailing { .. } => 5,
            Self::CallbackTaken { .. }
            | Self::CallbackGivenUp { .. }
            | Self::MessageSent { .. }
            | Self::MessageFailed { .. } => 6,
            Self::Withdrawn => 7,
            Self::Deleted => 8,
        }
    }
}

/// What an upload report says was mended and removed, by the report's own words.
pub(crate) fn gist(report: &pdf::Report) -> Vec<String> {
    let word =
        |value: serde_json::Result<serde_json::Value>| value.ok()?.as_str().map(str::to_owned);
    let repaired = report.repaired.iter().map(serde_json::to_value);
    let removed = report
        .removed
        .iter()
        .map(|part| serde_json::to_value(part.kind));
    repaired.chain(removed).filter_map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_bears_its_name_in_the_json_that_is_kept() {
        let registered = Fact::Registered {
            expires_at: Timestamp::from_millis(1),
        };
        let json = serde_json::to_value(registered).unwrap();
        assert_eq!(json["expiresAt"], 1, "{json}");
        for fact in [
            Fact::Registered {
                expires_at: Timestamp::from_millis(1),
            },
            Fact::CodeVerified {
                step: Step::Sign,
                channel: CodeChannel::Fixed,
                to: None,
            },
            Fact::Canceled { reason: None },
            Fact::CallbackGivenUp { tries: 3 },
            Fact::Deleted,
        ] {
            let json = serde_json::to_value(&fact).unwrap();
            assert_eq!(json["act"], fact.name());
            assert_eq!(serde_json::from_value::<Fact>(json).unwrap(), fact);
        }
    }
}
