//! Sealing: the round's values are written, every visible signature becomes a signature field of
//! its own, and each is sealed by one incremental update.

use domain::Timestamp;
use lopdf::{Object, ObjectId};
use serde::{Deserialize, Serialize};

use super::fill::{self, FieldValue};
use super::form::{self, FormField};
use super::geometry::Rect;
use super::ink::Ink;
use super::inspect::FieldKind;
use super::locks::{self, Lock};
use super::place;
use super::read::{self, Refusal};
use super::revision::Revision;
use super::signer::{SignFailed, Signer};
use super::text::Unwritable;
use super::{flatten, restate, unwritable_character};

/// Signatures placed in one act.
pub const MAX_SIGNATURES: usize = 50;

/// What one act of signing puts into a document.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SealInput {
    /// Shown by readers as the signer (`/Name`).
    pub signer_name: String,
    pub reason: Option<String>,
    /// In the order in which they are sealed. None: one seal without appearance.
    pub signatures: Vec<VisibleSignature>,
    /// Values for the fields of the round.
    pub values: Vec<FieldValue>,
    /// All non-signature fields of the round: treated as `treatment` says, and locked once the act is
    /// signed.
    pub round_fields: Vec<String>,
    pub treatment: FieldTreatment,
    /// The evidence of the seal without appearance, where there are no `signatures`.
    pub evidence: Option<Vec<u8>>,
}

/// One signature as people see it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VisibleSignature {
    pub target: Target,
    pub mark: Mark,
    /// A line under the mark, such as name and date.
    pub caption: Option<String>,
    /// An opaque container that becomes part of the signature, see [`EVIDENCE_KEY`](super::EVIDENCE_KEY).
    pub evidence: Option<Vec<u8>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Target {
    /// An unsigned signature field of the form, by its full name.
    Field(String),
    /// A place of the signer's choice; `page` counts from 1. Becomes a new field `Signature<n>`.
    Place { page: usize, rect: Rect },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Mark {
    Ink(Ink),
    Typed(String),
}

/// What becomes of the round's form fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldTreatment {
    /// Turned into page content; on a document that carries signatures: as `ReadOnly`.
    Flatten,
    ReadOnly,
    Keep,
}

/// A sealed document.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sealed {
    /// The whole file; of [`seal_increment`] what is to be appended. Never part of the serialised form: bytes travel
    /// beside it.
    #[serde(skip)]
    pub bytes: Vec<u8>,
    /// The signature fields that were signed, in order.
    pub fields: Vec<String>,
    /// What was really done to the round's fields.
    pub treatment: FieldTreatment,
}

