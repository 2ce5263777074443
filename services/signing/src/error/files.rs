//! How failures of work on a file are told.

use http_kit::{Problem, kind};

use super::unavailable;
use crate::conversion::ConversionError;
use crate::engine::EngineError;
use crate::intake::IntakeError;
use crate::picture::PictureError;
use crate::verification::VerificationError;
use pdf::RenderError;
use pdf_worker::Fault;

/// The converter is left alone for a minute when it fails.
const RETRY_CONVERSION_SECONDS: u32 = 30;

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        match &error {
            EngineError::Worker(Fault::Busy | Fault::NoWorker) => unavailable(error),
            EngineError::Worker(fault) => {
                let sentence = too_heavy(fault);
                Self::because(&kind::INVALID_FILE, error).detail(sentence)
            }
            EngineError::CutOff => Self::because(&kind::INTERNAL, error),
        }
    }
}

/// What to tell of a file that its worker did not survive.
fn too_heavy(fault: &Fault) -> String {
    let why = match fault {
        Fault::OutOfTime(limit) => {
            format!("it took longer than {} seconds", limit.as_secs())
        }
        Fault::OutOfMemory { limit_bytes } => {
            format!("it needed more than {} MB of memory", limit_bytes >> 20)
        }
        Fault::TooMuchOutput { limit_bytes } => {
            format!("it grew to more than {} MB", limit_bytes >> 20)
        }
        Fault::Crashed(_) | Fault::Busy | Fault::NoWorker => {
            "reading it ended in an error".to_owned()
        }
    };
    format!(
        "The PDF is too heavy to be worked on: {why}; print it to a new PDF and send that copy."
    )
}

impl From<IntakeError> for Problem {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::TooLarge { limit } => too_large(limit),
            IntakeError::Refused(refusal) => {
                Self::new(&kind::INVALID_FILE).detail(refusal.to_string())
            }
            IntakeError::Conversion(error) => error.into(),
            IntakeError::NoTags => Self::new(&kind::TAGS_NOT_FOUND).value("tags").detail(
                "Write tags such as _S1_ into the document as text, or leave the state out.",
            ),
            IntakeError::AlreadySigned(count) => {
                Self::new(&kind::ALREADY_SIGNED).value(count).detail(
                    "Send the file as it was before it was signed, and have everybody sign here.",
                )
            }
            IntakeError::Stamp(error) => error.into(),
            IntakeError::Blob(error) => unavailable(error),
            IntakeError::Engine(error) => error.into(),
        }
    }
}

impl From<VerificationError> for Problem {
    fn from(error: VerificationError) -> Self {
        match error {
            VerificationError::Refused(refusal) => {
                Self::new(&kind::INVALID_FILE).detail(refusal.to_string())
            }
            VerificationError::Engine(error) => error.into(),
        }
    }
}

impl From<PictureError> for Problem {
    fn from(error: PictureError) -> Self {
        match error {
            PictureError::Render(RenderError::NoSuchPage { page, pages }) => {
                Self::new(&kind::NOT_FOUND)
                    .value(page)
                    .detail(format!("The document has pages 1 to {pages}."))
            }
            PictureError::Render(
                error @ (RenderError::Refused(_) | RenderError::Failed | RenderError::Encoding),
            ) => Self::because(&kind::PAGE_NOT_DRAWN, error)
                .detail("Download the PDF and look at it in a PDF program."),
            PictureError::Failed(error) => unavailable(error),
            PictureError::Document(error) => error.into(),
        }
    }
}

impl From<ConversionError> for Problem {
    fn from(error: ConversionError) -> Self {
        match error {
            ConversionError::NoConverter(format) => Self::new(&kind::INVALID_FILE)
                .value(format!(".{}", format.extension()))
                .detail("This server converts no Word or Excel files; save the file as PDF and send that."),
            ConversionError::Failed(format, error) if error.is_of_the_file() => {
                Self::new(&kind::INVALID_FILE)
                    .value(format!(".{}", format.extension()))
                    .detail(format!("Save the file as PDF and send that: {error}."))
            }
            ConversionError::Failed(..) => Self::because(&kind::UNAVAILABLE, error)
                .detail("Word and Excel files cannot be converted at the moment; try again, or send a PDF.")
                .retry_after(RETRY_CONVERSION_SECONDS),
        }
    }
}

/// The file or body is over the limit.
pub(crate) fn too_large(limit: usize) -> Problem {
    Problem::new(&kind::FILE_TOO_LARGE)
        .value(limit)
        .detail(format!("The file may have at most {limit} bytes."))
}
