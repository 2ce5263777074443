//! The examination of a whole file: each signature on its own, and what came after it.

use std::collections::BTreeSet;
use std::rc::Rc;

use domain::Timestamp;
use pki::reading::{
    Anchors, DigestName, FoundCertificate, MustName, Path, Revocation, RevocationData,
    SignedMessage, TimeStamp, Trust, TrustProblem, Wrong, find_path,
};

use super::difference::{State, Step};
use super::fields::FieldTree;
use super::file::{File, View, end_of_revision};
use super::range::{Algorithm, Covered, Digests, covered};
use super::report::{
    After, ChangeKind, Coverage, Examination, Integrity, LaterChange, SignatureExamination,
    SignatureKind, SigningTime, Verdict,
};
use super::rules::Rules;
use super::value::{Dictionary, Id, Value, readable};
use crate::geometry::Rect;
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
    let file = File::open(bytes).ok_or(Refusal::Broken)?;
    let last = file.last();
    if last.trailer().contains_key(b"Encrypt".as_slice()) {
        return Err(Refusal::Encrypted);
    }
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
struct Found {
    field: String,
    widget: Id,
    id: Option<Id>,
    keys: Rc<Dictionary>,
    covered: Result<Covered, &'static str>,
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

/// The revisions that were signed, and the steps between them.
struct History {
    /// Ends of signed revisions, ascending, each with its view and the changes up to the next.
    revisions: Vec<Revision>,
    last: State,
}

struct Revision {
    end: usize,
    index: usize,
    /// The signatures that it shows, each with its field.
    shown: Vec<(String, Id)>,
    /// Up to the next signed revision, or to the end of the file.
    changes: Vec<LaterChange>,
}

impl History {
    fn of(file: &File<'_>, found: &[Found]) -> Self {
        let ends: BTreeSet<usize> = found
            .iter()
            .filter_map(|one| Some(one.covered.as_ref().ok()?.end))
            .collect();
        let mut revisions: Vec<Revision> = ends
            .into_iter()
            .filter_map(|end| {
                Some(Revision {
                    end,
                    index: file.revision_ending_at(end)?,
                    shown: Vec::new(),
                    changes: Vec::new(),
                })
            })
            .collect();
        // A later end with an earlier table would be a file that goes back on itself.
        revisions.dedup_by(|later, earlier| later.index <= earlier.index);
        let Some(first) = revisions.first() else {
            return Self {
                revisions,
                last: State::of(file.last()),
            };
        };
        let mut state = State::of(file.view(first.index));
        let newest = file.sections.len().saturating_sub(1);
        for position in 0..revisions.len() {
            let (index, end) = match revisions.get(position) {
                Some(revision) => (revision.index, revision.end),
                None => break,
            };
            let (next_index, next_end) = revisions
                .get(position + 1)
                .map_or((newest, file.bytes.len()), |next| (next.index, next.end));
            let before = file.view(index);
            if let Some(revision) = revisions.get_mut(position) {
                revision.shown = state
                    .tree
                    .signatures(before)
                    .into_iter()
                    .filter_map(|(node, id, _keys)| Some((node.name.clone(), id?)))
                    .collect();
            }
            if next_index == index && next_end == end {
                continue;
            }
            let (changes, next) = between(file, state, (index, next_index), (end, next_end));
            if let Some(revision) = revisions.get_mut(position) {
                revision.changes = changes;
            }
            state = next;
        }
        Self {
            revisions,
            last: state,
        }
    }