/// Why a document was not sealed.
#[derive(Debug, Serialize, Deserialize, thiserror::Error)]
pub enum SealError {
    #[error("the document cannot be extended")]
    Refused(#[from] Refusal),
    #[error("the document has no field {0:?}")]
    NoSuchField(String),
    #[error("the field {0:?} is not a signature field")]
    NotASignatureField(String),
    #[error("the signature field {0:?} is signed already")]
    AlreadySigned(String),
    #[error("the signature field {0:?} is signed twice in one act")]
    SignedTwice(String),
    #[error("the field {0:?} was locked by an earlier signature")]
    LockedField(String),
    #[error("the field {name:?} cannot take the value {value:?}")]
    BadValue { name: String, value: String },
    #[error("the document has no page {0}")]
    NoSuchPage(usize),
    #[error("the place on page {0} is empty or outside the page")]
    BadPlace(usize),
    #[error("the signature on {0} has neither ink nor text")]
    BlankMark(String),
    #[error("the character {0:?} cannot be shown in a signature")]
    UnwritableCharacter(char),
    #[error("more than {MAX_SIGNATURES} signatures in one act")]
    TooManySignatures,
    #[error("the document is certified against any change")]
    CertifiedAgainstChanges,
    #[error("the document is certified against new signature fields")]
    CertifiedAgainstNewFields,
    #[error("the document's structure does not allow the update")]
    Structure,
    #[error("the document would grow beyond what a PDF can address")]
    TooLarge,
    #[error("the signature is larger than the room reserved for it")]
    SignatureTooLarge,
    #[error("the update could not be written: {0}")]
    Write(String),
    #[error("the seal could not sign")]
    Sign(#[from] SignFailed),
}

impl From<std::io::Error> for SealError {
    fn from(cause: std::io::Error) -> Self {
        Self::Write(cause.to_string())
    }
}

impl From<Unwritable> for SealError {
    fn from(missing: Unwritable) -> Self {
        Self::UnwritableCharacter(missing.0)
    }
}

/// Seals a document that [`ingest`](super::ingest) prepared, or that carries signatures already.
///
/// One incremental update for each signature, in order; values are written in the first, which locks
/// the round's fields. The result is not read back here: who gives it out holds it against
/// [`check_sealed`](super::check_sealed) before.
pub fn seal(
    bytes: &[u8],
    input: &SealInput,
    signer: &dyn Signer,
    at: Timestamp,
) -> Result<Sealed, SealError> {
    let mut sealed = seal_increment(bytes, input, signer, at)?;
    sealed.bytes = [bytes, &sealed.bytes].concat();
    Ok(sealed)
}

/// As [`seal`], for whoever has the file already: answers only what is to be appended to it.
pub fn seal_increment(
    bytes: &[u8],
    input: &SealInput,
    signer: &dyn Signer,
    at: Timestamp,
) -> Result<Sealed, SealError> {
    let mut revision = Revision::open(bytes)?;
    let survey = Survey::of(&revision)?;
    check(&revision, &survey, input)?;

    let treatment = match input.treatment {
        FieldTreatment::Flatten if survey.is_signed => FieldTreatment::ReadOnly,
        other => other,
    };
    fill::write_values(
        &mut revision,
        &survey.fields,
        &input.values,
        survey.is_signed,
    )?;
    let lock = treat(&mut revision, &survey, input, treatment)?;

    let mut sealed = Vec::new();
    let room = signer.room();
    let acts = Act::all(input, room);
    for (index, act) in acts.iter().enumerate() {
        // Nothing of the round changes after its values are written, so the signature of that update
        // locks them, and with the last one the lock holds. A lock in a later update than the looks
        // that it covers is one that pyHanko takes for broken.
        let lock = if index == 0 { lock.as_slice() } else { &[] };
        let placed = place::place(&mut revision, &survey, act, lock, at)?;
        revision.close(placed.signature, room, |digest| Ok(signer.sign(digest)?))?;
        sealed.push(placed.field);
    }
    Ok(Sealed {
        bytes: revision.into_increment(),
        fields: sealed,
        treatment,
    })
}

/// The document before the act.
pub(super) struct Survey {
    pub(super) pages: Vec<ObjectId>,
    pub(super) fields: Vec<FormField>,
    pub(super) is_signed: bool,
    locks: Vec<Lock>,
    certification: Option<i64>,
}

impl Survey {
    fn of(revision: &Revision<'_>) -> Result<Self, SealError> {
        let document = revision.document();
        let pages = read::page_ids(document)?;
        let fields = form::fields(document, &pages)?;
        Ok(Self {
            is_signed: fields.iter().any(|field| field.is_signed(document)),
            locks: locks::in_force(document, &fields),
            certification: locks::certification(document),
            pages,
            fields,
        })
    }

    pub(super) fn field(&self, name: &str) -> Option<&FormField> {
        self.fields.iter().find(|field| field.name == name)
    }

    fn is_locked(&self, name: &str) -> bool {
        self.locks.iter().any(|lock| lock.covers(name))
    }
}

/// One signature to be made: visible or not.
pub(super) struct Act<'a> {
    pub(super) visible: Option<&'a VisibleSignature>,
    pub(super) input: &'a SealInput,
    /// For the CMS structure, in bytes.
    pub(super) room: usize,
}

impl<'a> Act<'a> {
    pub(super) fn evidence(&self) -> Option<&'a [u8]> {
        match self.visible {
            Some(visible) => visible.evidence.as_deref(),
            None => self.input.evidence.as_deref(),
        }
    }

    fn all(input: &'a SealInput, room: usize) -> Vec<Self> {
        if input.signatures.is_empty() {
            return vec![Self {
                visible: None,
                input,
                room,
            }];
        }
        input
            .signatures
            .iter()
            .map(|visible| Self {
                visible: Some(visible),
                input,
                room,
            })
            .collect()
    }
}

