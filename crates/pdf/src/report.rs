//! The upload report: what a file was when it came, and what was done to it.
//!
//! Plain data that is stored beside the document and shown to whoever sent it. It holds no byte of the file but names,
//! cut to [`limits::MAX_REPORTED_CHARS`](crate::limits::MAX_REPORTED_CHARS).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a file was, and what intake did with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = UploadReport))]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The file as it came.
    pub file: FileFacts,
    pub handling: Handling,
    /// What was damaged and has been put right. Empty: nothing.
    pub repaired: Vec<Repair>,
    /// What was taken out because it acts by itself or reaches outside the file.
    pub removed: Vec<RemovedPart>,
    /// What was kept although it may make different readers see different things.
    pub kept: Vec<KeptPart>,
    /// The first 100 files that are embedded in the document. All are kept.
    pub embedded_files: Vec<EmbeddedFile>,
    pub embedded_file_count: usize,
    /// The signatures that the file carried when it came.
    pub signatures: Vec<FoundSignature>,
    /// Absent: the file does not claim to be PDF/A.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pdf_a: Option<PdfA>,
    /// Whether every page got the word TEST.
    pub is_test_marked: bool,
    /// Whether our electronic seal was put on before the first round (state `tostamp`).
    #[serde(default)]
    pub is_stamped: bool,
    /// SHA-256 of the file as it came, lower-case hex.
    pub original_sha256: String,
    /// SHA-256 of the document's first revision, lower-case hex.
    pub sha256: String,
    /// What happened later and belongs here.
    #[serde(default)]
    pub notes: Vec<Note>,
}

/// What was found in the file itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FileFacts {
    pub size_bytes: usize,
    /// Of the header, or of the catalog where that says more.
    pub version: String,
    pub pages: usize,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub producer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub creator: Option<String>,
    pub is_linearised: bool,
    pub cross_reference: CrossReference,
    /// How often the file was saved: 1, and 1 for each update appended.
    pub revisions: usize,
    /// Encrypted with the empty password: readable by everybody, with rights that only polite readers respect.
    pub is_encrypted: bool,
    pub form_fields: usize,
}

/// How a file says where its objects are (ISO 32000-2, 7.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum CrossReference {
    Table,
    Stream,
    /// A table, and a stream that says more (ISO 32000-2, 7.5.8.4).
    Hybrid,
    /// None that could be used: it was made anew from the objects.
    Rebuilt,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = UploadHandling))]
#[serde(rename_all = "camelCase")]
pub enum Handling {
    /// Written anew, once; what is drawn is the same.
    Rewritten,
    /// Left as it came, to the byte, because it carries signatures; only what stood before its first line is gone.
    Kept,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = UploadRepair))]
#[serde(rename_all = "camelCase")]
pub enum Repair {
    /// Bytes before `%PDF-` were cut off.
    JunkBeforeHeader,
    /// An offset of the cross-reference table was slightly wrong.
    CrossReferenceCorrected,
    /// The cross-reference table was made anew from the objects that were found.
    CrossReferenceRebuilt,
    /// Something that the standard forbids and readers overlook, such as bytes behind the version in the first line.
    Syntax,
    /// Objects that could not be read were left out.
    ObjectsSkipped,
    /// The page tree had entries that no page belongs to, shared pages, or wrong counts.
    PageTree,
    /// References to nothing, streams without a length, fields that contained themselves, signatures never made, and the
    /// like.
    LooseEnds,
    /// The file was encrypted with an empty password and is stored decrypted.
    Decrypted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RemovedPart {
    pub kind: Removed,
    /// In how many places.
    pub count: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = RemovedKind))]
#[serde(rename_all = "camelCase")]
pub enum Removed {
    JavaScript,
    /// Actions that start a program or open a file.
    Launch,
    /// Actions that send or import form data.
    SubmitForm,
    /// Actions that act without a click: on opening, on a page, on a field.
    AutomaticAction,
    /// Actions that hide, show or switch what is seen.
    Visibility,
    /// Sound, movies, 3D and rich media; the picture that stood for them stays.
    Multimedia,
    /// Links into other files and content that is fetched from outside. Links to web pages stay.
    ExternalReference,
    /// The XFA description of a form that the file also has as an ordinary form.
    XfaForm,
    /// Rights that were granted for the bytes as they came.
    UsageRights,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct KeptPart {
    pub kind: Kept,
    pub count: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = KeptKind))]
