//! What the container holds, as JSON. Never change what a field means: files outlive us. A new meaning is a new version.

use std::collections::BTreeMap;

use domain::{DocumentId, SignatureRequestId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::container::Binding;

/// The word that tells what the JSON is.
pub const FORMAT: &str = "okdokument-evidence";
/// Counts up when a reader of the previous version would misread.
pub const VERSION: u32 = 1;

/// Evidence of one signature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// Always [`FORMAT`].
    pub format: String,
    pub version: u32,
    pub document_id: DocumentId,
    pub signature_request_id: SignatureRequestId,
    /// The revision that the signer was served and signed.
    pub served: Binding,
    /// When the signer submitted, by our clock; RFC 3339 in UTC.
    #[serde(with = "rfc3339")]
    pub submitted_at: Timestamp,
    pub signature: SignatureNote,
    /// As the sender gave it, such as `RecipientEmail`, `InternalDocumentID`, `AdditionalInfo` (wire contract, section 3).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sig_data: BTreeMap<String, String>,
    /// Absent where the tenant does not keep raw ink, and where nothing was drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ink: Option<Ink>,
}

/// Which signature of the act it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignatureNote {
    /// Counts from 1 in the order in which the act's signatures were sealed.
    pub number: usize,
    /// How many signatures the act had.
    pub of: usize,
    pub kind: Kind,
    /// The signature field that was there; else it has a place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// As it is printed and stands in `/Name`; empty where nobody was asked.
    pub signer_name: String,
    /// IANA name, as the signer's browser told it.
    pub time_zone: String,
    /// As the signer's browser told it.
    pub locale: String,
}

/// How the signature was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Ink,
    Typed,
    /// A seal without a mark on the page.
    Invisible,
}

/// A rectangle in PDF points of the unrotated page, origin lower left.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Counts from 1.
    pub page: usize,
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

/// A signature as it was written: every sample that the browser told, coalesced ones included.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ink {
    pub pad: Pad,
    pub strokes: Vec<Stroke>,
}

/// The size of the pad, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pad {
    pub width: f32,
    pub height: f32,
}

/// From pen down to pen up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stroke {
    pub pointer: Pointer,
    /// `[x, y, milliseconds since the signature's first sample, pressure 0 to 1, tilt X, tilt Y in degrees]`, in pad
    /// coordinates, origin top left, y downwards.
    pub points: Vec<[f32; 6]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pointer {
    Mouse,
    Touch,
    Pen,
}

impl Pointer {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mouse => "mouse",
            Self::Touch => "touch",
            Self::Pen => "pen",
        }
    }
}

/// An instant as experts read it.
mod rfc3339 {
    use domain::Timestamp;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "the shape that serde asks for"
    )]
    pub(super) fn serialize<S: Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&at.to_jiff())
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Timestamp, D::Error> {
        let text = String::deserialize(from)?;
        let at: jiff::Timestamp = text.parse().map_err(D::Error::custom)?;
        Ok(at.into())
    }
}
