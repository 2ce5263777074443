//! The bodies of section 2 and 7 of the wire contract, exactly as they go out. Knows JSON, not statuses and not headers.

use domain::{DocumentId, SignatureRequestId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::store::documents;

/// The code of every success.
const SUCCESS: &str = "SUCCESS";

/// A success: the fields of both documented generations, so that either kind of client reads it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SuccessBody {
    /// What happened, such as `msg.signature.request.id.created`.
    pub(crate) message: String,
    /// The id of what it happened to.
    pub(crate) result: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) document_id: Option<DocumentId>,
    /// `SUCCESS`.
    pub(crate) code: String,
    pub(crate) status_code: u16,
    pub(crate) success: bool,
}

impl SuccessBody {
    fn new(message: &str, result: &impl ToString) -> Self {
        Self {
            message: message.to_owned(),
            result: result.to_string(),
            url: None,
            document_id: None,
            code: SUCCESS.to_owned(),
            status_code: 200,
            success: true,
        }
    }

    pub(crate) fn created(id: &SignatureRequestId, url: &str, document: &DocumentId) -> Self {
        Self {
            url: Some(url.to_owned()),
            document_id: Some(document.clone()),
            ..Self::new("msg.signature.request.id.created", id)
        }
    }

    pub(crate) fn uploaded(document: &DocumentId) -> Self {
        Self {
            document_id: Some(document.clone()),
            ..Self::new("msg.document.uploaded", document)
        }
    }

    pub(crate) fn sent(document: &DocumentId) -> Self {
        Self {
            document_id: Some(document.clone()),
            status_code: 202,
            ..Self::new("msg.document.sent", document)
        }
    }

    pub(crate) fn updated(id: &SignatureRequestId, url: String) -> Self {
        Self {
            url: Some(url),
            ..Self::new("msg.updated", id)
        }
    }

    pub(crate) fn deleted(id: &impl ToString) -> Self {
        Self::new("msg.deleted", id)
    }

    /// The very bytes: what is stored for a replay and what is sent are one text.
    pub(crate) fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// An item of the list; the metadata is the same without `group`, and tells what is announced of the document.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DocumentBody {
    pub(crate) filename: String,
    /// `tags`, `tostamp`, `tosign`, `signed`, `errorsendinfo` or `canceled`.
    pub(crate) state: &'static str,
    /// `2022-06-01 14:11:40`, UTC.
    pub(crate) modification: String,
    pub(crate) id: DocumentId,
    /// Where the bytes are.
    pub(crate) url: String,
    /// Epoch milliseconds of the upload.
    pub(crate) date: i64,
    /// Epoch milliseconds of the upload, as text.
    pub(crate) number: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) group: Option<&'static str>,
    /// Submitted, and the seal is under way.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) sealing: bool,
    /// Epoch milliseconds after which the document is deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) delete_after: Option<i64>,
}

impl DocumentBody {
    /// As the metadata tells it.
    pub(crate) fn metadata(row: documents::Model, url: String) -> Self {
        Self {
            state: row.state.as_str(),
            modification: row
                .modified_at
                .to_jiff()
                .strftime("%Y-%m-%d %H:%M:%S")
                .to_string(),
            date: row.created_at.millis(),
            number: row.number.to_string(),
            group: None,
            sealing: row.sealing,
            delete_after: Some(row.delete_after.millis()),
            filename: row.filename,
            id: row.id,
            url,
        }
    }

    /// As the list tells it.
    pub(crate) fn item(row: documents::Model, url: String) -> Self {
        Self {
            group: Some("api_user"),
            sealing: false,
            delete_after: None,
            ..Self::metadata(row, url)
        }
    }
}
