//! The check of our own output before anybody gets it: what was sealed is opened anew and held
//! against what it was made from.
//!
//! Nothing here trusts the code that made the file. The bytes before each update must stand as they
//! were, the update may replace only the objects that it is about and in them only the keys it is
//! about, every signature and time stamp must hold and cover what it must, the proof must be there
//! and nothing beside it, and outside the fields no pixel may have changed.

mod objects;
mod proof;
mod raised;
mod rules;
mod signatures;

use std::collections::BTreeSet;

use lopdf::Document;
use serde::{Deserialize, Serialize};

use super::form::{self, FormField};
use super::read::{self, Refusal};
use super::render::{self, Change, RenderError, Spot};
use super::seal::{FieldTreatment, SealInput, Sealed};
use rules::Rules;

pub use raised::{Appended, Raised};

/// What an act was to do to a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expected {
    /// The signature fields that were signed, in order.
    pub signed: Vec<String>,
    /// The fields that were given a value.
    pub filled: Vec<String>,
    /// The round's fields that were made read-only or flattened.
    pub round: Vec<String>,
    pub treatment: FieldTreatment,
    /// The certificate of the seal, as DER.
    pub certificate: Vec<u8>,
    /// What was added afterwards to raise the seal to its level.
    pub raised: Raised,
}

impl Expected {
    /// What sealing with this input and this certificate is to have done.
    pub fn of(input: &SealInput, sealed: &Sealed, certificate: &[u8]) -> Self {
        Self {
            signed: sealed.fields.clone(),
            filled: input.values.iter().map(|one| one.name.clone()).collect(),
            round: input.round_fields.clone(),
            treatment: sealed.treatment,
            certificate: certificate.to_vec(),
            raised: Raised::default(),
        }
    }

    fn touches(&self, field: &str) -> bool {
        [&self.signed, &self.filled, &self.round]
            .into_iter()
            .any(|names| names.iter().any(|name| name == field))
    }
}

/// What was found, and found to be as it should.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checked {
    /// The numbers of the objects that the update replaced.
    pub replaced: Vec<u32>,
    /// How many objects it added.
    pub added: usize,
    /// How many signatures the file bears now.
    pub signatures: usize,
    /// The pages that were drawn and compared, counted from 1.
    pub pages: Vec<usize>,
}

/// Why a sealed file must not be given out.
#[derive(Clone, Debug, PartialEq, thiserror::Error, Serialize, Deserialize)]
pub enum Flaw {
    #[error("the file cannot be opened strictly: {0}")]
    Unreadable(Refusal),
    #[error("bytes before the update were changed")]
    BytesChanged,
    #[error("the trailer's {0} was changed")]
    Trailer(String),
    #[error("object {0} was replaced, which this act is not about")]
    Replaced(u32),
    #[error("object {0} is gone or points elsewhere in the earlier bytes")]
    Redirected(u32),
    #[error("{key} of object {object} was changed, which this act is not about")]
    Altered { object: u32, key: String },
    #[error("object {0} is new, but the earlier file refers to it already")]
    Adopted(u32),
    #[error("there is no signature in {0:?}")]
    Missing(String),
    #[error("the signature in {field:?} does not hold: {why}")]
    Unsound { field: String, why: String },
    #[error("the signature in {0:?} was made by another seal or authority")]
    OtherSeal(String),
    #[error("the signature in {0:?} does not cover the file as it must")]
    Coverage(String),
    #[error("the signature in {0:?} bears no time stamp that holds")]
    Unstamped(String),
    #[error("the {0} in the file's store of proof are not those that it was to get")]
    Proof(String),
    #[error("a page could not be drawn for comparison: {0}")]
    Undrawn(RenderError),
    #[error("page {page} looks different outside the fields: {pixels} pixels")]
    Pixels { page: usize, pixels: u64 },
}