#[serde(rename_all = "camelCase")]
pub enum Kept {
    /// Layers that a reader may switch on or off.
    Layers,
    /// A portfolio: readers show the embedded files in place of the pages.
    Portfolio,
    /// Fonts that are not in the file: another reader may draw other letters.
    FontsNotEmbedded,
    /// Signature dictionaries that no field of the form holds.
    SignatureOutsideForm,
    /// Active content of a signed file, which cannot be taken out without breaking the signature.
    ActiveContent,
    /// A certification that limits what may be added.
    Certification,
}

/// A file within the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct EmbeddedFile {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub size_bytes: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub media_type: Option<String>,
    /// `/AFRelationship`: `Source`, `Data`, `Alternative`, … (ISO 32000-2, 7.11.3).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub relationship: Option<String>,
    /// Named as an associated file of the document or of one of its parts (ISO 32000-2, 14.13).
    pub is_associated: bool,
    /// By its name the XML of a Factur-X, `ZUGFeRD`, `XRechnung` or Order-X document.
    pub is_invoice: bool,
}

/// A signature that the file carried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FoundSignature {
    /// The field's full name.
    pub field: String,
    /// `/Name`, as the signature claims it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// `/SubFilter`: how it was made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub format: Option<String>,
}

/// What became of the file's claim to be PDF/A (ISO 19005).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PdfA {
    /// The part and level that the file's metadata claims, such as `2b`.
    pub claimed: String,
    /// Whether nothing that we did breaks a rule of that part. Whether the file kept the rules before is not judged.
    pub is_kept: bool,
    /// Which rules our work breaks.
    pub broken: Vec<PdfARule>,
}

/// Rules of PDF/A that preparing or signing a file can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum PdfARule {
    /// All fonts are in the file.
    FontsEmbedded,
    /// Nothing is see-through (part 1).
    NoTransparency,
    /// Red, green and blue need an output intent that says which.
    ColourDefined,
    /// The metadata stream stays as it was.
    Metadata,
    /// The output intent stays.
    OutputIntent,
    /// Every annotation is printed and has an appearance.
    Annotations,
}

/// Something that happened to the document after it was taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = ReportNote))]
#[serde(rename_all = "camelCase")]
pub struct Note {
    pub kind: NoteKind,
    /// Epoch milliseconds.
    pub at: i64,
    /// The signature request in whose round it happened.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub signature_request_id: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = ReportNoteKind))]
#[serde(rename_all = "camelCase")]
pub enum NoteKind {
    /// `fieldsBeforeSigning: flatten` on a signed document: the fields were made read-only instead.
    FlattenedAsReadOnly,
}

impl Report {
    /// The heart of it in a few facts, for where there is room for a line or two.
    pub fn gist(&self) -> Gist {
        Gist {
            is_repaired: !self.repaired.is_empty(),
            removed: self.removed.iter().map(|part| part.count).sum(),
            embedded_files: self.embedded_file_count,
            signatures: self.signatures.len(),
            pdf_a: self
                .pdf_a
                .as_ref()
                .map(|claim| (claim.claimed.clone(), claim.is_kept)),
            handling: self.handling,
        }
    }
}

/// The report in a few facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gist {
    pub is_repaired: bool,
    /// Places from which something was taken out.
    pub removed: usize,
    pub embedded_files: usize,
    pub signatures: usize,
    /// What was claimed, and whether it still holds as far as our work goes.
    pub pdf_a: Option<(String, bool)>,
    pub handling: Handling,
}

/// Counts by kind while a file is worked on.
pub(super) type Tally<Kind> = BTreeMap<Kind, usize>;

pub(super) fn add<Kind: Ord>(tally: &mut Tally<Kind>, kind: Kind, count: usize) {
    if count > 0 {
        let so_far = tally.entry(kind).or_default();
        *so_far = so_far.saturating_add(count);
    }
}
