//! What an examination says: for every signature who, when, over what, and what came after.

use pki::reading::{CertificateFacts, Revocation, Trust};
use serde::{Deserialize, Serialize};

use crate::geometry::Rect;

/// What was found in a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Examination {
    pub verdict: Verdict,
    /// Pages in the file as it is now; 0 where they cannot be counted.
    pub pages: usize,
    /// Length of the file in bytes.
    pub length: usize,
    /// In the order in which they were put on.
    pub signatures: Vec<SignatureExamination>,
}

/// All signatures together: the worst of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// There is no signature in the file.
    Unsigned,
    /// Every signature holds, its signer is trusted, and what came after was allowed.
    Trusted,
    /// Every signature holds and what came after was allowed; a signer is not known to be trusted.
    Whole,
    /// Something about a signature cannot be checked, so nothing is said for it.
    Uncertain,
    /// A signature does not hold, or the document was changed after it.
    Broken,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignatureExamination {
    /// The field's full name.
    pub field: String,
    pub kind: SignatureKind,
    /// `/SubFilter`: the form of the signature.
    pub format: String,
    /// `/Name`, or the subject of the certificate where that is missing.
    pub signer: Option<String>,
    pub reason: Option<String>,
    pub location: Option<String>,
    /// The page that shows the signature, from 1; none for an invisible one.
    pub page: Option<usize>,
    #[cfg_attr(feature = "schema", schema(ignore))]
    pub rect: Option<Rect>,
    pub coverage: Coverage,
    pub integrity: Integrity,
    /// Digest and signature algorithm by their usual names.
    pub algorithms: Option<String>,
    /// SHA-1, or a key too short to be relied on.
    pub is_weak: bool,
    pub time: SigningTime,
    /// The signer's certificate first, then its issuers as far as they were found.
    pub chain: Vec<CertificateFacts>,
    pub trust: Trust,
    /// What revocation data that the file itself carries says about the signer's certificate.
    pub revocation: Revocation,
    pub after: After,
    /// What came after the revision that was signed, oldest first.
    pub changes: Vec<LaterChange>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum SignatureKind {
    Approval,
    /// An author's signature that says what may still change.
    Certification,
    DocumentTimeStamp,
}

/// Which bytes a signature is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Coverage {
    /// Every byte of the file but the signature itself.
    WholeFile,
    /// Every byte of an earlier revision but the signature itself.
    EarlierRevision,
    /// The byte range is not what an honest signature has: nothing can be said for this one.
    Suspicious,
}

/// Whether the bytes are those that were signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", tag = "state", content = "why")]
pub enum Integrity {
    Whole,
    /// The bytes are not those that were signed.
    DigestMismatch,
    /// The signature is not one by the key of its certificate, or names another certificate.
    SignatureWrong(String),
    /// A kind of signature or algorithm that is not checked here.
    NotChecked(String),
}

/// When it was signed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SigningTime {
    /// Proven by a time stamp of an authority, in milliseconds since 1970.
    pub proven_ms: Option<i64>,
    /// Who stamped it, and whether that one is trusted.
    pub stamped_by: Option<String>,
    pub is_stamp_trusted: bool,
    /// Claimed by the signer's own clock, in milliseconds since 1970.
    pub claimed_ms: Option<i64>,
}

/// What became of the document after a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum After {
    Unchanged,
    ChangedAsAllowed,
    Changed,
    /// The signed revision could not be told from the rest.
    Unknown,
}

/// One thing that is different after a signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LaterChange {
    pub kind: ChangeKind,
    pub is_allowed: bool,
    /// The page it is seen on, from 1.
    pub page: Option<usize>,
    pub field: Option<String>,
    /// Number and generation of the object, as `12 0`.
    pub object: Option<String>,
    /// For people who know PDF, in English.
    pub detail: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum ChangeKind {
    /// A further signature.
    Signature,
    /// An empty field for a further signature.
    SignatureField,
    DocumentTimeStamp,
    /// A form field was filled in.
    FieldValue,
    /// Certificates and revocation data kept for later checks.
    ValidationData,
    /// Title, author and other words about the document.
    Metadata,
    Annotation,
    /// The look of a field or signature.
    Appearance,
    PageContent,
    /// Fonts, pictures and the like that pages are drawn with.
    Resource,
    /// Pages added, removed, moved or turned.
    Pages,
    /// The form itself or a field's properties.
    Form,
    /// A signature or its field was replaced or removed.
    SignatureReplaced,
    /// What the document does, shows in layers, or is called from outside.
    Document,
    /// Objects or bytes that belong to nothing, or stood hidden before.
    Hidden,
    /// The order of the file was rewritten.
    Structure,
    Other,
}
