//! The check of our own output before anybody gets it: what was sealed is opened anew and held
//! against what it was made from.
//!
//! Nothing here trusts the code that made the file. The bytes before the update must stand as they
//! were, the update may replace only the objects that the act is about and in them only the keys it
//! is about, every signature must hold, and outside the fields no pixel may have changed.

mod objects;
mod rules;

use std::collections::BTreeSet;

use lopdf::Document;
use serde::{Deserialize, Serialize};

use super::form::{self, FormField};
use super::read::{self, Refusal};
use super::render::{self, Change, RenderError, Spot};
use super::seal::{FieldTreatment, SealInput, Sealed};
use super::verify::{self, SignatureReport};
use rules::Rules;

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
    #[error("the signature in {0:?} was made by another seal")]
    OtherSeal(String),
    #[error("the signature in {0:?} does not cover the file as it must")]
    Coverage(String),
    #[error("a page could not be drawn for comparison: {0}")]
    Undrawn(RenderError),
    #[error("page {page} looks different outside the fields: {pixels} pixels")]
    Pixels { page: usize, pixels: u64 },
}

/// Checks what sealing made of a file. `after` must begin with `before`.
pub fn check_sealed(before: &[u8], after: &[u8], expected: &Expected) -> Result<Checked, Flaw> {
    if !after.starts_with(before) || after.len() <= before.len() {
        return Err(Flaw::BytesChanged);
    }
    let old = File::open(before)?;
    let new = File::open(after)?;
    let update = objects::update(&old.document, &new.document, before.len())?;
    Rules::of(&old, &new, expected).check(&update)?;
    let signatures = check_signatures(before, after, expected)?;
    let pages = check_pixels(before, after, &Touched::of(&old, &new, &update, expected))?;
    Ok(Checked {
        replaced: update.replaced.iter().map(|id| id.0).collect(),
        added: update.added.len(),
        signatures,
        pages,
    })
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

/// Every signature of the earlier file holds as it held, and ours hold by our seal: each over its
/// own revision, the last over the whole file.
fn check_signatures(before: &[u8], after: &[u8], expected: &Expected) -> Result<usize, Flaw> {
    let earlier = verify::verify(before).map_err(Flaw::Unreadable)?;
    let now = verify::verify(after).map_err(Flaw::Unreadable)?;
    let find = |field: &str| {
        now.iter()
            .find(|report| report.field == field)
            .ok_or_else(|| Flaw::Missing(field.to_owned()))
    };
    for was in &earlier {
        let is = find(&was.field)?;
        if was.signed_by.is_ok() && was.signed_by.as_ref().ok() != is.signed_by.as_ref().ok() {
            return Err(unsound(is));
        }
        if is.covers_file {
            return Err(Flaw::Coverage(is.field.clone()));
        }
    }
    let last = expected.signed.last();
    for name in &expected.signed {
        let report = find(name)?;
        match &report.signed_by {
            Ok(certificate) if *certificate == expected.certificate => {}
            Ok(_) => return Err(Flaw::OtherSeal(name.clone())),
            Err(_) => return Err(unsound(report)),
        }
        if report.covers_file != (last == Some(name)) {
            return Err(Flaw::Coverage(name.clone()));
        }
    }
    let wanted = earlier.len() + expected.signed.len();
    match now.iter().find(|report| {
        let is_ours = expected.signed.contains(&report.field);
        !is_ours && !earlier.iter().any(|was| was.field == report.field)
    }) {
        Some(uninvited) => Err(Flaw::OtherSeal(uninvited.field.clone())),
        None if now.len() == wanted => Ok(wanted),
        None => Err(Flaw::Missing(last.cloned().unwrap_or_default())),
    }
}

fn unsound(report: &SignatureReport) -> Flaw {
    Flaw::Unsound {
        field: report.field.clone(),
        why: match &report.signed_by {
            Ok(_) => "it was made with another certificate than before".to_owned(),
            Err(why) => why.to_string(),
        },
    }
}

/// Where the act may be seen.
struct Touched {
    pages: BTreeSet<usize>,
    spots: Vec<Spot>,
}

impl Touched {
    fn of(old: &File, new: &File, update: &objects::Update, expected: &Expected) -> Self {
        let mut touched = Self {
            pages: BTreeSet::new(),
            spots: Vec::new(),
        };
        let fields = old.fields.iter().chain(&new.fields);
        for field in fields.filter(|field| expected.touches(&field.name)) {
            for widget in &field.widgets {
                let Some(page) = widget.page.map(|index| index + 1) else {
                    continue;
                };
                touched.pages.insert(page);
                touched.spots.push(Spot {
                    page,
                    rect: widget.rect,
                });
            }
        }
        for (index, id) in new.pages.iter().enumerate() {
            if update.replaced.contains(id) {
                touched.pages.insert(index + 1);
            }
        }
        touched
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
