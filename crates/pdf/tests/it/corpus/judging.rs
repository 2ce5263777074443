//! What is wrong with what became of a file, as others see it.

use std::collections::BTreeMap;

use pdf::Refusal;
use serde::Deserialize;

use super::Outcome;

/// What others say of one file.
#[derive(Debug, Deserialize)]
pub(super) struct Said {
    pub(super) name: String,
    pub(super) opens: bool,
    #[serde(default)]
    qpdf_before: Vec<String>,
    #[serde(default)]
    qpdf_after: Vec<String>,
    #[serde(default)]
    qpdf_code: i32,
    #[serde(default)]
    pdfsig: Vec<Poppler>,
    #[serde(default)]
    drawn_by_signing: Vec<String>,
    #[serde(default)]
    drawn_by_taking_in: Vec<String>,
    #[serde(default)]
    pyhanko_before: BTreeMap<String, PyHanko>,
    #[serde(default)]
    pyhanko_after: BTreeMap<String, PyHanko>,
}

#[derive(Debug, Deserialize)]
struct Poppler {
    field: Option<String>,
    valid: bool,
    trusted: bool,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "the shape of what check.py answers"
)]
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
struct PyHanko {
    whole: bool,
    trusted: bool,
    allowed: bool,
    bottom_line: bool,
    problem: Option<String>,
}

/// What was repaired readers draw each in its own way, and so what stood for a film or a model that is gone.
fn is_drawn_alike(report: &pdf::Report) -> bool {
    let had_multimedia = report
        .removed
        .iter()
        .any(|part| part.kind == pdf::Removed::Multimedia);
    report.repaired.is_empty() && !had_multimedia
}

/// The form asks readers to draw its push button anew; we keep the look that came with it.
const ASKS_TO_REDRAW: &str = "pypdf--pdflatex-forms";

/// What is wrong with what became of a file, as others see it.
pub(super) fn faults(outcome: &Outcome, said: &Said) -> Vec<String> {
    let taken = match outcome {
        Outcome::Failed(why) => return vec![why.clone()],
        Outcome::Refused(refusal) => {
            let must_be_taken = said.opens && !may_be_refused_though_it_opens(*refusal);
            return if must_be_taken {
                vec![format!("refused although qpdf opens it: {refusal:?}")]
            } else {
                Vec::new()
            };
        }
        Outcome::Certified => return Vec::new(),
        Outcome::Signed(taken) => taken,
    };
    let mut wrong = Vec::new();
    let mut known = said.qpdf_before.clone();
    for warning in &said.qpdf_after {
        match known.iter().position(|before| alike(before, warning)) {
            Some(at) => {
                known.remove(at);
            }
            None => wrong.push(format!("a new warning of qpdf: {warning}")),
        }
    }
    if said.qpdf_code == 2 {
        wrong.push("qpdf cannot open the signed file".to_owned());
    }
    for field in &taken.fields {
        let poppler = said
            .pdfsig
            .iter()
            .find(|one| one.field.as_deref() == Some(field));
        if !poppler.is_some_and(|one| one.valid && one.trusted) {
            wrong.push(format!(
                "pdfsig on {field}: {poppler:?} of {}",
                said.pdfsig.len()
            ));
        }
        let pyhanko = said.pyhanko_after.get(field);
        if !pyhanko.is_some_and(|one| one.whole && one.trusted && one.allowed && one.bottom_line) {
            let all = &said.pyhanko_after;
            wrong.push(format!("pyHanko on {field}: {pyhanko:?} of {all:?}"));
        }
    }
    // Without a field it is the whole file that was not readable before: that may get better.
    let earlier = said.pyhanko_before.iter();
    for (field, before) in earlier.filter(|(field, _)| !field.is_empty()) {
        if said.pyhanko_after.get(field) != Some(before) {
            let after = said.pyhanko_after.get(field);
            wrong.push(format!(
                "pyHanko on the earlier {field}: {before:?}, then {after:?}"
            ));
        }
    }
    wrong.extend(
        said.drawn_by_signing
            .iter()
            .map(|page| format!("drawn otherwise after signing, {page}")),
    );
    wrong.extend(
        said.drawn_by_taking_in
            .iter()
            .filter(|_| said.name != ASKS_TO_REDRAW && is_drawn_alike(&taken.ingested.report))
            .map(|page| format!("drawn otherwise after taking in, {page}")),
    );
    wrong
}

/// Without the numbers in them: objects move when a file is rewritten.
fn alike(one: &str, other: &str) -> bool {
    let words = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "");
    words(one) == words(other)
}

/// What cannot be signed soundly though it can be looked at.
fn may_be_refused_though_it_opens(refusal: Refusal) -> bool {
    match refusal {
        Refusal::DynamicForm
        | Refusal::NoPages
        | Refusal::TooManyPages
        | Refusal::TooComplex
        | Refusal::TooManyRevisions
        | Refusal::UnpacksTooFar
        | Refusal::ImageTooLarge
        | Refusal::SignedAndDamaged
        | Refusal::SignedAndEncrypted
        | Refusal::SignedHybrid => true,
        Refusal::NotPdf | Refusal::Encrypted | Refusal::Broken => false,
    }
}
