//! Word and Excel files become PDFs before anything else is done to them; the file as it was sent stays the original.

use bytes::Bytes;
use office_converter::{Confinement, ConvertError, Converter, Format};
use thiserror::Error;

use crate::desk::Desk;
use crate::order::SentFile;

/// Why an office file is not taken.
#[derive(Debug, Error)]
pub(crate) enum ConversionError {
    #[error("this server converts no .{} file", .0.extension())]
    NoConverter(Format),
    #[error("a .{} file was not converted", .0.extension())]
    Failed(Format, #[source] ConvertError),
}

/// A PDF, and what it was made of.
pub(crate) struct Converted {
    pub(crate) pdf: Bytes,
    /// The name of the PDF.
    pub(crate) filename: String,
    /// The program that made it.
    pub(crate) by: String,
}

/// The PDF of an office file; nothing where the file is none.
pub(crate) async fn to_pdf(
    desk: &Desk,
    file: &SentFile,
) -> Result<Option<Converted>, ConversionError> {
    let Some((filename, format)) = office_file(file) else {
        return Ok(None);
    };
    let converter = desk.converter.as_ref();
    let converter = converter.ok_or(ConversionError::NoConverter(format))?;
    let failed = |error| ConversionError::Failed(format, error);
    let pdf = converter
        .convert(format, &file.content)
        .await
        .map_err(failed)?;
    let by = converter.version().await.map_err(failed)?.to_owned();
    let stem = filename.rsplit_once('.').map_or(filename, |(stem, _)| stem);
    Ok(Some(Converted {
        pdf: pdf.into(),
        filename: format!("{stem}.pdf"),
        by,
    }))
}

/// A Word or Excel file by its name; one that is a PDF inside is taken as what it is.
fn office_file(file: &SentFile) -> Option<(&str, Format)> {
    let filename = file.filename.as_deref()?;
    let format = Format::of_name(filename)?;
    (!file.content.starts_with(b"%PDF-")).then_some((filename, format))
}

/// Says at start whether office files are taken, and how well their reader is shut in.
pub(crate) async fn introduce(converter: Option<Converter>) {
    let Some(converter) = converter else {
        tracing::info!("no converter: Word and Excel files are refused");
        return;
    };
    match (converter.version().await, converter.confinement().await) {
        (Ok(program), Ok(Confinement::Complete)) => {
            tracing::info!(
                program,
                "Word and Excel files are converted in a complete jail"
            );
        }
        (Ok(program), Ok(Confinement::Incomplete { missing })) => {
            tracing::warn!(
                program,
                missing,
                "Word and Excel files are converted in a jail with gaps"
            );
        }
        (Err(error), _) | (_, Err(error)) => tracing::error!(
            error = &error as &(dyn std::error::Error + 'static),
            "Word and Excel files cannot be converted"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::StartState;

    fn sent(filename: &str, content: &'static [u8]) -> SentFile {
        SentFile {
            filename: Some(filename.to_owned()),
            start: StartState::ToSign,
            content: Bytes::from_static(content),
            blob: None,
        }
    }

    #[test]
    fn a_pdf_with_an_office_name_is_taken_as_the_pdf_it_is() {
        let pdf = sent("contract.docx", b"%PDF-1.7");
        assert!(office_file(&pdf).is_none());
        let office = sent("contract.docx", b"PK");
        assert_eq!(office_file(&office), Some(("contract.docx", Format::Docx)));
        assert!(office_file(&sent("contract.pdf", b"PK")).is_none());
    }
}
