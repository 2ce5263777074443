//! The file as the sender sent it, kept as long as the document made of it.

use crate::audit::{self, Fact};
use crate::blob::BlobKey;
use crate::desk::Desk;
use crate::document::{self, DocumentError};
use crate::store::{Owner, documents, revisions};

const UNKNOWN_TYPE: &str = "application/octet-stream";
/// What office files are called on the wire (IANA media types).
const TYPES: [(&str, &str); 4] = [
    ("doc", "application/msword"),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    ("xls", "application/vnd.ms-excel"),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
];

/// Where an original is and what it is.
pub(crate) struct Original {
    pub(crate) blob: BlobKey,
    pub(crate) sha256: String,
    pub(crate) size_bytes: u64,
    pub(crate) filename: String,
    pub(crate) content_type: &'static str,
}

/// The original of a document; one whose bytes were deleted is as unknown as one that never was.
pub(crate) async fn of(desk: &Desk, owner: Owner, id: &str) -> Result<Original, DocumentError> {
    let unknown = || DocumentError::NotFound(id.to_owned());
    let document = document::look_up(desk, owner, id).await?;
    let blob = match &document.original_blob {
        Some(blob) => blob.clone(),
        // Nothing had to be changed: the first revision is the original.
        None => {
            revisions::of_document(desk.db.reader(), owner.tenant, &document.id)
                .await?
                .into_iter()
                .next()
                .ok_or_else(unknown)?
                .blob
        }
    };
    let blob = BlobKey::stored(&blob);
    let size_bytes = desk.blobs.size(&blob).await?.ok_or_else(unknown)?;
    let head = desk.blobs.head(&blob, size_bytes).await?;
    let filename = sent_name(desk, owner, &document).await?;
    Ok(Original {
        content_type: content_type(&filename, &head),
        sha256: document.original_sha256,
        blob,
        size_bytes,
        filename,
    })
}

/// The name it came under, where the document bears another one since its conversion.
async fn sent_name(
    desk: &Desk,
    owner: Owner,
    document: &documents::Model,
) -> Result<String, DocumentError> {
    let facts = audit::facts_of(desk, owner, &document.id).await?;
    let sent = facts.into_iter().find_map(|fact| match fact {
        Fact::Uploaded { filename, .. } => Some(filename),
        _ => None,
    });
    Ok(sent.unwrap_or_else(|| document.filename.clone()))
}

/// What the bytes are: a PDF by its head, an office file by its name, which was checked when it came.
fn content_type(filename: &str, head: &[u8]) -> &'static str {
    if head.starts_with(b"%PDF-") {
        return "application/pdf";
    }
    let extension = filename
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase());
    TYPES
        .into_iter()
        .find(|(name, _)| extension.as_deref() == Some(*name))
        .map_or(UNKNOWN_TYPE, |(_, media)| media)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pdf_is_one_whatever_it_is_called() {
        assert_eq!(content_type("a.docx", b"%PDF-1.7"), "application/pdf");
        assert_eq!(content_type("a.DOC", b"\xd0\xcf"), "application/msword");
        assert_eq!(content_type("a", b"PK"), UNKNOWN_TYPE);
    }
}
