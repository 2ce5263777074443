//! Holds evidence against the file around it: is the signature whole, and is the revision that the evidence names the one
//! that this very signature was put on.

use bytes::Bytes;
use der::Decode as _;
use evidence::{Binding, Container, Evidence, PrivateKey, Unopened};
use pdf::{Refusal, SignatureEvidence};
use pdf_worker::jobs::Evidences;
use pdf_worker::{Fault, PdfWorkers};
use sha2::{Digest as _, Sha256};
use thiserror::Error;
use x509_cert::Certificate;

/// One signature, as far as it can be judged without the private key.
pub(super) struct Found {
    pub(super) field: String,
    pub(super) signer_name: Option<String>,
    /// Who sealed; or why the signature does not hold.
    pub(super) seal: Result<Seal, String>,
    pub(super) container: Option<Container>,
    /// What the signature's container says it is bound to, held against the file.
    pub(super) bound: Result<(), Unbound>,
    /// Counts from 1: which update behind the served revision the signature is.
    pub(super) step: usize,
}

/// The certificate whose key sealed. Whether it is to be trusted is for the expert: it is compared with the operator's root.
pub(super) struct Seal {
    pub(super) subject: String,
    pub(super) issuer: String,
    pub(super) sha256: String,
}

/// Why evidence does not belong where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(super) enum Unbound {
    #[error("the signature does not hold: {0}")]
    Signature(String),
    #[error("the container cannot be read: {0}")]
    Container(String),
    #[error(
        "it belongs to another document: no revision before this signature has the SHA-256 {0}"
    )]
    OtherDocument(String),
    #[error(
        "between the revision that was served and this signature the file was changed by something that is not a signature of the same act"
    )]
    Between,
    #[error("it is the evidence of signature {given} of its act, but stands in signature {here}")]
    OtherSignature { given: usize, here: usize },
    #[error("it is the evidence of the field {given}, but stands in {here}")]
    OtherField { given: String, here: String },
    #[error(transparent)]
    Unopened(#[from] UnopenedText),
}

/// Keeps [`Unbound`] comparable.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub(super) struct UnopenedText(String);

impl From<Unopened> for Unbound {
    fn from(why: Unopened) -> Self {
        Self::Unopened(UnopenedText(why.to_string()))
    }
}

/// Why a file's signatures cannot be told.
#[derive(Debug, Error)]
pub(super) enum Unexamined {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("the file is too heavy, or reading it ended in an error")]
    Worker(#[from] Fault),
}

/// Every signature of a file, in the order in which they were made. A jailed worker reads the file; what it found is judged here.
pub(super) async fn examine(workers: &PdfWorkers, bytes: &Bytes) -> Result<Vec<Found>, Unexamined> {
    let worked = workers.run(Evidences, vec![bytes.clone()]).await?;
    let signatures = worked.answer?;
    let ends: Vec<usize> = signatures.iter().map(|one| one.covered).collect();
    Ok(signatures
        .into_iter()
        .map(|signature| found(bytes, &ends, signature))
        .collect())
}

fn found(bytes: &[u8], ends: &[usize], signature: SignatureEvidence) -> Found {
    let seal = match &signature.signed_by {
        Ok(der) => Ok(seal(der)),
        Err(why) => Err(why.to_string()),
    };
    let mut container = None;
    let mut step = 0;
    let bound = match signature.container.as_deref().map(Container::parse) {
        None => Ok(()),
        Some(Err(why)) => Err(Unbound::Container(why.to_string())),
        Some(Ok(parsed)) => {
            let judged = match &seal {
                Err(why) => Err(Unbound::Signature(why.clone())),
                Ok(_) => place(bytes, ends, &parsed.header().served, signature.covered),
            };
            container = Some(parsed);
            judged.map(|found| step = found)
        }
    };
    Found {
        field: signature.field,
        signer_name: signature.signer_name,
        seal,
        container,
        bound,
        step,
    }
}

/// Which update behind the served revision this signature is, if there is nothing but signatures between.
fn place(bytes: &[u8], ends: &[usize], served: &Binding, covered: usize) -> Result<usize, Unbound> {
    let other = || Unbound::OtherDocument(served.sha256.clone());
    let revision = bytes
        .get(..served.length)
        .filter(|_| served.length < covered)
        .ok_or_else(other)?;
    if hex::encode(Sha256::digest(revision)) != served.sha256 {
        return Err(other());
    }
    let update = bytes.get(served.length..covered).ok_or_else(other)?;
    // Every update ends with this word, so more of them than signatures are changes that nobody of the act made.
    let updates = occurrences(update, b"startxref");
    let signed = ends
        .iter()
        .filter(|end| served.length < **end && **end <= covered)
        .count();
    if updates == signed {
        Ok(signed)
    } else {
        Err(Unbound::Between)
    }
}

fn occurrences(bytes: &[u8], word: &[u8]) -> usize {
    bytes
        .windows(word.len())
        .filter(|window| *window == word)
        .count()
}

/// Decrypts, and finishes the judgement with what only the content tells.
pub(super) fn open(
    found: &Found,
    container: &Container,
    key: &PrivateKey,
) -> Result<Evidence, Unbound> {
    found.bound.clone()?;
    let evidence = container.open(key)?;
    let note = &evidence.signature;
    if note.number != found.step {
        return Err(Unbound::OtherSignature {
            given: note.number,
            here: found.step,
        });
    }
    match &note.field {
        Some(field) if *field != found.field => Err(Unbound::OtherField {
            given: field.clone(),
            here: found.field.clone(),
        }),
        _ => Ok(evidence),
    }
}

fn seal(der: &[u8]) -> Seal {
    let (subject, issuer) = Certificate::from_der(der).map_or_else(
        |_| Default::default(),
        |certificate| {
            let told = certificate.tbs_certificate();
            (told.subject().to_string(), told.issuer().to_string())
        },
    );
    Seal {
        subject,
        issuer,
        sha256: hex::encode(Sha256::digest(der)),
    }
}