/// Everything that can be wrong with the input is found here, before the first byte is written.
fn check(revision: &Revision<'_>, survey: &Survey, input: &SealInput) -> Result<(), SealError> {
    if survey.certification == Some(locks::NO_CHANGES) {
        return Err(SealError::CertifiedAgainstChanges);
    }
    if input.signatures.len() > MAX_SIGNATURES {
        return Err(SealError::TooManySignatures);
    }
    let makes_field = input.signatures.is_empty()
        || input
            .signatures
            .iter()
            .any(|one| matches!(one.target, Target::Place { .. }));
    if makes_field && survey.certification.is_some() {
        return Err(SealError::CertifiedAgainstNewFields);
    }
    let new_name = place::free_name(revision.document());
    if makes_field && survey.is_locked(&new_name) {
        return Err(SealError::LockedField(new_name));
    }
    let mut taken: Vec<&str> = Vec::new();
    for signature in &input.signatures {
        match &signature.target {
            Target::Field(name) => {
                check_field(revision, survey, name)?;
                if taken.contains(&name.as_str()) {
                    return Err(SealError::SignedTwice(name.clone()));
                }
                taken.push(name);
            }
            Target::Place { page, rect } => {
                place::visible_place(revision.document(), survey, *page, *rect)?;
            }
        }
        check_mark(signature)?;
    }
    for value in &input.values {
        if survey.is_locked(&value.name) {
            return Err(SealError::LockedField(value.name.clone()));
        }
    }
    Ok(())
}

fn check_field(revision: &Revision<'_>, survey: &Survey, name: &str) -> Result<(), SealError> {
    let field = survey
        .field(name)
        .ok_or_else(|| SealError::NoSuchField(name.to_owned()))?;
    if field.kind != FieldKind::Signature {
        return Err(SealError::NotASignatureField(name.to_owned()));
    }
    if field.is_signed(revision.document()) {
        return Err(SealError::AlreadySigned(name.to_owned()));
    }
    if survey.is_locked(name) {
        return Err(SealError::LockedField(name.to_owned()));
    }
    Ok(())
}

fn check_mark(signature: &VisibleSignature) -> Result<(), SealError> {
    let blank = match &signature.mark {
        Mark::Ink(ink) => ink.is_blank(),
        Mark::Typed(text) => text.trim().is_empty(),
    };
    if blank {
        let place = match &signature.target {
            Target::Field(name) => name.clone(),
            Target::Place { page, .. } => format!("page {page}"),
        };
        return Err(SealError::BlankMark(place));
    }
    let typed = match &signature.mark {
        Mark::Typed(text) => unwritable_character(text),
        Mark::Ink(_) => None,
    };
    let missing = typed.or_else(|| unwritable_character(signature.caption.as_deref()?));
    missing.map_or(Ok(()), |character| {
        Err(SealError::UnwritableCharacter(character))
    })
}

/// Applies the treatment; answers the names of what shall be locked.
fn treat(
    revision: &mut Revision<'_>,
    survey: &Survey,
    input: &SealInput,
    treatment: FieldTreatment,
) -> Result<Vec<String>, SealError> {
    let mut round: Vec<&FormField> = Vec::new();
    for name in &input.round_fields {
        let field = survey
            .field(name)
            .ok_or_else(|| SealError::NoSuchField(name.clone()))?;
        // What an earlier signature locked is not touched again; it is read-only as it is.
        if field.kind != FieldKind::Signature && !survey.is_locked(name) {
            round.push(field);
        }
    }
    let names = round.iter().map(|field| field.name.clone()).collect();
    if treatment != FieldTreatment::Flatten {
        restate::looks(revision, &round)?;
    }
    match treatment {
        FieldTreatment::Keep => Ok(names),
        FieldTreatment::ReadOnly => {
            for id in round.iter().filter_map(|field| field.id()) {
                let dictionary = revision.dictionary_mut(id)?;
                let flags = dictionary.get(b"Ff").and_then(Object::as_i64).unwrap_or(0);
                let inherited = survey.fields.iter().find(|field| field.id() == Some(id));
                let flags = inherited.map_or(flags, |field| field.flags);
                dictionary.set("Ff", form::plain(flags) | form::READ_ONLY);
            }
            Ok(names)
        }
        FieldTreatment::Flatten => {
            flatten::flatten(revision, &survey.pages, &round)?;
            Ok(Vec::new())
        }
    }
}
