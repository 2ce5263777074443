//! One signature judged: what it covers, whether it holds, when it was made and by whom.

use domain::Timestamp;
use pki::reading::{
    DigestName, FoundCertificate, MustName, Path, Revocation, SignedMessage, TimeStamp, Trust,
    TrustProblem, Wrong, find_path,
};

use super::examine::{Examiner, Found, Kept};
use super::file::{File, View};
use super::history::History;
use super::range::{Algorithm, Covered, Digests};
use super::report::{
    After, ChangeKind, Coverage, Integrity, LaterChange, SignatureExamination, SignatureKind,
    SigningTime,
};
use super::value::{Id, Value, readable};
use crate::geometry::Rect;

/// What the examination of one signature needs.
pub(super) struct Subject<'s, 'a> {
    pub(super) examiner: &'s Examiner,
    pub(super) file: &'s File<'a>,
    pub(super) data: &'s Kept,
}

impl Subject<'_, '_> {
    pub(super) fn examine(
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

    #[expect(
        clippy::too_many_arguments,
        reason = "what was read of one signature, and where it is told"
    )]
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

pub(super) fn rect(view: View<'_, '_>, widget: Id) -> Option<Rect> {
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
pub(super) fn as_f32(value: &Value) -> Option<f32> {
    value.number().map(|number| number as f32)
}
