//! The bodies of the wire contract, for the generated document. What is read is read by [`crate::order`], which is more tolerant.

#![expect(dead_code, reason = "these types are only ever described")]

use std::collections::BTreeMap;

use domain::SignatureRequestId;
use serde_json::Value;
use utoipa::ToSchema;

/// An error, as section 2 of the wire contract tells it.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct ErrorBody {
    /// The stable code, such as `err.not.found`; `/docs/errors/<code>` explains it.
    #[schema(example = "err.not.found")]
    message: String,
    /// The offending value.
    value: Value,
    /// The status in words.
    #[schema(example = "NOT_FOUND")]
    code: String,
    #[schema(example = 404)]
    status_code: u16,
    /// Always false.
    success: bool,
    /// One sentence that says how to mend it.
    detail: String,
    request_id: String,
}

/// A file in a JSON body.
#[derive(ToSchema)]
pub(crate) struct FileBody {
    /// Base64; a `data:` prefix and line breaks are accepted. Also as `$content`.
    content: String,
    /// Shown to the signer; the default is the document's id.
    #[schema(example = "contract.pdf")]
    filename: Option<String>,
    /// `tosign` (default), `tags`: fields are made where tags stand, or `tostamp`: our electronic seal is put on first.
    state: Option<String>,
}

/// What to sign and how.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct CreateBody {
    /// A new document. Either this or `id`.
    filedata: Option<FileBody>,
    /// A stored document. Either this or `filedata`.
    id: Option<String>,
    /// `tosign` re-opens a signed or canceled document for another round.
    change_state: Option<String>,
    /// Your own id, 1 to 128 of `A-Za-z0-9._~-`, new for every round; a random UUID when absent; `off` stores only.
    signature_request_id: Option<SignatureRequestId>,
    /// Where the browser goes afterwards.
    resulturl: Option<String>,
    /// Called when the round is over.
    #[schema(rename = "sendInfoURL")]
    send_info_url: Option<String>,
    /// Field names by kind (`TEXT`, `CHECKBOX`, `SIGNATURE`, `RADIO`, `COMBOBOX`); all fields when absent.
    allowed_fields: Option<BTreeMap<String, Vec<String>>>,
    /// Values to write into fields.
    field_config: Option<Vec<FieldConfigBody>>,
    /// Kinds of fields that need not be filled.
    ignore_required: Option<Vec<String>>,
    /// `flatten` (default), `readOnly` or `keep`.
    fields_before_signing: Option<String>,
    /// Epoch milliseconds, at most 10 days ahead; 24 hours from now when absent.
    expiration_time: Option<i64>,
    /// Rules by name; also as a text of `Name-Value` pairs joined by `_`.
    rules: Option<BTreeMap<String, Value>>,
    /// `RecipientEmail`, `InternalDocumentID`, `AdditionalInfo`: put into every signature of the PDF, encrypted to the public
    /// key of the activation. At most 16 kB.
    sig_data: Option<BTreeMap<String, String>>,
}

/// A value for one field.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct FieldConfigBody {
    name: String,
    /// For a check box: `1` is on.
    value: Option<String>,
    read_only: Option<bool>,
}

/// A file to store.
#[derive(ToSchema)]
pub(crate) struct UploadBody {
    file: FileBody,
    #[schema(example = "contract.pdf")]
    filename: Option<String>,
    state: Option<String>,
}

/// To whom a document is to be sent.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct SendBody {
    /// At most 20 addresses, joined by `;`.
    #[schema(example = "jana@example.sk;jozef@example.sk")]
    email_to: String,
    /// A text of at most 2,000 characters.
    email_message: Option<String>,
    /// `sk`, `cs`, `en`, `ro`, `uk`, `pl`, `pt` or `hu`; the tenant's where it is absent.
    lang: Option<String>,
}

/// A create as a form.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct UploadForm {
    /// The create's body as JSON text, without the file. Also as a file part called `data`.
    data_text: String,
    /// The file.
    #[schema(content_media_type = "application/octet-stream", value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// What to change of a signature request.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct UpdateBody {
    signature_request_id: SignatureRequestId,
    #[schema(rename = "sendInfoURL")]
    send_info_url: Option<String>,
    resulturl: Option<String>,
    /// Only while nobody has signed.
    expiration_time: Option<i64>,
    /// Only while nobody has signed.
    rules: Option<BTreeMap<String, Value>>,
}

/// Where to call back.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct CallbackBody {
    #[schema(rename = "sendInfoURL")]
    send_info_url: String,
}
