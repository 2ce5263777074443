//! What a signer did, and how the PDF engine is told of it.

use std::collections::{BTreeMap, BTreeSet};

use domain::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::date;
use crate::round::{BeforeSigning, Round};
use crate::rules::Rules;
use pdf::ink::{self, Ink};
use pdf::{FieldTreatment, FieldValue, Mark, Rect, SealInput, Target, VisibleSignature};

/// One submission as it is kept until it is sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Act {
    /// Printed and put into the signature; empty where nobody was asked.
    pub(crate) signer_name: String,
    pub(crate) locale: String,
    pub(crate) time_zone: String,
    /// Values of the round's fields, the sender's own among them.
    pub(crate) values: BTreeMap<String, String>,
    /// All non-signature fields of the round.
    pub(crate) round_fields: BTreeSet<String>,
    pub(crate) signatures: Vec<Signature>,
    /// The tenant keeps raw ink, and the signer was told so.
    #[serde(default)]
    pub(crate) keep_raw_ink: bool,
}

/// One signature as the page sends it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Signature {
    /// The signature field it is for; else it has a `place`.
    pub(crate) field: Option<String>,
    pub(crate) place: Option<Place>,
    pub(crate) kind: SignatureKind,
    /// What was typed.
    pub(crate) text: Option<String>,
    #[serde(default)]
    pub(crate) strokes: Vec<Stroke>,
    pub(crate) pad: Pad,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SignatureKind {
    Ink,
    Typed,
}

/// A rectangle in PDF points of the unrotated page, origin lower left.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Place {
    /// Counts from 1.
    pub(crate) page: usize,
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

/// From pen down to pen up.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Stroke {
    /// `[x, y, milliseconds, pressure, tiltX, tiltY]` in pad coordinates, origin top left.
    pub(crate) points: Vec<[f32; 6]>,
    pub(crate) pointer: Pointer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Pointer {
    Mouse,
    Touch,
    Pen,
}

/// The size of the pad that the points refer to.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Pad {
    pub(crate) width: f32,
    pub(crate) height: f32,
}

impl Pointer {
    const fn told(self) -> ink::Pointer {
        match self {
            Self::Mouse => ink::Pointer::Mouse,
            Self::Touch => ink::Pointer::Touch,
            Self::Pen => ink::Pointer::Pen,
        }
    }
}

/// The act in the engine's words.
pub(crate) fn seal_input(act: &Act, rules: &Rules, round: &Round, at: Timestamp) -> SealInput {
    let caption = caption(act, rules, at);
    let signature = |signature: &Signature| {
        Some(VisibleSignature {
            target: target(signature)?,
            mark: mark(signature),
            caption: caption.clone(),
            evidence: None,
        })
    };
    SealInput {
        signer_name: act.signer_name.clone(),
        reason: None,
        signatures: act.signatures.iter().filter_map(signature).collect(),
        values: act
            .values
            .iter()
            .map(|(name, value)| FieldValue {
                name: name.clone(),
                value: value.clone(),
            })
            .collect(),
        round_fields: act.round_fields.iter().cloned().collect(),
        treatment: match round.before_signing {
            BeforeSigning::Flatten => FieldTreatment::Flatten,
            BeforeSigning::ReadOnly => FieldTreatment::ReadOnly,
            BeforeSigning::Keep => FieldTreatment::Keep,
        },
        evidence: None,
    }
}

fn target(signature: &Signature) -> Option<Target> {
    match (&signature.field, signature.place) {
        (Some(field), _) => Some(Target::Field(field.clone())),
        (None, Some(place)) => Some(Target::Place {
            page: place.page,
            rect: Rect::new(place.x, place.y, place.width, place.height),
        }),
        (None, None) => None,
    }
}

fn mark(signature: &Signature) -> Mark {
    match signature.kind {
        SignatureKind::Typed => Mark::Typed(signature.text.clone().unwrap_or_default()),
        SignatureKind::Ink => Mark::Ink(Ink {
            strokes: signature.strokes.iter().map(stroke).collect(),
            pad_width: signature.pad.width,
            pad_height: signature.pad.height,
        }),
    }
}

fn stroke(stroke: &Stroke) -> ink::Stroke {
    let samples = stroke
        .points
        .iter()
        .map(|[x, y, at_ms, pressure, tilt_x, tilt_y]| ink::Sample {
            x: *x,
            y: *y,
            at_ms: *at_ms,
            pressure: *pressure,
            tilt_x: *tilt_x,
            tilt_y: *tilt_y,
        });
    ink::Stroke {
        samples: samples.collect(),
        pointer: stroke.pointer.told(),
    }
}

/// The line under each signature: who, and when where the sender asked for the date.
fn caption(act: &Act, rules: &Rules, at: Timestamp) -> Option<String> {
    let date = rules
        .gui_signer_date
        .as_deref()
        .map(|pattern| date::format(pattern, at, &act.time_zone));
    match (act.signer_name.as_str(), date) {
        ("", date) => date,
        (name, Some(date)) => Some(format!("{name} · {date}")),
        (name, None) => Some(name.to_owned()),
    }
}