/// Checks what sealing made of a file, at whatever level: before it is given out. `after` must begin with `before`.
pub fn check_sealed(before: &[u8], after: &[u8], expected: &Expected) -> Result<Checked, Flaw> {
    let revisions = expected.raised.revisions(before, after)?;
    let mut walk = Walk::from(before)?;
    walk.on(revisions.signed, Step::Act(expected))?;
    if let Some(proof) = &expected.raised.proof {
        let had = proof::Store::of(&walk.file.document);
        if revisions.signed.len() < revisions.proved.len() {
            walk.on(revisions.proved, Step::Proof)?;
        }
        proof::Store::of(&walk.file.document).check(had, &proof.what)?;
    }
    if expected.raised.stamp.is_some() {
        walk.on(after, Step::TimeStamp)?;
    }
    let signatures = signatures::check(before, after, revisions.signed.len(), expected)?;
    let pages = check_pixels(before, after, &walk.touched)?;
    Ok(Checked {
        replaced: walk.replaced.into_iter().collect(),
        added: walk.added,
        signatures,
        pages,
    })
}

/// What an update is about.
#[derive(Clone, Copy)]
enum Step<'e> {
    Act(&'e Expected),
    Proof,
    TimeStamp,
}

/// On the way from revision to revision: what was found so far.
struct Walk {
    file: File,
    length: usize,
    touched: Touched,
    replaced: BTreeSet<u32>,
    added: usize,
}

impl Walk {
    fn from(bytes: &[u8]) -> Result<Self, Flaw> {
        Ok(Self {
            file: File::open(bytes)?,
            length: bytes.len(),
            touched: Touched::default(),
            replaced: BTreeSet::new(),
            added: 0,
        })
    }

    /// One update further.
    fn on(&mut self, bytes: &[u8], step: Step<'_>) -> Result<(), Flaw> {
        let new = File::open(bytes)?;
        let update = objects::update(&self.file.document, &new.document, self.length)?;
        Rules::of(step, &self.file, &new).check(&update)?;
        self.touched.pages_of(&new, &update);
        if let Step::Act(act) = step {
            self.touched.fields_of(&self.file, act);
            self.touched.fields_of(&new, act);
        }
        self.replaced.extend(update.replaced.iter().map(|id| id.0));
        self.added = self.added.saturating_add(update.added.len());
        self.file = new;
        self.length = bytes.len();
        Ok(())
    }
}

/// A file with what the rules ask of it.
struct File {
    document: Document,
    pages: Vec<lopdf::ObjectId>,
    fields: Vec<FormField>,
}

impl File {
    fn open(bytes: &[u8]) -> Result<Self, Flaw> {
        let document = read::open_strictly(bytes).map_err(Flaw::Unreadable)?;
        let pages = read::page_ids(&document).map_err(Flaw::Unreadable)?;
        let fields = form::fields(&document, &pages).map_err(Flaw::Unreadable)?;
        Ok(Self {
            document,
            pages,
            fields,
        })
    }
}

/// What may be seen.
#[derive(Default)]
struct Touched {
    pages: BTreeSet<usize>,
    spots: Vec<Spot>,
}

impl Touched {
    fn fields_of(&mut self, file: &File, act: &Expected) {
        let fields = file.fields.iter().filter(|field| act.touches(&field.name));
        for widget in fields.flat_map(|field| &field.widgets) {
            let Some(page) = widget.page.map(|index| index + 1) else {
                continue;
            };
            self.pages.insert(page);
            self.spots.push(Spot {
                page,
                rect: widget.rect,
            });
        }
    }

    fn pages_of(&mut self, file: &File, update: &objects::Update) {
        for (index, id) in file.pages.iter().enumerate() {
            if update.replaced.contains(id) {
                self.pages.insert(index + 1);
            }
        }
    }
}

fn check_pixels(before: &[u8], after: &[u8], touched: &Touched) -> Result<Vec<usize>, Flaw> {
    let pages: Vec<usize> = touched.pages.iter().copied().collect();
    let found = render::compare(before.to_vec(), after.to_vec(), &pages, &touched.spots)
        .map_err(Flaw::Undrawn)?;
    match found.first() {
        Some(Change { page, pixels, .. }) => Err(Flaw::Pixels {
            page: *page,
            pixels: *pixels,
        }),
        None => Ok(pages),
    }
}
