//! The PDF engine: reads untrusted files, prepares them once, and signs them by incremental
//! updates so that every earlier signature stays valid.
//!
//! Pure: bytes in, bytes out; time is passed in. Knows nothing of HTTP, tables or tenants.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod accepts;
mod active;
mod appearance;
mod attachments;
mod bodies;
mod bounds;
mod contents;
mod document_timestamp;
mod dss;
mod embedded;
mod evidence;
mod facts;
mod file_bytes;
mod fill;
mod flatten;
mod form;
mod form_looks;
mod geometry;
mod growing;
mod helvetica;
mod ingest;
pub mod ink;
mod inspect;
pub mod limits;
mod locks;
mod loose_ends;
mod merge;
mod packing;
mod pages;
mod pdf_a;
mod place;
mod protection;
mod read;
pub mod render;
pub mod report;
mod restate;
mod revision;
pub mod sample;
mod seal;
mod self_check;
mod signer;
mod table;
mod tags;
mod text;
mod unpacking;
mod value_appearance;
mod verify;
mod watermark;

pub use accepts::Unfit;
pub use document_timestamp::add_document_time_stamp;
pub use dss::add_validation_data;
pub use evidence::{EVIDENCE_KEY, SignatureEvidence, evidences};
pub use fill::FieldValue;
pub use geometry::{Rect, Turn};
pub use ingest::{Ingested, Watermark, ingest};
pub use ink::Ink;
pub use inspect::{Field, FieldKind, FieldOption, Inspected, Page, Widget, inspect};
pub use read::Refusal;
pub use render::{Change, Picture, RenderError, Spot};
pub use report::{Removed, Report};
pub use seal::{
    FieldTreatment, MAX_SIGNATURES, Mark, SealError, SealInput, Sealed, Target, VisibleSignature,
    seal, seal_increment,
};
pub use self_check::{Appended, Checked, Expected, Flaw, Raised, check_sealed};
pub use signer::{SignFailed, Signer};
pub use tags::{Tagged, place_tags};
pub use text::unwritable_character;
pub use verify::{
    After, ChangeKind, Coverage, Examination, Examiner, Integrity, LaterChange,
    SignatureExamination, SignatureKind, SignatureReport, SigningTime, Unsound, Verdict, examine,
    verify,
};