    /// What came after the revision that ends at `end`; none where that is no revision.
    fn after(&self, end: usize) -> Option<Vec<LaterChange>> {
        let position = self
            .revisions
            .iter()
            .position(|revision| revision.end == end)?;
        let mut changes: Vec<LaterChange> = Vec::new();
        for change in self
            .revisions
            .iter()
            .skip(position)
            .flat_map(|revision| &revision.changes)
        {
            if !changes.contains(change) {
                changes.push(change.clone());
            }
        }
        Some(changes)
    }
}

/// What the updates between two revisions changed, each judged on its own: what one of them added,
/// the next may have left without use.
fn between(
    file: &File<'_>,
    mut state: State,
    (index, next_index): (usize, usize),
    (end, next_end): (usize, usize),
) -> (Vec<LaterChange>, State) {
    let mut all = Vec::new();
    let (mut from, mut start) = (index, end);
    loop {
        let closes = file
            .sections
            .get(from + 1)
            .filter(|_| from + 1 < next_index)
            .and_then(|section| end_of_revision(file.bytes, section));
        // One that does not close in order is judged together with all that follow it.
        let (to, stop) = closes.map_or((next_index, next_end), |close| (from + 1, close));
        let (before, after) = (file.view(from), file.view(to));
        let rules = rules_of(before, &state);
        let (changes, next) = Step::judge((before, after), &state, &rules, (start, stop));
        all.extend(changes);
        state = next;
        (from, start) = (to, stop);
        if to == next_index {
            break;
        }
    }
    (all, state)
}

/// The rules that the signatures of a revision set for what comes after it.
fn rules_of(view: View<'_, '_>, state: &State) -> Rules {
    let mut rules = Rules::default();
    for (_node, _id, keys) in state.tree.signatures(view) {
        rules.add(view, &keys);
    }
    rules
}

/// What the file keeps for its own verification.
struct Kept {
    certificates: Vec<FoundCertificate>,
    revocation: RevocationData,
    certification: Option<Id>,
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

/// What the examination of one signature needs.
struct Subject<'s, 'a> {
    examiner: &'s Examiner,
    file: &'s File<'a>,
    data: &'s Kept,
}

impl Subject<'_, '_> {
    fn examine(
        &self,
        found: &Found,
        digests: &mut Digests,
        history: &History,
    ) -> SignatureExamination {
        let view = self.file.last();
        let text = |key: &[u8]| view.entry_of(&found.keys, key).text().map(readable);
        let format = view.entry_of(&found.keys, b"SubFilter");
        let format = format.name().unwrap_or_default().to_vec();
        let kind = if format == b"ETSI.RFC3161" {
            SignatureKind::DocumentTimeStamp
        } else if found.id.is_some() && found.id == self.data.certification {
            SignatureKind::Certification
        } else {
            SignatureKind::Approval
        };
        let mut told = SignatureExamination {
            field: found.field.clone(),
            kind,
            format: String::from_utf8_lossy(&format).into_owned(),
            signer: text(b"Name"),
            reason: text(b"Reason"),
            location: text(b"Location"),
            page: history.last.pages.showing(view, found.widget),
            rect: rect(view, found.widget),
            coverage: Coverage::Suspicious,
            integrity: Integrity::NotChecked("the signature has not been read".to_owned()),
            algorithms: None,
            is_weak: false,
            time: SigningTime {
                claimed_ms: text(b"M").as_deref().and_then(super::date::milliseconds),
                ..SigningTime::default()
            },
            chain: Vec::new(),
            trust: Trust::Untrusted(TrustProblem::NoCertificate),
            revocation: Revocation::NoData,
            after: After::Unknown,
            changes: Vec::new(),
        };
        self.place(found, history, &mut told);
        self.judge(found, &format, digests, &mut told);
        told
    }

    /// Coverage, and what came after.
    fn place(&self, found: &Found, history: &History, told: &mut SignatureExamination) {
        let suspicious = |detail: &str| LaterChange {
            kind: ChangeKind::Structure,
            is_allowed: false,
            page: None,
            field: Some(found.field.clone()),
            object: None,
            detail: detail.to_owned(),
        };
        let covered = match &found.covered {
            Ok(covered) => covered,
            Err(detail) => {
                told.changes.push(suspicious(detail));
                return;
            }
        };
        let Some(changes) = history.after(covered.end) else {
            told.changes.push(suspicious(
                "the byte range does not end where a revision of the file ends",
            ));
            return;
        };
        if !self.stood_there(found, history, covered.end) {
            told.changes.push(suspicious(
                "the signature was not in its place in the revision it is about",
            ));
            return;
        }
        told.coverage = if covered.end == self.file.bytes.len() {
            Coverage::WholeFile
        } else {
            Coverage::EarlierRevision
        };
        told.after = if changes.is_empty() {
            After::Unchanged
        } else if changes.iter().all(|change| change.is_allowed) {
            After::ChangedAsAllowed
        } else {
            After::Changed
        };
        told.changes = changes;
    }

