//! Checking signatures: the quick check of those of our own kind, and the examination of anybody's file.

mod cipher;
mod date;
mod difference;
mod examine;
mod fields;
mod file;
mod history;
mod lexer;
mod quick;
mod range;
mod report;
mod rules;
mod section;
mod subject;
mod value;

pub use examine::{Examiner, examine};
pub(crate) use quick::is_counted_right;
pub use quick::{SignatureReport, Unsound, verify};
pub use report::{
    After, ChangeKind, Coverage, Examination, Integrity, LaterChange, SignatureExamination,
    SignatureKind, SigningTime, Verdict,
};
