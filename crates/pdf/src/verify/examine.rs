//! The examination of a whole file: each signature on its own, and what came after it.

use std::rc::Rc;

use domain::Timestamp;
use pki::reading::{Anchors, FoundCertificate, RevocationData, Trust};

use super::fields::FieldTree;
use super::file::{File, View};
use super::history::History;
use super::range::{Covered, Digests, covered};
use super::report::{After, Coverage, Examination, Integrity, SignatureExamination, Verdict};
use super::subject::Subject;
use super::value::{Dictionary, Id};
use crate::limits::{MAX_EXAMINED_SIGNATURES, MAX_UNPACKED_BYTES};
use crate::read::Refusal;

/// Whom an examination trusts, and the time it is made.
#[derive(Clone, Debug)]
pub struct Examiner {
    pub anchors: Anchors,
    pub now: Timestamp,
}

/// Examines every signature in the file, and what came after each.
pub fn examine(bytes: &[u8], examiner: &Examiner) -> Result<Examination, Refusal> {
    if !bytes.starts_with(b"%PDF-") {
        return Err(Refusal::NotPdf);
    }
    let file = File::open(bytes).ok_or(Refusal::Broken)?.unlocked()?;
    let last = file.last();
    if last.catalog().is_empty() {
        return Err(Refusal::Broken);
    }
    let mut found = signatures(last)?;
    let history = History::of(&file, &found);
    let data = Kept::of(last);
    let mut digests = Digests::default();
    found.sort_by_key(|one| {
        one.covered
            .as_ref()
            .map_or(usize::MAX, |covered| covered.end)
    });
    let signatures: Vec<SignatureExamination> = found
        .iter()
        .map(|one| {
            let subject = Subject {
                examiner,
                file: &file,
                data: &data,
            };
            subject.examine(one, &mut digests, &history)
        })
        .collect();
    Ok(Examination {
        verdict: signatures
            .iter()
            .map(verdict)
            .max()
            .unwrap_or(Verdict::Unsigned),
        pages: history.last.pages.order.len(),
        length: bytes.len(),
        signatures,
    })
}

/// One signature, alone.
fn verdict(one: &SignatureExamination) -> Verdict {
    match &one.integrity {
        Integrity::DigestMismatch | Integrity::SignatureWrong(_) => return Verdict::Broken,
        Integrity::NotChecked(_) => return Verdict::Uncertain,
        Integrity::Whole => {}
    }
    match one.after {
        After::Changed | After::Unknown => Verdict::Broken,
        _ if one.coverage == Coverage::Suspicious => Verdict::Broken,
        _ if matches!(one.trust, Trust::Trusted(_)) && !one.is_weak => Verdict::Trusted,
        _ => Verdict::Whole,
    }
}

/// A signature as the newest revision shows it.
pub(super) struct Found {
    pub(super) field: String,
    pub(super) widget: Id,
    pub(super) id: Option<Id>,
    pub(super) keys: Rc<Dictionary>,
    pub(super) covered: Result<Covered, &'static str>,
}

fn signatures(view: View<'_, '_>) -> Result<Vec<Found>, Refusal> {
    let tree = FieldTree::of(view);
    let all = tree.signatures(view);
    if all.len() > MAX_EXAMINED_SIGNATURES {
        return Err(Refusal::TooComplex);
    }
    Ok(all
        .into_iter()
        .map(|(node, id, keys)| Found {
            field: node.name.clone(),
            widget: node
                .keys
                .contains_key(b"Rect".as_slice())
                .then_some(node.id)
                .or_else(|| node.kids.first().copied())
                .unwrap_or(node.id),
            covered: covered(view, id, &keys),
            id,
            keys,
        })
        .collect())
}

/// What the file keeps for its own verification.
pub(super) struct Kept {
    pub(super) certificates: Vec<FoundCertificate>,
    pub(super) revocation: RevocationData,
    pub(super) certification: Option<Id>,
}

impl Kept {
    fn of(view: View<'_, '_>) -> Self {
        let catalog = view.catalog();
        let store = view.entry_of(&catalog, b"DSS");
        let store = store.dictionary().cloned().unwrap_or_default();
        let streams = |key: &[u8]| -> Vec<Vec<u8>> {
            let list = view.entry_of(&store, key);
            list.array()
                .into_iter()
                .flat_map(|list| list.iter())
                .filter_map(|item| {
                    let value = view.resolve(item);
                    super::section::unpack(view.file.bytes, value.stream()?, MAX_UNPACKED_BYTES)
                })
                .collect()
        };
        let permissions = view.entry_of(&catalog, b"Perms");
        Self {
            certificates: streams(b"Certs")
                .iter()
                .filter_map(|der| FoundCertificate::read(der))
                .collect(),
            revocation: RevocationData {
                lists: streams(b"CRLs"),
                responses: streams(b"OCSPs"),
            },
            certification: permissions
                .dictionary()
                .and_then(|permissions| permissions.get(b"DocMDP".as_slice())?.reference()),
        }
    }
}