    /// Whether the signed revision shows this very signature in this field.
    fn stood_there(&self, found: &Found, history: &History, end: usize) -> bool {
        let revision = history
            .revisions
            .iter()
            .find(|revision| revision.end == end);
        let (Some(revision), Some(id)) = (revision, found.id) else {
            return false;
        };
        let (then, now) = (self.file.view(revision.index), self.file.last());
        then.entry(id.0) == now.entry(id.0)
            && revision
                .shown
                .iter()
                .any(|(field, own)| *field == found.field && *own == id)
    }

    /// Integrity, algorithms, time, chain, trust, revocation.
    fn judge(
        &self,
        found: &Found,
        format: &[u8],
        digests: &mut Digests,
        told: &mut SignatureExamination,
    ) {
        let Ok(covered) = &found.covered else {
            "the byte range is not an honest one".clone_into(match &mut told.integrity {
                Integrity::NotChecked(why) => why,
                _ => return,
            });
            return;
        };
        let contents = self.file.last().entry_of(&found.keys, b"Contents");
        let contents = contents.text().unwrap_or_default();
        let outcome = match format {
            b"ETSI.RFC3161" => self.document_time_stamp(contents, covered, digests, told),
            b"adbe.pkcs7.detached" | b"ETSI.CAdES.detached" | b"adbe.pkcs7.sha1" => {
                self.signature(format, contents, covered, digests, told)
            }
            _ => Err(Integrity::NotChecked(
                "a kind of signature that is not checked here".to_owned(),
            )),
        };
        told.integrity = match outcome {
            Ok(()) => Integrity::Whole,
            Err(integrity) => integrity,
        };
    }

    fn digest(&self, digests: &mut Digests, covered: &Covered, name: DigestName) -> Vec<u8> {
        let algorithm = match name {
            DigestName::Sha1 => Algorithm::Sha1,
            DigestName::Sha256 => Algorithm::Sha256,
            DigestName::Sha384 => Algorithm::Sha384,
            DigestName::Sha512 => Algorithm::Sha512,
        };
        digests
            .of(self.file.bytes, covered, algorithm)
            .unwrap_or_default()
    }

    fn document_time_stamp(
        &self,
        contents: &[u8],
        covered: &Covered,
        digests: &mut Digests,
        told: &mut SignatureExamination,
    ) -> Result<(), Integrity> {
        let stamp = TimeStamp::read(contents).map_err(Integrity::SignatureWrong)?;
        told.algorithms = Some(format!(
            "{}, {}",
            stamp.certificate.facts().key,
            stamp.digest.name()
        ));
        told.is_weak = stamp.digest == DigestName::Sha1 || stamp.certificate.is_weak();
        told.time.proven_ms = Some(stamp.at.millis());
        let facts = stamp.certificate.facts();
        told.time.stamped_by = Some(facts.name.clone());
        told.signer.get_or_insert(facts.name);
        self.chain(&stamp.certificate, &stamp.certificates, stamp.at, told);
        told.time.is_stamp_trusted = matches!(told.trust, Trust::Trusted(_));
        let digest = self.digest(digests, covered, stamp.digest);
        if stamp.is_over(&digest) {
            Ok(())
        } else {
            Err(Integrity::DigestMismatch)
        }
    }

    fn signature(
        &self,
        format: &[u8],
        contents: &[u8],
        covered: &Covered,
        digests: &mut Digests,
        told: &mut SignatureExamination,
    ) -> Result<(), Integrity> {
        let message = SignedMessage::read(contents)
            .map_err(|error| Integrity::NotChecked(error.to_string()))?;
        told.algorithms = Some(message.algorithms());
        told.is_weak = message.is_weak();
        if told.time.claimed_ms.is_none() {
            told.time.claimed_ms = message.claimed_at().map(Timestamp::millis);
        }
        self.time(&message, told);
        let at = told
            .time
            .proven_ms
            .filter(|_| told.time.is_stamp_trusted)
            .or(told.time.claimed_ms)
            .map_or(self.examiner.now, Timestamp::from_millis);
        if let Some(certificate) = message.certificate().cloned() {
            told.signer.get_or_insert(certificate.facts().name);
            self.chain_with(&certificate, &message, at, told);
        }
        let mut digest = self.digest(digests, covered, message.digest);
        if format == b"adbe.pkcs7.sha1" {
            // The signature is over the SHA-1 of the bytes, as content of the message.
            told.is_weak = true;
            let own = self.digest(digests, covered, DigestName::Sha1);
            if message.content.as_ref() != Some(&own) {
                return Err(Integrity::DigestMismatch);
            }
            digest = message.digest.of(&own);
        } else if message.content.is_some() {
            return Err(Integrity::NotChecked(
                "the signature carries content of its own".to_owned(),
            ));
        }
        let must_name = if format == b"ETSI.CAdES.detached" {
            MustName::Yes
        } else {
            MustName::No
        };
        message
            .check(&digest, must_name)
            .map_err(|wrong| match wrong {
                Wrong::Digest => Integrity::DigestMismatch,
                Wrong::NotChecked(_) | Wrong::NoCertificate => {
                    Integrity::NotChecked(wrong.to_string())
                }
                other => Integrity::SignatureWrong(other.to_string()),
            })
    }

    /// The time that a stamp over the signature proves.
    fn time(&self, message: &SignedMessage, told: &mut SignatureExamination) {
        let Some(stamp) = message
            .time_stamp()
            .and_then(|token| TimeStamp::read(token).ok())
            .filter(|stamp| stamp.is_over(&stamp.digest.of(message.signature())))
        else {
            return;
        };
        let path = self.path(&stamp.certificate, &stamp.certificates, stamp.at);
        told.time.proven_ms = Some(stamp.at.millis());
        told.time.stamped_by = Some(stamp.certificate.facts().name);
        told.time.is_stamp_trusted = matches!(path.trust, Trust::Trusted(_));
    }

    fn path(&self, leaf: &FoundCertificate, own: &[FoundCertificate], at: Timestamp) -> Path {
        let pool: Vec<FoundCertificate> =
            own.iter().chain(&self.data.certificates).cloned().collect();
        find_path(leaf, &pool, &self.examiner.anchors, at)
    }

    fn chain_with(
        &self,
        leaf: &FoundCertificate,
        message: &SignedMessage,
        at: Timestamp,
        told: &mut SignatureExamination,
    ) {
        let path = self.chain(leaf, &message.certificates, at, told);
        let mut data = self.data.revocation.clone();
        data.lists.extend(message.lists.iter().cloned());
        data.responses.extend(message.responses.iter().cloned());
        let Some(issuer) = path.chain.get(1) else {
            return;
        };
        told.revocation = data.about(leaf, issuer, at, self.examiner.now);
        if matches!(told.revocation, Revocation::Revoked { .. }) {
            told.trust = Trust::Untrusted(TrustProblem::Revoked);
        }
    }

    fn chain(
        &self,
        leaf: &FoundCertificate,
        own: &[FoundCertificate],
        at: Timestamp,
        told: &mut SignatureExamination,
    ) -> Path {
        let path = self.path(leaf, own, at);
        told.chain = path.chain.iter().map(FoundCertificate::facts).collect();
        told.trust = path.trust.clone();
        path
    }
}

fn rect(view: View<'_, '_>, widget: Id) -> Option<Rect> {
    let value = view.get(widget);
    let corners = view.entry_of(value.dictionary()?, b"Rect");
    let corners: Vec<f32> = corners
        .array()?
        .iter()
        .filter_map(|corner| as_f32(&view.resolve(corner)))
        .collect();
    match *corners.as_slice() {
        [left, bottom, right, top] => Some(Rect::from_corners((left, bottom), (right, top))),
        _ => None,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a place on a page does not need more"
)]
fn as_f32(value: &Value) -> Option<f32> {
    value.number().map(|number| number as f32)
}
